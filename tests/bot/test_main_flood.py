"""One user sends far too much; another is answered at once all the same."""

import asyncio
import struct
import time
import zlib
from collections.abc import Awaitable, Callable

import pytest

from tests.bot.busy_telegram import TOKEN, BusyTelegram, busy_telegram
from tests.bot.conversation import photo_of
from tests.bot.processes import Start

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FLOODER, OTHER, GROUP = 1, 2, -1
PHOTOS = 20  # of the other one, one after the other
PAUSE = 0.3  # s between them
SECONDS = 2.0  # for an answer at the 99th percentile: of so few, for the slowest
PENDING = 5  # hard pictures that are let in: all of them are read before the test ends
PATIENCE = 300.0  # s; for all that the flooder has sent
NOTICES = ("Too many photos at once", "Too many messages at once", "Your pictures take me long")
PASSES = [  # of Adam7: the first column and row, and the steps to the next
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
]  # fmt: skip

Flood = Callable[[BusyTelegram], Awaitable[list[int]]]


def hard_picture(width: int = 10_000, height: int = 5_000) -> bytes:
    """An interlaced PNG with four channels of 16 bits: 0.4 MB that take seconds to decode."""
    size = 0
    for left, top, step, line_step in PASSES:
        columns = (width - left + step - 1) // step
        lines = (height - top + line_step - 1) // line_step
        size += lines * (1 + 8 * columns)
    header = struct.pack("!IIBBBBB", width, height, 16, 6, 0, 0, 1)
    pixels = zlib.compress(bytes(size), 9)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    checksum = struct.pack("!I", zlib.crc32(kind + data))
    return struct.pack("!I", len(data)) + kind + data + checksum


async def hard_pictures_in_private(telegram: BusyTelegram) -> list[int]:
    picture = hard_picture()
    return [await telegram.send_picture(FLOODER, FLOODER, picture) for _ in range(120)]


async def commands_in_a_group(telegram: BusyTelegram) -> list[int]:
    return [await telegram.send_text(FLOODER, GROUP, "/help") for _ in range(130)]


async def a_hard_picture_in_each_of_many_groups(telegram: BusyTelegram) -> list[int]:
    picture = hard_picture()
    return [await telegram.send_picture(FLOODER, GROUP - n, picture) for n in range(30)]


async def seconds_to_answer(telegram: BusyTelegram) -> float:
    """How long the other user waits for the answer to a photo."""
    began = time.monotonic()
    message_id = await telegram.send_picture(OTHER, OTHER, photo_of("7"))
    answer = await telegram.reply_to(message_id, PATIENCE)
    assert answer["text"].startswith("<b>7</b>")
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("flood", "let_in", "notices"),
    [
        (hard_pictures_in_private, PENDING, 1),
        (commands_in_a_group, 30, 1),
        (a_hard_picture_in_each_of_many_groups, PENDING, 1),
    ],
)
async def test_while_one_user_floods_it_another_is_answered_at_once(
    start: Start, flood: Flood, let_in: int, notices: int
) -> None:
    async with busy_telegram() as telegram:
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        process = start(**settings, PHOTOS_PENDING=str(PENDING))
        await seconds_to_answer(telegram)  # the first one waits for the start, too
        flooding = await flood(telegram)
        await asyncio.sleep(1)
        waits = []
        for _ in range(PHOTOS):
            waits.append(await seconds_to_answer(telegram))
            await asyncio.sleep(PAUSE)
        assert max(waits) < SECONDS
        # What is let in is the first of all.
        answers = [await telegram.reply_to(each, PATIENCE) for each in flooding[:let_in]]
        refusals = [message for each in flooding[let_in:] for message in telegram.replies_to(each)]
        assert not [message for message in answers if message["text"].startswith(NOTICES)]
        assert len(refusals) == notices
        assert refusals[0]["text"].startswith(NOTICES)
        assert [len(telegram.replies_to(each)) for each in flooding[:let_in]] == [1] * let_in
        process.stop()
