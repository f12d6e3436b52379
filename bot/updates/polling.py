"""Long polling: updates are fetched from Telegram, and acknowledged once they are stored."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple

from telegram import Bot
from telegram.error import RetryAfter

from bot.api.http import AiohttpRequest
from bot.api.message_limiter import seconds_to_wait
from bot.updates.backoff import Backoff

logger = logging.getLogger(__name__)

Receive = Callable[[list[dict[str, Any]]], Awaitable[bool]]


class PollingTimes(NamedTuple):
    """How long to wait for what, in seconds."""

    long_poll: int = 20
    """For the first update."""
    pause: float = 0.1
    """After an answer without updates: some servers give it at once."""
    breath: float = 0.01
    """After updates: where many people send, more of them then come in one answer."""
    farewell: float = 2.0
    """For the last acknowledgement, when the bot stops."""
    backoff: Backoff = Backoff(first=1.0, longest=30.0)
    """Between attempts to reach Telegram, or to store what it has handed out."""


TIMES = PollingTimes()


class Polling:
    """Fetches updates, and acknowledges those that are received."""

    def __init__(
        self, bot: Bot, polls: AiohttpRequest, receive: Receive, times: PollingTimes = TIMES
    ) -> None:
        """Fetch updates of `bot` with `polls`, until `receive` returns True for them."""
        self._bot = bot
        self._polls = polls
        self._receive = receive
        self._times = times
        self._offset = 0  # the id after those that are received; 0 for whatever comes first

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch updates until `stop` is set; then acknowledge what is received.

        Nothing that the Bot API answers ends it.
        """
        polling = asyncio.create_task(self._poll())
        try:
            await stop.wait()
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await self._acknowledge()

    async def _poll(self) -> None:
        pauses = self._times.backoff.pauses()
        while True:
            try:
                updates = await self._fetch()
                is_received = not updates or await self._take(updates)
            except Exception as error:  # noqa: BLE001  whatever it is, the next may succeed
                logger.warning("Telegram cannot be reached: %s", error)
                self._offset = 0  # the next answer may be of a server that counts anew
                await asyncio.sleep(self._pause_after(error, next(pauses)))
                continue
            if is_received:
                pauses = self._times.backoff.pauses()
                await asyncio.sleep(self._times.breath if updates else self._times.pause)
            else:
                await asyncio.sleep(next(pauses))

    async def _fetch(self) -> list[dict[str, Any]]:
        """The next updates; none if there are none for a while."""
        return await self._polls.get_updates(self._bot, self._offset, self._times.long_poll)

    async def _take(self, updates: list[dict[str, Any]]) -> bool:
        """Have updates received; returns whether that has succeeded."""
        is_received = await self._receive(updates)
        if is_received:
            self._offset = 1 + max(update["update_id"] for update in updates)
        return is_received

    async def _acknowledge(self) -> None:
        with suppress(Exception, asyncio.CancelledError):
            async with asyncio.timeout(self._times.farewell):
                await self._bot.get_updates(self._offset, limit=1, timeout=0)

    def _pause_after(self, error: Exception, otherwise: float) -> float:
        """How many seconds to wait after an error: as Telegram says, within limits."""
        if isinstance(error, RetryAfter):
            return min(seconds_to_wait(error), self._times.backoff.longest)
        return otherwise
