"""The command line of `python -m bot`, which takes its settings from the environment instead."""

import argparse

from bot import __version__
from bot.settings import variables

DESCRIPTION = """\
Run the bot that reads handwritten digits from photos.

With TELEGRAM_TOKEN set it talks to Telegram. Without, it starts a sandbox on this machine, a small
Telegram with a chat page, and prints its address. Ctrl-C stops it.
"""
SETTINGS = "Settings, from the environment or from .env in this folder; all are optional:"


def parse_arguments() -> None:
    """Parse the command line.

    Raises:
        SystemExit: it asks for help or the version, which is printed, or it makes no sense.
    """
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description=DESCRIPTION,
        epilog=_settings(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"digit-bot {__version__}")
    parser.parse_args()


def _settings() -> str:
    lines = [f"  {name}\n      {text}" for name, text in variables().items()]
    return "\n".join([SETTINGS, *lines])
