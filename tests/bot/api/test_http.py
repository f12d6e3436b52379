"""How the Bot API is called: what counts as a failure, how often it is tried, how fast."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from prometheus_client import REGISTRY
from telegram import Bot
from telegram.error import (
    BadRequest,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.api.http import (
    START_RETRIES,
    AiohttpRequest,
    retried,
)
from bot.api.message_limiter import PATIENCE_SECONDS
from tests.bot.file_server import TOKEN, serving_files
from tests.bot.virtual_time import in_virtual_time


class Calls:
    """A call of the Bot API that raises some errors, one after the other, and then no more."""

    def __init__(self, *errors: Exception) -> None:
        """Raise these first."""
        self.count = 0
        self._errors = [*errors]

    async def __call__(self) -> None:
        """Count, and raise the next."""
        self.count += 1
        if self._errors:
            raise self._errors.pop(0)


class RecordingServer:
    """Answers every request with the JSON of `result`, and keeps what it was sent."""

    def __init__(self) -> None:
        """Nothing has been sent."""
        self.url = ""
        self.result: object = True
        self.requests: list[str] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lengths = [line for line in head.lower().splitlines() if line.startswith("content-length")]
        body = await reader.readexactly(int(lengths[0].split()[1])) if lengths else b""
        self.requests.append(head + body.decode())
        payload = json.dumps({"ok": True, "result": self.result}).encode()
        length = f"Content-Length: {len(payload)}\r\n\r\n"
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + length.encode())
        writer.write(payload)
        await writer.drain()
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[RecordingServer]:
    server = RecordingServer()
    async with await asyncio.start_server(server.answer, "127.0.0.1", 0) as listener:
        server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        yield server


@asynccontextmanager
async def requesting(url: str, read_seconds: float = 5) -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest(url, read_seconds) as request:
        yield request


def failures(kind: str) -> float:
    """How many calls have failed so in this process."""
    return REGISTRY.get_sample_value("digitbot_telegram_errors_total", {"kind": kind}) or 0


# --- calls that the bot cannot start without ------------------------------------------------------


@pytest.mark.parametrize("stumbles", [0, 1, START_RETRIES])
async def test_a_call_is_made_again_while_telegram_stumbles(stumbles: int) -> None:
    call = Calls(*(NetworkError("away") for _ in range(stumbles)))
    await retried(call, pause_seconds=0)
    assert call.count == stumbles + 1


async def test_at_last_its_error_is_raised() -> None:
    call = Calls(*(NetworkError(str(number)) for number in range(START_RETRIES + 1)))
    with pytest.raises(NetworkError, match=str(START_RETRIES)):
        await retried(call, pause_seconds=0)
    assert call.count == START_RETRIES + 1


@pytest.mark.parametrize("refusal", [BadRequest("nonsense"), InvalidToken()])
async def test_what_telegram_refuses_is_not_asked_again(refusal: TelegramError) -> None:
    call = Calls(refusal)
    with pytest.raises(type(refusal)):
        await retried(call, pause_seconds=0)
    assert call.count == 1


async def test_a_result_that_the_library_cannot_take_apart_is_the_networks_fault() -> None:
    call = Calls(*(KeyError("id") for _ in range(START_RETRIES + 1)))
    with pytest.raises(NetworkError, match="KeyError"):
        await retried(call, pause_seconds=0)
    assert call.count == START_RETRIES + 1


@pytest.mark.parametrize(("told", "waited"), [(7, 7), (3600, PATIENCE_SECONDS)])
def test_it_waits_as_long_as_telegram_says_within_limits(told: int, waited: float) -> None:
    async def run() -> float:
        await retried(Calls(RetryAfter(told)))
        return asyncio.get_running_loop().time()

    assert in_virtual_time(run()) == pytest.approx(waited)


# --- requests -------------------------------------------------------------------------------------


async def test_status_and_body_come_as_they_are_sent(server: RecordingServer) -> None:
    server.result = {"id": 1}
    async with requesting(server.url) as request:
        status, body = await request.do_request(f"{server.url}/getMe", "GET")
    assert status == 200
    assert json.loads(body)["result"] == {"id": 1}


async def test_a_call_without_files_is_sent_as_a_plain_form(server: RecordingServer) -> None:
    async with requesting(server.url) as request:
        bot = Bot(TOKEN, f"{server.url}/bot", request=request)
        await bot.set_my_description("7 & more")
    [sent] = server.requests
    assert sent.startswith(f"POST /bot{TOKEN}/setMyDescription ")
    assert "Content-Type: application/x-www-form-urlencoded" in sent
    assert sent.endswith("description=7+%26+more")


async def test_a_file_is_sent_beside_the_other_parameters(server: RecordingServer) -> None:
    server.result = {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}}
    async with requesting(server.url) as request:
        bot = Bot(TOKEN, f"{server.url}/bot", request=request)
        await bot.send_document(5, b"the bytes", filename="seven.txt")
    [sent] = server.requests
    assert "Content-Type: multipart/form-data" in sent
    assert 'filename="seven.txt"' in sent
    assert "the bytes" in sent
    assert 'name="chat_id"' in sent


async def test_updates_are_asked_for_from_an_offset_on_for_a_time_and_of_three_kinds(
    server: RecordingServer,
) -> None:
    server.result = [{"update_id": 8}]
    async with requesting(server.url) as request:
        bot = Bot(TOKEN, f"{server.url}/bot")
        assert await request.get_updates(bot, offset=8, seconds=3) == [{"update_id": 8}]
    path = server.requests[-1].split()[1]
    assert urlsplit(path).path == f"/bot{TOKEN}/getUpdates"
    query = parse_qs(urlsplit(path).query)
    assert (query["offset"], query["timeout"]) == (["8"], ["3"])
    kinds = json.loads(query["allowed_updates"][0])
    assert kinds == ["message", "edited_message", "callback_query", "guest_message"]


@pytest.mark.parametrize("status", [300, 400, 404, 500])
async def test_a_refusal_is_counted_by_its_status(status: int) -> None:
    before = failures(str(status))
    async with serving_files() as server, requesting(server.url) as request:
        with pytest.raises(NetworkError, match=str(status)):
            await request.do_request(server.address(str(status)), "GET")
    assert failures(str(status)) == before + 1


async def test_who_is_not_there_is_an_error_that_tells_no_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/bot{TOKEN}/getMe"
    before = failures("ClientConnectorError")
    async with requesting(url) as request:
        with pytest.raises(NetworkError, match=r"^ClientConnectorError$") as raised:
            await request.do_request(url, "GET")
    assert type(raised.value) is NetworkError
    assert failures("ClientConnectorError") == before + 1


async def test_who_goes_on_too_slowly_is_timed_out() -> None:
    before = failures("TimedOut")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/getMe"
        async with requesting(url, read_seconds=0.05) as request:
            assert request.read_timeout == 0.05
            with pytest.raises(TimedOut):
                await request.do_request(url, "GET")
        async with requesting(url) as patient:
            with pytest.raises(TimedOut):
                await patient.do_request(url, "GET", read_timeout=0.05)
    assert failures("TimedOut") == before + 2


async def test_before_it_is_ready_nothing_can_be_called() -> None:
    with pytest.raises(RuntimeError):
        await AiohttpRequest("http://127.0.0.1", 5).do_request("http://127.0.0.1/getMe", "GET")


async def test_times_to_wait_come_as_the_next_version_of_the_library_gives_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PTB_TIMEDELTA")
    async with requesting("http://127.0.0.1"):
        assert os.environ["PTB_TIMEDELTA"] == "true"
