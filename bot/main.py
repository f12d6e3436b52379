"""Read the settings, load the model, answer until told to stop."""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot import logs, settings
from bot.api.http import ALLOWED, retried
from bot.application import Service, running_service
from bot.settings import Settings, SettingsError
from bot.storage.database import DatabaseError
from bot.updates.delivery import AT_ONCE
from bot.updates.polling import Polling
from bot.updates.rate_limits import RateLimits
from model.reader import ModelError, Reader

STOPPING = (signal.SIGINT, signal.SIGTERM)

stop_requested = threading.Event()
"""A signal to stop came before the event loop took them: it must cut nothing in two meanwhile."""


class StartError(Exception):
    """The bot cannot run; the message is one sentence that says what to check."""


def main() -> None:
    """Run the bot as the environment says; what stops it is one line on stderr."""
    for number in STOPPING:
        signal.signal(number, lambda *_: stop_requested.set())
    try:
        chosen = settings.load()
        reader = Reader.trained(chosen.model)
        if chosen.telegram_token:
            run(chosen.telegram_token.get_secret_value(), chosen.api_root, chosen, reader)
        else:
            run_in_sandbox(chosen, reader)
    except (SettingsError, ModelError, StartError, DatabaseError) as error:
        sys.exit(str(error))


def run_in_sandbox(chosen: Settings, reader: Reader) -> None:
    """Run the same bot against a Telegram of its own, and say where to chat with it.

    Raises:
        StartError: the port is taken.
    """
    from bot.sandbox.server import running  # noqa: PLC0415  a bot with a token needs no web server

    with ExitStack() as stack:
        try:
            sandbox = stack.enter_context(running(chosen.port))
        except OSError as error:
            raise _cannot_listen(chosen.port, error) from error
        print(f"No TELEGRAM_TOKEN is set. Try the bot at {sandbox.url}", flush=True)
        run(sandbox.token, sandbox.url, chosen, reader)


def run(token: str, api_root: str, chosen: Settings, reader: Reader) -> None:
    """Run the bot against the Bot API at `api_root`.

    Raises:
        StartError: it cannot be reached, or refuses the token.
    """
    logs.configure(chosen.log_level, token, chosen.secret(token))
    try:
        asyncio.run(_run(token, api_root, chosen, reader))
    except InvalidToken:
        # Its own words would show the token.
        raise StartError(
            "The Bot API knows no bot with this TELEGRAM_TOKEN: copy it again from @BotFather, "
            "and check TELEGRAM_API_URL if you set it."
        ) from None
    except TelegramError as error:
        raise StartError(
            f"The Bot API could not be reached ({error}): check the network and TELEGRAM_API_URL."
        ) from error


async def _run(token: str, api_root: str, chosen: Settings, reader: Reader) -> None:
    stop = asyncio.Event()
    for number in STOPPING:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if stop_requested.is_set():
        stop.set()
    single_instance = chosen.webhook_url is None
    rate_limits = RateLimits(chosen.photos_a_minute, chosen.photos_pending, chosen.allowed_users)
    database_url = chosen.database_url
    async with (
        running_service(
            token,
            api_root,
            reader,
            database_url,
            single_instance=single_instance,
            rate_limits=rate_limits,
        ) as service,
        AsyncExitStack() as stack,
    ):
        if chosen.serves:
            await stack.enter_async_context(_listening(service, chosen, token))
        if chosen.webhook_url is None:
            await retried(service.bot.delete_webhook)
            await Polling(service.bot, service.polls, service.delivery.deliver).run(stop)
        else:
            await _set_webhook(service.bot, str(chosen.webhook_url), chosen.secret(token))
            await stop.wait()


async def _set_webhook(bot: Bot, url: str, secret: str) -> None:
    async def call() -> None:
        await bot.set_webhook(
            url, secret_token=secret, allowed_updates=ALLOWED, max_connections=AT_ONCE
        )

    await retried(call)


@asynccontextmanager
async def _listening(service: Service, chosen: Settings, token: str) -> AsyncIterator[None]:
    """Serve what operators ask, and where Telegram posts updates if it is to.

    Raises:
        StartError: the port is taken.
    """
    from bot import web  # noqa: PLC0415  who only polls needs no web server

    routes = web.health_routes(service.checks)
    if chosen.webhook_url is not None:
        path, secret = chosen.webhook_url.path or "/", chosen.secret(token)
        routes.append(web.webhook_route(path, secret, service.bot, service.delivery.deliver))
    try:
        listener = socket.create_server((chosen.host, chosen.port))
    except OSError as error:
        raise _cannot_listen(chosen.port, error) from error
    async with web.serving(routes, listener):
        yield


def _cannot_listen(port: int, error: OSError) -> StartError:
    reason = os.strerror(error.errno or 0)
    return StartError(f"Port {port} cannot be used ({reason}): set PORT to a free one, or to 0.")
