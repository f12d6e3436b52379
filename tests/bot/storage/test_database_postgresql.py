"""A PostgreSQL that stands still, as one does whose disk or machine hangs."""

import asyncio
import logging
import re
import signal
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.storage.database import (
    CLOSING_SECONDS,
    STOPPING_SECONDS,
    TRANSACTION_SECONDS,
    Database,
    connected,
)
from bot.storage.engines import STATEMENT_SECONDS
from bot.storage.schema import VERSION
from tests.bot.deploy.parts import Program, nobodys_folder, postgresql

pytestmark = pytest.mark.slow  # to make a server takes seconds


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Program, str]]:
    with nobodys_folder() as folder, postgresql(folder) as server:
        yield server


@pytest.fixture
async def database(server: tuple[Program, str]) -> AsyncIterator[Database]:
    async with connected(server[1]) as database:
        yield database


def one(session: Session) -> None:
    session.execute(text("SELECT 1"))


async def test_a_server_that_stands_still_is_given_up_in_time_and_used_again(
    server: tuple[Program, str], database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "bot")
    await database.check()
    server[0].signal_all(signal.SIGSTOP)
    try:
        for _ in range(2):
            start = time.monotonic()
            with pytest.raises(TimeoutError):
                await database.run(one)
            assert time.monotonic() - start < TRANSACTION_SECONDS + 0.5
    finally:
        server[0].signal_all(signal.SIGCONT)
    await asyncio.sleep(0.1)
    await database.check()
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 2
    assert "cannot be used" in messages[0]
    assert "can be used again" in messages[1]


async def test_to_stop_nobody_waits_for_a_server_that_stands_still(
    server: tuple[Program, str],
) -> None:
    try:
        async with connected(server[1]) as database:
            server[0].signal_all(signal.SIGSTOP)
            waiting = asyncio.create_task(database.run(one))
            await asyncio.sleep(0.1)
            start = time.monotonic()
            database.hurry()
            with pytest.raises(TimeoutError):
                await waiting
        assert time.monotonic() - start < STOPPING_SECONDS + CLOSING_SECONDS + 0.2
    finally:
        server[0].signal_all(signal.SIGCONT)


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(database: Database) -> None:
    start = time.monotonic()
    with pytest.raises(Exception, match="statement timeout"):
        await database.run(lambda session: session.execute(text("SELECT pg_sleep(60)")))
    assert STATEMENT_SECONDS - 0.1 < time.monotonic() - start < TRANSACTION_SECONDS


async def test_a_database_without_a_version_is_brought_up_to_date(
    server: tuple[Program, str], database: Database
) -> None:
    for statement in ("DROP TABLE schema_version", "CREATE TABLE updates (bot BIGINT)"):
        await database.run(partial(Session.execute, statement=text(statement)))
    async with connected(server[1]) as again:
        version = text("SELECT version FROM schema_version")
        assert await again.run(lambda session: session.scalar(version)) == VERSION
        old = text("SELECT count(*) FROM pg_tables WHERE tablename = 'updates'")
        assert await again.run(lambda session: session.scalar(old)) == 0


SECRET = "what-anna-wrote"  # noqa: S105  a text


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ("(:text, 1, 'x')", "violates check constraint"),
        ("('', :text, 'x')", r"query argument \$1$"),
        ("('', 1, :text)", "value too long"),
        ("('', NULL, substr(:text, 1, 5))", "violates not-null constraint"),
        ("(:text || chr(10) || :text, 1, 'x')", "violates check constraint"),
    ],
)
async def test_a_row_that_is_refused_is_not_shown(
    database: Database, values: str, told: str
) -> None:
    table = "a TEXT CHECK (length(a) < 5), n INT NOT NULL, b VARCHAR(5)"

    def work(session: Session) -> None:
        session.execute(text(f"CREATE TABLE notes ({table})"))
        session.execute(text(f"INSERT INTO notes VALUES {values}"), {"text": SECRET})  # noqa: S608

    with pytest.raises(DBAPIError) as raised:
        await database.run(work)
    assert re.search(told, str(raised.value), re.MULTILINE)
    assert SECRET[:5] not in "".join(traceback.format_exception(raised.value)).replace(__file__, "")
