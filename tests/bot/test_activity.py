"""What is logged of what the bot has done."""

import asyncio
import logging

import pytest

from bot.activity import counts, logging_activity
from bot.metrics import PHOTOS, REFUSALS, STAGES, TELEGRAM_ERRORS
from tests.bot.conversation import Chat, photo_of

PERIOD_SECONDS = 0.05


@pytest.fixture(autouse=True)
def at_level_info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot.activity")


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "bot.activity"]


async def test_after_a_period_its_counts_are_a_line(caplog: pytest.LogCaptureFixture) -> None:
    PHOTOS.inc()  # before it began
    async with logging_activity(PERIOD_SECONDS):
        await asyncio.sleep(0)
        for _ in range(3):
            STAGES.labels("update").observe(0.1)
            STAGES.labels("read").observe(0.1)
        PHOTOS.inc(2)
        REFUSALS.labels("one reason").inc()
        REFUSALS.labels("another").inc()
        TELEGRAM_ERRORS.labels("429").inc()
        await asyncio.sleep(3 * PERIOD_SECONDS)
    [line] = lines(caplog)
    assert line == (
        "In the last minute: updates 3, photos 2, of these refused 2, "
        "failed calls of the Bot API 1."
    )


async def test_a_period_in_which_nothing_happened_has_no_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with logging_activity(PERIOD_SECONDS):
        await asyncio.sleep(3 * PERIOD_SECONDS)
    assert lines(caplog) == []


async def test_a_photo_that_was_answered_is_counted(chat: Chat) -> None:
    before = counts()
    await chat.show(photo_of("7"))
    async with asyncio.timeout(5):
        while counts().updates == before.updates:
            await asyncio.sleep(0.01)
    now = counts()
    assert (now.updates - before.updates, now.photos - before.photos) == (1, 1)
    assert now.refused == before.refused
