"""Photos from Telegram: never too many at once, never one too large, and all of them counted."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from prometheus_client import REGISTRY
from telegram import Bot, Document
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest

from bot.application import Service
from bot.reading.photo_reader import PICTURES_AT_ONCE, PICTURES_OF_ONE_USER, PhotoReader
from model.reader import Reader, Refusal
from tests.bot.conversation import Chat, photo_of
from tests.bot.file_server import TOKEN, FileServer, serving_files
from tests.bot.poison import PoisonedReader

MOST = int(FileSizeLimit.FILESIZE_DOWNLOAD)
DOCUMENT = Document("f", "u")
USER = 5


@pytest.fixture
async def server() -> AsyncIterator[FileServer]:
    async with serving_files() as server:
        yield server


@pytest.fixture
async def bot(server: FileServer) -> AsyncIterator[Bot]:
    bot = Bot(TOKEN, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")
    yield bot
    await bot.request.shutdown()


@pytest.fixture
async def photos(reader: Reader, server: FileServer) -> AsyncIterator[PhotoReader]:
    async with PhotoReader(reader, server.url) as photos:
        yield photos


def counted(name: str, **labels: str) -> float:
    """What a counter has come to in this process."""
    return REGISTRY.get_sample_value(name, labels) or 0


async def test_a_size_that_lies_or_is_not_told_is_found_out_on_the_way(
    photos: PhotoReader, bot: Bot
) -> None:
    for size in (None, 1000):
        document = Document("f", "u", file_size=size)
        assert (await photos.read(document, bot, USER)).refused is Refusal.TOO_MANY_BYTES
        assert await photos.explain(document, bot, USER) is None


async def test_a_size_that_is_too_large_is_not_even_asked_for(
    photos: PhotoReader, server: FileServer, bot: Bot
) -> None:
    large = Document("f", "u", file_size=MOST + 1)
    assert (await photos.read(large, bot, USER)).refused is Refusal.TOO_MANY_BYTES
    assert await photos.explain(large, bot, USER) is None
    assert server.sent == 0
    server.file_path = "size-5"
    allowed = Document("f", "u", file_size=MOST)
    assert (await photos.read(allowed, bot, USER)).refused is Refusal.NOT_A_PICTURE


async def test_what_cannot_be_downloaded_is_an_error_and_no_reading(
    photos: PhotoReader, server: FileServer, bot: Bot
) -> None:
    server.file_path = "404"
    with pytest.raises(BadRequest):
        await photos.read(DOCUMENT, bot, USER)
    with pytest.raises(BadRequest):
        await photos.explain(DOCUMENT, bot, USER)


async def test_of_many_pictures_at_once_some_wait(
    photos: PhotoReader, server: FileServer, bot: Bot
) -> None:
    server.file_path = "gated"
    read = [photos.read(DOCUMENT, bot, user) for user in range(PICTURES_AT_ONCE)]
    drawn = [photos.explain(DOCUMENT, bot, user) for user in range(PICTURES_AT_ONCE)]
    everything = asyncio.gather(asyncio.gather(*read), asyncio.gather(*drawn))
    while server.waiting < PICTURES_AT_ONCE:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)  # for one more to come, if one could
    server.gate.set()
    readings, _ = await everything
    assert [reading.refused for reading in readings] == [Refusal.NOT_A_PICTURE] * PICTURES_AT_ONCE
    assert server.most_waiting == PICTURES_AT_ONCE


async def test_one_user_leaves_room_for_others(
    photos: PhotoReader, server: FileServer, bot: Bot
) -> None:
    server.file_path = "gated"
    many = [photos.read(DOCUMENT, bot, USER) for _ in range(2 * PICTURES_AT_ONCE)]
    everything = asyncio.gather(*many)
    while server.waiting < PICTURES_OF_ONE_USER:
        await asyncio.sleep(0.01)
    another = asyncio.create_task(photos.read(DOCUMENT, bot, USER + 1))
    while server.waiting < PICTURES_OF_ONE_USER + 1:
        await asyncio.sleep(0.01)
    server.gate.set()
    await asyncio.gather(everything, another)
    assert server.most_waiting == PICTURES_OF_ONE_USER + 1


async def test_it_is_told_what_reading_has_cost_whom(reader: Reader, server: FileServer) -> None:
    spent: list[tuple[int, float]] = []

    def spend(user_id: int, seconds: float) -> None:
        spent.append((user_id, seconds))

    poisoned = PoisonedReader(reader.model, reader.lines)
    async with PhotoReader(poisoned, server.url, deadline_seconds=1, spend=spend) as photos:
        await photos.ready()
        await photos.read_bytes(photo_of("7"), USER)
        await photos.read_bytes(b"spin", USER + 1)
    [(user, seconds), (other, more)] = spent
    assert (user, other) == (USER, USER + 1)
    assert 0 < seconds < 0.9 < more


async def test_each_picture_is_counted_and_each_refusal_by_its_reason(
    photos: PhotoReader, server: FileServer, bot: Bot
) -> None:
    reason = Refusal.NOT_A_PICTURE.value
    pictures = counted("digitbot_photos_total")
    refusals = counted("digitbot_refusals_total", reason=reason)
    server.file_path = "size-5"
    await photos.read(DOCUMENT, bot, USER)
    assert counted("digitbot_photos_total") == pictures + 1
    assert counted("digitbot_refusals_total", reason=reason) == refusals + 1


async def test_what_ends_its_worker_is_too_demanding(reader: Reader, server: FileServer) -> None:
    async with PhotoReader(PoisonedReader(reader.model, reader.lines), server.url) as photos:
        await photos.ready()
        assert (await photos.read_bytes(b"kill", USER)).refused is Refusal.TOO_DEMANDING
        assert (await photos.read_bytes(photo_of("7"), USER)).text == "7"


async def test_what_takes_longer_than_the_deadline_is_too_demanding(
    reader: Reader, server: FileServer
) -> None:
    poisoned = PoisonedReader(reader.model, reader.lines)
    async with PhotoReader(poisoned, server.url, deadline_seconds=1) as photos:
        assert (await photos.read_bytes(b"spin", USER)).refused is Refusal.TOO_DEMANDING


async def test_a_file_that_telegram_finds_too_big_is_refused_though_no_size_was_told(
    chat: Chat, service: Service, reader: Reader
) -> None:
    readings = []
    for data in (bytes(MOST + 1), photo_of("7", suffix=".png")):
        await chat.reply_to(await chat.send_file(data, "digit.png", "image/png"))
        sent = [event["message"] for event in chat.events if "document" in event.get("message", {})]
        document = Document(sent[-1]["document"]["file_id"], "u")
        async with PhotoReader(reader, "http://127.0.0.1") as photos:
            readings.append(await photos.read(document, service.bot, USER))
    assert readings[0].refused is Refusal.TOO_MANY_BYTES
    assert readings[1].text == "7"
