"""What happens in a process that reads pictures: one job after the other, within limits.

The fork server imports this module and next to nothing else of the bot, so that workers load only
what reading and drawing need. The bot's own process does not import it, for it needs neither.
"""

import json
import select
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import cv2
import numpy as np

from bot.reading import confinement, heap
from bot.reading.jobs import Job, TooDemandingError, draw_confusion, explain
from bot.stop_signals import STOP_SIGNALS
from model.reader import Reader, load_heif

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

# Beyond what a worker has mapped before its first picture; one of 50 megapixels, the most that is
# accepted, takes at most 0.8 GiB.
MEMORY_BYTES = 2**30
# After so long without a job memory is given back, which costs the next one some milliseconds.
IDLE_SECONDS = 0.1

T = TypeVar("T")


def serve(
    pipe: "Connection[Any, Any]", reader: Reader, alarm_seconds: int, *, with_heif: bool = False
) -> None:
    """Do one job after the other until the bot ends.

    Args:
        pipe: gives pairs of a job and the bytes to do it with, and takes what `attempt` returns;
            a first one tells whether the worker is ready.
        reader: passed to each job.
        alarm_seconds: after so many seconds in one job the process ends itself.
        with_heif: whether to load what decodes HEIF; later, nothing can be loaded.
    """
    # What libraries write on hostile pictures is not for the operator's log.
    confinement.silence()
    # They may go to all processes, and the bot has photos to finish. What is inherited depends on
    # who has started the fork server, and holds for no thread that numpy starts as it is loaded.
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    with suppress(EOFError, OSError):  # the bot has ended
        prepare = _prepare_with_heif if with_heif else _prepare
        pipe.send(attempt(prepare, reader, b""))
        while True:
            job, data = _next_job(pipe)
            with _ended_after(alarm_seconds):
                pipe.send(attempt(job, reader, data))


def _next_job(pipe: "Connection[Any, Any]") -> tuple[Job[Any], bytes]:
    """Wait for the next job, and give memory back where that takes a while."""
    if sys.platform == "linux":
        # `pipe.poll` fails in a process that has given up the right to descriptors.
        arrived, _, _ = select.select([pipe], [], [], IDLE_SECONDS)
        if not arrived:
            heap.give_back()
    job: tuple[Job[Any], bytes] = pipe.recv()
    return job


@contextmanager
def _ended_after(seconds: int) -> Iterator[None]:
    """End this process if what is within takes longer, where the system has such an alarm.

    If the bot is killed meanwhile, nobody else ends it.
    """
    has_alarm = hasattr(signal, "alarm")  # not on Windows
    if has_alarm:
        signal.alarm(seconds)
    yield
    if has_alarm:
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


def _prepare_with_heif(reader: Reader, data: bytes) -> None:
    load_heif()
    _prepare(reader, data)


def _prepare(reader: Reader, _: bytes) -> None:
    """Load all that pictures need, then give up all that they do not.

    The memory that is mapped here does not count as a picture's.
    """
    warm_up(reader)
    confinement.limit_memory(MEMORY_BYTES)
    confinement.confine()


def warm_up(reader: Reader) -> None:
    """Read and draw: what that takes, networks too, is loaded when something first needs it."""
    cv2.setNumThreads(1)
    explain(reader, _picture_of_a_number())
    draw_confusion(reader, json.dumps([[0] * 10] * 10).encode())


def _picture_of_a_number() -> bytes:
    page = np.full((200, 300), 255, np.uint8)
    cv2.putText(page, "74", (60, 150), cv2.FONT_HERSHEY_SIMPLEX, 4, 0, 10)
    return cv2.imencode(".png", page)[1].tobytes()
