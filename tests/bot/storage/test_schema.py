"""Tables of an older version are migrated; those that nobody can migrate are refused."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from bot.storage import inbox, judgements, preferences
from bot.storage.schema import VERSION, SchemaError, bring_up_to_date, write_and_read

# As the bot made it before its tables had a version.
UNNUMBERED = """
CREATE TABLE updates (
    bot BIGINT NOT NULL, update_id BIGINT NOT NULL, begun SMALLINT NOT NULL,
    answered BOOLEAN NOT NULL, owner VARCHAR(16) NOT NULL, alive_at DATETIME NOT NULL,
    PRIMARY KEY (bot, update_id)
);
CREATE TABLE languages (user VARCHAR(64) PRIMARY KEY, language VARCHAR(16) NOT NULL);
INSERT INTO languages VALUES ('x', 'ru');
"""
MODULES = (inbox, judgements, preferences)  # that define tables


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "corrections.db"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def execute(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def select(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def open_with(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        bring_up_to_date(session)
    engine.dispose()


def test_a_new_database_has_all_tables_and_their_version(path: Path, engine: Engine) -> None:
    open_with(engine)
    open_with(engine)
    assert select(path, "SELECT version FROM schema_version") == [(VERSION,)]
    tables = {name for (name,) in select(path, "SELECT name FROM sqlite_master")}
    assert {"checks", "corrections", "inbox", "languages", "readings"} <= tables


def test_a_database_without_a_version_is_migrated_and_keeps_its_rows(
    path: Path, engine: Engine
) -> None:
    execute(path, UNNUMBERED)
    open_with(engine)
    assert select(path, "SELECT version FROM schema_version") == [(VERSION,)]
    assert select(path, "SELECT * FROM languages") == [("x", "ru")]


def test_the_log_of_updates_gives_way_to_the_inbox(path: Path, engine: Engine) -> None:
    execute(path, UNNUMBERED)
    open_with(engine)
    tables = {name for (name,) in select(path, "SELECT name FROM sqlite_master")}
    assert "updates" not in tables
    assert "inbox" in tables


def test_a_newer_version_is_refused_and_left_as_it_is(path: Path, engine: Engine) -> None:
    newer = VERSION + 1
    execute(path, f"CREATE TABLE schema_version AS SELECT {newer} AS version")
    with pytest.raises(SchemaError, match=f"version {newer}, this bot's of {VERSION}"):
        open_with(engine)
    assert select(path, "SELECT name FROM sqlite_master") == [("schema_version",)]


def test_a_table_that_lacks_a_column_is_refused(path: Path, engine: Engine) -> None:
    execute(path, "CREATE TABLE languages (user VARCHAR(64) PRIMARY KEY)")
    with pytest.raises(SchemaError, match="languages has no column language"):
        open_with(engine)


def test_what_was_written_to_see_whether_that_is_possible_does_not_stay(
    path: Path, engine: Engine
) -> None:
    open_with(engine)
    with Session(engine) as session, session.begin():
        write_and_read(session)
    assert select(path, "SELECT * FROM checks") == []


def test_what_is_not_kept_is_noticed(path: Path, engine: Engine) -> None:
    open_with(engine)
    execute(path, "CREATE TRIGGER lose AFTER INSERT ON checks BEGIN DELETE FROM checks; END")
    with Session(engine) as session, pytest.raises(RuntimeError, match="does not keep"):
        write_and_read(session)
