"""How the Bot API is called: not faster than Telegram takes, and with every failure counted."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import AIORateLimiter
from telegram.request import HTTPXRequest

from bot.metrics import TELEGRAM_ERRORS

# Times to wait are timedeltas, as the next version of the library gives them.
os.environ.setdefault("PTB_TIMEDELTA", "true")

STUMBLES, STUMBLE_SECONDS = 4, 0.5  # of Telegram, at the start
RETRIES = 3  # when Telegram says to wait
MESSAGES_A_SECOND = 30.0  # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits


class MessageLimiter(AIORateLimiter):
    """Telegram's limits are for messages: reactions and "typing" use none of them up."""

    def __init__(self, messages_a_second: float) -> None:
        """Send so many at most; 0 for any number, until the server says to wait."""
        super().__init__(overall_max_rate=messages_a_second, max_retries=RETRIES)

    async def process_request(  # noqa: PLR0913, PLR0917  the parent's
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # noqa: ANN401  the parent's
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:  # noqa: ANN401  the parent's
        """Send a request when it may be sent."""
        message = endpoint.startswith("send") and endpoint != "sendChatAction"
        counted = data if message else {}
        return await super().process_request(
            callback, args, kwargs, endpoint, counted, rate_limit_args
        )


class CountedRequest(HTTPXRequest):
    """HTTP whose failures Prometheus is told of."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401
        """Make a request; counts what fails by its status or its kind."""
        try:
            code, payload = await super().do_request(*args, **kwargs)
        except TelegramError as error:
            TELEGRAM_ERRORS.labels(type(error).__name__).inc()
            raise
        if code >= 400:
            TELEGRAM_ERRORS.labels(str(code)).inc()
        return code, payload


async def patiently(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call that the bot cannot start without, and again if Telegram stumbles.

    Raises:
        TelegramError: it stumbled each time, or refuses.
    """
    for _ in range(STUMBLES):
        try:
            await call()
        except NetworkError as error:
            if isinstance(error, BadRequest):
                raise
            await asyncio.sleep(STUMBLE_SECONDS)
        else:
            return
    await call()
