"""A clock for what counts by the minute, an inbox in a database of its own, and a bot alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.sandbox.server import running
from bot.storage.database import Database, connected
from bot.storage.inbox import Inbox
from tests.bot.arrivals import Clock
from tests.bot.updates.inboxes import BOT


@pytest.fixture
async def gone_bot() -> AsyncIterator[Bot]:
    """A bot whose Bot API has gone away."""
    with running() as gone:
        bot = Bot(gone.token, f"{gone.url}/bot")
        await bot.initialize()
    yield bot
    await bot.shutdown()


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
