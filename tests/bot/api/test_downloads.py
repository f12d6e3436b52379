"""Downloads: never more bytes than wanted, and no error that tells where a file is."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import Bot, Document
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from bot.api.downloads import Downloads, TooLargeError
from bot.application import Service
from bot.reading.photo_reader import PICTURES_AT_ONCE, PhotoReader
from model.reader import Reader, Refusal
from tests.bot.conversation import Chat, photo_of

MOST = int(FileSizeLimit.FILESIZE_DOWNLOAD)
TOKEN = "123456:AAsecret-part_of-the-token-0123456789"  # noqa: S105  nobody's
PIECE = bytes(2**16)


class Server:
    """A Bot API whose file is sent as its path says.

    Counts the bytes that it got rid of, and how many files without end it sent at once.
    """

    def __init__(self) -> None:
        """Nothing is sent yet."""
        self.sent = self.sending = self.most = 0
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close."""
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            await self._send(request.split()[1].rpartition("/")[2], writer)
        except ConnectionError:
            pass  # the bot has had enough
        finally:
            writer.close()

    async def _send(self, name: str, writer: asyncio.StreamWriter) -> None:
        if name == "getFile":
            told = b'{"ok":true,"result":{"file_id":"f","file_unique_id":"u","file_path":"lie"}}'
            writer.write(_head(200, len(told)) + told)
        elif name.isdecimal():  # a status
            writer.write(_head(int(name), 0))
        elif name == "dropped":
            writer.write(_head(200, 1000) + bytes(500))
        elif name == "slow":
            writer.write(_head(200, 1000))
            while True:
                writer.write(b"0")
                await writer.drain()
                await asyncio.sleep(0.02)
        elif name.startswith("size-"):
            size = int(name.removeprefix("size-"))
            writer.write(_head(200, size) + bytes(size))
        else:
            await self._send_endlessly(writer)
        await writer.drain()

    async def _send_endlessly(self, writer: asyncio.StreamWriter) -> None:
        self.sending += 1
        self.most = max(self.most, self.sending)
        try:
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while True:
                writer.write(PIECE)
                await writer.drain()
                self.sent += len(PIECE)
        finally:
            self.sending -= 1


def _head(status: int, length: int) -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n".encode()


@asynccontextmanager
async def _serving() -> AsyncIterator[Server]:
    server = Server()
    async with await asyncio.start_server(server.answer, "127.0.0.1", 0) as listener:
        server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        yield server


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with _serving() as server:
        yield server


@pytest.fixture
async def downloads() -> AsyncIterator[Downloads]:
    downloads = Downloads("http://127.0.0.1")
    yield downloads
    await downloads.close()


def address(server: Server, name: str) -> str:
    return f"{server.url}/file/bot{TOKEN}/{name}"


async def failure(downloads: Downloads, url: str) -> TelegramError:
    """What fetching raises, in which nothing tells of the address."""
    with pytest.raises(TelegramError) as raised:
        await downloads.fetch(url)
    error = raised.value
    told = [str(error), repr(error), *traceback.format_exception(error)]
    assert not any("secret-part" in text or "/file/" in text for text in told)
    assert error.__cause__ is None
    return error


async def test_a_file_as_large_as_may_be_comes_whole(server: Server, downloads: Downloads) -> None:
    assert len(await downloads.fetch(address(server, f"size-{MOST}"))) == MOST
    assert await downloads.fetch(address(server, "size-0")) == b""
    with pytest.raises(TooLargeError):
        await downloads.fetch(address(server, f"size-{MOST + 1}"))


async def test_of_a_file_without_end_no_more_is_read_than_wanted(
    server: Server, downloads: Downloads
) -> None:
    with pytest.raises(TooLargeError):
        await downloads.fetch(address(server, "endless"))
    # What lies between the two ends in the system's buffers was sent, too.
    assert server.sent < 2 * MOST


@pytest.mark.parametrize("status", [408, 429, 500, 502])
async def test_what_may_be_there_at_the_next_try_is_an_error_of_the_network(
    server: Server, downloads: Downloads, status: int
) -> None:
    error = await failure(downloads, address(server, str(status)))
    assert type(error) is NetworkError
    assert str(status) in str(error)


@pytest.mark.parametrize("status", [302, 400, 404])
async def test_what_telegram_does_not_hand_out_is_a_bad_request(
    server: Server, downloads: Downloads, status: int
) -> None:
    assert type(await failure(downloads, address(server, str(status)))) is BadRequest


async def test_a_connection_that_breaks_or_is_not_made_is_an_error_of_the_network(
    server: Server, downloads: Downloads
) -> None:
    assert type(await failure(downloads, address(server, "dropped"))) is NetworkError
    assert type(await failure(downloads, f"no address: {TOKEN}/secret-part")) is NetworkError
    async with _serving() as other:
        nobody = address(other, "size-1")
    assert type(await failure(downloads, nobody)) is NetworkError


async def test_a_download_that_trickles_is_given_up(
    server: Server, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.api.downloads.WHOLE_SECONDS", 0.3)
    assert type(await failure(downloads, address(server, "slow"))) is TimedOut


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:
    bot = Bot(TOKEN, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")
    yield bot
    await bot.request.shutdown()


@pytest.fixture
async def photos(reader: Reader) -> AsyncIterator[PhotoReader]:
    async with PhotoReader(reader, "http://127.0.0.1") as photos:
        yield photos


async def test_a_size_that_lies_or_is_not_told_is_found_out_on_the_way(
    photos: PhotoReader, bot: Bot
) -> None:
    for size in (None, 1000):
        document = Document("f", "u", file_size=size)
        assert (await photos.read(document, bot)).refused is Refusal.TOO_MANY_BYTES
        assert await photos.explain(document, bot) is None


async def test_of_many_pictures_at_once_some_wait(
    server: Server, photos: PhotoReader, bot: Bot
) -> None:
    document = Document("f", "u")
    wanted = [photos.read(document, bot) for _ in range(PICTURES_AT_ONCE)]
    drawn = [photos.explain(document, bot) for _ in range(PICTURES_AT_ONCE)]
    await asyncio.gather(*wanted, *drawn)
    assert 1 < server.most <= PICTURES_AT_ONCE


async def test_a_file_that_telegram_finds_too_big_is_refused_though_no_size_was_told(
    chat: Chat, service: Service, reader: Reader
) -> None:
    readings = []
    for data in (bytes(MOST + 1), photo_of("7", suffix=".png")):
        await chat.reply_to(await chat.send_file(data, "digit.png", "image/png"))
        sent = [event["message"] for event in chat.events if "document" in event.get("message", {})]
        document = Document(sent[-1]["document"]["file_id"], "u")
        async with PhotoReader(reader, "http://127.0.0.1") as photos:
            readings.append(await photos.read(document, service.bot))
    assert readings[0].refused is Refusal.TOO_MANY_BYTES
    assert readings[1].text == "7"
