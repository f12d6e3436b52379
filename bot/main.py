"""Read the settings, load the model, and answer updates until a signal stops the bot."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from threading import Event
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot import logs, translations
from bot.activity import logging_activity
from bot.api.http import ALLOWED_UPDATES, retried
from bot.application import Service, running_service
from bot.background import in_background
from bot.command_line import parse_arguments
from bot.mini_app.menu_button import set_menu_button
from bot.settings import Settings, SettingsError, load_settings, remove_from_environment
from bot.stopping import (
    announce,
    give_up_broken_streams,
    note_stop_signals,
    open_standard_streams,
    stop_event,
)
from bot.storage.database import DatabaseError
from bot.updates.dispatcher import UPDATES_AT_ONCE
from bot.updates.polling import Polling
from bot.updates.rate_limits import Limits, RateLimits
from model.quiet import quiet_libraries
from model.reader import ModelError, Reader

logger = logging.getLogger(__name__)


class StartError(Exception):
    """The bot cannot run; the message is one sentence that says what to check."""


def main() -> None:
    """Run the bot with the settings of the environment.

    Raises:
        SystemExit: it cannot run; the message, one line for stderr, says what to check. Or the
            command line asks for help or the version, or makes no sense.
    """
    open_standard_streams()
    parse_arguments()
    stop_requested = note_stop_signals()
    try:
        settings = load_settings()
        remove_from_environment()
        reader = Reader.trained(settings.model)
        if settings.telegram_token:
            token = settings.telegram_token.get_secret_value()
            run(token, settings.api_root, settings, reader, stop_requested)
        else:
            run_in_sandbox(settings, reader, stop_requested)
    except (SettingsError, ModelError, StartError, DatabaseError) as error:
        sys.exit(str(error))
    finally:
        give_up_broken_streams()


def run_in_sandbox(settings: Settings, reader: Reader, stop_requested: Event) -> None:
    """Run the bot against the sandbox.

    Raises:
        StartError: the port is taken.
        DatabaseError: the database cannot be opened.
    """
    from bot.sandbox.server import running  # noqa: PLC0415  a bot with a token needs no sandbox

    with ExitStack() as stack:
        # The sandbox decodes what people send in this process, and libjpeg comments on that.
        stack.enter_context(quiet_libraries())
        try:
            sandbox = stack.enter_context(running(settings.port))
        except OSError as error:
            raise _cannot_listen(settings.port, error) from error
        run(sandbox.token, sandbox.url, settings, reader, stop_requested)


def run(
    token: str, api_root: str, settings: Settings, reader: Reader, stop_requested: Event
) -> None:
    """Run the bot against the Bot API at `api_root`, until a signal or `stop_requested` ends it.

    Once it answers, a line on stdout says where.

    Raises:
        StartError: the Bot API cannot be reached, or refuses the token.
        DatabaseError: the database cannot be opened.
    """
    logs.configure(settings.log_level, token, settings.secret(token), settings.key or "")
    try:
        asyncio.run(_run(token, api_root, settings, reader, stop_requested))
    except InvalidToken:
        # The error's own message contains the token.
        raise StartError(
            "The Bot API knows no bot with this TELEGRAM_TOKEN: copy it again from @BotFather, "
            "and check TELEGRAM_API_URL if you set it."
        ) from None
    except TelegramError as error:
        raise StartError(
            f"The Bot API could not be reached ({error}): check the network and TELEGRAM_API_URL."
        ) from error


async def _run(
    token: str, api_root: str, settings: Settings, reader: Reader, stop_requested: Event
) -> None:
    """Serve until `stop_requested` or a signal; a start that waits for something is given up."""
    stop = stop_event(stop_requested)
    started: asyncio.Future[Service] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(_serve(token, api_root, settings, reader, stop, started))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if started.done():
        started.result().hurry()
        await serving
        return
    if stop.is_set():
        serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def _serve(  # noqa: PLR0913, PLR0917  as `running_service`
    token: str,
    api_root: str,
    settings: Settings,
    reader: Reader,
    stop: asyncio.Event,
    started: asyncio.Future[Service],
) -> None:
    """Start the bot, which sets `started`, and answer updates until `stop` is set."""
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(
            running_service(
                token,
                api_root,
                reader,
                settings.database_url,
                single_instance=settings.webhook_url is None,
                rate_limits=_rate_limits(settings),
                pseudonym_key=settings.key,
            )
        )
        if settings.serves:
            await stack.enter_async_context(_listening(service, settings, token))
        await _choose_webhook(service.bot, settings, token)
        button = set_menu_button(service.bot, settings.mini_app_url)
        await stack.enter_async_context(in_background(button))
        await stack.enter_async_context(logging_activity())
        await stack.enter_async_context(in_background(translations.prepare()))
        started.set_result(service)
        announce(_greeting(service.bot.username, api_root, settings))
        if settings.webhook_url is None:
            await Polling(service.bot, service.polls, service.receive).run(stop)
        else:
            await stop.wait()


def _greeting(username: str, api_root: str, settings: Settings) -> str:
    """Where the bot answers, for whoever has started it."""
    if settings.telegram_token is None:
        return f"No TELEGRAM_TOKEN is set. Try the bot at {api_root}"
    way = "polling" if settings.webhook_url is None else "webhook"
    return f"@{username} answers at https://t.me/{username} ({way}). Ctrl-C stops it."


def _rate_limits(settings: Settings) -> RateLimits:
    limits = Limits(
        photos_a_minute=settings.photos_a_minute,
        messages_a_minute=settings.messages_a_minute,
        seconds_a_minute=settings.reading_seconds_a_minute,
        pending=settings.photos_pending,
    )
    return RateLimits(limits, settings.allowed_users)


async def _choose_webhook(bot: Bot, settings: Settings, token: str) -> None:
    """Have updates posted to the webhook, or none, to poll for them.

    Raises:
        TelegramError: the Bot API cannot be reached, or refuses the token.
    """
    if settings.webhook_url is None:
        await _remove_webhook(bot)
    else:
        await _set_webhook(bot, str(settings.webhook_url), settings.secret(token))


async def _remove_webhook(bot: Bot) -> None:
    try:
        await retried(bot.delete_webhook)
    except TelegramError as error:  # if there is one, each request for updates says so
        logger.warning("Whether a webhook is set is not known: %s", error)


async def _set_webhook(bot: Bot, url: str, secret: str) -> None:
    async def call() -> None:
        await bot.set_webhook(
            url,
            secret_token=secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=UPDATES_AT_ONCE,
        )

    await retried(call)


@asynccontextmanager
async def _listening(service: Service, settings: Settings, token: str) -> AsyncIterator[None]:
    """Serve health checks and metrics, and the webhook and the Mini App if there is a webhook.

    Raises:
        StartError: the port is taken.
    """
    from bot import web  # noqa: PLC0415  a bot that only polls needs no web server
    from bot.mini_app.server import mini_app_routes  # noqa: PLC0415  the same

    routes = web.health_routes(service.checks)
    if settings.webhook_url is not None:
        path = settings.webhook_url.path or "/"
        secret = settings.secret(token)
        routes.append(web.webhook_route(path, secret, service.receive))
    if settings.mini_app_url is not None:
        folder = urlsplit(settings.mini_app_url).path
        routes += mini_app_routes(folder, service.drawings, token)
    try:
        listener = socket.create_server((settings.host, settings.port))
    except OSError as error:
        raise _cannot_listen(settings.port, error) from error
    async with web.serving(routes, listener):
        yield


def _cannot_listen(port: int, error: OSError) -> StartError:
    reason = os.strerror(error.errno or 0)
    return StartError(f"Port {port} cannot be used ({reason}): set PORT to a free one, or to 0.")
