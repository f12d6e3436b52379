"""The tables: how they are made, and how those of an older version are brought up to date."""

import secrets
from typing import Any

from sqlalchemy import Connection, String, Table, delete, insert, inspect, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, Session, mapped_column

VERSION = 5  # of the tables as the modules of this package define them
UNNUMBERED = 1  # the version of a database that has tables, but no number yet
# By the version they start from, the statements that lead to the next one. Tables that are missing
# altogether are there by then, as they are today.
MIGRATIONS = {
    1: [],
    # The inbox has taken its place: what was not answered, Telegram hands out again.
    2: ["DROP TABLE IF EXISTS updates"],
    # There may be a secret for the pseudonyms, which `keys` takes into use.
    3: [],
    # Answers are judged as wholes from then on. Of what was judged before there are digits alone,
    # and not which of them belong to one answer: they are learnt from, but not counted any more.
    4: [],
}


class SchemaError(Exception):
    """The tables are of another version; the message says which, without a full stop."""


class Base(MappedAsDataclass, DeclarativeBase):
    """The base class of all tables."""


class _Version(Base):
    """One row: the version of the tables."""

    __tablename__ = "schema_version"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class _Check(Base):
    """Rows that last for one transaction, and show that the database can be written to."""

    __tablename__ = "checks"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)


def bring_up_to_date(session: Session) -> None:
    """Make the tables that are missing, and migrate those of an older version.

    Raises:
        SchemaError: the tables are of a newer version, or of one that nobody has numbered.
    """
    connection = session.connection()
    lift_time_limit(session)  # an index on a large table takes longer
    version = _version_of(connection)
    if version > VERSION:
        raise SchemaError(f"its tables are of version {version}, this bot's of {VERSION}")
    Base.metadata.create_all(connection)
    for older in range(version, VERSION):
        for statement in MIGRATIONS[older]:
            session.execute(text(statement))
    for table in Base.metadata.tables.values():
        _check_columns(connection, table)
    session.execute(delete(_Version))
    session.execute(insert(_Version).values(version=VERSION))


def lift_time_limit(session: Session) -> None:
    """Let the statements of this transaction take any time."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))


def write_and_read(session: Session) -> None:
    """Write a row, read it, and delete it.

    Raises:
        RuntimeError: what was written is not there.
        Exception: the database is out of reach or cannot be written; drivers raise what they
            please.
    """
    check = secrets.token_hex(8)
    session.execute(insert(_Check).values(id=check))
    read = session.scalar(delete(_Check).where(_Check.id == check).returning(_Check.id))
    if read != check:
        raise RuntimeError("the database does not keep what is written")


def _version_of(connection: Connection) -> int:
    """The version of the tables that are there; today's if there are none."""
    names = inspect(connection).get_table_names()
    if _Version.__tablename__ in names:
        return connection.scalar(select(_Version.version)) or UNNUMBERED
    known = Base.metadata.tables.keys() & names
    return UNNUMBERED if known else VERSION


def _check_columns(connection: Connection, table: Table) -> None:
    """See that a table has the columns it should have.

    Raises:
        SchemaError: one is missing.
    """
    columns: list[Any] = list(inspect(connection).get_columns(table.name))
    missing = set(table.columns.keys()) - {column["name"] for column in columns}
    if missing:
        raise SchemaError(f"its table {table.name} has no column {min(missing)}")
