"""The database is opened, or the operator is told why not."""

import asyncio
import logging
import resource
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.storage.database import STOPPING_SECONDS, Database, DatabaseError, connected, reason

SUM = text("SELECT SUM(n) FROM numbers")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "corrections.db",
        "unknown://host/name",
        "postgresql+unknown://anna:hunter2@host/name",
        "postgresql+asyncpg://anna:hunter2@host:hunter2/name",
        "postgresql://anna:hunter2@host/name",
        "postgres://anna:hunter2@host/name",
        "postgresql+psycopg2://anna:hunter2@host/name",
        "mysql://anna:hunter2@host/name",
        "sqlite:////nowhere/at/all/corrections.db",
        "sqlite:////",
        "sqlite:///corrections.db?timeout=hunter2",
    ],
)
async def test_a_bad_url_is_told_in_one_sentence_without_its_password(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatabaseError) as raised:
        async with connected(url):
            pass
    message = str(raised.value)
    assert message.startswith("DATABASE_URL: ")
    assert message.endswith(".")
    assert "\n" not in message
    assert ". " not in message
    assert "hunter2" not in message


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "mysql"])
async def test_of_another_driver_it_is_told_which_is_the_right_one(scheme: str) -> None:
    with pytest.raises(DatabaseError, match=r"write it like .* postgresql\+asyncpg://"):
        async with connected(f"{scheme}://anna@host/name"):
            pass


async def test_a_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(DatabaseError, match=r"^DATABASE_URL: the driver asyncpg is missing: "):
        async with connected("postgresql+asyncpg://anna@host/name"):
            pass


async def test_a_file_that_is_no_database_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "corrections.db").write_text("no database " * 100)
    with pytest.raises(DatabaseError, match=r"corrections\.db.*not a database"):
        async with connected(f"sqlite:///{tmp_path}/corrections.db"):
            pass


async def test_what_is_done_in_a_transaction_comes_back_and_stays(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/numbers.db"
    async with connected(url) as database:
        assert database.dialect == "sqlite"
        await database.run(lambda session: session.execute(text("CREATE TABLE numbers (n INT)")))
        await database.run(lambda session: session.execute(text("INSERT INTO numbers VALUES (7)")))
    async with connected(url) as database:
        assert await database.run(lambda session: session.scalar(SUM)) == 7


async def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(session: Session) -> None:
        session.execute(text("INSERT INTO numbers VALUES (7)"))
        raise ConnectionError

    async with connected(f"sqlite:///{tmp_path}/numbers.db") as database:
        await database.run(lambda session: session.execute(text("CREATE TABLE numbers (n INT)")))
        with pytest.raises(ConnectionError):
            await database.run(fail)
        assert await database.run(lambda session: session.scalar(SUM)) is None


async def test_a_file_is_appended_to_without_waiting_for_the_disk(tmp_path: Path) -> None:
    async with connected(f"sqlite:///{tmp_path}/corrections.db") as database:
        journal = await database.run(lambda session: session.scalar(text("PRAGMA journal_mode")))
        synchronous = await database.run(lambda session: session.scalar(text("PRAGMA synchronous")))
    assert (journal, synchronous) == ("wal", 1)  # 1 is NORMAL


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with connected(f"sqlite:///{tmp_path}/numbers.db") as database:
        await database.run(execute("CREATE TABLE numbers (n INT)"))
        yield database


def execute(statement: str) -> Callable[[Session], object]:
    """Work for a transaction."""
    return lambda session: session.execute(text(statement))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another connection writes to the database in this folder."""
    with closing(sqlite3.connect(folder / "numbers.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def test_others_go_on_while_a_lock_is_waited_for(database: Database, tmp_path: Path) -> None:
    with locked(tmp_path):
        waiting = asyncio.create_task(database.run(execute("INSERT INTO numbers VALUES (7)")))
        start = time.monotonic()
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert time.monotonic() - start < 1
        assert not waiting.done()
    await waiting
    assert await database.run(lambda session: session.scalar(SUM)) == 7


async def test_who_has_to_stop_waits_only_a_little(database: Database, tmp_path: Path) -> None:
    with locked(tmp_path):
        waiting = asyncio.create_task(database.run(execute("INSERT INTO numbers VALUES (7)")))
        await asyncio.sleep(0.05)
        start = time.monotonic()
        database.hurry()
        with pytest.raises(TimeoutError):
            await waiting
        assert time.monotonic() - start < STOPPING_SECONDS + 0.2


async def test_who_has_to_stop_gives_up_a_whole_queue_at_once(
    database: Database, tmp_path: Path
) -> None:
    database.hurry()
    start = time.monotonic()
    with locked(tmp_path):
        for _ in range(8):
            with pytest.raises(TimeoutError):
                await database.run(execute("INSERT INTO numbers VALUES (7)"))
    assert time.monotonic() - start < 2 * STOPPING_SECONDS


async def test_that_it_goes_and_comes_back_is_logged_once_each(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    await database.check()
    assert not database.away
    await database.run(execute("ALTER TABLE checks RENAME TO elsewhere"))
    for _ in range(3):
        with pytest.raises(OperationalError):
            await database.check()
    await database.run(lambda session: session.scalar(SUM))  # what can be read is not all
    assert database.away
    assert [record.getMessage() for record in caplog.records] == [
        "The database cannot be used: no such table: checks"
    ]
    caplog.clear()
    await database.run(execute("ALTER TABLE elsewhere RENAME TO checks"))
    for _ in range(3):
        await database.check()
    assert not database.away
    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["The database can be used again."]


async def test_a_deleted_file_fails_the_check(database: Database, tmp_path: Path) -> None:
    (tmp_path / "numbers.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(FileNotFoundError):
        await database.check()
    (tmp_path / "elsewhere.db").rename(tmp_path / "numbers.db")
    await database.check()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems end the process")
async def test_a_full_disk_fails_the_check(database: Database) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, most))
    try:
        with pytest.raises(OperationalError):
            await database.check()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    await database.check()


async def test_a_database_that_may_not_be_written_fails_the_check(database: Database) -> None:
    await database.run(execute("PRAGMA query_only = ON"))
    with pytest.raises(OperationalError, match="readonly"):
        await database.check()
    await database.run(execute("PRAGMA query_only = OFF"))
    await database.check()


async def test_tables_of_another_version_are_told_in_one_sentence(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/numbers.db"
    async with connected(url) as database:
        await database.run(execute("UPDATE schema_version SET version = 99"))
    with pytest.raises(DatabaseError, match=r"numbers\.db does not fit .* version 99") as raised:
        async with connected(url):
            pass
    assert str(raised.value).count(". ") == 0


def test_the_reason_is_one_line() -> None:
    assert reason(TimeoutError()) == "TimeoutError"
    assert reason(ValueError("one\ntwo")) == "one"
    assert reason(OperationalError("SELECT 1", {}, Exception("locked"))) == "locked"
