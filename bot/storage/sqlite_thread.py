"""A thread that works with an SQLite file, so that the event loop never waits for it."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

LOCK_SECONDS = 3.0  # how long a transaction is tried again while another process writes

Result = TypeVar("Result")


class SqliteThread:
    """Runs transactions one after the other, since only one can write at a time."""

    def __init__(self, engine: Engine, lock_seconds: float = LOCK_SECONDS) -> None:
        """Use `engine`; while the file is locked, try again for `lock_seconds`."""
        self._engine = engine
        self._lock_seconds = lock_seconds
        self._executor = ThreadPoolExecutor(1, "database")

    async def run(self, work: Callable[[Session], Result]) -> Result:
        """Do `work` in a transaction, perhaps several times; returns its result.

        If the caller is cancelled, the transaction does not begin, or is rolled back.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the file is out of reach, or locked.
        """
        transaction = _Transaction(self._engine, self._lock_seconds)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._executor, transaction.run, work)
        except asyncio.CancelledError:
            transaction.abandon()
            raise

    async def rebuild(self) -> None:
        """Write the whole file anew, without unused parts.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the file is out of reach, locked, or the disk is full.
        """
        await self._alone("VACUUM")

    async def empty_log(self) -> None:
        """Write the log into the file, and empty it.

        Raises:
            TimeoutError: another process reads the file.
            sqlalchemy.exc.SQLAlchemyError: the file is out of reach.
        """
        [(is_busy, _, _)] = await self._alone("PRAGMA wal_checkpoint(TRUNCATE)")
        if is_busy:
            raise TimeoutError("another process reads the file")

    async def _alone(self, statement: str) -> list[Any]:
        """Run a statement outside of any transaction; returns its rows."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._run_alone, statement)

    def _run_alone(self, statement: str) -> list[Any]:
        with self._engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            result = alone.exec_driver_sql(statement)
            return list(result) if result.returns_rows else []

    async def close(self) -> None:
        """Close the connections, when what is under way is done."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._executor, self._engine.dispose)
        finally:
            self._executor.shutdown(wait=False, cancel_futures=True)


class _Transaction:
    """One transaction, which another thread may abandon."""

    def __init__(self, engine: Engine, lock_seconds: float) -> None:
        self._engine = engine
        self._lock_seconds = lock_seconds
        self._connection: Any = None  # the driver's, from the first try on
        self._abandoned = False

    def run(self, work: Callable[[Session], Result]) -> Result:
        """Do `work`, and try again while the file is locked."""
        deadline = time.monotonic() + self._lock_seconds
        while True:
            try:
                return self._try(work)
            except OperationalError as error:
                is_late = self._abandoned or time.monotonic() > deadline
                if is_late or not _is_lock(error):
                    raise

    def abandon(self) -> None:
        """Roll it back: a statement that is under way is interrupted."""
        self._abandoned = True
        if self._connection is not None:
            self._connection.interrupt()

    def _try(self, work: Callable[[Session], Result]) -> Result:
        with Session(self._engine) as session, session.begin():
            self._connection = session.connection().connection.driver_connection
            result = work(session)
            if self._abandoned:
                raise TimeoutError("nobody waits for it any more")
            return result


def _is_lock(error: OperationalError) -> bool:
    """Whether another connection writes, which passes."""
    code = getattr(error.orig, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_BUSY  # the other bits say more of what is busy
