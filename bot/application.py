"""The wiring: builds a running bot from its parts."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Never

from telegram.constants import ParseMode
from telegram.ext import (
    ApplicationBuilder,
    ContextTypes,
    Defaults,
    ExtBot,
)

from bot.api.http import AiohttpRequest, retried
from bot.api.message_limiter import MESSAGES_A_SECOND, MessageLimiter
from bot.chat.album_photos import AlbumPhotos
from bot.chat.commands import Commands
from bot.chat.context import Context
from bot.chat.corrections_by_text import CorrectionsByText
from bot.chat.feedback import Feedback
from bot.chat.guests import Guests
from bot.chat.handlers import Handlers
from bot.chat.judging import Judging
from bot.chat.privacy import Privacy
from bot.chat.routes import AnyApplication, Conversation, add_handlers
from bot.introduction import introducing
from bot.mini_app.drawings import Drawings
from bot.reading.photo_reader import PhotoReader
from bot.reading.worker_pool import DEADLINE_SECONDS
from bot.storage import database, keys
from bot.storage.corrections import Corrections
from bot.storage.inbox import Inbox
from bot.storage.preferences import Preferences
from bot.storage.traces import Traces
from bot.updates.admission import Admission
from bot.updates.delivery import Delivery
from bot.updates.dispatcher import Dispatcher
from bot.updates.intake import Intake
from bot.updates.polling import Receive
from bot.updates.rate_limits import RateLimits
from model.reader import Reader

TELEGRAM = "https://api.telegram.org"
# How long to wait for the answer to a request for updates, beyond the time of the long poll.
POLL_SECONDS = 5.0
# How long to wait for the answer to any other call. Not too short: a message that is given up and
# sent again may arrive twice.
ANSWER_SECONDS = 15.0

Check = Callable[[], Awaitable[object]]


class Service(NamedTuple):
    """A bot at work: `receive` takes in its updates, and they are answered."""

    bot: ExtBot[Any]
    polls: AiohttpRequest
    """The HTTP client for long polling."""
    receive: Receive
    """As `Intake.receive`."""
    drawings: Drawings
    join: Callable[[], Awaitable[None]]
    """As `Dispatcher.join`."""
    checks: dict[str, Check]
    """For each part that the bot needs, by name, a call that raises if that is out of order."""
    hurry: Callable[[], None]
    """Makes the database's time limits short, since the bot has to stop."""


@asynccontextmanager
async def running_service(  # noqa: PLR0913  what a bot is made of
    token: str,
    api_root: str,
    reader: Reader,
    database_url: str,
    *,
    single_instance: bool,
    rate_limits: RateLimits | None = None,
    deadline_seconds: int = DEADLINE_SECONDS,
    pseudonym_key: str | None = None,
) -> AsyncIterator[Service]:
    """Run the bot that talks to the Bot API at `api_root` and reads with `reader`.

    Args:
        token: of the bot.
        api_root: the address of a Bot API server, without a trailing slash.
        reader: reads the pictures.
        database_url: where everything is kept that has to outlive the process.
        single_instance: no other process serves this bot, and there is no need to wait for one.
        rate_limits: updates beyond them are rejected; None for no limits.
        deadline_seconds: a picture that takes longer to read is refused.
        pseudonym_key: the secret of the pseudonyms in the database; None for one in a file beside
            it.

    Raises:
        DatabaseError: the database cannot be opened, or its pseudonyms have another key.
        TelegramError: the Bot API cannot be reached, or refuses the token.
    """
    limits = rate_limits or RateLimits()
    async with (
        database.connected(database_url) as store,
        PhotoReader(reader, api_root, deadline_seconds, limits.spend) as photos,
        _running_application(token, api_root) as (application, polls),
    ):
        bot = application.bot
        key = await keys.take_into_use(store, database_url, token, pseudonym_key)
        corrections = Corrections(store, key)
        preferences = Preferences(store, key)
        inbox = Inbox(store, bot.id)
        traces = Traces(store)
        if single_instance:
            await inbox.take_over()
        judging = Judging(photos, corrections)
        conversation = Conversation(
            Commands(photos, corrections),
            Handlers(photos, inbox, albums=single_instance),
            AlbumPhotos(photos),
            Feedback(photos, judging, inbox),
            CorrectionsByText(judging),
            Privacy(corrections, preferences, inbox, traces),
            Guests(photos),
        )
        add_handlers(application, conversation)
        delivery = Delivery(bot, application.process_update, inbox, preferences.language)
        dispatcher = Dispatcher(inbox, delivery.deliver)
        admission = Admission(limits, preferences.language)
        intake = Intake(bot, inbox, key, admission, dispatcher.wake)
        drawings = Drawings(bot, inbox, key, limits, dispatcher.wake)
        checks = {"model": photos.ready, "telegram": bot.get_me, "database": inbox.ping}
        async with (
            introducing(bot),
            inbox.heartbeat(),
            traces.erasing(),
            admission.notifying(),
            dispatcher.running(),
        ):
            yield Service(
                bot, polls, intake.receive, drawings, dispatcher.join, checks, store.hurry
            )


class _Application(AnyApplication):
    async def process_error(self, update: object, error: Exception, *_: object) -> Never:  # noqa: ARG002
        """Raise `error` to the caller of `process_update`, which is `Delivery`."""
        raise error


@asynccontextmanager
async def _running_application(
    token: str, api_root: str
) -> AsyncIterator[tuple[AnyApplication, AiohttpRequest]]:
    async with (
        AiohttpRequest(api_root, ANSWER_SECONDS) as calls,
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
    # Another Bot API server has limits of its own, and says itself when to wait.
    messages_a_second = MESSAGES_A_SECOND if api_root == TELEGRAM else 0
    defaults = Defaults(parse_mode=ParseMode.HTML, do_quote=True, allow_sending_without_reply=True)
    return (
        ApplicationBuilder()
        .application_class(_Application)
        .context_types(ContextTypes(context=Context))
        .token(token)
        .base_url(f"{api_root}/bot")
        .base_file_url(f"{api_root}/file/bot")
        .request(calls)
        .get_updates_request(polls)
        .defaults(defaults)
        .rate_limiter(MessageLimiter(messages_a_second))
        .updater(None)
        .build()
    )
