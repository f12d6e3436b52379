"""Wiring only: settings in, a bot that answers out."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Never

from telegram import Update
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    Defaults,
    ExtBot,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.api.http import MESSAGES_A_SECOND, AiohttpRequest, MessageLimiter, retried
from bot.chat import keyboards, replies
from bot.chat.addressing import Addressed, Mentioned
from bot.chat.context import Context
from bot.chat.feedback import Feedback
from bot.chat.handlers import Handlers
from bot.chat.privacy import Privacy
from bot.reading.photo_reader import PhotoReader
from bot.storage import database
from bot.storage.corrections import Corrections
from bot.storage.preferences import Preferences
from bot.storage.update_log import UpdateLog
from bot.translations import DEFAULT, Translator, all_languages
from bot.updates.delivery import Delivery
from bot.updates.rate_limits import RateLimits
from model.reader import Reader

TELEGRAM = "https://api.telegram.org"
POLL_SECONDS = 5.0  # more than the long poll itself takes
READ_SECONDS = 15.0  # to wait for an answer: what is sent again may arrive twice

logger = logging.getLogger(__name__)

Check = Callable[[], Awaitable[object]]
AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class Service(NamedTuple):
    """A bot at work: `delivery` takes its updates."""

    bot: ExtBot[Any]
    polls: AiohttpRequest
    """How it asks for updates, if it does."""
    delivery: Delivery
    checks: dict[str, Check]
    """What tells that a part of it is there by not raising anything."""


@asynccontextmanager
async def running_service(  # noqa: PLR0913  what a bot is made of
    token: str,
    api_root: str,
    reader: Reader,
    database_url: str,
    *,
    single_instance: bool,
    rate_limits: RateLimits | None = None,
) -> AsyncIterator[Service]:
    """Start the bot that talks to the Bot API at `api_root` and reads with `reader`.

    What has to outlive it is kept in the database at `database_url`. With `single_instance` no
    other process serves this bot, and there is no need to wait for one. What is beyond
    `rate_limits` is rejected.

    Raises:
        DatabaseError: the database cannot be opened.
        TelegramError: the Bot API cannot be reached, or refuses the token.
    """
    async with (
        database.connected(database_url) as store,
        PhotoReader(reader, api_root) as photos,
        _running(token, api_root) as (app, polls),
    ):
        corrections, update_log = Corrections(store, token.encode()), UpdateLog(store, app.bot.id)
        preferences = Preferences(store, token.encode())
        if single_instance:
            await update_log.take_over()
        handlers = Handlers(photos, corrections, update_log, albums=single_instance)
        privacy = Privacy(corrections, preferences)
        add_handlers(app, handlers, Feedback(photos, corrections), privacy)
        introducing = asyncio.create_task(_introduce(app))
        checks: dict[str, Check] = {
            "model": photos.ready,
            "telegram": app.bot.get_me,
            "database": update_log.ping,
        }
        async with update_log.heartbeat():
            delivery = Delivery(app.process_update, update_log, rate_limits, preferences.language)
            yield Service(app.bot, polls, delivery, checks)
        introducing.cancel()
        await asyncio.gather(introducing, return_exceptions=True)


class _Application(AnyApplication):
    async def process_error(self, update: object, error: Exception, *_: object) -> Never:  # noqa: ARG002
        """Let whoever hands in an update know what went wrong."""
        raise error


@asynccontextmanager
async def _running(
    token: str, api_root: str
) -> AsyncIterator[tuple[AnyApplication, AiohttpRequest]]:
    async with (
        AiohttpRequest(api_root, READ_SECONDS) as calls,
        AiohttpRequest(api_root, POLL_SECONDS) as polls,
    ):
        application = _application(token, api_root, calls, polls)
        await retried(application.initialize)
        try:
            yield application, polls
        finally:
            await application.shutdown()


def _application(
    token: str, api_root: str, calls: AiohttpRequest, polls: AiohttpRequest
) -> AnyApplication:
    at_most = MESSAGES_A_SECOND if api_root == TELEGRAM else 0  # elsewhere, the server tells
    return (
        ApplicationBuilder()
        .application_class(_Application)
        .context_types(ContextTypes(context=Context))
        .token(token)
        .base_url(f"{api_root}/bot")
        .base_file_url(f"{api_root}/file/bot")
        .request(calls)
        .get_updates_request(polls)
        .defaults(
            Defaults(parse_mode=ParseMode.HTML, do_quote=True, allow_sending_without_reply=True)
        )
        .rate_limiter(MessageLimiter(at_most))
        .updater(None)
        .build()
    )


def add_handlers(
    application: AnyApplication, handlers: Handlers, feedback: Feedback, privacy: Privacy
) -> None:
    """Say which coroutine answers what; the first that fits does."""
    application.add_handler(
        TypeHandler(Update, privacy.load_language), group=-1
    )  # before any other
    new = filters.UpdateType.MESSAGE
    for commands, callback in (
        (("start",), handlers.start),
        (("help",), handlers.help),
        (("accuracy",), handlers.accuracy),
        (("confusion",), handlers.confusion),
        (("about",), handlers.about),
        (("language",), privacy.offer_languages),
        (("read",), handlers.read),
        (("privacy",), privacy.explain),
        (("forget",), privacy.forget),
    ):
        application.add_handler(CommandHandler(commands, callback, new))
    number, place = r"[\dn]{1,64}", r"\d{1,2}"
    for pattern, pressed in (
        (r"language:\w+", privacy.choose_language),
        (keyboards.SAMPLE, handlers.try_sample),
        (keyboards.PICTURE, feedback.show_picture),
        (keyboards.RIGHT, feedback.confirm),
        (f"({keyboards.WRONG}|{keyboards.BACK}):{number}", feedback.ask),
        (f"{keyboards.WHICH}:{number}:{place}", feedback.ask),
        (f"{keyboards.IS}:{number}:{place}:[\\dn]", feedback.correct),
    ):
        # Neither other scripts' digits nor a line break at the end, which "$" would let pass.
        whole = re.compile(rf"(?:{pattern})\Z", re.ASCII)
        application.add_handler(CallbackQueryHandler(pressed, whole))
    for wanted, callback in (
        (new & filters.PHOTO & Addressed(), handlers.photo),
        (new & filters.Document.ALL & Addressed(), handlers.document),
        (new & filters.Sticker.ALL & Addressed(), handlers.sticker),
        (new & filters.TEXT & ~filters.COMMAND & filters.REPLY & Mentioned(), handlers.read),
        (filters.UpdateType.EDITED_MESSAGE & filters.PHOTO & Addressed(), handlers.edited),
        # In a group, people talk to each other and need no hint.
        (new & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL, handlers.hint),
    ):
        application.add_handler(MessageHandler(wanted, callback))


async def _introduce(application: AnyApplication) -> None:
    """Register commands and descriptions with Telegram; the bot works without, too."""
    try:
        for code, words in all_languages().items():
            await _introduce_in(application.bot, words, None if code == DEFAULT else code)
    except TelegramError as error:
        logger.warning("Commands and description could not be registered: %s", error)


async def _introduce_in(bot: ExtBot[Any], words: Translator, code: str | None) -> None:
    """Register them for users of one language, or of any other if `code` is None.

    Raises:
        TelegramError: it was not possible.
    """
    # Telegram can ask to wait for hours here.
    options: dict[str, Any] = {"language_code": code, "rate_limit_args": 0}
    await bot.set_my_commands(list(replies.commands(words).items()), **options)
    await bot.set_my_description(words("description"), **options)
    await bot.set_my_short_description(words("short-description"), **options)
