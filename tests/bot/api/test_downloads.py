"""Downloads: never more bytes than wanted, and no error that tells where a file is."""

import traceback
from collections.abc import AsyncIterator

import pytest
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from bot.api.downloads import Downloads, TooLargeError
from tests.bot.file_server import TOKEN, FileServer, serving_files
from tests.bot.hostile_api import HostileApi, response_of, serving_hostile_api

MOST = int(FileSizeLimit.FILESIZE_DOWNLOAD)


@pytest.fixture
async def server() -> AsyncIterator[FileServer]:
    async with serving_files() as server:
        yield server


@pytest.fixture
async def downloads() -> AsyncIterator[Downloads]:
    downloads = Downloads("http://127.0.0.1")
    yield downloads
    await downloads.close()


async def failure(downloads: Downloads, url: str) -> TelegramError:
    """What fetching raises, in which nothing tells of the address."""
    with pytest.raises(TelegramError) as raised:
        await downloads.fetch(url)
    error = raised.value
    texts = "\n".join([str(error), repr(error), *traceback.format_exception(error)])
    assert "secret-part" not in texts
    assert "/file/" not in texts
    assert error.__cause__ is None
    return error


async def test_a_file_as_large_as_may_be_comes_whole(
    server: FileServer, downloads: Downloads
) -> None:
    assert len(await downloads.fetch(server.address(f"size-{MOST}"))) == MOST
    assert await downloads.fetch(server.address("size-0")) == b""
    with pytest.raises(TooLargeError):
        await downloads.fetch(server.address(f"size-{MOST + 1}"))


async def test_of_a_file_without_end_no_more_is_read_than_wanted(
    server: FileServer, downloads: Downloads
) -> None:
    with pytest.raises(TooLargeError):
        await downloads.fetch(server.address("endless"))
    # What lies between the two ends in the system's buffers was sent, too.
    assert server.sent < 2 * MOST


@pytest.mark.parametrize("status", [408, 429, 500, 502])
async def test_what_may_be_there_at_the_next_try_is_an_error_of_the_network(
    server: FileServer, downloads: Downloads, status: int
) -> None:
    error = await failure(downloads, server.address(str(status)))
    assert type(error) is NetworkError
    assert str(status) in str(error)


@pytest.mark.parametrize("status", [302, 400, 404])
async def test_what_telegram_does_not_hand_out_is_a_bad_request(
    server: FileServer, downloads: Downloads, status: int
) -> None:
    assert type(await failure(downloads, server.address(str(status)))) is BadRequest


async def test_a_connection_that_breaks_or_is_not_made_is_an_error_of_the_network(
    server: FileServer, downloads: Downloads
) -> None:
    assert type(await failure(downloads, server.address("dropped"))) is NetworkError
    assert type(await failure(downloads, f"no address: {TOKEN}/secret-part")) is NetworkError
    async with serving_files() as other:
        nobody = other.address("size-1")
    assert type(await failure(downloads, nobody)) is NetworkError


async def test_a_download_that_trickles_is_given_up(
    server: FileServer,
) -> None:
    downloads = Downloads("http://127.0.0.1", file_seconds=0.3)
    assert type(await failure(downloads, server.address("slow"))) is TimedOut
    await downloads.close()


async def test_a_redirect_is_not_followed() -> None:
    api = HostileApi({"elsewhere": response_of(b"seven")})
    async with serving_hostile_api(api):
        location = f"Location: {api.url}/elsewhere\r\n"
        api.answers["file"] = response_of(b"", 302, location)
        downloads = Downloads(api.url)
        assert type(await failure(downloads, f"{api.url}/file")) is BadRequest
        await downloads.close()
    assert len(api.requests) == 1
