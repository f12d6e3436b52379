"""Processes to measure in, and what Linux tells of them."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from measures import processes


@pytest.fixture(scope="module")
def child() -> Iterator[int]:
    """A process that has a child of its own, 50 MB of zeros and a second thread."""
    program = (
        "import subprocess, sys, threading, time; zeros = bytearray(50_000_000); zeros[::4096] ="
        " b'1' * len(zeros[::4096]); threading.Thread(target=time.sleep, args=(60,), daemon=True)"
        ".start(); other = subprocess.Popen(['sleep', '60']); print(flush=True); "
        "sys.stdin.read(); other.kill(); other.wait()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], **pipes) as process:  # type: ignore[call-overload]  # noqa: S603  our own program
        process.stdout.readline()
        yield process.pid
        process.stdin.close()


def test_a_tree_is_a_process_and_all_below_it(child: int) -> None:
    tree = processes.tree(child)
    assert tree[0] == child
    assert len(tree) == 2
    assert set(tree) < set(processes.tree(os.getpid()))


def test_memory_is_that_of_the_tree(child: int) -> None:
    assert 50 < processes.memory(child, "Pss_Anon") < processes.memory(child) < 90
    assert 50 < processes.resident(child) < 90


def test_threads_and_open_files_are_counted(child: int) -> None:
    assert processes.threads(child) == 2
    before = processes.descriptors(os.getpid())
    with open(os.devnull, "rb"):  # noqa: PTH123  any file
        assert processes.descriptors(os.getpid()) == before + 1


def test_the_processors_time_grows_with_work() -> None:
    before = processes.processor_seconds(os.getpid())
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    assert processes.processor_seconds(os.getpid()) >= before + 0.05


def test_a_fresh_process_is_another_one_and_gives_back_what_it_is_asked() -> None:
    assert processes.on_one_core(os.getpid) != os.getpid()
    assert processes.on_one_core(os.sched_getaffinity, 0) == {min(os.sched_getaffinity(0))}


@pytest.mark.parametrize("size", [1_000_000, 30_000_000])  # bytes, as photos have
def test_on_one_core_freed_memory_is_kept(size: int) -> None:
    first, second = processes.on_one_core(pages_cleared, size)
    assert first > 10 * second


def pages_cleared(size: int) -> list[int]:
    """How many pages the kernel clears for a buffer, and for another one after that is freed."""
    cleared = []
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        bytearray(b"1") * size
        cleared.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    return cleared
