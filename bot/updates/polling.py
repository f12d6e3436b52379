"""Long polling: updates are fetched from Telegram, and acknowledged only when they are done."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, NamedTuple

from telegram import Bot, Update
from telegram.error import RetryAfter

from bot.api.http import AiohttpRequest
from bot.api.message_limiter import seconds_to_wait
from bot.updates.backoff import Backoff

logger = logging.getLogger(__name__)


class PollingTimes(NamedTuple):
    """How long to wait for what, in seconds."""

    long_poll: int = 20
    """For the first update, while nothing is under way."""
    short_poll: float = 0.1
    """Between two requests while something is under way, since Telegram answers those at once."""
    redelivery: float = 3.0
    """Until an update that could not be done is tried again."""
    grace: float = 8.0
    """For updates that are under way when the bot has to stop."""
    farewell: float = 2.0
    """For the last acknowledgement, when the bot stops."""
    backoff: Backoff = Backoff(first=1.0, longest=30.0)
    """Between attempts to reach Telegram."""


TIMES = PollingTimes()


class Polling:
    """Fetches updates, and keeps those that are not yet acknowledged."""

    def __init__(
        self,
        bot: Bot,
        polls: AiohttpRequest,
        deliver: Callable[[Update], Awaitable[bool]],
        times: PollingTimes = TIMES,
    ) -> None:
        """Fetch updates of `bot` with `polls`, until `deliver` returns True for each."""
        self._bot = bot
        self._polls = polls
        self._deliver = deliver
        self._times = times
        self._offset = 0  # the id of the first update that is not done
        self._tasks: dict[int, asyncio.Task[None]] = {}  # by update id, in Telegram's order
        self._stopping = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver updates until `stop` is set; then finish what is under way and acknowledge it.

        Nothing that the Bot API answers ends it.
        """
        stopped = asyncio.create_task(stop.wait())
        polling = asyncio.create_task(self._poll())
        try:
            await asyncio.wait({stopped, polling}, return_when=asyncio.FIRST_COMPLETED)
            if polling.done():
                await polling
        finally:
            polling.cancel()
            stopped.cancel()
            self._stopping.set()
            await self._finish()

    async def _poll(self) -> None:
        pauses = self._times.backoff.pauses()
        while True:
            try:
                updates = await self._fetch()
            except Exception as error:  # noqa: BLE001  whatever it is, the next may succeed
                logger.warning("Telegram cannot be reached: %s", error)
                await asyncio.sleep(self._pause_after(error, next(pauses)))
            else:
                pauses = self._times.backoff.pauses()
                self._begin(updates)
            if self._tasks:
                await asyncio.wait(self._tasks.values(), timeout=self._times.short_poll)
            self._acknowledge()

    async def _fetch(self) -> list[dict[str, Any]]:
        seconds = 0 if self._tasks else self._times.long_poll
        return await self._polls.get_updates(self._bot, self._offset, seconds)

    def _begin(self, updates: Iterable[dict[str, Any]]) -> None:
        for update in updates:
            update_id = update["update_id"]
            if update_id not in self._tasks:
                self._tasks[update_id] = asyncio.create_task(self._until_done(update))

    async def _until_done(self, data: dict[str, Any]) -> None:
        try:
            update = Update.de_json(data, self._bot)
        except Exception:  # raised, it would end the bot each time that the update comes
            logger.exception("An update that nobody can take apart is passed over.")
            return
        while not await self._is_done(update):
            await self._wait_for_redelivery()

    async def _wait_for_redelivery(self) -> None:
        """Wait until an update that could not be done is to be tried again.

        Raises:
            CancelledError: the bot has to stop; Telegram hands it out again at the next start.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._times.redelivery):
                await self._stopping.wait()
            raise asyncio.CancelledError

    async def _is_done(self, update: Update) -> bool:
        try:
            return await self._deliver(update)
        except Exception:
            logger.exception("An update is tried again later:")
            return False

    def _acknowledge(self) -> None:
        """Move the offset past what is done, and never past what is not."""
        for update_id, task in list(self._tasks.items()):
            if not task.done() or task.cancelled():
                return
            del self._tasks[update_id]
            self._offset = update_id + 1

    async def _finish(self) -> None:
        await self._finish_tasks()
        with suppress(Exception, asyncio.CancelledError):
            self._acknowledge()
            async with asyncio.timeout(self._times.farewell):
                await self._bot.get_updates(self._offset, limit=1, timeout=0)

    async def _finish_tasks(self) -> None:
        """Wait for what is under way, and cancel what takes too long."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks.values(), timeout=self._times.grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _pause_after(self, error: Exception, otherwise: float) -> float:
        """How many seconds to wait after an error: as Telegram says, within limits."""
        if isinstance(error, RetryAfter):
            return min(seconds_to_wait(error), self._times.backoff.longest)
        return otherwise
