"""Telegram is told that an update is done when it is, and never before."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot, Update
from telegram.error import InvalidToken

from bot import web
from bot.api.http import AiohttpRequest
from bot.sandbox.server import Sandbox, running
from bot.updates.backoff import Backoff
from bot.updates.polling import TIMES, Polling, PollingTimes
from tests.bot.conversation import Chat, chatting


class Desk:
    """Takes updates; one is done when its text is let through."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self.came: list[str] = []
        self._gates: dict[str, asyncio.Event] = {}

    def gate(self, text: str) -> asyncio.Event:
        """What holds the message with this text."""
        return self._gates.setdefault(text, asyncio.Event())

    async def deliver(self, update: Update) -> bool:
        """Wait at the gate."""
        assert update.message
        text = str(update.message.text)
        self.came.append(text)
        await self.gate(text).wait()
        return True

    async def has(self, *texts: str) -> None:
        """Wait until these came, in this order."""
        async with asyncio.timeout(10):
            while self.came != [*texts]:
                await asyncio.sleep(0.01)


@pytest.fixture
def fresh() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@pytest.fixture
async def person(fresh: Sandbox) -> AsyncIterator[Chat]:
    async with chatting(fresh) as chat:
        yield chat


@asynccontextmanager
async def polled(sandbox: Sandbox, times: PollingTimes = TIMES) -> AsyncIterator[Desk]:
    """A desk that what comes is handed to, as long as the context lasts."""
    desk, stop = Desk(), asyncio.Event()
    async with talking(sandbox) as (bot, polls):
        task = asyncio.create_task(Polling(bot, polls, desk.deliver, times).run(stop))
        try:
            yield desk
        finally:
            stop.set()
            await task


@asynccontextmanager
async def talking(sandbox: Sandbox) -> AsyncIterator[tuple[Bot, AiohttpRequest]]:
    """The bot's end of the Bot API."""
    async with (
        Bot(sandbox.token, f"{sandbox.url}/bot") as bot,
        AiohttpRequest(sandbox.url, 5) as polls,
    ):
        yield bot, polls


async def left(sandbox: Sandbox) -> list[str]:
    """What Telegram still has to hand out."""
    async with Bot(sandbox.token, f"{sandbox.url}/bot") as bot:
        return [str(each.message and each.message.text) for each in await bot.get_updates()]


async def test_what_is_under_way_is_not_acknowledged_though_later_ones_are_done(
    fresh: Sandbox, person: Chat
) -> None:
    async with polled(fresh, PollingTimes(grace=0.2)) as desk:
        for text in ("one", "two", "three"):
            await person.send(text)
        desk.gate("one").set()
        desk.gate("three").set()
        await desk.has("one", "two", "three")
    assert await left(fresh) == ["two", "three"]


async def test_later_ones_are_fetched_meanwhile_and_each_handed_in_once(
    fresh: Sandbox, person: Chat
) -> None:
    async with polled(fresh) as desk:
        await person.send("slow")
        await desk.has("slow")
        for text in ("one", "two"):
            await person.send(text)
            desk.gate(text).set()
        await desk.has("slow", "one", "two")
        await asyncio.sleep(0.3)
        await desk.has("slow", "one", "two")
        desk.gate("slow").set()
    assert await left(fresh) == []


async def test_what_is_under_way_when_it_is_told_to_stop_is_finished_and_acknowledged(
    fresh: Sandbox, person: Chat
) -> None:
    async with polled(fresh) as desk:
        await person.send("last")
        await desk.has("last")
        asyncio.get_running_loop().call_later(0.3, desk.gate("last").set)
    assert await left(fresh) == []


async def test_what_cannot_be_done_now_is_tried_again(fresh: Sandbox, person: Chat) -> None:
    tries = asyncio.Queue[int]()

    async def deliver(update: Update) -> bool:
        tries.put_nowait(update.update_id)
        return tries.qsize() >= 3

    stop = asyncio.Event()
    async with talking(fresh) as (bot, polls):
        task = asyncio.create_task(
            Polling(bot, polls, deliver, PollingTimes(redelivery=0.01)).run(stop)
        )
        await person.send("hello")
        async with asyncio.timeout(10):
            while tries.qsize() < 3:
                await asyncio.sleep(0.01)
        stop.set()
        await task
    assert await left(fresh) == []


async def test_whatever_goes_wrong_with_an_update_it_is_tried_again(
    fresh: Sandbox, person: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    errors = [InvalidToken("revoked"), ValueError("odd"), RecursionError("deep")]
    done = asyncio.Event()

    async def deliver(_: Update) -> bool:
        if errors:
            raise errors.pop(0)
        done.set()
        return True

    stop = asyncio.Event()
    async with talking(fresh) as (bot, polls):
        polling = Polling(bot, polls, deliver, PollingTimes(redelivery=0.01))
        task = asyncio.create_task(polling.run(stop))
        await person.send("hello")
        async with asyncio.timeout(10):
            await done.wait()
        stop.set()
        await task
    assert caplog.text.count("tried again later") == 3
    assert await left(fresh) == []


async def test_telegram_may_be_away_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    stop = asyncio.Event()
    with running() as gone:
        bot = Bot(gone.token, f"{gone.url}/bot")
        await bot.initialize()
    async with AiohttpRequest(gone.url, 5) as polls:
        times = PollingTimes(backoff=Backoff(0.01, 0.01))
        task = asyncio.create_task(Polling(bot, polls, Desk().deliver, times).run(stop))
        await asyncio.sleep(0.2)
        assert not task.done()
        stop.set()
        await task
    await bot.shutdown()
    assert "Telegram cannot be reached" in caplog.text


async def test_what_cannot_be_taken_apart_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    passed, desk = asyncio.Event(), Desk()

    async def answer(request: Request) -> Response:
        if request.url.path.endswith("/getMe"):
            result: Any = {"id": 1, "is_bot": True, "first_name": "x", "username": "x_bot"}
        elif int(request.query_params.get("offset", 9)) <= 5:
            result = [{"update_id": 5, "message": 7}]
        else:
            result = []
            passed.set()
        return JSONResponse({"ok": True, "result": result})

    listener, stop = socket.create_server(("127.0.0.1", 0)), asyncio.Event()
    elsewhere = Sandbox(f"http://127.0.0.1:{listener.getsockname()[1]}", "1:nobody")
    route = Route("/{path:path}", answer, methods=["POST"])
    async with web.serving([route], listener), talking(elsewhere) as (bot, polls):
        task = asyncio.create_task(Polling(bot, polls, desk.deliver).run(stop))
        async with asyncio.timeout(10):
            await passed.wait()
        stop.set()
        await task
    assert desk.came == []
    assert "passed over" in caplog.text
