"""A file that is locked is waited for in another thread, and not beyond what anybody waits for."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.storage.engines import LOCK_WAIT_SECONDS, engine_for
from bot.storage.sqlite_thread import SqliteThread

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT SUM(i) FROM n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "numbers.db"


@pytest.fixture
async def thread(path: Path) -> AsyncIterator[SqliteThread]:
    engine = engine_for(f"sqlite:///{path}")
    assert isinstance(engine, Engine)
    thread = SqliteThread(engine, lock_seconds=1.0)
    await thread.run(execute("CREATE TABLE numbers (n INT)"))
    yield thread
    await thread.close()


def execute(statement: str) -> Callable[[Session], object]:
    """Work for a transaction."""
    return lambda session: session.execute(text(statement))


INSERT = execute("INSERT INTO numbers VALUES (7)")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another connection writes to the database."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as other:
        count: int = other.execute("SELECT COUNT(*) FROM numbers").fetchone()[0]
    return count


async def test_a_lock_is_waited_for_longer_than_the_driver_does(
    thread: SqliteThread, path: Path
) -> None:
    with locked(path):
        waiting = asyncio.create_task(thread.run(INSERT))
        await asyncio.sleep(LOCK_WAIT_SECONDS + 0.15)
        assert not waiting.done()
    await waiting
    assert rows(path) == 1


async def test_a_lock_is_not_waited_for_without_end(thread: SqliteThread, path: Path) -> None:
    start = time.monotonic()
    with locked(path), pytest.raises(OperationalError, match="locked"):
        await thread.run(INSERT)
    assert 1.0 <= time.monotonic() - start < 1.0 + LOCK_WAIT_SECONDS + 0.3


async def test_what_is_wrong_otherwise_is_tried_once(thread: SqliteThread) -> None:
    tries = []

    def fail(session: Session) -> None:
        tries.append(session)
        session.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(OperationalError, match="nowhere"):
        await thread.run(fail)
    assert len(tries) == 1


async def test_what_is_abandoned_before_or_while_it_waits_is_never_done(
    thread: SqliteThread, path: Path
) -> None:
    with locked(path):
        waiting = [asyncio.create_task(thread.run(INSERT)) for _ in range(3)]
        await asyncio.sleep(0.05)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    await thread.run(execute("SELECT 1"))
    assert rows(path) == 0


async def test_what_is_abandoned_after_it_has_written_is_rolled_back(
    thread: SqliteThread, path: Path
) -> None:
    def write_slowly(session: Session) -> None:
        INSERT(session)
        time.sleep(0.2)

    writing = asyncio.create_task(thread.run(write_slowly))
    await asyncio.sleep(0.05)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await thread.run(execute("SELECT 1"))
    assert rows(path) == 0


async def test_a_statement_without_end_is_interrupted(thread: SqliteThread) -> None:
    endless = asyncio.create_task(thread.run(execute(ENDLESS)))
    await asyncio.sleep(0.05)
    endless.cancel()
    await thread.run(execute("SELECT 1"))
    assert endless.cancelled()


WRITTEN = b"what-anna-wrote"


async def write_and_delete(thread: SqliteThread) -> None:
    await thread.run(execute("INSERT INTO numbers VALUES ('what-anna-wrote')"))
    await thread.run(execute("DELETE FROM numbers"))


def log_of(path: Path) -> bytes:
    """What the file's log holds."""
    return path.with_name(f"{path.name}-wal").read_bytes()


async def test_the_log_can_be_emptied(thread: SqliteThread, path: Path) -> None:
    await write_and_delete(thread)
    assert WRITTEN in log_of(path)
    await thread.empty_log()
    assert log_of(path) == b""
    assert WRITTEN not in contents_of(path)


async def test_while_another_process_reads_the_log_cannot_be_emptied(
    thread: SqliteThread, path: Path
) -> None:
    await write_and_delete(thread)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM numbers").fetchall()
        with pytest.raises(TimeoutError, match="another process reads"):
            await thread.empty_log()
    await thread.empty_log()
    assert log_of(path) == b""


async def test_a_file_that_is_rebuilt_has_no_unused_parts(thread: SqliteThread, path: Path) -> None:
    with closing(sqlite3.connect(path)) as careless, careless:
        careless.execute("PRAGMA secure_delete=OFF")
        careless.execute("CREATE TABLE notes AS SELECT ? AS n", (WRITTEN.decode() * 1000,))
        careless.execute("DROP TABLE notes")
    await thread.empty_log()
    assert WRITTEN in contents_of(path)
    await thread.rebuild()
    await thread.empty_log()
    assert WRITTEN not in contents_of(path)


def contents_of(path: Path) -> bytes:
    return path.read_bytes()
