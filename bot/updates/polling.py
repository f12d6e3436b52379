"""Updates by asking Telegram, which is told of an update only when it is done."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from telegram import Bot, Update
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.api.http import AiohttpRequest

LONG_POLL_SECONDS = 20
LOOK_AGAIN_SECONDS = 0.1  # while something is under way, which Telegram repeats at once
COME_AGAIN_SECONDS = 3.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # s, between attempts to reach Telegram
GRACE_SECONDS = 8.0  # for what is under way when the bot is told to stop
FAREWELL_SECONDS = 2.0  # to tell Telegram what was done

logger = logging.getLogger(__name__)


class Polling:
    """What Telegram has handed out and was not yet told to be done."""

    def __init__(
        self, bot: Bot, polls: AiohttpRequest, deliver: Callable[[Update], Awaitable[bool]]
    ) -> None:
        """Ask for updates of `bot` by `polls`, and let `deliver` say when one is done."""
        self._bot = bot
        self._polls = polls
        self._deliver = deliver
        self._offset = 0
        self._tasks: dict[int, asyncio.Task[None]] = {}  # by update id, in Telegram's order

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver updates until `stop` is set; then finish what is under way and tell Telegram.

        Raises:
            InvalidToken: Telegram knows this bot no more.
        """
        stopped = asyncio.create_task(stop.wait())
        asking = asyncio.create_task(self._ask())
        try:
            await asyncio.wait({stopped, asking}, return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                await asking
        finally:
            asking.cancel()
            stopped.cancel()
            await self._finish()

    async def _ask(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                waiting = 0 if self._tasks else LONG_POLL_SECONDS
                found = await self._polls.get_updates(self._bot, self._offset, waiting)
            except InvalidToken:
                raise
            except TelegramError as error:
                logger.warning("Telegram cannot be reached: %s", error)
                told = isinstance(error, RetryAfter) and error.retry_after
                await asyncio.sleep(told.total_seconds() if isinstance(told, timedelta) else pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                pause = FIRST_PAUSE
                self._begin(found)
            if self._tasks:
                await asyncio.wait(self._tasks.values(), timeout=LOOK_AGAIN_SECONDS)
            self._acknowledge()

    def _begin(self, found: Iterable[dict[str, Any]]) -> None:
        for each in found:
            if each["update_id"] not in self._tasks:
                self._tasks[each["update_id"]] = asyncio.create_task(self._until_done(each))

    async def _until_done(self, found: dict[str, Any]) -> None:
        try:
            update = Update.de_json(found, self._bot)
        except Exception:  # it would end the bot each time that it comes
            logger.exception("An update that nobody can take apart is passed over.")
            return
        while not await self._deliver(update):  # noqa: ASYNC110  no flag is waited for
            await asyncio.sleep(COME_AGAIN_SECONDS)

    def _acknowledge(self) -> None:
        """Move the offset past what is done, and never past what is not."""
        for update_id, task in [*self._tasks.items()]:
            if not task.done():
                return
            task.result()
            del self._tasks[update_id]
            self._offset = update_id + 1

    async def _finish(self) -> None:
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with suppress(TelegramError, TimeoutError, asyncio.CancelledError):
            self._acknowledge()
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self._bot.get_updates(self._offset, limit=1, timeout=0)
