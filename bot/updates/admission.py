"""Who is answered and how much: what is beyond that is rejected at once, before it is stored."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from telegram import Update
from telegram.error import TelegramError

from bot.chat.context import translator_in
from bot.updates.rate_limits import RateLimits
from bot.updates.rejection import SILENCE, Rejection

logger = logging.getLogger(__name__)

Language = Callable[[int], Awaitable[str | None]]


class Admission:
    """Lets updates in or rejects them; a rejection is sent in the background."""

    def __init__(self, rate_limits: RateLimits, language: Language) -> None:
        """Reject what is beyond `rate_limits`, in the language that `language` finds by user id."""
        self._rate_limits = rate_limits
        self._language = language
        self._notices: set[asyncio.Task[None]] = set()

    def admits(self, update: Update, pending: int) -> bool:
        """Whether an update is let in; `pending` of its sender's wait for their answers."""
        rejection = self._rate_limits.rejection(update, pending)
        if rejection is None:
            return True
        # Also where no text is sent, a button has to stop waiting.
        if rejection is not SILENCE or update.callback_query:
            notice = asyncio.create_task(self._send(update, rejection))
            self._notices.add(notice)
            notice.add_done_callback(self._notices.discard)
        return False

    @asynccontextmanager
    async def notifying(self) -> AsyncIterator[None]:
        """Let rejections be sent until the context ends; then give up those that are under way."""
        try:
            yield
        finally:
            for notice in self._notices:
                notice.cancel()
            await asyncio.gather(*self._notices, return_exceptions=True)

    async def _send(self, update: Update, rejection: Rejection) -> None:
        user = update.effective_user
        chosen = await self._language(user.id) if user else None
        try:
            await rejection.send(update, translator_in(chosen, update))
        except TelegramError as error:
            logger.warning("A rejection did not arrive: %s", error)
