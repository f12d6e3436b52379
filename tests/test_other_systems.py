"""Nothing fails where Windows or macOS lack what Linux has: here it is taken away from Python.

What else differs there (paths, processes, the file system) this does not show.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox
from tests.bot.conftest import start
from tests.bot.conversation import chatting, photo_of
from tests.bot.processes import Start
from tests.test_house import FILES, ROOT, is_in

__all__ = ["start"]

# Python runs this as `sitecustomize` when it starts, in worker processes too.
LACKING = {
    "windows": """
import asyncio, multiprocessing.reduction, os, signal, sys
for module in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[module] = None
for name in ("SIGHUP", "SIGALRM", "SIG_BLOCK", "SIG_SETMASK",
             "alarm", "setitimer", "pthread_kill", "pthread_sigmask", "sigwait"):
    delattr(signal, name)
for name in ("fork", "geteuid", "killpg", "sched_getaffinity", "sched_setaffinity", "setsid"):
    delattr(os, name)
os.process_cpu_count = os.cpu_count  # as Python from 3.13 on has it there
multiprocessing.reduction.HAVE_SEND_HANDLE = False  # so there is no fork server
def add_signal_handler(loop, *_):
    signal.set_wakeup_fd(loop._csock.fileno())  # as Windows' own loop does when it is made
    raise NotImplementedError
asyncio.SelectorEventLoop.add_signal_handler = add_signal_handler
""",
    "macos": """
import os
del os.sched_getaffinity, os.sched_setaffinity
os.process_cpu_count = os.cpu_count  # as Python from 3.13 on has it there
""",
}


@pytest.fixture(params=["windows", "macos"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """PYTHONPATH with which Python lacks what a system lacks."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(LACKING[request.param])
    return f"{folder}:{ROOT}:{ROOT / 'scripts'}"


def run(path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def imported(path: str, modules: Sequence[str]) -> str:
    """What goes wrong when modules are imported, if anything does."""
    names = [module.removeprefix("scripts.") for module in modules]
    code = f"import importlib\nfor name in {names!r}: importlib.import_module(name)"
    return run(path, "-c", code).stderr


def is_slow(module: str) -> bool:
    """Whether a module loads TensorFlow, or may."""
    slow = ("model.training", "model.evaluation", "model.synthesis", "scripts.measures")
    return any(is_in(module, part) for part in slow)


def test_each_module_that_serves_can_be_imported(path: str) -> None:
    modules = [module for module in FILES if not is_slow(module)]
    assert {"bot.main", "bot.reading.worker", "model.reader", "scripts.predict"} <= set(modules)
    assert imported(path, modules) == ""


@pytest.mark.slow  # TensorFlow takes long
def test_all_others_can_be_imported(path: str) -> None:
    modules = [module for module in FILES if is_slow(module)]
    assert {"model.training.fit", "scripts.measures.processes"} <= set(modules)
    assert "Error" not in imported(path, modules)


@pytest.mark.parametrize("path", ["windows"], indirect=True)
def test_what_is_taken_away_is_gone(path: str) -> None:
    assert "import of resource halted" in imported(path, ["resource"])
    assert "SIGHUP" in run(path, "-c", "import signal; signal.SIGHUP").stderr


def test_a_photo_is_read_from_the_command_line(path: str, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(photo_of("7"))
    done = run(path, "scripts/predict.py", str(photo))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{photo}: 7")


async def test_the_bot_answers_a_photo_until_a_signal_ends_it(path: str, start: Start) -> None:
    process = start(PORT="0", PYTHONPATH=path)
    async with chatting(Sandbox(process.address(), "")) as chat:
        assert (await chat.show(photo_of("7")))["text"].startswith("7")
    errors = process.stop()
    assert "Stopping: SIGTERM." in errors
