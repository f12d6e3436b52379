"""What every handler asks of an update: the language, and the message."""

from telegram import Message, Update
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
