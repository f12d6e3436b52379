"""Wiring only: settings in, Application out."""

import logging
from contextlib import AsyncExitStack
from typing import Any

from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    Defaults,
    ExtBot,
    MessageHandler,
    filters,
)

from bot import handlers, keyboards, replies
from bot.addressing import Addressed, Mentioned
from bot.corrections import Corrections
from bot.handlers import Handlers
from bot.judging import Judging
from bot.photos import Photos
from bot.words import DEFAULT, LANGUAGES, Words
from model.reader import Reader

CONCURRENT_UPDATES = 64
RETRIES = 3  # when Telegram says to wait

logger = logging.getLogger(__name__)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def build(token: str, api_root: str, reader: Reader, database_url: str) -> AnyApplication:
    """Make the bot that talks to the Bot API at `api_root` and reads with `reader`.

    What people say of its answers is kept in the database at `database_url`; where that cannot be
    opened, the start raises `CorrectionsError`.
    """
    photos = Photos(reader)
    opened = AsyncExitStack()

    async def start(application: AnyApplication) -> None:
        photos.start()
        corrections = await Corrections.open(database_url, token.encode())
        opened.push_async_callback(corrections.close)
        add_handlers(application, Handlers(photos, corrections), Judging(photos, corrections))
        await _introduce(application)

    async def close(_: AnyApplication) -> None:
        await photos.close()
        await opened.aclose()

    application: AnyApplication = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_root}/bot")
        .base_file_url(f"{api_root}/file/bot")
        .defaults(
            Defaults(parse_mode=ParseMode.HTML, do_quote=True, allow_sending_without_reply=True)
        )
        .rate_limiter(AIORateLimiter(max_retries=RETRIES))
        .concurrent_updates(CONCURRENT_UPDATES)
        .post_init(start)
        .post_shutdown(close)
        .build()
    )
    application.add_error_handler(handlers.error)
    return application


def add_handlers(application: AnyApplication, own: Handlers, judging: Judging) -> None:
    """Say which coroutine answers what; the first that fits does."""
    new = filters.UpdateType.MESSAGE
    for commands, callback in (
        (("start",), own.start),
        (("help",), own.help),
        (("accuracy",), own.accuracy),
        (("confusion",), own.confusion),
        (("about",), own.about),
        (("language",), own.language),
        (("read",), own.read),
        (("privacy",), own.privacy),
        (("forget",), own.forget),
    ):
        application.add_handler(CommandHandler(commands, callback, new))
    number, place = r"[\dn]{1,64}", r"\d{1,2}"
    for pattern, pressed in (
        (r"language:\w+", own.choose_language),
        (keyboards.SAMPLE, own.try_sample),
        (keyboards.PICTURE, judging.picture),
        (keyboards.RIGHT, judging.right),
        (f"({keyboards.WRONG}|{keyboards.BACK}):{number}", judging.ask),
        (f"{keyboards.WHICH}:{number}:{place}", judging.ask),
        (f"{keyboards.IS}:{number}:{place}:[\\dn]", judging.correct),
    ):
        application.add_handler(CallbackQueryHandler(pressed, f"^{pattern}$"))
    for wanted, callback in (
        (new & filters.PHOTO & Addressed(), own.photo),
        (new & filters.Document.ALL & Addressed(), own.document),
        (new & filters.Sticker.ALL & Addressed(), own.sticker),
        (new & filters.TEXT & ~filters.COMMAND & filters.REPLY & Mentioned(), own.read),
        (filters.UpdateType.EDITED_MESSAGE & filters.PHOTO & Addressed(), own.edited),
        # In a group, people talk to each other and need no hint.
        (new & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL, own.hint),
    ):
        application.add_handler(MessageHandler(wanted, callback))


async def _introduce(application: AnyApplication) -> None:
    """Register commands and descriptions with Telegram; the bot works without, too."""
    try:
        for code, words in LANGUAGES.items():
            await _introduce_in(application.bot, words, None if code == DEFAULT else code)
    except TelegramError as error:
        logger.warning("Commands and description could not be registered: %s", error)


async def _introduce_in(bot: ExtBot[Any], words: Words, code: str | None) -> None:
    """Register them for users of one language, or of any other if `code` is None.

    Raises:
        TelegramError: it was not possible.
    """
    # Telegram can ask to wait for hours here.
    options: dict[str, Any] = {"language_code": code, "rate_limit_args": 0}
    await bot.set_my_commands(list(replies.commands(words).items()), **options)
    await bot.set_my_description(words("description"), **options)
    await bot.set_my_short_description(words("short-description"), **options)
