"""Connections give up in time, and notice a file that is another one."""

import shutil
import sqlite3
import time
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.pool import QueuePool

from bot.storage.engines import CONNECT_SECONDS, LOCK_WAIT_SECONDS, engine_for


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "numbers.db"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    engine = engine_for(f"sqlite:///{path}")
    assert isinstance(engine, Engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE numbers (n INT)"))
    yield engine
    engine.dispose()


def insert(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO numbers VALUES ({number})"))  # noqa: S608  a number


def sum_in(engine: Engine) -> int | None:
    with engine.begin() as connection:
        total: int | None = connection.scalar(text("SELECT SUM(n) FROM numbers"))
    return total


@pytest.mark.parametrize(("option", "seconds"), [("", LOCK_WAIT_SECONDS), ("?timeout=0.5", 0.5)])
def test_a_lock_is_waited_for_as_long_as_the_url_says_or_a_little(
    engine: Engine, path: Path, option: str, seconds: float
) -> None:
    del engine  # it has made the table
    impatient = engine_for(f"sqlite:///{path}{option}")
    assert isinstance(impatient, Engine)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        with pytest.raises(OperationalError, match="locked"):
            insert(impatient, 7)
    assert seconds - 0.1 < time.monotonic() - start < seconds + 0.4
    insert(impatient, 7)
    impatient.dispose()


def test_a_deleted_file_is_noticed_and_not_made_anew(engine: Engine, path: Path) -> None:
    insert(engine, 7)
    path.unlink()
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            insert(engine, 1)
    assert not path.exists()


def test_a_file_that_is_put_in_place_of_another_is_used_from_then_on(
    engine: Engine, path: Path, tmp_path: Path
) -> None:
    insert(engine, 7)
    engine.dispose()  # which writes all into the file itself
    shutil.copy(path, tmp_path / "backup.db")
    insert(engine, 1)
    assert sum_in(engine) == 8
    for file in tmp_path.glob("numbers.db*"):
        file.unlink()
    (tmp_path / "backup.db").rename(path)
    assert sum_in(engine) == 7
    insert(engine, 2)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT SUM(n) FROM numbers").fetchall() == [(9,)]


def test_a_database_in_memory_has_no_file_to_follow() -> None:
    engine = engine_for("sqlite://")
    assert isinstance(engine, Engine)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT 7")) == 7
    engine.dispose()


def test_a_server_has_time_limits_too() -> None:
    engine = engine_for("postgresql+asyncpg://anna@nowhere/digits")
    assert not isinstance(engine, Engine)
    assert isinstance(engine.pool, QueuePool)
    assert engine.pool.timeout() == CONNECT_SECONDS


SECRET = "what-anna-wrote"  # noqa: S105  a text


def test_an_insert_that_is_refused_shows_no_values(engine: Engine) -> None:
    insert = text("INSERT INTO numbers VALUES (:n)")
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER refuse BEFORE INSERT ON numbers "
                "BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        )
    with pytest.raises(IntegrityError, match="refused") as raised, engine.begin() as connection:
        connection.execute(insert, {"n": SECRET})
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_what_is_deleted_is_overwritten(engine: Engine, path: Path) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": SECRET})
    engine.dispose()  # which writes all into the file itself
    assert SECRET.encode() in path.read_bytes()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM numbers"))
    engine.dispose()
    assert SECRET.encode() not in path.read_bytes()
