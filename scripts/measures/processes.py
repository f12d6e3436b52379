"""Processes to measure in, and what Linux reports about processes."""

import ctypes
import mmap
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ParamSpec, TypeVar

import cv2

from bot.sandbox.server import Sandbox
from model.quiet import quiet_libraries

ROOT = Path(__file__).parents[2]
WITH_TENSORFLOW = """
import runpy
from model.quiet import quiet_libraries
with quiet_libraries():
    import tensorflow
runpy.run_module("bot", run_name="__main__")
"""

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # parameters of mallopt, from glibc's malloc.h

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3"}

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")


def in_fresh_process(
    function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
) -> Result:
    """Call in a fresh process, which shares neither threads nor imports with this one."""
    with ProcessPoolExecutor(1, get_context("spawn"), _keep_quiet) as pool:
        return pool.submit(_quietly, partial(function, *arguments, **named)).result()


def on_one_core(
    function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
) -> Result:
    """Call in a fresh process that runs on one core and in one thread."""
    with ProcessPoolExecutor(1, get_context("spawn"), _keep_to_one_core) as pool:
        return pool.submit(_quietly, partial(function, *arguments, **named)).result()


def _quietly(function: Callable[[], Result]) -> Result:
    """Call without what LiteRT and TensorFlow write on standard error."""
    with quiet_libraries():
        return function()


def _keep_quiet() -> None:
    os.environ |= QUIET


def _keep_to_one_core() -> None:
    _keep_quiet()
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    os.environ["OMP_NUM_THREADS"] = "1"
    cv2.setNumThreads(1)
    _keep_memory()


def _keep_memory() -> None:
    """Let this process keep the memory that it frees.

    Else glibc gives large buffers back, or not, as the heap happens to be, and the kernel clears
    them anew each time: decoding a photo at full size then takes up to twice as long.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # musl's malloc has none
        libc.mallopt(M_TRIM_THRESHOLD, -1)
        libc.mallopt(M_MMAP_MAX, 0)


@contextmanager
def bot(sandbox: Sandbox, *, tensorflow: bool = False, **settings: str) -> Iterator[int]:
    """Run `python -m bot` against the sandbox, with TensorFlow imported if asked; yield its pid."""
    command = ["-c", WITH_TENSORFLOW] if tensorflow else ["-m", "bot"]
    paths = [str(ROOT)]
    inherited = os.environ.get("PYTHONPATH")
    if inherited:
        paths.append(inherited)
    environment = {
        "TELEGRAM_TOKEN": sandbox.token,
        "TELEGRAM_API_URL": sandbox.url,
        "LOG_LEVEL": "ERROR",
        "PHOTOS_A_MINUTE": "0",
        "MESSAGES_A_MINUTE": "0",
        "READING_SECONDS_A_MINUTE": "0",
        "PYTHONPATH": os.pathsep.join(paths),
    }
    # A folder of its own keeps an operator's .env and database out of it.
    with TemporaryDirectory() as folder:
        process = subprocess.Popen(  # noqa: S603  our own program, no shell
            [sys.executable, *command],
            cwd=folder,
            env=os.environ | QUIET | environment | settings,
            stdout=subprocess.DEVNULL,  # ours is for the figures
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait()


def tree(pid: int) -> list[int]:
    """The ids of a process and of all its descendants, its own first."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        siblings = children.setdefault(_parent(path), [])
        siblings.append(int(path.name))
    pids = [pid]
    for each in pids:  # which grows
        pids += children.get(each, [])
    return pids


def _parent(process: Path) -> int:
    if not process.exists():
        return 0
    _, parent, *_ = _stat(process)
    return int(parent)


def _stat(process: Path) -> list[str]:
    """Fields of /proc/PID/stat from the state on; the name before it may hold anything."""
    try:
        content = (process / "stat").read_text()
    except OSError:  # it has ended
        return ["Z", *["0"] * 20]
    _, _, fields = content.rpartition(")")
    return fields.split()


def memory(pid: int, kind: str = "Pss") -> float:
    """Megabytes of a process and all its descendants, what they share counted once.

    Args:
        pid: the process's id.
        kind: a line of Linux's smaps_rollup. "Pss" counts a library the less the more other
            programs have loaded it, too; "Pss_Anon" leaves out all that comes from files.
    """
    kilobytes = 0
    for each in tree(pid):
        content = Path(f"/proc/{each}/smaps_rollup").read_text()
        [line] = re.findall(rf"^{kind}: +(\d+) kB$", content, re.MULTILINE)
        kilobytes += int(line)
    return kilobytes * 1024 / 1e6


def resident(pid: int) -> float:
    """Megabytes of one process, including what it shares with others (RSS)."""
    content = Path(f"/proc/{pid}/statm").read_text()
    _, pages, *_ = content.split()
    size = int(pages) * mmap.PAGESIZE
    return size / 1e6


def descriptors(pid: int) -> int:
    """How many files, pipes and connections a process has open."""
    open_files = Path(f"/proc/{pid}/fd").iterdir()
    return len(list(open_files))


def threads(pid: int) -> int:
    """How many threads a process has."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return len(list(tasks))


def processor_seconds(pid: int) -> float:
    """Seconds of processor time that a process and all its descendants have used so far."""
    ticks = 0
    for each in tree(pid):
        fields = _stat(Path(f"/proc/{each}"))
        user, system = fields[11:13]
        ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")
