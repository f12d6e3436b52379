"""Downloads of files from Telegram, which break off at the size limit.

The true size of a file is only known for sure while it arrives.
"""

from http import HTTPStatus

from aiohttp import ClientError, ClientTimeout
from telegram import Document, PhotoSize, Sticker
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from bot.api.client import new_session, read_body

Picture = PhotoSize | Document | Sticker
"""What Telegram sends a picture as."""

CHUNK_SECONDS = 10  # to connect, and to wait for each next chunk
FILE_SECONDS = 30.0  # for a whole file


class TooLargeError(Exception):
    """A file has more bytes than Telegram lets a bot download."""


class Downloads:
    """One HTTP client for all downloads, which keeps its connections."""

    def __init__(self, root: str, file_seconds: float = FILE_SECONDS) -> None:
        """Download from the Bot API at `root`, each file within `file_seconds`.

        Nothing is connected to yet.
        """
        self._timeout = ClientTimeout(
            file_seconds, sock_connect=CHUNK_SECONDS, sock_read=CHUNK_SECONDS
        )
        self._session = new_session(root)

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def fetch(self, url: str) -> bytes:
        """Download a file; no error's message contains `url`, which contains the bot's token.

        Raises:
            TooLargeError: it has more than `FileSizeLimit.FILESIZE_DOWNLOAD` bytes, of which no
                more were downloaded.
            BadRequest: Telegram refuses it, and will the next time.
            NetworkError: the connection or Telegram failed; the next try may succeed.
        """
        try:
            return await self._fetch(url)
        except TimeoutError:
            raise TimedOut("A download took too long") from None
        except (ClientError, ValueError) as error:
            raise NetworkError(f"A download broke off: {type(error).__name__}") from None

    async def _fetch(self, url: str) -> bytes:
        async with self._session.get(url, timeout=self._timeout, allow_redirects=False) as answer:
            if answer.status != HTTPStatus.OK:
                raise _status_error(answer.status)
            data = await read_body(answer, FileSizeLimit.FILESIZE_DOWNLOAD)
        if data is None:
            raise TooLargeError
        return data


def _status_error(status: int) -> TelegramError:
    transient = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in (
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.REQUEST_TIMEOUT,
    )
    kind = NetworkError if transient else BadRequest
    return kind(f"A download was refused with status {status}")
