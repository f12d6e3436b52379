"""Files from Telegram, no larger than wanted: their sizes are known for sure only on the way."""

import asyncio

import httpx
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

SECONDS = 10  # to connect, and from one piece to the next
WHOLE_SECONDS = 30


class TooLargeError(Exception):
    """A file has more bytes than Telegram lets a bot download."""


class Downloads:
    """One HTTP client for all of them, which keeps its connections."""

    def __init__(self) -> None:
        """Connect to nobody yet."""
        self._client = httpx.AsyncClient(
            # A compressed body could grow beyond the limit while it is unpacked.
            headers={"Accept-Encoding": "identity"},
            timeout=httpx.Timeout(SECONDS, pool=None),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def fetch(self, url: str) -> bytes:
        """Download a file; no error tells of `url`, which holds the bot's token.

        Raises:
            TooLargeError: it has more than `FileSizeLimit.FILESIZE_DOWNLOAD` bytes, of which no
                more were downloaded.
            BadRequest: Telegram does not hand it out.
            NetworkError: it may be there at the next try.
        """
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await self._fetch(url)
        except (TimeoutError, httpx.TimeoutException):
            raise TimedOut("A download took too long") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NetworkError(f"A download broke off: {type(error).__name__}") from None

    async def _fetch(self, url: str) -> bytes:
        data = bytearray()
        async with self._client.stream("GET", url) as response:
            if not response.is_success:
                raise _refused(response.status_code)
            async for piece in response.aiter_raw():
                data += piece
                if len(data) > FileSizeLimit.FILESIZE_DOWNLOAD:
                    raise TooLargeError
        return bytes(data)


def _refused(status: int) -> TelegramError:
    transient = status >= httpx.codes.INTERNAL_SERVER_ERROR or status in (
        httpx.codes.TOO_MANY_REQUESTS,
        httpx.codes.REQUEST_TIMEOUT,
    )
    kind = NetworkError if transient else BadRequest
    return kind(f"A download was refused with status {status}")
