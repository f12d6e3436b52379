"""Token and webhook secret show up nowhere, whatever goes wrong."""

import asyncio
import re
import socket
import sqlite3
import stat
import struct
import sys
import time
import zlib
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from bot.reading.fork_server import KEPT_VARIABLES
from bot.sandbox.faults import Faults
from bot.sandbox.server import Sandbox, running
from bot.web import SECRET_HEADER
from tests.bot.conversation import PATIENCE, chatting, photo_of
from tests.bot.processes import Process, Start

SECRET = "webhook-secret_0123456789-abcdef"  # noqa: S105  nobody's


async def pages(port: int) -> str:
    """Whatever the bot says over HTTP, mistakes included."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        paths = ("/healthz", "/readyz", "/metrics", "/nothing", "/hook")
        answers = [await client.get(path) for path in paths]
        for secret, body in (("wrong", b"{}"), (SECRET, b"nonsense"), (SECRET, b"x" * 2**21)):
            headers = {SECRET_HEADER: secret}
            answers.append(await client.post("/hook", content=body, headers=headers))
    return "\n".join(f"{answer.headers} {answer.text}" for answer in answers)


def titles(process: Process) -> str:
    """What process lists show of it and of its children."""
    everyone = [each for each in Path("/proc").iterdir() if each.name.isdecimal()]
    texts = ""
    for each in everyone:
        try:
            parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            if process.popen.pid in {int(each.name), parent}:
                texts += (each / "cmdline").read_text() + (each / "comm").read_text()
        except OSError:
            continue  # it has ended
    return texts


@pytest.mark.slow
@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_no_secret_is_in_a_log_a_metric_a_page_or_a_process_title(
    start: Start, webhook: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    faults = Faults(share=0, kinds=("500", "502", "dropped", "time-out"), seconds=0.5)
    with running(faults=faults) as sandbox:
        settings = {"TELEGRAM_TOKEN": sandbox.token, "TELEGRAM_API_URL": sandbox.url}
        settings |= {"LOG_LEVEL": "DEBUG", "PORT": str(port), "WEBHOOK_SECRET": SECRET}
        settings |= {"WEBHOOK_URL": f"http://127.0.0.1:{port}/hook"} if webhook else {}
        process = start(**settings)
        async with chatting(sandbox) as chat:
            await chat.ask("/help")
            faults.share = 0.5
            sent = [await chat.send_photo(photo_of(digit)) for digit in "123"]
            for message_id in sent:
                await chat.reply_to(message_id)
            faults.share = 1
            texts = await pages(port)
            await chat.send("unanswered")
            await asyncio.sleep(2)
            texts += titles(process)
            process.popen.terminate()
            await asyncio.to_thread(process.popen.wait)
    texts += process.errors.read_text()
    assert "DEBUG" in texts
    assert "digitbot_telegram_errors_total{" in texts
    for secret in (sandbox.token, sandbox.token.partition(":")[2], SECRET):
        assert secret not in texts


def with_a_broken_chunk(png: bytes) -> bytes:
    """The same PNG, about which libpng warns: what its transparency is told in is too short."""
    kind, data = b"tRNS", b"\0"
    checksum = zlib.crc32(kind + data)
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
    header_end = 33  # behind the magic and the first chunk, IHDR
    return png[:header_end] + chunk + png[header_end:]


def readers(process: Process) -> list[Path]:
    """The folders in /proc of the processes that read, and of the one that they are forked from."""
    return [
        folder
        for folder in process.descendants()
        if "multiprocessing.forkserver" in (folder / "cmdline").read_text()
    ]


def memory(folder: Path) -> bytes:
    """All that a process can write to, as `/proc/PID/maps` lists it."""
    areas = re.findall(r"^(\w+)-(\w+) rw", (folder / "maps").read_text(), re.MULTILINE)
    parts = []
    with (folder / "mem").open("rb", buffering=0) as file:
        for start, end in areas:
            file.seek(int(start, 16))
            parts.append(file.read(int(end, 16) - int(start, 16)))
    return b"\n".join(parts)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only there can one look into a process")
async def test_processes_that_read_know_no_secret_and_write_into_no_log(
    start: Start, sandbox: Sandbox
) -> None:
    settings = {"TELEGRAM_TOKEN": sandbox.token, "TELEGRAM_API_URL": sandbox.url}
    process = start(**settings, WEBHOOK_SECRET=SECRET)
    async with chatting(sandbox) as chat:
        picture = with_a_broken_chunk(photo_of("7", suffix=".png"))
        message = await chat.send_file(picture, "7.png", "image/png")
        assert (await chat.reply_to(message))["text"].startswith("7")
    token = sandbox.token.partition(":")[2].encode()
    folders = readers(process)
    assert len(folders) >= 2
    for folder in folders:
        environment = (folder / "environ").read_bytes()
        names = {each.partition(b"=")[0].decode() for each in environment.split(b"\0") if each}
        assert names <= {*KEPT_VARIABLES, "LC_CTYPE"}
        try:
            found = memory(folder)
        except PermissionError:
            pytest.skip("only root may look into the memory of these processes")
        assert token not in found
        assert SECRET.encode() not in found
    assert token in memory(Path(f"/proc/{process.popen.pid}"))  # it would be found
    assert "libpng" not in process.stop()


def wait_for_key(database: Path) -> None:
    """Wait until a bot has taken its key into use."""
    deadline = time.monotonic() + PATIENCE
    rows: list[object] = []
    while not rows:
        assert time.monotonic() < deadline
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(database)) as connection:
            rows = connection.execute("SELECT * FROM pseudonym_key").fetchall()
        time.sleep(0.05)


@pytest.mark.slow  # it starts the bot three times
def test_the_key_of_the_pseudonyms_comes_from_the_environment_or_a_file_of_its_own(
    start: Start, tmp_path: Path
) -> None:
    database, file = tmp_path / "corrections.db", tmp_path / "corrections.db.key"
    process = start(PORT="0", PSEUDONYM_KEY="k" * 32)
    wait_for_key(database)
    process.stop()
    assert not file.exists()
    process = start(PORT="0")
    assert process.popen.wait(PATIENCE) != 0
    assert "corrections.db.key is missing" in process.errors.read_text()
    database.unlink()
    process = start(PORT="0")
    wait_for_key(database)
    process.stop()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
