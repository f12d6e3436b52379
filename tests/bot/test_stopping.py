"""Whatever the bot waits for, a signal ends it at once; and nobody needs its standard streams."""

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox
from bot.stopping import open_standard_streams
from tests.bot.conversation import chatting
from tests.bot.deploy.parts import nobodys_folder, postgresql
from tests.bot.processes import FEW_SECONDS, ROOT, Process, Start

SOON = 2.0  # s, in which a signal is obeyed
TOKEN = "123456:AAsecret-part_of-the-token-0123456789"  # noqa: S105  nobody's
WAIT_AN_HOUR = (
    b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 3600",'
    b'"parameters":{"retry_after":3600}}'
)


@asynccontextmanager
async def answering(body: bytes) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A Bot API that answers with 429 and this, or with nothing; and an event: it was called."""
    called = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        called.set()
        if body:
            head = f"HTTP/1.1 429 Wait\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", called
    finally:
        server.close()


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """Takes connections and says nothing, as a database that stands still."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(FEW_SECONDS)
        yield server


def stop_soon(process: Process, how: signal.Signals = signal.SIGTERM) -> str:
    """Stop it; returns what it has written to stderr."""
    start = time.monotonic()
    errors = process.stop(how)
    assert time.monotonic() - start < SOON, errors
    return errors


@pytest.mark.parametrize(
    ("body", "how"),
    [(b"", signal.SIGTERM), (WAIT_AN_HOUR, signal.SIGTERM), (WAIT_AN_HOUR, signal.SIGHUP)],
    ids=["silent", "wait an hour", "wait an hour, terminal closed"],
)
async def test_a_start_that_waits_for_telegram_is_given_up(
    start: Start, body: bytes, how: signal.Signals
) -> None:
    async with answering(body) as (url, called):
        process = start(TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=url)
        async with asyncio.timeout(FEW_SECONDS):
            await called.wait()
        await asyncio.sleep(0.1)
        errors = await asyncio.to_thread(stop_soon, process, how)
    assert f"Stopping: {how.name}." in errors


def start_with_database(start: Start, server: socket.socket, sandbox: Sandbox) -> Process:
    """Start the bot with a PostgreSQL database at `server`."""
    port = server.getsockname()[1]
    return start(
        TELEGRAM_TOKEN=sandbox.token,
        TELEGRAM_API_URL=sandbox.url,
        DATABASE_URL=f"postgresql+asyncpg://anna:hunter2@127.0.0.1:{port}/digits",
    )


def test_a_start_that_waits_for_the_database_is_given_up(
    start: Start, silent_server: socket.socket, sandbox: Sandbox
) -> None:
    process = start_with_database(start, silent_server, sandbox)
    connection, _ = silent_server.accept()
    with connection:
        stop_soon(process)


@pytest.mark.slow  # it waits for CONNECT_SECONDS
def test_a_database_that_stands_still_at_the_start_is_told_in_one_line(
    start: Start, silent_server: socket.socket, sandbox: Sandbox
) -> None:
    process = start_with_database(start, silent_server, sandbox)
    line = process.refusal()
    assert line.startswith("DATABASE_URL: the database digits cannot be opened")
    assert "hunter2" not in line


async def test_an_update_that_waits_for_the_database_keeps_nobody_from_stopping(
    start: Start, sandbox: Sandbox, tmp_path: Path
) -> None:
    process = start(TELEGRAM_TOKEN=sandbox.token, TELEGRAM_API_URL=sandbox.url)
    async with chatting(sandbox) as chat:
        await chat.ask("/help")
        with closing(sqlite3.connect(tmp_path / "corrections.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            for _ in range(5):
                await chat.send("/help")
            await asyncio.sleep(0.3)
            await asyncio.to_thread(stop_soon, process)


@pytest.mark.slow  # to make a server takes seconds
async def test_a_server_that_stands_still_keeps_nobody_from_stopping(
    start: Start, sandbox: Sandbox
) -> None:
    with nobodys_folder() as folder, postgresql(folder) as (server, url):
        process = start(
            TELEGRAM_TOKEN=sandbox.token, TELEGRAM_API_URL=sandbox.url, DATABASE_URL=url
        )
        async with chatting(sandbox) as chat:
            await chat.ask("/help")
            server.signal_all(signal.SIGSTOP)
            try:
                for _ in range(5):
                    await chat.send("/help")
                await asyncio.sleep(0.3)
                errors = await asyncio.to_thread(stop_soon, process)
            finally:
                server.signal_all(signal.SIGCONT)
    assert errors.count("The database cannot be used") == 1


@pytest.mark.slow  # as are the next ones: each starts a bot
async def test_who_closes_the_terminal_stops_the_bot_and_it_says_so(
    start: Start, sandbox: Sandbox
) -> None:
    process = start(TELEGRAM_TOKEN=sandbox.token, TELEGRAM_API_URL=sandbox.url)
    async with chatting(sandbox) as chat:
        await chat.ask("/help")
    assert "Stopping: SIGHUP." in await asyncio.to_thread(stop_soon, process, signal.SIGHUP)


@contextmanager
def python(folder: Path, redirections: str, before: str = "") -> Iterator[subprocess.Popen[str]]:
    """`python -m bot`, with its standard streams redirected as a shell does; it has its tables."""
    command = f'{before} exec "{sys.executable}" -m bot {redirections}'
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PORT": "0"}
    process = subprocess.Popen(  # noqa: S603  nothing in it comes from outside
        ["/bin/sh", "-c", command], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        wait_for_database(folder)
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_database(folder: Path) -> None:
    """Wait until the bot has made its tables."""
    deadline = time.monotonic() + FEW_SECONDS
    while not list(folder.glob("corrections.db-wal")):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.slow
def test_closed_standard_streams_break_nothing(tmp_path: Path) -> None:
    with python(tmp_path, "<&- >&- 2>&-") as process:
        for descriptor in range(3):  # none of them is the database, or a connection
            target = str(Path(f"/proc/{process.pid}/fd/{descriptor}").readlink())
            assert "corrections.db" not in target
            assert "socket" not in target
        process.terminate()
        _, errors = process.communicate(timeout=FEW_SECONDS)
        assert process.returncode == 0
        assert "Traceback" not in errors


@pytest.mark.slow
def test_an_output_that_nobody_reads_breaks_nothing(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot"], cwd=tmp_path, env=environment, stdout=write, stderr=write
    )
    os.close(write)
    try:
        wait_for_database(tmp_path)
        process.terminate()
        assert process.wait(FEW_SECONDS) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_nohup_is_obeyed(tmp_path: Path) -> None:
    with python(tmp_path, ">/dev/null", before='trap "" HUP;') as process:
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert process.poll() is None
        process.terminate()
        assert process.wait(FEW_SECONDS) == 0


def test_streams_that_are_open_stay_what_they_are() -> None:
    before = [os.fstat(descriptor).st_ino for descriptor in range(3)]
    open_standard_streams()
    assert [os.fstat(descriptor).st_ino for descriptor in range(3)] == before
