"""What happens in a process that reads pictures: one job after the other, within limits.

The fork server imports this module and nothing else of the bot, so that workers load only what
reading and drawing need.
"""

import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import cv2
import numpy as np

from model import drawing
from model.reader import Reader, Reading

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

# Beyond what a worker has mapped before its first picture; one of 50 megapixels, the most that is
# accepted, takes at most 0.8 GiB.
MEMORY_BYTES = 2**30

T = TypeVar("T")
Job = Callable[[Reader, bytes], T]
"""A function that a worker can import, by its name."""


class TooDemandingError(Exception):
    """A picture took too long or too much memory, or crashed what reads it."""


def read(reader: Reader, data: bytes) -> Reading:
    """Read a picture file; the reading comes without its `photo`, megabytes to pass on."""
    return replace(reader.read(data), photo=None)


def explain(reader: Reader, data: bytes) -> bytes | None:
    """Draw how a picture file is read, as a JPEG; None if it is no picture."""
    reading = reader.read(data)
    if not reading.decoded:
        return None
    return drawing.explain(reading)


def do_nothing(_: Reader, __: bytes) -> None:
    """Do nothing: done once a worker is there."""


def serve(pipe: "Connection[Any, Any]", reader: Reader, alarm_seconds: int) -> None:
    """Do one job after the other until the bot ends.

    Args:
        pipe: gives pairs of a job and the bytes to do it with, and takes what `attempt` returns;
            a first None means that the worker is ready.
        reader: passed to each job.
        alarm_seconds: after so many seconds in one job the process ends itself.
    """
    # They may go to all processes, and the bot has photos to finish. What is inherited depends on
    # who has started the fork server, and holds for no thread that numpy starts as it is loaded.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    cv2.setNumThreads(1)
    _load(reader)
    _limit_memory()
    with suppress(EOFError, OSError):  # the bot has ended
        pipe.send(None)
        while True:
            job, data = pipe.recv()
            # If the bot is killed meanwhile, nobody else ends this process.
            signal.alarm(alarm_seconds)
            pipe.send(attempt(job, reader, data))
            signal.alarm(0)


def attempt(job: Job[T], reader: Reader, data: bytes) -> tuple[Exception | None, T | None]:
    """Do `job`; returns its exception, as one that can be pickled, or None; and its result."""
    try:
        return None, job(reader, data)
    except (MemoryError, cv2.error) as error:
        lines = traceback.format_exception_only(error)
        one_line = " ".join("".join(lines).split())
        return TooDemandingError(one_line), None
    except Exception:  # noqa: BLE001  not every exception can be pickled
        return RuntimeError(f"in a worker:\n{traceback.format_exc()}"), None


def _load(reader: Reader) -> None:
    """Run the network once, so that the memory it maps does not count as a picture's."""
    with _stderr_shut():
        reader.model.classifier(np.zeros((1, 28, 28), np.uint8))


@contextmanager
def _stderr_shut() -> Iterator[None]:
    """Keep out of the log the line that LiteRT writes at its start, which no option turns off."""
    saved = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)


def _limit_memory() -> None:
    """Let allocations beyond `MEMORY_BYTES` fail, where the system can do that."""
    if sys.platform != "linux":
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY_BYTES
    with suppress(ValueError):  # the operator's own limit is lower
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
