"""What the handlers ask of an update: the language, the message, the pressed button."""

from contextlib import suppress
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.error import BadRequest
from telegram.ext import CallbackContext, ExtBot

from bot.translations import Translator, for_code


class Context(CallbackContext[ExtBot[Any], Any, Any, Any]):
    """What goes along with one update; nothing of a user stays in memory."""

    language: str | None = None
    """The code of the language that the user has chosen."""


def translator_for(update: Update, context: Context) -> Translator:
    """Those of the language that the user has chosen, or else uses Telegram in."""
    return translator_in(context.language, update)


def translator_in(language: str | None, update: Update) -> Translator:
    """Those of a `language` if it is given, or else of that which the user uses Telegram in."""
    user = update.effective_user
    return for_code(language or (user.language_code if user else None))


def message_of(update: Update) -> Message:
    """The message that the filters made sure of."""
    if update.message is None:
        raise ValueError("an update without a message passed the filters")
    return update.message


def query_of(update: Update) -> CallbackQuery:
    """The press of a button that the filters made sure of."""
    if update.callback_query is None:
        raise ValueError("an update without a pressed button passed the filters")
    return update.callback_query


async def acknowledge(
    query: CallbackQuery, text: str | None = None, *, alert: bool = False
) -> None:
    """End the button's waiting, with a notice if there is one."""
    with suppress(BadRequest):  # pressed while the bot was away, it waits no longer
        await query.answer(text, show_alert=alert)
