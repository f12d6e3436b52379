"""The database: SQLite in a file, or PostgreSQL where several machines share one."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, Session

if TYPE_CHECKING:  # with SQLite it is not needed, and takes long to load
    from sqlalchemy.ext.asyncio import AsyncEngine

ATTEMPTS = 3  # to create the schema, while others that start at the same time do so too

Result = TypeVar("Result")


class DatabaseError(Exception):
    """The database cannot be used; its text is one sentence for the operator."""


class Base(MappedAsDataclass, DeclarativeBase):
    """The base class of all tables."""


class Database:
    """Runs transactions: with a server asynchronously, with an SQLite file in the event loop.

    SQLite runs a statement in less time than it takes to hand it to another thread and back.
    """

    def __init__(self, engine: "Engine | AsyncEngine") -> None:
        """Use `engine`, where `connected` has created the schema."""
        self._engine = engine

    @property
    def dialect(self) -> str:
        """The name of the SQL dialect: sqlite or postgresql."""
        return self._engine.dialect.name

    async def run(self, work: Callable[[Session], Result]) -> Result:
        """Do `work` in a transaction, which is rolled back if it raises; returns its result.

        Raises:
            Exception: the database is out of reach; drivers raise what they please.
        """
        if isinstance(self._engine, Engine):
            with Session(self._engine) as session, session.begin():
                return work(session)
        from sqlalchemy.ext.asyncio import AsyncSession  # noqa: PLC0415  as above

        async with AsyncSession(self._engine) as remote, remote.begin():
            return await remote.run_sync(work)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Database]:
    """Connect to `url`, such as sqlite:///corrections.db, and create the schema.

    Raises:
        DatabaseError: `url` is no URL, its driver is missing, or the database is out of reach.
    """
    engine = _engine(url)
    try:
        yield await _opened(engine)
    finally:
        if isinstance(engine, Engine):
            engine.dispose()
        else:
            await engine.dispose()


def insert_into(table: type[Base], database: Database) -> Any:  # noqa: ANN401  the dialect's
    """An INSERT that can say what to do on conflict, which SQLAlchemy leaves to its dialects."""
    return import_module(f"sqlalchemy.dialects.{database.dialect}").insert(table)


async def _opened(engine: "Engine | AsyncEngine") -> Database:
    """The database of `engine`, with its schema.

    Raises:
        DatabaseError: it is out of reach, or no database.
    """
    database = Database(engine)
    try:
        await _create_schema(database)
    except Exception as error:  # drivers raise what they please when they connect
        name = engine.url.database or engine.url.host
        raise DatabaseError(
            f"The database {name} cannot be opened ({_reason(error)}): "
            "check its URL, and that it is there and may be written."
        ) from error
    return database


async def _create_schema(database: Database) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            await database.run(lambda session: Base.metadata.create_all(session.connection()))
        except DBAPIError:
            if attempt == ATTEMPTS:
                raise
        else:
            return


def _engine(url: str) -> "Engine | AsyncEngine":
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  as above

        # A server may have been restarted since its connection was used last.
        return create_async_engine(parsed, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise DatabaseError(f"The database's driver is missing: install {error.name}.") from error
    except Exception:  # noqa: BLE001  SQLAlchemy and int() raise what they please
        # Their messages may repeat a part of the URL, and so of its password.
        raise DatabaseError(
            "The database's URL is not one that can be used: "
            "write it like sqlite:///corrections.db or postgresql+asyncpg://host/name."
        ) from None


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url.set(drivername="sqlite"))

    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401  the driver's
        # SQLite then appends to a log, and does not wait for the disk at each commit.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    event.listen(engine, "connect", prepare)
    return engine


def _reason(error: Exception) -> str:
    """The driver's message, without the statement and links that SQLAlchemy puts around it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    text = str(cause) or type(cause).__name__
    return text.splitlines()[0]
