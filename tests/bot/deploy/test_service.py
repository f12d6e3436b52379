"""The systemd unit, as systemd itself judges it."""

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from bot import web
from bot.updates import dispatcher, polling
from tests.bot.deploy.parts import DEPLOY
from tests.bot.programs import program

UNIT = DEPLOY / "digit-bot.service"
INSTALLED = "/opt/digit-bot/.venv/bin/python"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as it is, but with a Python that is there."""
    text = UNIT.read_text()
    assert INSTALLED in text
    copy = tmp_path / UNIT.name
    copy.write_text(text.replace(INSTALLED, sys.executable))
    return copy


def analyzed(*arguments: str | Path) -> str:
    """What systemd-analyze has to say, which is a failure unless it ends well."""
    command = [program("systemd-analyze"), *arguments]
    done = subprocess.run(  # noqa: S603  nothing in it comes from outside
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_systemd_understands_every_line(unit: Path) -> None:
    assert UNIT.name not in analyzed("verify", "--man=no", unit)


def test_what_a_line_is_not_understood_for_is_told(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("ProtectHome=yes", "ProtectHomes=yes"))
    assert "ProtectHomes" in analyzed("verify", "--man=no", unit)


def test_it_is_exposed_to_little(unit: Path) -> None:
    analyzed("security", "--offline=true", "--threshold=15", "--no-pager", unit)  # of 100


def test_it_is_given_more_time_to_stop_than_it_takes(unit: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read(unit)
    seconds = float(parser["Service"]["TimeoutStopSec"].removesuffix("s"))
    last_call = max(web.GRACE_SECONDS, polling.TIMES.farewell)
    assert seconds > last_call + dispatcher.TIMES.look + dispatcher.TIMES.grace
