"""The database: SQLite in a file, or PostgreSQL where several machines share one."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakSet

from sqlalchemy import Engine, Table, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.storage import schema
from bot.storage.engines import engine_for
from bot.storage.schema import Base, SchemaError
from bot.storage.sqlite_thread import SqliteThread

if TYPE_CHECKING:  # with SQLite it is not needed, and takes long to load
    from sqlalchemy.ext.asyncio import AsyncEngine

ATTEMPTS = 3  # to create the schema, while others that start at the same time do so too
# For a transaction in all, waiting for its turn included: more than the limits of `engines`, so
# that driver and server give up first and say why, and less than `web.CHECK_SECONDS`.
TRANSACTION_SECONDS = 4.0
STOPPING_SECONDS = 0.5  # the same, once the bot has to stop; that has to be done within 2 s
GIVEN_UP_SECONDS = 0.05  # the same, once that was in vain: many may wait for each other
CLOSING_SECONDS = 0.5  # to close the connections
SCHEMA_SECONDS = 300.0  # to create the schema, or to migrate it: many times what millions take

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class DatabaseError(Exception):
    """The database cannot be used; its text is one sentence for the operator."""


class Database:
    """Runs transactions within a time limit, and logs when the database goes and comes back."""

    def __init__(
        self, engine: "Engine | AsyncEngine", limit_seconds: float = TRANSACTION_SECONDS
    ) -> None:
        """Use `engine`, where `connected` has created the schema."""
        self._limit_seconds = limit_seconds
        self._backend = SqliteThread(engine) if isinstance(engine, Engine) else engine
        self._dialect: str = engine.dialect.name
        self._limits: set[asyncio.Timeout] = set()  # of the transactions that are under way
        self._abandoned: set[asyncio.Task[Any]] = set()
        self._away = False
        self._stopping = False
        self._remote: WeakSet[Any] = WeakSet()  # the driver's connections to a server
        if not isinstance(engine, Engine):
            event.listen(engine.sync_engine, "connect", self._remember)

    @property
    def dialect(self) -> str:
        """The name of the SQL dialect: sqlite or postgresql."""
        return self._dialect

    @property
    def away(self) -> bool:
        """Whether a transaction has failed since `check` has succeeded last."""
        return self._away

    async def run(self, work: Callable[[Session], Result]) -> Result:
        """Do `work` in a transaction, which is rolled back if it raises; returns its result.

        Raises:
            TimeoutError: that took too long.
            Exception: the database is out of reach; drivers raise what they please.
        """
        try:
            return await self._within(self._limit_seconds, work)
        except Exception as error:
            if not self._away:
                logger.warning("The database cannot be used: %s", reason(error))
            self._away = True
            if self._stopping:
                self._limit_seconds = GIVEN_UP_SECONDS
            raise

    async def check(self) -> None:
        """Write a row and read it.

        Raises:
            Exception: that does not succeed; drivers raise what they please.
        """
        await self.run(schema.write_and_read)
        if self._away:
            logger.warning("The database can be used again.")
        self._away = False

    async def migrate(self, work: Callable[[Session], Result]) -> Result:
        """Do `work` in a transaction, as `run` does, which may take as long as a migration.

        Raises:
            Exception: the database is out of reach; drivers raise what they please.
        """
        return await self._within(SCHEMA_SECONDS, work)

    async def erase_deleted(self, *, from_log: bool = True) -> None:
        """Erase what was deleted from the log of an SQLite file, or else from its unused parts.

        A server decides itself when what was deleted is overwritten.

        Raises:
            Exception: that does not succeed; drivers raise what they please.
        """
        if not isinstance(self._backend, SqliteThread):
            return
        if from_log:
            await self._backend.empty_log()
        else:
            await self._backend.rebuild()

    def hurry(self) -> None:
        """Wait only a little from now on, and for what is under way: the bot has to stop."""
        self._stopping = True
        self._limit_seconds = min(self._limit_seconds, STOPPING_SECONDS)
        soon = asyncio.get_running_loop().time() + self._limit_seconds
        for limit in self._limits:
            limit.reschedule(min(soon, limit.when() or soon))

    async def create_schema(self) -> None:
        """Make the tables, or bring them up to date.

        Raises:
            SchemaError: they are of a newer version, or of one that nobody has numbered.
            Exception: the database is out of reach; drivers raise what they please.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self.migrate(schema.bring_up_to_date)
            except DBAPIError:
                if attempt == ATTEMPTS:
                    raise
            else:
                return

    async def close(self) -> None:
        """Close the connections, without a word to a server that does not answer."""
        if self._away:
            self._hang_up()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                if isinstance(self._backend, SqliteThread):
                    await self._backend.close()
                else:
                    await self._backend.dispose()
        self._hang_up()

    def _remember(self, connection: Any, _: object) -> None:  # noqa: ANN401  SQLAlchemy's
        self._remote.add(connection.driver_connection)

    def _hang_up(self) -> None:
        """End the connections to a server that are still there, and so whatever waits for it."""
        for connection in self._remote:
            if hasattr(connection, "terminate"):  # as asyncpg's have
                connection.terminate()

    async def _within(self, seconds: float, work: Callable[[Session], Result]) -> Result:
        """Do `work`, and wait at most so many seconds.

        Raises:
            TimeoutError: it is not done by then, and is rolled back as soon as that is possible.
        """
        transaction = asyncio.create_task(self._transaction(work))
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                self._limits.add(limit)
                return await asyncio.shield(transaction)
        except TimeoutError as error:
            if limit.expired():
                raise TimeoutError("it does not answer in time") from error
            raise
        finally:
            self._limits.discard(limit)
            self._abandon(transaction)

    def _abandon(self, transaction: "asyncio.Task[Result]") -> None:
        """Let a transaction end by itself: a server that stands still lets nobody roll back."""
        if transaction.done():
            return
        self._abandoned.add(transaction)
        transaction.add_done_callback(self._forget)
        transaction.cancel()

    def _forget(self, transaction: asyncio.Task[Any]) -> None:
        self._abandoned.discard(transaction)
        if not transaction.cancelled():
            transaction.exception()  # asyncio would log one that nobody has looked at

    async def _transaction(self, work: Callable[[Session], Result]) -> Result:
        if isinstance(self._backend, SqliteThread):
            return await self._backend.run(work)
        from sqlalchemy.ext.asyncio import AsyncSession  # noqa: PLC0415  as above

        async with AsyncSession(self._backend) as remote, remote.begin():
            return await remote.run_sync(work)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Database]:
    """Connect to `url`, such as sqlite:///corrections.db, and create the schema.

    Raises:
        DatabaseError: `url` is no URL, its driver is missing, the database is out of reach, or its
            tables are of another version.
    """
    engine = _engine(url)
    database = Database(engine)
    try:
        await _open(database, engine.url.database or engine.url.host or "")
        yield database
    finally:
        await database.close()


def insert_into(table: type[Base] | Table, database: Database) -> Any:  # noqa: ANN401  the dialect's
    """An INSERT that can say what to do on conflict, which SQLAlchemy leaves to its dialects."""
    return import_module(f"sqlalchemy.dialects.{database.dialect}").insert(table)


def reason(error: Exception) -> str:
    """The driver's message, without the statement and links that SQLAlchemy puts around it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    message = str(cause) or type(cause).__name__
    return message.splitlines()[0]


async def _open(database: Database, name: str) -> None:
    """Create the schema, or say in one sentence why not.

    Raises:
        DatabaseError: it is out of reach, no database, or of another version.
    """
    try:
        await database.create_schema()
    except SchemaError as error:
        raise DatabaseError(
            f"DATABASE_URL: the database {name} does not fit this version of the bot ({error}): "
            "run the version that it fits, restore a backup that fits, or name a new one."
        ) from error
    except Exception as error:  # drivers raise what they please when they connect
        raise DatabaseError(
            f"DATABASE_URL: the database {name} cannot be opened ({reason(error)}): "
            "check the URL, and that the database is there and may be written."
        ) from error


def _engine(url: str) -> "Engine | AsyncEngine":
    try:
        return engine_for(url)
    except ModuleNotFoundError as error:
        raise DatabaseError(
            f"DATABASE_URL: the driver {error.name} is missing: "
            f"install it by .venv/bin/pip install {error.name}."
        ) from error
    except Exception:  # noqa: BLE001  SQLAlchemy and int() raise what they please
        # Their messages may repeat a part of the URL, and so of its password.
        raise DatabaseError(
            "DATABASE_URL: this is no URL that can be used: "
            "write it like sqlite:///corrections.db or postgresql+asyncpg://user:password@host/name."
        ) from None
