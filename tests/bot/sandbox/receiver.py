"""A bot's webhook on loopback: what arrived there, and what it answers."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Update = dict[str, Any]


class Receiver:
    """Takes note of every update, holds some, and answers in turn as told, then with 200."""

    def __init__(self, url: str) -> None:
        """Hold nothing and accept everything, at this address."""
        self.url = url
        self.updates: list[Update] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.answers: list[Response] = []
        self.most_at_once = 0
        self.most_at_once_of_a_chat = 0
        self.holds: Callable[[Update], bool] = lambda _: False
        self._released = asyncio.Event()
        self._under_way: Counter[int] = Counter()

    @property
    def texts(self) -> list[str]:
        """The texts of the messages that have arrived, each as often as it has."""
        return [update["message"]["text"] for update in self.updates]

    async def receive(self, request: Request) -> Response:
        """Take one update."""
        update = await request.json()
        self.updates.append(update)
        self.headers.append(dict(request.headers))
        self.times.append(time.monotonic())
        answer = self.answers.pop(0) if self.answers else Response()
        chat_id = _chat_id(update)
        self._under_way[chat_id] += 1
        self.most_at_once = max(self.most_at_once, self._under_way.total())
        self.most_at_once_of_a_chat = max(self.most_at_once_of_a_chat, *self._under_way.values())
        if self.holds(update):
            await self._released.wait()
        self._under_way[chat_id] -= 1
        return answer

    def release(self) -> None:
        """Let go of what is held, now and from now on."""
        self._released.set()

    async def wait_for(self, count: int) -> None:
        """Wait until so many updates have arrived."""
        await until(lambda: len(self.updates) >= count)


@asynccontextmanager
async def receiving(port: int = 0) -> AsyncIterator[Receiver]:
    """A receiver that runs in this event loop."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        receiver = Receiver(f"http://127.0.0.1:{listener.getsockname()[1]}/updates")
        app = Starlette(routes=[Route("/updates", receiver.receive, methods=["POST"])])
        config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listener]))
        await until(lambda: server.started)
        try:
            yield receiver
        finally:
            receiver.release()
            server.should_exit = True
            await task


async def say(page: httpx.AsyncClient, *texts: str) -> None:
    """Send texts from the chat page."""
    for text in texts:
        (await page.post("messages", data={"text": text})).raise_for_status()


async def until(look: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until `look` finds that it is so."""
    async with asyncio.timeout(20):
        # What it looks at has no event to wait for.
        while not (await found if isawaitable(found := look()) else found):
            await asyncio.sleep(0.01)


def _chat_id(update: Update) -> int:
    message = update.get("message") or update["callback_query"]["message"]
    chat_id: int = message["chat"]["id"]
    return chat_id
