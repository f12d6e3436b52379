"""What is said instead of an answer."""

from collections.abc import Mapping
from typing import NamedTuple

from telegram import Update

from bot.chat.context import acknowledge
from bot.translations import Translator


class Rejection(NamedTuple):
    """The text that the translations have for `key`, with its `values`; without a key, silence."""

    key: str | None = None
    values: Mapping[str, str | int] = {}

    async def send(self, update: Update, translate: Translator) -> None:
        """Say it to whoever sent the update; a pressed button never goes on waiting.

        Raises:
            TelegramError: Telegram is away, or does not take it.
        """
        text = translate(self.key, **self.values) if self.key else None
        if update.callback_query:
            await acknowledge(update.callback_query, text, alert=True)
        elif update.effective_message and text:
            await update.effective_message.reply_html(text)


SILENCE = Rejection()
