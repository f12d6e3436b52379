"""What was deleted stands in no file soon after, whoever reads the database meanwhile."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database, connected
from bot.storage.traces import Traces
from tests.bot.storage.test_corrections import contents

WRITTEN = "what-anna-wrote"
SOON = 5  # s, on a busy machine


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with connected(f"sqlite:///{tmp_path / 'notes.db'}") as database:
        await run(database, "CREATE TABLE notes (n TEXT)")
        yield database


async def run(database: Database, statement: str, **values: str) -> None:
    bound = text(statement).bindparams(**values)
    await database.run(lambda session: session.execute(bound))


async def write_and_delete(database: Database) -> None:
    await run(database, "INSERT INTO notes VALUES (:n)", n=WRITTEN)
    await run(database, "DELETE FROM notes")


def is_there(folder: Path) -> bool:
    """Whether what was written stands in any file."""
    return WRITTEN.encode() in contents(folder)


async def wait_until_erased(folder: Path) -> None:
    async with asyncio.timeout(SOON):
        while is_there(folder):
            await asyncio.sleep(0.01)


async def test_what_is_deleted_stands_in_the_log_until_it_is_erased(
    database: Database, tmp_path: Path
) -> None:
    traces = Traces(database)
    async with traces.erasing():
        await wait_until_erased(tmp_path)
        for _ in range(2):
            await write_and_delete(database)
            await asyncio.sleep(0.05)
            assert is_there(tmp_path)
            traces.erase()
            await wait_until_erased(tmp_path)


async def test_what_an_earlier_process_has_left_is_erased_at_the_start(
    database: Database, tmp_path: Path
) -> None:
    await write_and_delete(database)
    assert is_there(tmp_path)
    async with Traces(database).erasing():
        await wait_until_erased(tmp_path)


async def test_while_another_process_reads_it_is_tried_again(
    database: Database, tmp_path: Path
) -> None:
    await write_and_delete(database)
    with closing(sqlite3.connect(tmp_path / "notes.db")) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM notes").fetchall()
        async with Traces(database, retry_seconds=0.05).erasing():
            await asyncio.sleep(0.5)
            assert is_there(tmp_path)
            other.execute("COMMIT")
            await wait_until_erased(tmp_path)
