"""`python -m bot` with arguments, as an operator tries them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from bot.settings import Settings
from tests.bot.processes import ROOT


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the bot, with a wrong setting in case that it starts."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PORT": "wrong"}
    return subprocess.run(  # noqa: S603  our own program, no shell
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def test_help_names_every_setting_and_starts_nothing(tmp_path: Path) -> None:
    result = run(tmp_path, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("usage: python -m bot [-h] [--version]\n")
    words = result.stdout.split()
    assert [name for name in Settings.model_fields if name.upper() not in words] == []


def test_the_version_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, "--version")
    assert (result.returncode, result.stdout) == (0, f"digit-bot {__version__}\n")


@pytest.mark.parametrize("argument", ["--port=80", "photo.jpg"])
def test_what_it_does_not_know_is_wrong_usage(argument: str, tmp_path: Path) -> None:
    result = run(tmp_path, argument)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"unrecognized arguments: {argument}" in result.stderr
