"""The process that workers are forked from."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def printed(code: str) -> set[str]:
    output = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)  # noqa: S603  our own
    return set(output.split())


def test_what_it_inherits_is_named() -> None:
    code = """
import os
from multiprocessing import forkserver
from bot.reading.fork_server import start_fork_server
os.environ |= {"TELEGRAM_TOKEN": "secret", "PYTHONPATH": "here"}
forkserver.ensure_running = lambda: print(*os.environ)
start_fork_server()
assert os.environ["TELEGRAM_TOKEN"] == "secret"
"""
    assert "PYTHONPATH" in printed(code)
    assert "TELEGRAM_TOKEN" not in printed(code)
