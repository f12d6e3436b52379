"""The database: SQLite in a file, or PostgreSQL where several machines share one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, NullPool, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass

ATTEMPTS = 3  # to create the schema, while others that start at the same time do so too


class DatabaseError(Exception):
    """The database cannot be used; its text is one sentence for the operator."""


class Base(MappedAsDataclass, DeclarativeBase):
    """What every table is derived from."""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncEngine]:
    """Connect to `url`, such as sqlite+aiosqlite:///corrections.db, and create the schema.

    Raises:
        DatabaseError: it is no URL, its driver is missing or the database out of reach.
    """
    engine = _engine(url)
    try:
        try:
            _try_file(engine.url)
            await _create_schema(engine)
        except Exception as error:
            # Drivers raise what they please when they connect.
            raise DatabaseError(
                f"The database {engine.url.database or engine.url.host} cannot be opened "
                f"({_reason(error)}): check its URL, and that it is there and may be written."
            ) from error
        yield engine
    finally:
        await engine.dispose()


def insert_into(table: type[Base], engine: AsyncEngine) -> Any:  # noqa: ANN401  the dialect's
    """An INSERT that can say what to do on conflict, which SQLAlchemy leaves to its dialects."""
    dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


async def _create_schema(engine: AsyncEngine) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
        except DBAPIError:
            if attempt == ATTEMPTS:
                raise
        else:
            return


def _engine(url: str) -> AsyncEngine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            # A server may have been restarted since its connection was used last.
            return create_async_engine(parsed, pool_pre_ping=True)
        # SQLite takes one writer at a time: they queue here rather than meet a locked file.
        engine = create_async_engine(parsed, pool_size=1, max_overflow=0)
    except ModuleNotFoundError as error:
        raise DatabaseError(f"The database's driver is missing: install {error.name}.") from error
    except Exception:  # noqa: BLE001  SQLAlchemy and int() raise what they please
        # Their words may repeat a part of the URL, and so of its password.
        raise DatabaseError(
            "The database's URL is not one that can be used: "
            "write it like sqlite+aiosqlite:///corrections.db or postgresql+asyncpg://host/name."
        ) from None
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _: object) -> None:  # noqa: ANN401  the driver's
    """Let SQLite append to a log instead of waiting for the disk at each commit."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _try_file(url: URL) -> None:
    """Where aiosqlite cannot connect, its thread may outlive the event loop and print a traceback.

    So an SQLite file is opened without it first.
    """
    if url.get_backend_name() == "sqlite":
        plain = create_engine(url.set(drivername="sqlite"), poolclass=NullPool)
        event.listen(plain, "connect", _prepare)
        plain.connect().close()


def _reason(error: Exception) -> str:
    """What the driver says, without SQLAlchemy's statement and links around it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return (str(cause) or type(cause).__name__).splitlines()[0]
