"""When an update counts as done: once its answer has been accepted, and not before."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

from telegram import Bot, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from bot.api.message_limiter import PATIENCE_SECONDS
from bot.chat.context import translator_in
from bot.chat.replying import reply
from bot.metrics import STAGES, UNDER_WAY
from bot.storage.inbox import Inbox
from bot.storage.inbox_rows import Taken
from bot.translations import Translator
from bot.updates.backoff import Backoff

TRIES = 2  # of an update that ends the process each time

logger = logging.getLogger(__name__)

Handle = Callable[[Update], Awaitable[None]]
Language = Callable[[int], Awaitable[str | None]]


class RetryTimes(NamedTuple):
    """How long to try again while Telegram is in trouble, in seconds."""

    patience: float = PATIENCE_SECONDS
    """Until the update is given up, with an apology to the user."""
    backoff: Backoff = Backoff(first=0.5, longest=4.0)
    """Between tries."""
    redelivery: float = 3.0
    """Until an update that could not be answered at all is tried again."""


RETRY_TIMES = RetryTimes()


class Delivery:
    """Answers updates that were taken from the inbox."""

    def __init__(
        self,
        bot: Bot,
        handle: Handle,
        inbox: Inbox,
        language: Language,
        times: RetryTimes = RETRY_TIMES,
    ) -> None:
        """Let `handle` answer the updates of `bot`.

        Args:
            bot: whose updates they are.
            handle: answers an update, and raises what goes wrong.
            inbox: which updates are answered.
            language: looks up the language that a user has chosen, by the user's id; apologies are
                in this one.
            times: how long to try again while Telegram is in trouble.
        """
        self._bot = bot
        self._handle = handle
        self._inbox = inbox
        self._language = language
        self._times = times

    async def deliver(self, taken: Taken) -> None:
        """Answer an update, or put it aside with an apology; its `update_id` is the inbox's number.

        If Telegram is away for so long that not even an apology can be sent, it is given back to
        the inbox.
        """
        try:
            with UNDER_WAY.track_inprogress(), STAGES.labels("update").time():
                await self._answer(taken)
        except (NetworkError, RetryAfter):
            try:
                await asyncio.sleep(self._times.redelivery)
            finally:
                await self._release(taken.number)
        except asyncio.CancelledError:
            await self._release(taken.number)
            raise
        except Exception:
            logger.exception("An update that nobody can make sense of is passed over.")
            await self._inbox.finish(taken.number)
        else:
            await self._inbox.finish(taken.number)

    async def _answer(self, taken: Taken) -> None:
        data = json.loads(taken.payload) | {"update_id": taken.number}
        update = Update.de_json(data, self._bot)
        if taken.times_begun > TRIES:
            logger.error("An update that ended the process twice is put aside.")
            await self._apologize(update, "put-aside")
        else:
            await self._try(update)

    async def _try(self, update: Update) -> None:
        """Handle an update, again and again while Telegram is in trouble; at last apologize.

        Raises:
            NetworkError: not even the apology could be sent.
            RetryAfter: the same.
        """
        now = asyncio.get_running_loop().time
        deadline = now() + self._times.patience
        for pause in self._times.backoff.pauses():
            if await self._attempt(update):
                return
            if now() > deadline:
                await self._apologize(update, "failure")
                return
            await asyncio.sleep(pause)

    async def _attempt(self, update: Update) -> bool:
        """Handle an update once; returns False if Telegram is in trouble, which passes."""
        try:
            await self._handle(update)
        except Forbidden as error:
            logger.info("Nobody to answer any more: %s", error)
        except Exception as error:
            if _is_passing(error):
                logger.warning("While handling an update: %s", error)
                return False
            logger.exception("While handling an update:")
            await self._apologize(update, "failure")
        return True

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
            await reply(message, translate(key))
        except (BadRequest, ChatMigrated, Forbidden) as error:
            logger.warning("An apology did not arrive: %s", error)

    async def _release(self, number: int) -> None:
        with suppress(Exception):  # if the database is away, the next start takes it for a crash
            await self._inbox.release(number)

    async def _translator(self, update: Update) -> Translator:
        user = update.effective_user
        chosen = await self._language(user.id) if user else None
        return translator_in(chosen, update)


def _is_passing(error: Exception) -> bool:
    """Whether Telegram is in trouble, which passes; a bad request is the bot's own fault."""
    if isinstance(error, BadRequest):  # the library derives it from NetworkError
        return False
    return isinstance(error, NetworkError | RetryAfter)
