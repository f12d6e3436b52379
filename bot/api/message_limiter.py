"""How fast messages are sent, and how long a chat waits that Telegram has told to wait.

The library's `AIORateLimiter` cannot do that: it holds every chat while one has to wait, for as
long as Telegram says.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from aiolimiter import AsyncLimiter
from telegram.constants import FloodLimit
from telegram.error import ChatMigrated, RetryAfter
from telegram.ext import BaseRateLimiter

MESSAGES_A_SECOND = 30.0  # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits
# On their way at the same time, so that few are sent once more if the process is killed before it
# hears that they arrived; at 0.1 s each that is more than the 30 a second that Telegram takes.
MESSAGES_AT_ONCE = 4
PATIENCE_SECONDS = 30.0  # how long a message waits for its chat, as long as `Delivery` tries
MARGIN_SECONDS = 0.1  # beyond the time that Telegram says, as in the library's limiter
MOST_LIMITERS = 512  # kept before idle ones are dropped, as in the library's limiter
# Each shows something that has passed soon, and is not worth waiting.
FLEETING = {"sendChatAction", "setMessageReaction"}

Call = Callable[..., Coroutine[Any, Any, Any]]


class MessageLimiter(BaseRateLimiter[int]):
    """Lets each chat wait for itself; reactions and "typing" are sent at once or not at all."""

    def __init__(self, messages_a_second: float, patience: float = PATIENCE_SECONDS) -> None:
        """Send at most `messages_a_second`, and one a second to a private chat.

        Args:
            messages_a_second: to all chats; 0 for any number, to each private chat, too, until the
                server says to wait. To a group it is 20 messages a minute in any case.
            patience: how many seconds a message waits at most because the server says so.
        """
        self._patience = patience
        self._overall = AsyncLimiter(messages_a_second, 1) if messages_a_second else None
        self._under_way = asyncio.Semaphore(MESSAGES_AT_ONCE)
        self._chats: dict[str, AsyncLimiter] = {}
        self._closed_until: dict[str, float] = {}  # by chat, on the event loop's clock

    async def initialize(self) -> None:
        """Do nothing."""

    async def shutdown(self) -> None:
        """Do nothing."""

    async def process_request(  # noqa: PLR0913, PLR0917  the parent's
        self,
        callback: Call,
        args: Any,  # noqa: ANN401  the parent's
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,  # noqa: ARG002  the parent's
    ) -> Any:  # noqa: ANN401  the parent's
        """Send a request as soon as its chat may get it.

        What is sent to a group that has become a supergroup is sent to that.

        Raises:
            RetryAfter: the chat would have to wait too long; or no chat is concerned.
            TelegramError: the Bot API is away, or refuses.
        """

        async def send() -> Any:  # noqa: ANN401  the parent's
            return await callback(*args, **kwargs)

        if "chat_id" not in data:
            return await send()
        chat = str(data["chat_id"])
        if endpoint in FLEETING:
            return await self._send_now_or_never(send, chat)
        is_message = endpoint.startswith("send")
        try:
            return await self._send_in_time(send, chat, is_message=is_message)
        except ChatMigrated as error:
            if not is_message:  # it names a message, which is another one in the new chat
                raise
            _readdress(data, error.new_chat_id)
            return await self._send_in_time(send, str(error.new_chat_id), is_message=True)

    async def _send_now_or_never(self, send: Call, chat: str) -> Any:  # noqa: ANN401
        if self._seconds_closed(chat) > 0:
            return True  # what Telegram answers when it is done
        try:
            return await send()
        except RetryAfter:
            return True

    async def _send_in_time(self, send: Call, chat: str, *, is_message: bool) -> Any:  # noqa: ANN401
        waited = 0.0
        while True:
            waited += await self._wait_until_open(chat, self._patience - waited)
            if is_message:
                await self._wait_for_pace(chat)
            try:
                async with self._under_way:
                    return await send()
            except RetryAfter as error:
                self._close(chat, seconds_to_wait(error) + MARGIN_SECONDS)

    async def _wait_until_open(self, chat: str, patience: float) -> float:
        """Wait until the chat may get messages again; returns how many seconds that was.

        Raises:
            RetryAfter: that takes longer than `patience`, in seconds.
        """
        waited = 0.0
        while (seconds := self._seconds_closed(chat)) > 0:
            if waited + seconds > patience:
                raise RetryAfter(timedelta(seconds=seconds))
            await asyncio.sleep(seconds)
            waited += seconds
        return waited

    def _seconds_closed(self, chat: str) -> float:
        """How many seconds the chat has to wait still; 0 or less if it need not."""
        return self._closed_until.get(chat, 0) - _now()

    def _close(self, chat: str, seconds: float) -> None:
        now = _now()
        still_closed = {each: end for each, end in self._closed_until.items() if end > now}
        self._closed_until = still_closed
        end = now + seconds
        self._closed_until[chat] = max(end, still_closed.get(chat, end))

    async def _wait_for_pace(self, chat: str) -> None:
        limiter = self._limiter(chat)
        if limiter is not None:
            await limiter.acquire()
        if self._overall is not None:
            await self._overall.acquire()

    def _limiter(self, chat: str) -> AsyncLimiter | None:
        """The limiter of a chat; None if any number may be sent."""
        is_private = chat.isdecimal()  # the ids of groups are negative, or names
        if is_private and self._overall is None:
            return None
        if chat not in self._chats:
            self._drop_idle_limiters()
            self._chats[chat] = _private_limiter() if is_private else _group_limiter()
        return self._chats[chat]

    def _drop_idle_limiters(self) -> None:
        if len(self._chats) < MOST_LIMITERS:
            return
        for chat, limiter in list(self._chats.items()):
            if limiter.has_capacity(limiter.max_rate):
                del self._chats[chat]


def _readdress(data: dict[str, Any], chat_id: int) -> None:
    """Let the parameters of a call send to another chat; there, no message can be replied to."""
    data["chat_id"] = chat_id
    data.pop("reply_parameters", None)


def _private_limiter() -> AsyncLimiter:
    return AsyncLimiter(FloodLimit.MESSAGES_PER_SECOND_PER_CHAT, 1)


def _group_limiter() -> AsyncLimiter:
    return AsyncLimiter(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP, 60)


def _now() -> float:
    return asyncio.get_running_loop().time()


def seconds_to_wait(error: RetryAfter) -> float:
    """How many seconds Telegram says to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
