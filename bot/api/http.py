"""HTTP to the Bot API: bounded in bytes and in seconds, and with every failure counted."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, FormData
from telegram import Bot, Update
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.api import responses
from bot.api.client import new_session, read_body
from bot.api.message_limiter import PATIENCE_SECONDS, seconds_to_wait
from bot.metrics import TELEGRAM_ERRORS

START_RETRIES = 4  # of a call at the start, when the network or Telegram fails
RETRY_PAUSE_SECONDS = 0.5
ALLOWED_UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.GUEST_MESSAGE,
]
"""The kinds of updates that the bot asks for."""

CONNECT_SECONDS = 5.0
URL_ENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


class AiohttpRequest(BaseRequest):
    """HTTP by aiohttp, which takes an eighth of the processor time of httpx; counts failures."""

    def __init__(
        self, root: str, read_seconds: float, connect_seconds: float = CONNECT_SECONDS
    ) -> None:
        """Call the Bot API at `root`; a call takes no longer than both times together.

        Nothing is connected to yet.
        """
        self._root = root
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long to wait for an answer, in seconds."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Make the client session, which connects to nothing yet."""
        # The library then gives times to wait as timedeltas, as its next version always will.
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        self._session = self._session or new_session(self._root)

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def get_updates(self, bot: Bot, offset: int, seconds: int) -> list[dict[str, Any]]:
        """The updates of `bot` from `offset` on, as JSON; waits up to `seconds` for the first.

        `Bot.get_updates` would parse each one into objects again, and most are under way already.

        Raises:
            TelegramError: the Bot API is away, or refuses.
        """
        kinds = json.dumps(ALLOWED_UPDATES)
        query = urlencode({"offset": offset, "timeout": seconds, "allowed_updates": kinds})
        url = f"{bot.base_url}/getUpdates?{query}"
        result = await self.post(url, read_timeout=seconds + self._read_seconds)
        return responses.updates_in(result)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The response to a call that succeeded.

        Raises:
            NetworkError: it is no response of the Bot API.
        """
        try:
            return responses.success(payload)
        except NetworkError:
            TELEGRAM_ERRORS.labels("InvalidResponse").inc()
            raise

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,  # noqa: ANN401  the parent's
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        """Make a request; returns the status, which is 2xx, and the body of the answer.

        Raises:
            RuntimeError: `initialize` has not been called.
            TimedOut: the server took too long, in all.
            NetworkError: the connection failed, or the answer is too large or is no response of
                the Bot API; its message leaves out the address, and so the token.
            TelegramError: the Bot API refuses.
        """
        seconds = read_timeout if isinstance(read_timeout, int | float) else self._read_seconds
        try:
            status, payload = await self._send(url, method, request_data, seconds)
        except TimeoutError:
            TELEGRAM_ERRORS.labels("TimedOut").inc()
            raise TimedOut from None
        except ClientError as error:
            TELEGRAM_ERRORS.labels(type(error).__name__).inc()
            raise NetworkError(type(error).__name__) from None
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            TELEGRAM_ERRORS.labels(str(status)).inc()
            raise responses.failure(status, payload, _method(url))
        return status, payload

    async def _send(
        self, url: str, method: str, data: RequestData | None, read_seconds: float
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("it is not initialized")
        timeout = ClientTimeout(
            total=self._connect_seconds + read_seconds,
            sock_connect=self._connect_seconds,
            sock_read=read_seconds,
        )
        body, headers = _form(data)
        async with self._session.request(
            method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as answer:
            payload = await read_body(answer, responses.LARGEST_RESPONSE)
            if payload is None:
                TELEGRAM_ERRORS.labels("TooLarge").inc()
                raise NetworkError("A response that is too large")
            return answer.status, payload


def _form(data: RequestData | None) -> tuple[FormData | str | None, dict[str, str]]:
    """The body of a request, and the headers that do not follow from it."""
    if data is None:
        return None, {}
    if not data.contains_files:  # FormData would draw a random boundary that nobody needs
        return data.url_encoded_parameters(), URL_ENCODED
    form = FormData(data.json_parameters)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, {}


def _method(url: str) -> str:
    """The method of the Bot API that an address calls."""
    return urlsplit(url).path.rpartition("/")[2]


async def retried(
    call: Callable[[], Awaitable[object]], pause_seconds: float = RETRY_PAUSE_SECONDS
) -> None:
    """Make a call that the bot cannot start without; try again if the network or Telegram fails.

    Raises:
        TelegramError: each try failed, or Telegram refuses.
    """
    for _ in range(START_RETRIES):
        try:
            await _checked(call)
        except RetryAfter as error:
            await asyncio.sleep(min(seconds_to_wait(error), PATIENCE_SECONDS))
        except NetworkError as error:
            if isinstance(error, BadRequest):
                raise
            await asyncio.sleep(pause_seconds)
        else:
            return
    await _checked(call)


async def _checked(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call whose result the library takes apart.

    Raises:
        NetworkError: it cannot, since the result is of another kind.
        TelegramError: what the call raises.
    """
    try:
        await call()
    except TelegramError:
        raise
    except Exception as error:
        name = type(error).__name__
        raise NetworkError(f"A result that cannot be taken apart: {name}") from error
