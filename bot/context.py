"""What the handlers ask of an update: the language, the message, the pressed button."""

from contextlib import suppress

from telegram import CallbackQuery, Message, Update
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot.words import Words, for_code

Context = ContextTypes.DEFAULT_TYPE


def words_for(update: Update, context: Context) -> Words:
    """Those of the language that the user has chosen, or else uses Telegram in."""
    user = update.effective_user
    own = user.language_code if user else None
    return for_code((context.user_data or {}).get("language", own))


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
