"""What the handlers ask of an update: the language, the message, the pressed button."""

from contextlib import suppress
from typing import Any

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest
from telegram.ext import CallbackContext, ExtBot

from bot.translations import Translator, for_code


class Context(CallbackContext[ExtBot[Any], Any, Any, Any]):
    """What the handlers of one update share; nothing of a user stays in memory."""

    language: str | None = None
    """The code of the language that the user has chosen."""


def translator_for(update: Update, context: Context) -> Translator:
    """The translator of the language that the user has chosen, or else uses Telegram in."""
    return translator_in(context.language, update)


def translator_in(language: str | None, update: Update) -> Translator:
    """The translator of `language`, or if that is None of the one the user uses Telegram in."""
    user = update.effective_user
    if not language and user is not None:
        language = user.language_code
    return for_code(language)


def message_of(update: Update) -> Message:
    """The message that the filters made sure of.

    Raises:
        ValueError: there is none.
    """
    if update.message is None:
        raise ValueError("an update without a message passed the filters")
    return update.message


async def answer_text(
    message: Message, text: str, buttons: InlineKeyboardMarkup | None = None
) -> None:
    """Answer a command or a text with `text` in HTML.

    Raises:
        TelegramError: Telegram is away.
    """
    await message.reply_html(text, reply_markup=buttons, do_quote=is_quoted(message))


def is_quoted(message: Message) -> bool:
    """Whether an answer to a command quotes it: in a group, where it shows whom it answers."""
    return message.chat.type != ChatType.PRIVATE


def query_of(update: Update) -> CallbackQuery:
    """The press of a button that the filters made sure of.

    Raises:
        ValueError: there is none.
    """
    if update.callback_query is None:
        raise ValueError("an update without a pressed button passed the filters")
    return update.callback_query


def sender_id(update: Update) -> int:
    """The id of the user who sent an update, or of the chat in whose name it was sent; 0 if none.

    What is limited for each user is limited for that id.
    """
    sender = update.effective_sender
    return sender.id if sender else 0


async def acknowledge(
    query: CallbackQuery, text: str | None = None, *, alert: bool = False
) -> None:
    """End the progress shown on a pressed button, with a notice if there is a `text`.

    Raises:
        TelegramError: Telegram is away.
    """
    with suppress(BadRequest):  # pressed so long ago that Telegram takes no answer any more
        await query.answer(text, show_alert=alert)
