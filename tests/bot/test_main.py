"""`python -m bot` as an operator runs it: what it prints, how it ends, what it loads."""

import asyncio
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from bot.activity import PERIOD_SECONDS
from bot.reading.worker_pool import cores
from bot.sandbox.server import Sandbox, running
from tests.bot.conversation import chatting, photo_of
from tests.bot.hostile_api import HostileApi, response_of, result_of, serving_hostile_api
from tests.bot.processes import FEW_SECONDS, ROOT, Start

UNKNOWN_TOKEN = "123456:AAsecret-part_of-the-token-0123456789"  # noqa: S105  nobody's
TRAINING = {"tensorflow", "keras", "sklearn", "matplotlib", "scipy", "joblib", "tqdm"}
WEB_SERVER = {"starlette", "uvicorn", "python_multipart"}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_without_a_token_a_chat_page_answers_photos_until_a_signal_ends_it(
    start: Start, how: signal.Signals
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    process = start(PORT=str(port))
    url = process.address()
    assert url == f"http://127.0.0.1:{port}"
    async with chatting(Sandbox(url, "")) as chat:
        assert (await chat.show(photo_of("7")))["text"].startswith("7")
        process.stop(how)
        with pytest.raises(httpx.ConnectError):
            await chat.get("/commands")


def test_with_a_token_one_line_tells_where_it_answers(start: Start, sandbox: Sandbox) -> None:
    process = start(TELEGRAM_TOKEN=sandbox.token, TELEGRAM_API_URL=sandbox.url)
    assert process.popen.stdout
    assert process.popen.stdout.readline() == (
        "@digit_sandbox_bot answers at https://t.me/digit_sandbox_bot (polling). Ctrl-C stops it.\n"
    )
    errors = process.stop()
    assert "XNNPACK" not in errors
    assert "INFO bot.stopping: Stopping: SIGTERM." in errors
    assert process.popen.stdout.read() == ""


@pytest.mark.slow  # it waits for a minute to be over
async def test_after_a_minute_a_line_tells_what_was_done(start: Start, sandbox: Sandbox) -> None:
    process = start(TELEGRAM_TOKEN=sandbox.token, TELEGRAM_API_URL=sandbox.url)
    async with chatting(sandbox) as chat:
        await chat.show(photo_of("7"))
        await chat.ask("/help")
    async with asyncio.timeout(PERIOD_SECONDS + FEW_SECONDS):
        while "In the last minute" not in process.errors.read_text():
            await asyncio.sleep(0.1)
    errors = await asyncio.to_thread(process.stop)
    [line] = [line for line in errors.splitlines() if "In the last minute" in line]
    assert "INFO bot.activity: In the last minute: updates 2, photos 1, of these refused 0" in line


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_however_it_ends_while_it_reads_it_leaves_no_process(
    start: Start, sandbox: Sandbox, how: signal.Signals
) -> None:
    process = start(TELEGRAM_TOKEN=sandbox.token, TELEGRAM_API_URL=sandbox.url)
    async with chatting(sandbox) as chat:
        await chat.show(photo_of("7"))
        started = process.descendants()
        assert len(started) >= cores()
        for _ in range(2 * cores()):
            await chat.send_photo(photo_of("7"))
        await chat.wait_for(lambda: next(chat.actions, None))
    process.popen.send_signal(how)
    status = process.popen.wait(FEW_SECONDS)
    assert status == (-how if how == signal.SIGKILL else 0)
    assert "Traceback" not in process.errors.read_text()
    end = time.monotonic() + FEW_SECONDS
    while any(folder.exists() for folder in started):
        assert time.monotonic() < end
        await asyncio.sleep(0.05)


def test_interrupted_as_soon_as_the_address_is_told_it_ends_quietly(start: Start) -> None:
    process = start(PORT="0")
    process.address()
    process.popen.send_signal(signal.SIGINT)
    status = process.popen.wait(FEW_SECONDS)
    assert "Traceback" not in process.errors.read_text()
    assert status in (0, 128 + signal.SIGINT)


def test_to_import_it_changes_nothing_of_the_process() -> None:
    script = """
import os, signal, threading
import model.reader  # for OpenCV, which reads its limit from the environment as it loads
before = dict(os.environ), signal.getsignal(signal.SIGTERM)
import bot.main
from bot.translations import all_languages
assert before == (dict(os.environ), signal.getsignal(signal.SIGTERM))
assert threading.active_count() == 1
assert all_languages.cache_info().currsize == 0
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)  # noqa: S603  our own


async def test_with_a_token_it_talks_to_that_bot_api_and_loads_nothing_it_does_not_use(
    start: Start, sandbox: Sandbox
) -> None:
    settings = {"TELEGRAM_TOKEN": sandbox.token, "TELEGRAM_API_URL": f"{sandbox.url}/"}
    process = start("-X", "importtime", **settings)
    async with chatting(sandbox) as chat:
        assert (await chat.show(photo_of("5")))["text"].startswith("5")
        assert "photo" in await chat.ask("/confusion")
    process.stop()
    imported = process.imported()
    assert {"telegram.ext", "cv2", "model.reader"} <= imported.keys()
    # The bot itself does, and its fork server for all workers.
    assert (imported["telegram"], imported["httpx"]) == (1, 1)
    assert (imported["cv2"], imported["numpy"]) == (1, 1)
    assert imported["bot.reading.worker_process"] == 1
    assert not {name.split(".")[0] for name in imported} & (TRAINING | WEB_SERVER)


@pytest.mark.skipif(sys.platform != "linux", reason="what is loaded is looked up in /proc")
async def test_even_with_the_sandbox_it_loads_nothing_that_only_training_uses(
    start: Start,
) -> None:
    process = start("-X", "importtime", PORT="0")
    async with chatting(Sandbox(process.address(), "")) as chat:
        await chat.show(photo_of("5"))
    # Once the sandbox runs, standard error says nothing of imports any more.
    loaded = process.mapped()
    process.stop()
    imported = process.imported()
    assert "bot.sandbox.server" in imported
    assert not {name.split(".")[0] for name in imported} & TRAINING
    assert "/cv2/" in loaded
    assert [name for name in TRAINING if f"/{name}/" in loaded] == []


async def test_what_libraries_say_of_a_damaged_jpeg_is_not_on_standard_error(start: Start) -> None:
    end = b"\xff\xd9"
    damaged = photo_of("5").removesuffix(end) + bytes(50) + end
    process = start(PORT="0")
    async with chatting(Sandbox(process.address(), "")) as chat:
        assert (await chat.show(damaged))["text"].startswith("5")
    errors = await asyncio.to_thread(process.stop)
    assert "JPEG" not in errors
    assert "XNNPACK" not in errors
    assert "INFO bot.stopping: Stopping: SIGTERM." in errors


async def test_not_even_at_level_debug_is_the_token_written(start: Start, sandbox: Sandbox) -> None:
    settings = {"TELEGRAM_TOKEN": sandbox.token, "TELEGRAM_API_URL": sandbox.url}
    process = start(**settings, LOG_LEVEL="DEBUG")
    async with chatting(sandbox) as chat:
        await chat.show(photo_of("7"))
    errors = process.stop()
    assert "DEBUG" in errors
    assert sandbox.token.split(":")[1] not in errors


async def test_while_telegram_is_away_each_try_is_a_line_and_it_can_still_be_stopped(
    start: Start,
) -> None:
    with running() as sandbox:
        process = start(TELEGRAM_TOKEN=sandbox.token, TELEGRAM_API_URL=sandbox.url)
        async with chatting(sandbox) as chat:
            await chat.ask("/help")
    async with asyncio.timeout(FEW_SECONDS):
        while "ClientConnectorError" not in process.errors.read_text():
            await asyncio.sleep(0.02)
    errors = process.errors.read_text()
    assert "While handling an update" not in errors
    assert "Traceback" not in errors
    process.popen.terminate()
    assert process.popen.wait(FEW_SECONDS) == 0


async def test_a_404_to_one_method_does_not_end_it(start: Start) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "x", "username": "x_bot"}
    not_found = response_of({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
    answers = {"getMe": result_of(bot), "deleteWebhook": not_found, "getUpdates": not_found}
    api = HostileApi(answers)
    async with serving_hostile_api(api):
        process = start(TELEGRAM_TOKEN=UNKNOWN_TOKEN, TELEGRAM_API_URL=api.url)
        async with asyncio.timeout(FEW_SECONDS):
            while "Telegram cannot be reached: Not Found (404)" not in process.errors.read_text():
                await asyncio.sleep(0.02)
        # Its farewell needs a server that answers, and so an event loop that is not blocked.
        errors = await asyncio.to_thread(process.stop)
    assert "webhook" in errors


def test_a_taken_port_is_told_in_one_line(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        line = start(PORT=port).refusal()
    assert port in line
    assert "PORT" in line


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "http"), ("WEBHOOK_URL", "bot.example/hook"), ("WEBHOOK_SECRET", "e")],
)
def test_a_wrong_setting_is_told_in_one_line(start: Start, name: str, value: str) -> None:
    settings = {"TELEGRAM_TOKEN": UNKNOWN_TOKEN, name: value}
    assert start(**settings).refusal().startswith(f"{name}: ")


def test_a_malformed_dot_env_is_told_in_one_line(start: Start, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"PORT=0\nTELEGRAM_TOKEN {UNKNOWN_TOKEN}\n")
    assert start().refusal() == ".env, line 2: write NAME=value, or # and a comment.\n"


@pytest.mark.parametrize("url", ["postgresql://anna:hunter2@127.0.0.1/digits", "sqlite:////"])
def test_without_a_token_a_database_that_cannot_be_used_is_all_that_is_told(
    start: Start, url: str
) -> None:
    line = start(PORT="0", DATABASE_URL=url).refusal()
    assert line.startswith("DATABASE_URL: ")
    assert "hunter2" not in line


@pytest.mark.parametrize(
    "token", [UNKNOWN_TOKEN, "nonsense", "123456:", f"{UNKNOWN_TOKEN}\t"], ids=repr
)
def test_a_token_that_telegram_refuses_is_told_in_one_line(
    start: Start, sandbox: Sandbox, token: str
) -> None:
    line = start(TELEGRAM_TOKEN=token, TELEGRAM_API_URL=sandbox.url).refusal()
    assert "TELEGRAM_TOKEN" in line


def test_a_bot_api_that_is_not_there_is_told_in_one_line(start: Start) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        line = start(TELEGRAM_TOKEN=UNKNOWN_TOKEN, TELEGRAM_API_URL=url).refusal()
    assert "TELEGRAM_API_URL" in line


def test_an_address_that_is_no_bot_api_is_told_in_one_line(start: Start, sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/somewhere"
    line = start(TELEGRAM_TOKEN=sandbox.token, TELEGRAM_API_URL=url).refusal()
    assert "TELEGRAM_API_URL" in line


def test_a_missing_model_is_told_in_one_line(start: Start, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for package in ("bot", "model"):
        shutil.copytree(
            ROOT / package, copy / package, ignore=shutil.ignore_patterns("trained", "__pycache__")
        )
    line = start(root=copy, PORT="0").refusal()
    assert "make train" in line
