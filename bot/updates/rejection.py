"""What is said instead of an answer."""

from collections.abc import Mapping
from typing import NamedTuple

from telegram import Update

from bot.chat.context import acknowledge
from bot.translations import Translator


class Rejection(NamedTuple):
    """The text of `key` with its `values`, or silence without one."""

    key: str | None = None
    values: Mapping[str, str | int] = {}

    async def tell(self, update: Update, translate: Translator) -> None:
        """Say it; a button never goes on waiting."""
        text = self.key and translate(self.key, **self.values)
        if update.callback_query:
            await acknowledge(update.callback_query, text, alert=True)
        elif update.effective_message and text:
            await update.effective_message.reply_html(text)


SILENCE = Rejection()
