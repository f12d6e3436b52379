"""`python -m bot`: talk to Telegram, or without a token to a sandbox on this machine."""

import os
import signal
import sys

from bot import logs, settings
from bot.application import build
from bot.corrections import CorrectionsError
from bot.settings import Settings, SettingsError
from bot.updates import StartError, poll
from model.reader import ModelError, Reader


def main() -> None:
    """Read the settings, load the model, answer until told to stop."""
    try:
        chosen = settings.load()
        reader = Reader.trained(chosen.model)
        if chosen.telegram_token:
            run(chosen.telegram_token.get_secret_value(), chosen.api_root, chosen, reader)
        else:
            run_in_sandbox(chosen, reader)
    except (SettingsError, ModelError, StartError, CorrectionsError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:  # before the application took over the signal
        sys.exit(128 + signal.SIGINT)


def run(token: str, api_root: str, chosen: Settings, reader: Reader) -> None:
    """Run the bot against the Bot API at `api_root`."""
    logs.configure(chosen.log_level, token)
    poll(build(token, api_root, reader, chosen.database_url))


def run_in_sandbox(chosen: Settings, reader: Reader) -> None:
    """Run the same bot against a Telegram of its own, and say where to chat with it.

    Raises:
        StartError: the port is taken.
    """
    from bot.sandbox.server import running  # noqa: PLC0415  a bot with a token needs no web server

    try:
        with running(chosen.port) as sandbox:
            print(f"No TELEGRAM_TOKEN is set. Try the bot at {sandbox.url}", flush=True)
            run(sandbox.token, sandbox.url, chosen, reader)
    except OSError as error:
        raise StartError(
            f"Port {chosen.port} cannot be used ({os.strerror(error.errno or 0)}): "
            "set PORT to a free one, or to 0."
        ) from error


if __name__ == "__main__":
    main()
