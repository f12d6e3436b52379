"""When an update counts as done: once its answer has been accepted, and not before."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from telegram import Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from bot.chat.context import translator_in
from bot.metrics import STAGES, UNDER_WAY
from bot.storage.update_log import Decision, UpdateLog
from bot.translations import Translator
from bot.updates.chat_order import ChatOrder
from bot.updates.rate_limits import RateLimits
from bot.updates.rejection import Rejection

AT_ONCE = 64  # updates
PATIENCE_SECONDS = 30.0  # with Telegram's troubles, until the user is told
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 4.0  # s, between tries

logger = logging.getLogger(__name__)

Handle = Callable[[Update], Awaitable[None]]


class Delivery:
    """Handles updates, each once, however often it comes."""

    def __init__(
        self,
        handle: Handle,
        ledger: UpdateLog,
        rate_limits: RateLimits | None = None,
        language: Callable[[int], Awaitable[str | None]] | None = None,
    ) -> None:
        """Let `handle` answer an update, unless that is beyond `rate_limits`.

        `handle` raises what goes wrong. Rejections and apologies are in the language that the
        user has chosen, which `language` looks up by the user's id.
        """
        self._handle = handle
        self._ledger = ledger
        self._rate_limits = rate_limits or RateLimits()
        self._language = language or _no_choice
        self._chat_order = ChatOrder()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def deliver(self, update: Update) -> bool:
        """Handle an update, when the earlier ones of its chat are done; or refuse it at once.

        Returns:
            Whether it is done for good, answered, refused or put aside with an apology. If not,
            Telegram or the database is away, or another replica has it in hand: it has to come
            again.

        Raises:
            InvalidToken: Telegram knows this bot no more.
        """
        try:
            return await self._deliver(update)
        except InvalidToken:
            raise
        except Exception:  # it would end the bot each time that it comes
            logger.exception("An update that nobody can make sense of is passed over.")
            return True

    async def _deliver(self, update: Update) -> bool:
        with UNDER_WAY.track_inprogress(), self._rate_limits.counting(update) as rejection:
            if rejection is not None:
                return await self._begin(update, partial(self._reject, rejection=rejection))
            caution = self._ledger.isolate_suspect(update.update_id)
            async with self._chat_order.turn(update), caution, self._slots:
                with STAGES.labels("update").time():
                    return await self._begin(update, self._handle)

    async def _begin(self, update: Update, handle: Handle) -> bool:
        try:
            turn = await self._ledger.begin(update.update_id)
        except Exception as error:  # noqa: BLE001  database drivers raise what they please
            logger.warning("The database cannot be reached: %s", error)
            return False
        if turn in {Decision.SKIP, Decision.WAIT}:
            return turn is Decision.SKIP
        return await self._take(update, turn, handle)

    async def _take(self, update: Update, turn: Decision, handle: Handle) -> bool:
        try:
            if turn is Decision.APOLOGIZE:
                logger.error("An update that ended the process twice is put aside.")
                await self._apologize(update, "put-aside")
            else:
                await self._try(update, handle)
        except (NetworkError, RetryAfter):
            await self._let_go(update)
            return False
        except (InvalidToken, asyncio.CancelledError):
            await self._let_go(update)
            raise
        await self._ledger.finish(update.update_id)
        return True

    async def _try(self, update: Update, handle: Handle) -> None:
        """Handle an update as often as Telegram's troubles let it fail, for a time."""
        began = asyncio.get_running_loop().time()
        pause = FIRST_PAUSE
        while True:
            try:
                return await handle(update)
            except InvalidToken:
                raise
            except Forbidden as error:
                return logger.info("Nobody to answer any more: %s", error)
            except Exception as error:
                passing = isinstance(error, NetworkError | RetryAfter)
                if isinstance(error, BadRequest) or not passing:
                    logger.exception("While handling an update:")
                    return await self._apologize(update, "failure")
                logger.warning("While handling an update: %s", error)
            if asyncio.get_running_loop().time() - began > PATIENCE_SECONDS:
                return await self._apologize(update, "failure")
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _let_go(self, update: Update) -> None:
        with suppress(Exception):  # with the database away, the next start takes it for a crash
            await self._ledger.release(update.update_id)

    async def _reject(self, update: Update, rejection: Rejection) -> None:
        await rejection.tell(update, await self._translator(update))

    async def _apologize(self, update: Update, key: str) -> None:
        """Tell the user; who cannot be told has left.

        Raises:
            NetworkError: Telegram is away.
            RetryAfter: it has to wait.
        """
        message = update.effective_message
        if message is not None:
            try:
                await message.reply_html((await self._translator(update))(key))
            except (BadRequest, ChatMigrated, Forbidden) as error:
                logger.warning("An apology did not arrive: %s", error)

    async def _translator(self, update: Update) -> Translator:
        user = update.effective_user
        return translator_in(await self._language(user.id) if user else None, update)


async def _no_choice(_: int) -> None:
    """Nobody has chosen a language."""
