"""Which handler answers which update."""

import re
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.chat import keyboards
from bot.chat.addressing import Addressed, Correcting, Mentioned, Summoned
from bot.chat.album_photos import AlbumPhotos
from bot.chat.answered import REFERENCE
from bot.chat.commands import Commands
from bot.chat.context import Context
from bot.chat.corrections_by_text import CorrectionsByText
from bot.chat.feedback import Feedback
from bot.chat.guests import Guests
from bot.chat.handlers import Handlers
from bot.chat.privacy import Privacy

PLACE = r"\d{1,4}"  # in a button's data, of a digit in an answer
ALBUM_PHOTO = r"\d{1,2}:\d{1,10}"  # in a button's data, its number and its message id

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


class Conversation(NamedTuple):
    """All that can be done in a chat."""

    commands: Commands
    handlers: Handlers
    album_photos: AlbumPhotos
    feedback: Feedback
    corrections: CorrectionsByText
    privacy: Privacy
    guests: Guests


def add_handlers(application: AnyApplication, conversation: Conversation) -> None:
    """Register the handlers; of several that fit an update, the first answers it."""
    before_any_other = -1
    load_language = TypeHandler(Update, conversation.privacy.load_language)
    application.add_handler(load_language, before_any_other)
    _add_commands(application, conversation)
    _add_buttons(application, conversation)
    _add_messages(application, conversation)


def _add_commands(application: AnyApplication, conversation: Conversation) -> None:
    commands, privacy = conversation.commands, conversation.privacy
    callbacks: dict[str, Callback] = {
        "start": commands.start,
        "help": commands.help,
        "accuracy": commands.accuracy,
        "confusion": commands.confusion,
        "about": commands.about,
        "language": privacy.offer_languages,
        "read": conversation.handlers.read,
        "privacy": privacy.explain,
        "forget": privacy.forget,
    }
    for command, callback in callbacks.items():
        application.add_handler(CommandHandler(command, callback, filters.UpdateType.MESSAGE))


def _add_buttons(application: AnyApplication, conversation: Conversation) -> None:
    feedback = conversation.feedback
    callbacks: dict[str, Callback] = {
        rf"{keyboards.LANGUAGE}:\w+": conversation.privacy.choose_language,
        keyboards.SAMPLE: conversation.commands.try_sample,
        keyboards.PICTURE: feedback.show_picture,
        keyboards.RIGHT: feedback.confirm,
        # Below answers of earlier versions it stands alone, and so does the one of `BACK`.
        f"{keyboards.WRONG}(:{REFERENCE})?": feedback.ask,
        f"{keyboards.WRONG_PART}:{PLACE}:{PLACE}": feedback.ask,
        f"{keyboards.BACK}(:{REFERENCE})?": feedback.cancel,
        rf"{keyboards.CORRECTION}:{PLACE}:[\dn]": feedback.correct,
        f"{keyboards.ALBUM}:{ALBUM_PHOTO}": conversation.album_photos.answer,
    }
    for pattern, callback in callbacks.items():
        # Neither other scripts' digits nor a line break at the end, which "$" would let pass.
        whole = re.compile(rf"(?:{pattern})\Z", re.ASCII)
        application.add_handler(CallbackQueryHandler(callback, whole))


def _add_messages(application: AnyApplication, conversation: Conversation) -> None:
    handlers = conversation.handlers
    new, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE
    text_reply = filters.TEXT & ~filters.COMMAND & filters.REPLY
    # In a group, people talk to each other and need no hint.
    anything_else = filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL
    callbacks: list[tuple[filters.BaseFilter, Callback]] = [
        (new & filters.PHOTO & Addressed(), handlers.photo),
        (new & filters.Document.ALL & Addressed(), handlers.document),
        (new & filters.Sticker.ALL & Addressed(), handlers.sticker),
        (new & text_reply & Mentioned(), handlers.read),
        (new & text_reply & Correcting(), conversation.corrections.correct),
        (edited & filters.PHOTO & Addressed(), handlers.edited),
        (new & anything_else, handlers.hint),
        (filters.UpdateType.GUEST_MESSAGE & Summoned(), conversation.guests.answer),
    ]
    for message_filter, callback in callbacks:
        application.add_handler(MessageHandler(message_filter, callback))
