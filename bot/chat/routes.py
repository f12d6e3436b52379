"""Which handler answers which update."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

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
from bot.chat.addressing import Addressed, Correcting, Mentioned
from bot.chat.answered import REFERENCE
from bot.chat.context import Context
from bot.chat.corrections_by_text import CorrectionsByText
from bot.chat.feedback import Feedback
from bot.chat.handlers import Handlers
from bot.chat.privacy import Privacy

PLACE = r"\d{1,4}"  # in a button's data, of a digit in an answer

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


def add_handlers(
    application: AnyApplication,
    handlers: Handlers,
    feedback: Feedback,
    corrections: CorrectionsByText,
    privacy: Privacy,
) -> None:
    """Register the handlers; of several that fit an update, the first answers it."""
    before_any_other = -1
    application.add_handler(TypeHandler(Update, privacy.load_language), before_any_other)
    _add_commands(application, handlers, privacy)
    _add_buttons(application, handlers, feedback, privacy)
    _add_messages(application, handlers, corrections)


def _add_commands(application: AnyApplication, handlers: Handlers, privacy: Privacy) -> None:
    callbacks: dict[str, Callback] = {
        "start": handlers.start,
        "help": handlers.help,
        "accuracy": handlers.accuracy,
        "confusion": handlers.confusion,
        "about": handlers.about,
        "language": privacy.offer_languages,
        "read": handlers.read,
        "privacy": privacy.explain,
        "forget": privacy.forget,
    }
    for command, callback in callbacks.items():
        application.add_handler(CommandHandler(command, callback, filters.UpdateType.MESSAGE))


def _add_buttons(
    application: AnyApplication, handlers: Handlers, feedback: Feedback, privacy: Privacy
) -> None:
    callbacks: dict[str, Callback] = {
        r"language:\w+": privacy.choose_language,
        keyboards.SAMPLE: handlers.try_sample,
        keyboards.PICTURE: feedback.show_picture,
        keyboards.RIGHT: feedback.confirm,
        # Below answers of earlier versions it stands alone, and so does the one of `BACK`.
        f"{keyboards.WRONG}(:{REFERENCE})?": feedback.ask,
        f"{keyboards.WRONG_PART}:{PLACE}:{PLACE}": feedback.ask,
        f"{keyboards.BACK}(:{REFERENCE})?": feedback.cancel,
        rf"{keyboards.CORRECTION}:{PLACE}:[\dn]": feedback.correct,
    }
    for pattern, callback in callbacks.items():
        # Neither other scripts' digits nor a line break at the end, which "$" would let pass.
        whole = re.compile(rf"(?:{pattern})\Z", re.ASCII)
        application.add_handler(CallbackQueryHandler(callback, whole))


def _add_messages(
    application: AnyApplication, handlers: Handlers, corrections: CorrectionsByText
) -> None:
    new, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE
    text_reply = filters.TEXT & ~filters.COMMAND & filters.REPLY
    # In a group, people talk to each other and need no hint.
    anything_else = filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL
    callbacks: list[tuple[filters.BaseFilter, Callback]] = [
        (new & filters.PHOTO & Addressed(), handlers.photo),
        (new & filters.Document.ALL & Addressed(), handlers.document),
        (new & filters.Sticker.ALL & Addressed(), handlers.sticker),
        (new & text_reply & Mentioned(), handlers.read),
        (new & text_reply & Correcting(), corrections.correct),
        (edited & filters.PHOTO & Addressed(), handlers.edited),
        (new & anything_else, handlers.hint),
    ]
    for message_filter, callback in callbacks:
        application.add_handler(MessageHandler(message_filter, callback))
