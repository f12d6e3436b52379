"""A clock for what counts by the minute, and an inbox in a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.storage.database import Database, connected
from bot.storage.inbox import Inbox
from tests.bot.arrivals import Clock
from tests.bot.updates.inboxes import BOT


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def nobodys_bot() -> Bot:
    """A bot that calls nothing."""
    return Bot("1:nobody")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with connected(f"sqlite:///{tmp_path / 'inbox.db'}") as database:
        yield database


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database, BOT)
