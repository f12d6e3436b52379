"""What Telegram and operators get over HTTP."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bot import web

PATH = "/hook"
SECRET = "only-telegram-knows"  # noqa: S105  nobody's
KNOWN = {web.SECRET_HEADER: SECRET}
UPDATE = {"update_id": 7, "message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "x"}}}


class Post:
    """Takes updates, and is done with them or not."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self.updates: list[dict[str, Any]] = []
        self.done = True
        self.gate = asyncio.Event()
        self.gate.set()

    async def receive(self, updates: list[dict[str, Any]]) -> bool:
        """Wait at the gate."""
        self.updates += updates
        await self.gate.wait()
        return self.done


@asynccontextmanager
async def served(post: Post, checks: dict[str, web.Check]) -> AsyncIterator[httpx.AsyncClient]:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    routes = [*web.health_routes(checks), web.webhook_route(PATH, SECRET, post.receive)]
    async with httpx.AsyncClient(base_url=url) as client, web.serving(routes, listener):
        yield client


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def client(post: Post) -> AsyncIterator[httpx.AsyncClient]:
    async with served(post, {}) as client:
        yield client


async def test_an_update_is_acknowledged_when_it_is_received(
    client: httpx.AsyncClient, post: Post
) -> None:
    post.gate.clear()
    answer = asyncio.create_task(client.post(PATH, json=UPDATE, headers=KNOWN))
    while not post.updates:
        await asyncio.sleep(0.01)
    assert not answer.done()
    post.gate.set()
    assert (await answer).status_code == 200
    assert post.updates == [UPDATE]


async def test_what_is_not_received_has_to_come_again_in_a_while(
    client: httpx.AsyncClient, post: Post
) -> None:
    post.done = False
    answer = await client.post(PATH, json=UPDATE, headers=KNOWN)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("secret", [None, "", SECRET[:-1], f"{SECRET}x", SECRET.upper(), "é"])
async def test_nobody_but_telegram_is_let_in(
    client: httpx.AsyncClient, post: Post, secret: str | None
) -> None:
    headers = [] if secret is None else [(web.SECRET_HEADER.encode(), secret.encode())]
    answer = await client.post(PATH, json=UPDATE, headers=headers)
    assert answer.status_code == 401
    assert SECRET not in answer.text
    assert post.updates == []


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"[]", b"7", b"{}", b'{"update_id": 7, "message": 7}', b"\xff\xfe"]
)
async def test_what_is_no_update_is_told_so(
    client: httpx.AsyncClient, post: Post, body: bytes
) -> None:
    assert (await client.post(PATH, content=body, headers=KNOWN)).status_code == 400
    assert post.updates == []


@pytest.mark.parametrize("announced", [True, False])
async def test_more_than_an_update_is_not_read_to_its_end(
    client: httpx.AsyncClient, post: Post, announced: bool
) -> None:
    body = json.dumps(UPDATE | {"more": "x" * web.LARGEST_BODY}).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 2**16):
            yield body[start : start + 2**16]

    content = body if announced else chunks()
    assert (await client.post(PATH, content=content, headers=KNOWN)).status_code == 413
    assert post.updates == []


async def test_a_webhook_is_only_posted_to(client: httpx.AsyncClient) -> None:
    assert (await client.get(PATH, headers=KNOWN)).status_code == 405
    assert (await client.post("/other", json=UPDATE, headers=KNOWN)).status_code == 404


async def test_it_is_alive_and_tells_its_metrics(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200
    metrics = await client.get("/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain; version=")
    assert "digitbot_photos_total" in metrics.text
    tasks = re.search(r"^digitbot_tasks (\S+)$", metrics.text, re.MULTILINE)
    assert tasks
    assert float(tasks[1]) >= 2  # the server, and this test


async def test_it_is_ready_when_all_that_it_needs_is_there(post: Post) -> None:
    async def fine() -> bool:
        return True

    async def away() -> None:
        raise ConnectionError("secret detail")

    async with served(post, {"telegram": fine, "database": fine}) as client:
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"telegram": True, "database": True})
    async with served(post, {"telegram": fine, "database": away}) as client:
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()) == (503, {"telegram": True, "database": False})


async def test_what_is_out_of_order_is_logged_once_and_once_when_it_is_not(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    is_away = True

    async def database() -> None:
        if is_away:
            raise ConnectionError("disk full")

    async with served(post, {"database": database}) as client:
        for _ in range(3):
            assert (await client.get("/readyz")).status_code == 503
        is_away = False
        for _ in range(3):
            assert (await client.get("/readyz")).status_code == 200
    messages = [record.getMessage() for record in caplog.records if record.name == "bot.web"]
    assert messages == ["Not ready: database (disk full)", "Ready again: database"]


async def test_what_is_under_way_is_finished_before_it_ends(post: Post) -> None:
    post.gate.clear()
    async with served(post, {}) as client:
        answer = asyncio.create_task(client.post(PATH, json=UPDATE, headers=KNOWN))
        while not post.updates:
            await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_later(0.3, post.gate.set)
    assert (await answer).status_code == 200
