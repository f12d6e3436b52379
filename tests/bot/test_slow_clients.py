"""Slow clients of the webhook, as real connections: they keep nobody else from being answered."""

import asyncio
import resource
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest

from bot import web
from bot.sandbox.server import Sandbox
from bot.slow_clients import LIMITS, ClientLimits
from tests.bot.conversation import chatting, photo_of
from tests.bot.processes import Start

SECRET = "only-telegram-knows"  # noqa: S105  nobody's
KNOWN = {web.SECRET_HEADER: SECRET}
UPDATE = {"update_id": 7, "message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "x"}}}
HALF_A_HEAD = b"POST /hook HTTP/1.1\r\nHost: bot\r\n"
HEAD = HALF_A_HEAD + b"Content-Length: 1000\r\n"
WITH_SECRET = HEAD + f"{web.SECRET_HEADER}: {SECRET}\r\n\r\n".encode()
WITHOUT_SECRET = HEAD + b"\r\n"


async def receive(_: list[dict[str, Any]]) -> bool:
    return True


@asynccontextmanager
async def served(limits: ClientLimits = LIMITS) -> AsyncIterator[httpx.AsyncClient]:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    routes = [*web.health_routes({}), web.webhook_route("/hook", SECRET, receive)]
    async with httpx.AsyncClient(base_url=url) as client, web.serving(routes, listener, limits):
        yield client


class Slow:
    """A client that has sent a part of a request, and then a byte now and then, or none."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk by these."""
        self._writer = writer
        self._reading = asyncio.create_task(_read_all(reader))

    @property
    def is_dropped(self) -> bool:
        """Whether the server has ended the connection."""
        return self._reading.done()

    async def drip(self) -> None:
        """Send a byte now and then, until it is dropped."""
        while not self.is_dropped:
            self._writer.write(b"x")
            await asyncio.sleep(0.02)

    def close(self) -> None:
        """End the connection."""
        self._reading.cancel()
        self._writer.close()


async def _read_all(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        await reader.read()


async def connect(url: httpx.URL, beginning: bytes) -> Slow:
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(beginning)
    return Slow(reader, writer)


async def post(client: httpx.AsyncClient) -> int:
    return (await client.post("/hook", json=UPDATE, headers=KNOWN)).status_code


BEGINNINGS = pytest.mark.parametrize(
    "beginning",
    [b"", HALF_A_HEAD, WITH_SECRET, WITHOUT_SECRET],
    ids=["nothing", "half a head", "no body", "no body and no secret"],
)


@BEGINNINGS
async def test_a_request_that_does_not_come_to_its_end_is_dropped_in_time(beginning: bytes) -> None:
    async with served(ClientLimits(request_seconds=0.2)) as client:
        start = time.monotonic()
        slow = await connect(client.base_url, beginning)
        async with asyncio.timeout(5):
            await slow.drip()
        assert time.monotonic() - start > 0.15
        slow.close()


async def test_a_second_request_on_the_same_connection_has_a_time_of_its_own() -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n"
    async with served(ClientLimits(request_seconds=0.3)) as client:
        slow = await connect(client.base_url, whole)
        await asyncio.sleep(0.4)
        assert not slow.is_dropped
        async with asyncio.timeout(4):  # less than uvicorn waits for another request
            await slow.drip()
        slow.close()


async def test_an_answer_may_take_longer_than_the_request() -> None:
    async def slowly(_: list[dict[str, Any]]) -> bool:
        await asyncio.sleep(0.3)
        return True

    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    route = web.webhook_route("/hook", SECRET, slowly)
    limits = ClientLimits(request_seconds=0.1)
    async with httpx.AsyncClient(base_url=url) as client, web.serving([route], listener, limits):
        assert await post(client) == 200


async def test_the_oldest_of_too_many_gives_way() -> None:
    async with served(ClientLimits(unfinished=3)) as client:
        slow = [await connect(client.base_url, HALF_A_HEAD) for _ in range(3)]
        assert await post(client) == 200
        async with asyncio.timeout(5):
            while not slow[0].is_dropped:
                await asyncio.sleep(0.01)
        assert [each.is_dropped for each in slow] == [True, False, False]
        newest = await connect(client.base_url, HALF_A_HEAD)  # the third
        await asyncio.sleep(0.05)
        assert [each.is_dropped for each in (*slow, newest)] == [True, False, False, False]
        for each in (*slow, newest):
            each.close()


async def test_each_of_many_that_come_at_the_same_time_gives_way_to_another() -> None:
    async with served(ClientLimits(unfinished=3)) as client:
        connecting = [connect(client.base_url, HALF_A_HEAD) for _ in range(20)]
        slow = await asyncio.gather(*connecting)
        async with asyncio.timeout(5):
            while sum(not each.is_dropped for each in slow) > 3:
                await asyncio.sleep(0.01)
        for each in slow:
            each.close()


@BEGINNINGS
async def test_many_slow_clients_keep_nobody_waiting(beginning: bytes) -> None:
    some = LIMITS.unfinished // 2
    async with served() as client:
        slow = []
        for _ in range(4):
            slow += [await connect(client.base_url, beginning) for _ in range(some)]
            start = time.monotonic()
            assert await post(client) == 200
            assert time.monotonic() - start < 2
        async with asyncio.timeout(5):
            while sum(not each.is_dropped for each in slow) > LIMITS.unfinished:
                await asyncio.sleep(0.01)
        for each in slow:
            each.close()


async def test_beyond_all_connections_they_are_told_to_come_later() -> None:
    async with served(ClientLimits(connections=2)) as client:
        slow = [await connect(client.base_url, HALF_A_HEAD) for _ in range(2)]
        assert await post(client) == 503
        for each in slow:
            each.close()


FILES = 1024  # that a process may have open, unless it asks for more


@pytest.mark.slow
async def test_more_slow_clients_than_the_bot_may_have_files_keep_nobody_from_being_answered(
    start: Start, sandbox: Sandbox
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = {"TELEGRAM_TOKEN": sandbox.token, "TELEGRAM_API_URL": sandbox.url}
    process = start(**settings, PORT=str(port), WEBHOOK_URL=f"{url}/hook")
    async with chatting(sandbox) as chat:
        await chat.ask("/help")
        resource.prlimit(process.popen.pid, resource.RLIMIT_NOFILE, (FILES, FILES))
        slow = [await connect(httpx.URL(url), HALF_A_HEAD) for _ in range(FILES + 100)]
        start_time = time.monotonic()
        assert (await chat.show(photo_of("7")))["text"].startswith("7")
        assert time.monotonic() - start_time < 5
        for each in slow:
            each.close()
    await asyncio.to_thread(process.stop)
