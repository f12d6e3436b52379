"""What becomes of an update while Telegram or the database is in trouble."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from sqlalchemy import text
from telegram import Bot, Update
from telegram.error import NetworkError, RetryAfter

from bot.api.http import AiohttpRequest
from bot.application import Service
from bot.storage.database import Database
from bot.storage.inbox import Inbox
from bot.translations import for_code
from bot.updates.backoff import Backoff
from bot.updates.delivery import RETRY_TIMES, Delivery, Handle, RetryTimes
from tests.bot.arrivals import press_by, update_of
from tests.bot.conversation import Chat
from tests.bot.loopback import serving
from tests.bot.updates.inboxes import left, store, take
from tests.bot.virtual_time import in_virtual_time

AWAY = NetworkError("away")
HASTE = RetryTimes(0, Backoff(0.01, 0.01), 0.01)
NOBODY_TO_TELL = press_by(5, "x")  # a press below no message


class Failing:
    """Fails with `error` a number of times, then no more; notes the time of each call."""

    def __init__(self, error: Exception, times: int) -> None:
        """Has not been called yet."""
        self.calls: list[float] = []
        self._error = error
        self._times = times

    async def __call__(self, _: Update) -> None:
        """Fail, or not."""
        self.calls.append(asyncio.get_running_loop().time())
        if len(self.calls) <= self._times:
            raise self._error


async def no_choice(_: int) -> None:
    """Nobody has chosen a language."""


Deliver = Callable[..., Awaitable[bool]]


@pytest.fixture
def deliver(inbox: Inbox, nobodys_bot: Bot) -> Deliver:
    """Whether an update is done when it is handled in this way."""

    async def deliver(
        handle: Handle,
        times: RetryTimes = RETRY_TIMES,
        bot: Bot = nobodys_bot,
        update: Update = NOBODY_TO_TELL,
    ) -> bool:
        delivery = Delivery(bot, handle, inbox, no_choice, times)
        await delivery.deliver(await take(inbox, update))
        return await left(inbox, update) == 0

    return deliver


def in_time(deliver: Deliver, handle: Handle, times: RetryTimes = RETRY_TIMES) -> None:
    """Deliver an update on a clock that jumps ahead, and see that it is done."""

    async def run() -> bool:
        return await deliver(handle, times)

    assert in_virtual_time(run())


@pytest.mark.parametrize("error", [AWAY, RetryAfter(1)])
def test_troubles_are_waited_out(deliver: Deliver, error: Exception) -> None:
    handle = Failing(error, 3)
    in_time(deliver, handle)
    assert handle.calls == [0.0, 0.5, 1.5, 3.5]


def test_after_half_a_minute_of_trouble_it_is_given_up(deliver: Deliver) -> None:
    handle = Failing(AWAY, 100)
    in_time(deliver, handle)
    assert handle.calls == [0.0, 0.5, 1.5, 3.5, *(7.5 + 4 * more for more in range(7))]


def test_the_patience_is_half_a_minute_whatever_the_pauses(deliver: Deliver) -> None:
    handle = Failing(AWAY, 100)
    in_time(deliver, handle, RetryTimes(backoff=Backoff(first=1.0, longest=1.0)))
    assert handle.calls == list(range(32))


@pytest.mark.parametrize(("patience", "tries"), [(0.5, 2), (1.0, 3), (1.5, 3)])
def test_patience_ends_with_the_first_failure_after_it(
    deliver: Deliver, patience: float, tries: int
) -> None:
    handle = Failing(AWAY, 100)
    in_time(deliver, handle, RetryTimes(patience, Backoff(first=1.0, longest=1.0)))
    assert len(handle.calls) == tries


async def test_who_waits_too_long_is_told(deliver: Deliver, service: Service, chat: Chat) -> None:
    message_id = await chat.send("hello")
    await chat.answer_to(message_id)
    update = update_of(chat.id, {"message_id": message_id, "text": "hello"})
    assert await deliver(Failing(AWAY, 100), HASTE, service.bot, update)
    await chat.fetch()
    assert [each["text"] for each in chat.received][1:] == [for_code("en")("failure")]


async def test_who_cannot_be_told_now_is_tried_again_as_if_for_the_first_time(
    inbox: Inbox, gone_bot: Bot
) -> None:
    update = update_of(5, {"text": "hello"})
    await store(inbox, update)
    for _ in range(4):
        [taken] = await inbox.take(1)
        assert taken.times_begun == 1
        await Delivery(gone_bot, Failing(AWAY, 100), inbox, no_choice, HASTE).deliver(taken)
        assert await left(inbox, update) == 1


def test_who_cannot_be_told_now_is_tried_again_after_3_seconds(inbox: Inbox) -> None:
    async def refuse(request: web.Request) -> web.Response:
        del request
        return web.json_response({"ok": False, "description": "x"}, status=502)

    async def run() -> float:
        async with serving(refuse) as url, AiohttpRequest(url, 5) as calls:
            bot = Bot("1:nobody", f"{url}/bot", request=calls)
            times = RETRY_TIMES._replace(patience=0)
            delivery = Delivery(bot, Failing(AWAY, 100), inbox, no_choice, times)
            await delivery.deliver(await take(inbox, update_of(5, {"text": "hello"})))
            assert len(await inbox.take(1)) == 1
            return asyncio.get_running_loop().time()

    assert in_virtual_time(run()) == pytest.approx(0.5 + 3, abs=0.01)


async def test_what_is_cut_short_while_it_waits_is_given_back_at_once(
    inbox: Inbox, gone_bot: Bot
) -> None:
    times = HASTE._replace(redelivery=60)
    handle = Failing(AWAY, 100)
    delivery = Delivery(gone_bot, handle, inbox, no_choice, times)
    task = asyncio.create_task(delivery.deliver(await take(inbox, update_of(5, {"text": "hello"}))))
    async with asyncio.timeout(5):
        while not handle.calls:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert await inbox.take(1) == []
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    [again] = await inbox.take(1)
    assert again.times_begun == 1


async def lose(database: Database) -> None:
    await database.run(lambda session: session.execute(text("ALTER TABLE inbox RENAME TO away")))


async def find(database: Database) -> None:
    await database.run(lambda session: session.execute(text("ALTER TABLE away RENAME TO inbox")))


async def test_what_is_answered_while_the_database_is_away_is_not_answered_again(
    inbox: Inbox, database: Database, nobodys_bot: Bot
) -> None:
    calls = 0

    async def answer(_: Update) -> None:
        nonlocal calls
        calls += 1
        await lose(database)

    taken = await take(inbox, NOBODY_TO_TELL)
    await Delivery(nobodys_bot, answer, inbox, no_choice).deliver(taken)
    await find(database)
    async with inbox.heartbeat(), asyncio.timeout(5):
        while await left(inbox, NOBODY_TO_TELL):
            await asyncio.sleep(0.01)
    assert calls == 1


async def test_a_database_that_is_lost_meanwhile_hides_no_trouble(
    inbox: Inbox, database: Database, gone_bot: Bot
) -> None:
    async def fail(_: Update) -> None:
        await lose(database)
        raise RuntimeError

    update = update_of(5, {"text": "hello"})
    taken = await take(inbox, update)
    await Delivery(gone_bot, fail, inbox, no_choice, HASTE).deliver(taken)
    await find(database)
    assert await left(inbox, update) == 1
