"""HTTP to the Bot API: within Telegram's rate limits, and with every failure counted."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

from aiohttp import ClientError, ClientSession, ClientTimeout, FormData, TCPConnector
from telegram import Bot, Update
from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.ext import AIORateLimiter
from telegram.request import BaseRequest, RequestData

from bot.metrics import TELEGRAM_ERRORS

START_RETRIES = 4  # of a call at the start, when the network or Telegram fails
RETRY_PAUSE_SECONDS = 0.5
ALLOWED_UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY]
"""The kinds of updates that the bot asks for."""

CONNECT_SECONDS = 5.0
URL_ENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
FLOOD_RETRIES = 3  # of a call that Telegram answers with 429 and a time to wait
MESSAGES_A_SECOND = 30.0  # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits


class MessageLimiter(AIORateLimiter):
    """Limits the rate of messages; reactions and "typing" do not count, as with Telegram."""

    def __init__(self, messages_a_second: float) -> None:
        """Send at most `messages_a_second`; 0 for any number, until the server says to wait."""
        super().__init__(overall_max_rate=messages_a_second, max_retries=FLOOD_RETRIES)

    async def process_request(  # noqa: PLR0913, PLR0917  the parent's
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # noqa: ANN401  the parent's
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:  # noqa: ANN401  the parent's
        """Send a request as soon as the limits allow it.

        Raises:
            TelegramError: the Bot API is away, or refuses.
        """
        is_message = endpoint.startswith("send") and endpoint != "sendChatAction"
        counted = data if is_message else {}  # the parent counts by the chat_id in it
        return await super().process_request(
            callback, args, kwargs, endpoint, counted, rate_limit_args
        )


class AiohttpRequest(BaseRequest):
    """HTTP by aiohttp, which takes an eighth of the processor time of httpx; counts failures."""

    def __init__(self, root: str, read_seconds: float) -> None:
        """Call the Bot API at `root`, and wait `read_seconds` for each chunk of an answer."""
        self._proxy = proxy(root)
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
        self._session = self._session or ClientSession(
            connector=TCPConnector(limit=0), proxy=self._proxy
        )

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
        updates: Any = await self.post(url, read_timeout=seconds + self._read_seconds)
        return list(updates)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,  # noqa: ANN401  the parent's
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        """Make a request; returns the answer's status and body.

        Raises:
            RuntimeError: `initialize` has not been called.
            TimedOut: the server took too long.
            NetworkError: the connection failed; its message leaves out the address, and so
                the token.
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
        if status >= HTTPStatus.BAD_REQUEST:
            TELEGRAM_ERRORS.labels(str(status)).inc()
        return status, payload

    async def _send(
        self, url: str, method: str, data: RequestData | None, read_seconds: float
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("it is not initialized")
        timeout = ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=read_seconds)
        body, headers = _form(data)
        async with self._session.request(
            method, url, data=body, headers=headers, timeout=timeout
        ) as answer:
            return answer.status, await answer.read()


def proxy(root: str) -> str | None:
    """The proxy that the environment names for an address, if any."""
    address = urlsplit(root)
    if proxy_bypass(address.hostname or ""):
        return None
    return getproxies().get(address.scheme)


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


async def retried(
    call: Callable[[], Awaitable[object]], pause_seconds: float = RETRY_PAUSE_SECONDS
) -> None:
    """Make a call that the bot cannot start without; try again if the network or Telegram fails.

    Raises:
        TelegramError: each try failed, or Telegram refuses.
    """
    for _ in range(START_RETRIES):
        try:
            await call()
        except NetworkError as error:
            if isinstance(error, BadRequest):
                raise
            await asyncio.sleep(pause_seconds)
        else:
            return
    await call()
