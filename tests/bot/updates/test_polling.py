"""Telegram is told that an update is received when it is stored, and never before."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import Bot

from bot.api.http import AiohttpRequest
from bot.sandbox.server import Sandbox, running
from bot.updates.backoff import Backoff
from bot.updates.polling import Polling, PollingTimes
from tests.bot.conversation import Chat, chatting

HASTE = PollingTimes(backoff=Backoff(0.01, 0.01))


class Desk:
    """Receives updates, if it is open."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self.came: list[str] = []
        self.is_open = True

    async def receive(self, updates: list[dict[str, Any]]) -> bool:
        """Note the texts."""
        self.came += [update["message"]["text"] for update in updates]
        return self.is_open

    async def has(self, *texts: str) -> None:
        """Wait until these came last, in this order."""
        async with asyncio.timeout(10):
            while self.came[-len(texts) :] != [*texts]:
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
async def polled(sandbox: Sandbox, desk: Desk) -> AsyncIterator[None]:
    """What comes is handed to the desk, as long as the context lasts."""
    stop = asyncio.Event()
    async with talking(sandbox) as (bot, polls):
        task = asyncio.create_task(Polling(bot, polls, desk.receive, HASTE).run(stop))
        try:
            yield
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


async def test_each_update_is_handed_in_once_and_in_its_order(fresh: Sandbox, person: Chat) -> None:
    desk = Desk()
    texts = ["one", "two", "three", "four"]
    async with polled(fresh, desk):
        for text in texts[:2]:
            await person.send(text)
        await desk.has(*texts[:2])
        for text in texts[2:]:
            await person.send(text)
        await desk.has(*texts[2:])
    assert desk.came == texts


async def test_what_is_received_is_acknowledged_even_at_the_very_end(
    fresh: Sandbox, person: Chat
) -> None:
    desk = Desk()
    async with polled(fresh, desk):
        await person.send("last")
        await desk.has("last")
    assert await left(fresh) == []


async def test_what_is_not_received_comes_again_and_is_not_acknowledged(
    fresh: Sandbox, person: Chat
) -> None:
    closed = Desk()
    closed.is_open = False
    for text in ("one", "two"):
        await person.send(text)
    async with polled(fresh, closed):
        await closed.has("one", "two", "one", "two", "one", "two")
    assert await left(fresh) == ["one", "two"]


async def test_what_is_not_received_at_first_may_be_received_later(
    fresh: Sandbox, person: Chat
) -> None:
    desk = Desk()
    desk.is_open = False
    await person.send("one")
    async with polled(fresh, desk):
        await desk.has("one", "one")
        desk.is_open = True
        await desk.has("one", "one", "one")
        await person.send("two")
        await desk.has("one", "two")
    assert await left(fresh) == []


async def test_what_is_being_stored_when_it_is_told_to_stop_is_not_acknowledged(
    fresh: Sandbox, person: Chat
) -> None:
    begun, stop = asyncio.Event(), asyncio.Event()

    async def hang(_: list[dict[str, Any]]) -> bool:
        begun.set()
        await asyncio.sleep(60)
        return True

    async with talking(fresh) as (bot, polls):
        task = asyncio.create_task(Polling(bot, polls, hang).run(stop))
        await person.send("hello")
        async with asyncio.timeout(10):
            await begun.wait()
            stop.set()
            await task
    assert await left(fresh) == ["hello"]


async def test_telegram_may_be_away_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    stop = asyncio.Event()
    with running() as gone:
        bot = Bot(gone.token, f"{gone.url}/bot")
        await bot.initialize()
    async with AiohttpRequest(gone.url, 5) as polls:
        task = asyncio.create_task(Polling(bot, polls, Desk().receive, HASTE).run(stop))
        await asyncio.sleep(0.2)
        assert not task.done()
        stop.set()
        await task
    await bot.shutdown()
    assert "Telegram cannot be reached" in caplog.text
