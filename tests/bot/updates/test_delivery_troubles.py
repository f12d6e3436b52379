"""What becomes of an update while Telegram or the database is in trouble, and how many go on."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from telegram import Bot, Update
from telegram.error import NetworkError, RetryAfter

from bot.application import Service
from bot.sandbox.server import running
from bot.storage.database import Database, connected
from bot.storage.update_log import Decision, UpdateLog
from bot.translations import for_code
from bot.updates.backoff import Backoff
from bot.updates.delivery import Delivery, RetryTimes
from tests.bot.arrivals import press_by, update_of
from tests.bot.conversation import Chat
from tests.bot.virtual_time import in_virtual_time

AWAY = NetworkError("away")
HASTE = RetryTimes(0, Backoff(0.01, 0.01))
NOBODY_TO_TELL = press_by(5, "x")  # a press below no message


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with connected(f"sqlite:///{tmp_path / 'log.db'}") as database:
        yield database


@pytest.fixture
def update_log(database: Database) -> UpdateLog:
    return UpdateLog(database, 123456)


@pytest.fixture
async def gone_bot() -> AsyncIterator[Bot]:
    """A bot whose Bot API has gone away."""
    with running() as gone:
        bot = Bot(gone.token, f"{gone.url}/bot")
        await bot.initialize()
    yield bot
    await bot.shutdown()


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


@pytest.mark.parametrize("error", [AWAY, RetryAfter(1)])
def test_troubles_are_waited_out(update_log: UpdateLog, error: Exception) -> None:
    handle = Failing(error, 3)
    assert in_virtual_time(Delivery(handle, update_log).deliver(NOBODY_TO_TELL))
    assert handle.calls == [0.0, 0.5, 1.5, 3.5]


def test_after_half_a_minute_of_trouble_it_is_given_up(update_log: UpdateLog) -> None:
    handle = Failing(AWAY, 100)
    assert in_virtual_time(Delivery(handle, update_log).deliver(NOBODY_TO_TELL))
    assert handle.calls == [0.0, 0.5, 1.5, 3.5, *(7.5 + 4 * more for more in range(7))]


def test_the_patience_is_half_a_minute_whatever_the_pauses(update_log: UpdateLog) -> None:
    handle = Failing(AWAY, 100)
    times = RetryTimes(backoff=Backoff(first=1.0, longest=1.0))
    delivery = Delivery(handle, update_log, times=times)
    assert in_virtual_time(delivery.deliver(NOBODY_TO_TELL))
    assert handle.calls == list(range(32))


@pytest.mark.parametrize(("patience", "tries"), [(0.5, 2), (1.0, 3), (1.5, 3)])
def test_patience_ends_with_the_first_failure_after_it(
    update_log: UpdateLog, patience: float, tries: int
) -> None:
    handle = Failing(AWAY, 100)
    times = RetryTimes(patience, Backoff(first=1.0, longest=1.0))
    delivery = Delivery(handle, update_log, times=times)
    assert in_virtual_time(delivery.deliver(NOBODY_TO_TELL))
    assert len(handle.calls) == tries


async def test_who_waits_too_long_is_told(
    update_log: UpdateLog, service: Service, chat: Chat
) -> None:
    message_id = await chat.send("hello")
    await chat.reply_to(message_id)
    update = update_of(chat.id, {"message_id": message_id, "text": "hello"}, bot=service.bot)
    delivery = Delivery(Failing(AWAY, 100), update_log, times=HASTE)
    assert await delivery.deliver(update)
    await chat.fetch()
    assert [each["text"] for each in chat.received][1:] == [for_code("en")("failure")]


async def test_who_cannot_be_told_now_is_tried_again_as_if_for_the_first_time(
    update_log: UpdateLog, gone_bot: Bot
) -> None:
    update = update_of(5, {"text": "hello"}, bot=gone_bot)
    for _ in range(4):
        delivery = Delivery(Failing(AWAY, 100), update_log, times=HASTE)
        assert await delivery.deliver(update) is False
    assert await update_log.begin(update.update_id) is Decision.HANDLE


async def lose(database: Database) -> None:
    await database.run(lambda session: session.execute(text("DROP TABLE updates")))


async def test_without_the_database_nothing_is_handled_and_all_has_to_come_again(
    update_log: UpdateLog, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await lose(database)
    handle = Failing(AWAY, 0)
    assert await Delivery(handle, update_log).deliver(NOBODY_TO_TELL) is False
    assert handle.calls == []
    assert "The database cannot be used" in caplog.text
    assert max(each.levelno for each in caplog.records) == logging.WARNING


async def test_a_database_that_is_lost_meanwhile_hides_no_trouble(
    update_log: UpdateLog, database: Database, gone_bot: Bot
) -> None:
    async def fail(_: Update) -> None:
        await lose(database)
        raise RuntimeError

    update = update_of(5, {"text": "hello"}, bot=gone_bot)
    assert await Delivery(fail, update_log).deliver(update) is False


async def most_at_once(
    update_log: UpdateLog, updates: list[Update], seconds_each: float = 0.05
) -> int:
    """How many of these updates are handled at the same time, if all come at once."""
    going, most = 0, 0

    async def handle(_: Update) -> None:
        nonlocal going, most
        going += 1
        most = max(most, going)
        await asyncio.sleep(seconds_each)
        going -= 1

    delivery = Delivery(handle, update_log)
    done = await asyncio.gather(*map(delivery.deliver, updates))
    assert done == [True] * len(updates)
    return most


async def test_64_updates_are_handled_at_once(update_log: UpdateLog) -> None:
    updates = [press_by(user, "x") for user in range(1, 71)]
    assert await most_at_once(update_log, updates, 0.5) == 64


async def test_what_was_under_way_when_the_process_ended_is_handled_one_by_one(
    update_log: UpdateLog,
) -> None:
    updates = [press_by(user, "x") for user in range(1, 5)]
    suspects, others = updates[:2], updates[2:]
    for update in suspects:
        await update_log.begin(update.update_id)
    await update_log.take_over()
    assert await most_at_once(update_log, suspects) == 1
    assert await most_at_once(update_log, others) == 2
