"""Rejections: what is sent where an update is not handled."""

from collections.abc import Mapping
from typing import NamedTuple

from telegram import Update

from bot.chat.context import acknowledge
from bot.chat.replying import reply
from bot.translations import Translator


class Rejection(NamedTuple):
    """The translated text of `key`, filled in with `values`; without a key, nothing is sent."""

    key: str | None = None
    values: Mapping[str, str | int] = {}

    async def send(self, update: Update, translate: Translator) -> None:
        """Reply to the update with the text; a pressed button stops waiting in any case.

        Raises:
            TelegramError: Telegram is away, or refuses the message.
        """
        text = translate(self.key, **self.values) if self.key else None
        if update.callback_query:
            await acknowledge(update.callback_query, text, alert=True)
        elif update.effective_message and text:
            await reply(update.effective_message, text)


SILENCE = Rejection()
