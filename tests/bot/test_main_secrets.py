"""Token and webhook secret show up nowhere, whatever goes wrong."""

import asyncio
import socket
from pathlib import Path

import httpx
import pytest

from bot.sandbox.faults import Faults
from bot.sandbox.server import running
from bot.web import SECRET_HEADER
from tests.bot.conversation import chatting, photo_of
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
