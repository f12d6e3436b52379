"""The real bot against a running sandbox, and somebody who talks to it."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser
from telegram import Bot

from bot.application import Service
from bot.sandbox.server import Sandbox, running
from model.reader import Reader
from tests.bot.conversation import Chat, answering, chatting
from tests.bot.processes import Start, starting
from tests.bot.sandbox.browsing import chromium

# As the bot's HTTP client does when it gets ready: tests make errors of the library's themselves.
os.environ.setdefault("PTB_TIMEDELTA", "true")
# A slow machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One for each module, since a sandbox remembers which updates its last bot has asked for."""
    with running() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader.trained()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the bot in a process of its own."""
    with starting(tmp_path) as start:
        yield start


@pytest.fixture
async def service(sandbox: Sandbox, reader: Reader) -> AsyncIterator[Service]:
    """The bot, which answers."""
    async with answering(sandbox, reader) as service:
        yield service


@pytest.fixture
async def chat(service: Service, sandbox: Sandbox) -> AsyncIterator[Chat]:
    """Somebody who talks to the bot."""
    del service
    async with chatting(sandbox) as chat:
        yield chat


@pytest.fixture
async def silent_bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    """A bot that answers nothing by itself."""
    async with Bot(sandbox.token, f"{sandbox.url}/bot") as bot:
        yield bot


@pytest.fixture
async def person(sandbox: Sandbox) -> AsyncIterator[Chat]:
    """Somebody who talks to a bot, which may or may not answer."""
    async with chatting(sandbox) as person:
        yield person
