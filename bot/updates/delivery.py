"""When an update counts as done: once its answer has been accepted, and not before."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from telegram import Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from bot.api.message_limiter import PATIENCE_SECONDS
from bot.chat.context import translator_in
from bot.metrics import STAGES, UNDER_WAY
from bot.storage.update_log import Decision, UpdateLog
from bot.translations import Translator
from bot.updates.backoff import Backoff
from bot.updates.chat_order import ChatOrder
from bot.updates.rate_limits import RateLimits
from bot.updates.rejection import Rejection

UPDATES_AT_ONCE = 64  # handled at once, and so the connections that a webhook may open at most

logger = logging.getLogger(__name__)

Handle = Callable[[Update], Awaitable[None]]


class RetryTimes(NamedTuple):
    """How long to try again while Telegram is in trouble, in seconds."""

    patience: float = PATIENCE_SECONDS
    """Until the update is given up, with an apology to the user."""
    backoff: Backoff = Backoff(first=0.5, longest=4.0)
    """Between tries."""


RETRY_TIMES = RetryTimes()


class Delivery:
    """Handles each update once, however often it comes."""

    def __init__(
        self,
        handle: Handle,
        update_log: UpdateLog,
        rate_limits: RateLimits | None = None,
        language: Callable[[int], Awaitable[str | None]] | None = None,
        times: RetryTimes = RETRY_TIMES,
    ) -> None:
        """Let `handle` answer an update, unless that is beyond `rate_limits`.

        Args:
            handle: answers an update, and raises what goes wrong.
            update_log: which updates are done.
            rate_limits: what is rejected; None for nothing.
            language: looks up the language that a user has chosen, by the user's id; rejections
                and apologies are in this one. None if nobody can choose.
            times: how long to try again while Telegram is in trouble.
        """
        self._handle = handle
        self._update_log = update_log
        self._rate_limits = rate_limits or RateLimits()
        self._language = language or _no_choice
        self._times = times
        self._chat_order = ChatOrder()
        self._slots = asyncio.Semaphore(UPDATES_AT_ONCE)

    async def deliver(self, update: Update) -> bool:
        """Handle an update, when the earlier ones of its chat are done; or reject it at once.

        Returns:
            Whether it is done for good: answered, rejected or put aside with an apology. If not,
            Telegram or the database is away, or another replica has it in hand: it has to be
            delivered again.

        Raises:
            InvalidToken: Telegram does not know the bot's token any more.
        """
        try:
            return await self._deliver(update)
        except InvalidToken:
            raise
        except Exception:  # raised, it would end the bot each time that the update comes
            logger.exception("An update that nobody can make sense of is passed over.")
            return True

    async def _deliver(self, update: Update) -> bool:
        with UNDER_WAY.track_inprogress(), self._rate_limits.counting(update) as rejection:
            if rejection is not None:
                return await self._begin(update, partial(self._reject, rejection=rejection))
            isolation = self._update_log.isolate_suspect(update.update_id)
            async with self._chat_order.turn(update), isolation, self._slots:
                with STAGES.labels("update").time():
                    return await self._begin(update, self._handle)

    async def _begin(self, update: Update, handle: Handle) -> bool:
        """Do with an update what the log decides; returns whether it is done."""
        try:
            decision = await self._update_log.begin(update.update_id)
        except Exception:  # noqa: BLE001  drivers raise what they please; it is logged already
            return False
        match decision:
            case Decision.SKIP:
                return True
            case Decision.WAIT:
                return False
            case Decision.APOLOGIZE:
                return await self._finish(update, self._put_aside)
            case Decision.HANDLE:
                return await self._finish(update, partial(self._try, handle=handle))

    async def _finish(self, update: Update, action: Handle) -> bool:
        """Run `action` and log the update as done; returns whether that succeeded."""
        try:
            await action(update)
        except (NetworkError, RetryAfter):
            await self._release(update)
            return False
        except (InvalidToken, asyncio.CancelledError):
            await self._release(update)
            raise
        await self._update_log.finish(update.update_id)
        return True

    async def _try(self, update: Update, handle: Handle) -> None:
        """Handle an update, again and again while Telegram is in trouble; at last apologize.

        Raises:
            NetworkError: not even the apology could be sent.
            RetryAfter: the same.
            InvalidToken: Telegram does not know the bot's token any more.
        """
        now = asyncio.get_running_loop().time
        deadline = now() + self._times.patience
        for pause in self._times.backoff.pauses():
            if await self._attempt(update, handle):
                return
            if now() > deadline:
                await self._apologize(update, "failure")
                return
            await asyncio.sleep(pause)

    async def _attempt(self, update: Update, handle: Handle) -> bool:
        """Handle an update once; returns False if Telegram is in trouble, which passes."""
        try:
            await handle(update)
        except InvalidToken:
            raise
        except Forbidden as error:
            logger.info("Nobody to answer any more: %s", error)
        except Exception as error:
            if _is_passing(error):
                logger.warning("While handling an update: %s", error)
                return False
            logger.exception("While handling an update:")
            await self._apologize(update, "failure")
        return True

    async def _put_aside(self, update: Update) -> None:
        logger.error("An update that ended the process twice is put aside.")
        await self._apologize(update, "put-aside")

    async def _reject(self, update: Update, rejection: Rejection) -> None:
        await rejection.send(update, await self._translator(update))

    async def _apologize(self, update: Update, key: str) -> None:
        """Send the text of `key`; a user who cannot be reached any more is passed over.

        Raises:
            NetworkError: Telegram is away.
            RetryAfter: the bot has to wait.
        """
        message = update.effective_message
        if message is None:
            return
        translate = await self._translator(update)
        try:
            await message.reply_html(translate(key))
        except (BadRequest, ChatMigrated, Forbidden) as error:
            logger.warning("An apology did not arrive: %s", error)

    async def _release(self, update: Update) -> None:
        with suppress(Exception):  # if the database is away, the next start takes it for a crash
            await self._update_log.release(update.update_id)

    async def _translator(self, update: Update) -> Translator:
        user = update.effective_user
        chosen = await self._language(user.id) if user else None
        return translator_in(chosen, update)


def _is_passing(error: Exception) -> bool:
    """Whether Telegram is in trouble, which passes; a bad request is the bot's own fault."""
    if isinstance(error, BadRequest):  # the library derives it from NetworkError
        return False
    return isinstance(error, NetworkError | RetryAfter)


async def _no_choice(_: int) -> None:
    """Nobody has chosen a language."""
