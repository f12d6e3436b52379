"""Connections to SQLite and PostgreSQL, with a time limit for each connect and each statement."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError

if TYPE_CHECKING:  # with SQLite it is not needed, and takes long to load
    from sqlalchemy.ext.asyncio import AsyncEngine

SERVER_DRIVER = "postgresql+asyncpg"  # the only one that works beside SQLite's
# How long a statement waits while another connection writes to an SQLite file, before
# `SqliteThread` tries again: short, since nothing can end that wait, not even a signal to stop.
LOCK_WAIT_SECONDS = 0.25
CONNECT_SECONDS = 3.0  # to a server
STATEMENT_SECONDS = 3.0  # of the server's time, in which it also waits for others' locks
# A replica that stands still in the middle of a transaction holds its locks for so long; as long as
# it counts as alive (`inbox.LEASE`).
IDLE_SECONDS = 10.0
ARGUMENT = re.compile(r"(query argument \$\d+).*")  # asyncpg shows it, if it is of another type


def engine_for(url: str) -> "Engine | AsyncEngine":
    """An engine for `url`, which connects to nothing yet.

    Raises:
        ModuleNotFoundError: the driver is missing.
        ValueError: `url` is of another kind of database, or names another driver.
        Exception: `url` is no URL; SQLAlchemy and int() raise what they please.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.drivername != SERVER_DRIVER:
        raise ValueError(f"{parsed.drivername} does not work, {SERVER_DRIVER} does")
    return _server(parsed)


def _server(url: URL) -> "AsyncEngine":
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  as above

    limits: dict[str, Any] = {}
    if url.get_driver_name() == "asyncpg":
        settings = {
            "statement_timeout": _milliseconds(STATEMENT_SECONDS),
            "idle_in_transaction_session_timeout": _milliseconds(IDLE_SECONDS),
        }
        limits = {"timeout": CONNECT_SECONDS, "server_settings": settings}
    # A server may have been restarted since its connection was used last.
    engine = create_async_engine(
        url,
        pool_pre_ping=True,
        pool_timeout=CONNECT_SECONDS,
        connect_args=limits,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "handle_error", _hide_values)
    return engine


def _hide_values(context: ExceptionContext) -> None:
    """Take values out of an error's messages, which a log may get."""
    driver_error = context.original_exception.__cause__
    for error in (driver_error, context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (_without_values(str(error.args[0])),)
    if driver_error is not None and hasattr(driver_error, "detail"):  # as asyncpg's have
        driver_error.detail = None


def _without_values(message: str) -> str:
    """The first line: the others show the row that was refused."""
    first_line = message.partition("\n")[0]
    return ARGUMENT.sub(r"\1", first_line)


def _milliseconds(seconds: float) -> str:
    return str(round(1000 * seconds))


def _sqlite(url: URL) -> Engine:
    # The operator's own limit holds, if the URL has one.
    limits = {} if "timeout" in url.query else {"timeout": LOCK_WAIT_SECONDS}
    engine = create_engine(url.set(drivername="sqlite"), connect_args=limits, hide_parameters=True)

    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401  the driver's
        # SQLite then appends to a log, and does not wait for the disk at each commit.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        # What is deleted is overwritten, so that it cannot be found in unused parts of the file.
        connection.execute("PRAGMA secure_delete=ON")

    event.listen(engine, "connect", prepare)
    if url.database and url.database != ":memory:" and "uri" not in url.query:
        _follow_file(engine, Path(url.database))
    return engine


def _follow_file(engine: Engine, path: Path) -> None:
    """Notice that the file was deleted, or another one put in its place.

    A connection would go on with the old one, and what it writes would be lost when it closes.
    """
    opened_before = False

    def require(*_: object) -> None:
        nonlocal opened_before
        if opened_before:
            path.stat()  # connecting would make an empty one
        opened_before = True

    def remember(_: object, record: Any) -> None:  # noqa: ANN401  SQLAlchemy's
        record.info["file"] = path.stat()

    def compare(_: object, record: Any, __: object) -> None:  # noqa: ANN401  SQLAlchemy's
        if not os.path.samestat(record.info["file"], path.stat()):
            raise DisconnectionError("it is another file now")

    event.listen(engine, "do_connect", require)
    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", compare)
