"""Processes that read users' pictures: one that crashes, spins or eats memory is replaced.

Each has a pipe of its own, so that whatever it dies of, and when, concerns one picture alone.
"""

import atexit
import logging
import multiprocessing
import os
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import resource_tracker
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakSet

import cv2
import numpy as np

from model import drawing as pictures
from model.reader import Reader, Reading

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

DEADLINE_SECONDS = 5  # many times what a picture takes
# Beyond what a worker has mapped before its first picture; one of 50 megapixels, the most that is
# accepted, takes at most 0.8 GiB.
MEMORY_BYTES = 2**30

T = TypeVar("T")
Job = Callable[[Reader, bytes], T]

# Workers share what the fork server has imported, and get no thread or descriptor of the bot's.
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload([__name__])

# Starting a process also asks for the status of the others, which is told only once.
status = threading.Lock()

logger = logging.getLogger(__name__)


class TooDemandingError(Exception):
    """A picture took too long or too much memory, or crashed what reads it."""


def read(reader: Reader, data: bytes) -> Reading:
    """Read a picture file; its pixels, megabytes to hand over, are left out."""
    return replace(reader.read(data), photo=None)


def explain(reader: Reader, data: bytes) -> bytes | None:
    """Draw how a picture file is read, as `pictures.explain` does; None if it is no picture."""
    reading = reader.read(data)
    return pictures.explain(reading) if reading.seen else None


def nothing(_: Reader, __: bytes) -> None:
    """Do nothing, for which a worker has to be there."""


class WorkerPool:
    """One worker a core, each with a thread that waits for it."""

    def __init__(self, reader: Reader) -> None:
        """Read with `reader`, which is pickled; nothing starts yet."""
        self._reader = reader
        self._idle: SimpleQueue[_Worker | None] = SimpleQueue()  # None: one has to be started
        for _ in range(cores()):
            self._idle.put(None)
        self._threads = ThreadPoolExecutor(cores(), "worker", _keep_signals_from_processes)
        self._processes: WeakSet[BaseProcess] = WeakSet()
        self._closed = False
        atexit.register(self.close)

    def start(self) -> None:
        """Start them in the background, before there is anything to read."""
        for _ in range(self._idle.qsize()):
            self.run(nothing, b"")

    def run(self, job: Job[T], data: bytes) -> Future[T]:
        """Have one of them do `job`, a function that its process can import.

        The future raises `TooDemandingError`, which has been logged; whatever else `job` raises
        comes as a `RuntimeError` that holds the traceback.
        """
        return self._threads.submit(self._run, job, data)

    def close(self) -> None:
        """End them, whatever they are doing."""
        atexit.unregister(self.close)
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in tuple(self._processes):
            process.kill()
        self._threads.shutdown()

    def _run(self, job: Job[T], data: bytes) -> T:
        worker = self._idle.get()
        try:
            if worker is None or worker.ended:
                worker = self._new()
                worker.wait()
            return worker.ask(job, data)
        except BaseException as error:
            if isinstance(error, TooDemandingError) and not self._closed:
                logger.warning("A picture was given up: %s.", error)
            if worker:  # what failed once is not trusted again
                worker.process.kill()
                worker = None
            raise
        finally:
            self._idle.put(worker)

    def _new(self) -> "_Worker":
        worker = _Worker(self._reader)
        self._processes.add(worker.process)
        if self._closed:
            worker.process.kill()
        return worker


class _Worker:
    """A process and the bot's end of its pipe, for one thread at a time."""

    def __init__(self, reader: Reader) -> None:
        self._pipe, end = context.Pipe()
        arguments = end, reader, DEADLINE_SECONDS + 1
        self.process: BaseProcess = context.Process(target=_work, args=arguments, daemon=True)
        with status:
            self.process.start()
        end.close()

    @property
    def ended(self) -> bool:
        """Whether it has closed its end of the pipe: unasked, it says nothing."""
        return self._pipe.poll()

    def wait(self) -> None:
        """Wait until it is ready."""
        try:
            self._pipe.recv()
        except (EOFError, OSError):
            raise RuntimeError(f"a worker cannot start: it {self._fate()}") from None

    def ask(self, job: Job[T], data: bytes) -> T:
        """Have `job` done, by the deadline."""
        try:
            self._pipe.send((job, data))
            if not self._pipe.poll(DEADLINE_SECONDS):
                raise TooDemandingError(f"it takes more than {DEADLINE_SECONDS} s")
            error, result = self._pipe.recv()
        except (EOFError, OSError):
            raise TooDemandingError(f"its worker {self._fate()}") from None
        if error:
            raise error
        answer: T = result
        return answer

    def _fate(self) -> str:
        """How it ended, having closed its end of the pipe."""
        with status:
            self.process.join(1)
        code = self.process.exitcode or 0
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"exited with {code}"


def _work(pipe: "Connection[Any, Any]", reader: Reader, seconds: int) -> None:
    """Do one job after the other until the bot ends."""
    cv2.setNumThreads(1)
    # What this maps is not to count as the picture's.
    with _stderr_shut():
        reader.model.classifier(np.zeros((1, 28, 28), np.uint8))
    _limit_memory()
    with suppress(EOFError, OSError):  # the bot has ended
        pipe.send(None)
        while True:
            job, data = pipe.recv()
            # Should the bot be killed meanwhile, nobody else would end this.
            signal.alarm(seconds)
            pipe.send(_attempt(job, reader, data))
            signal.alarm(0)


def _attempt(job: Job[T], reader: Reader, data: bytes) -> tuple[Exception | None, T | None]:
    try:
        return None, job(reader, data)
    except (MemoryError, cv2.error) as error:
        line = " ".join("".join(traceback.format_exception_only(error)).split())
        return TooDemandingError(line), None
    except Exception:  # noqa: BLE001  not every exception can be pickled
        return RuntimeError(f"in a worker:\n{traceback.format_exc()}"), None


@contextmanager
def _stderr_shut() -> Iterator[None]:
    """Keep LiteRT's word that it has begun, for which it asks nobody, from the operator."""
    saved, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)


def _limit_memory() -> None:
    """Let allocations beyond `MEMORY_BYTES` fail, where the system can do that."""
    if sys.platform == "linux":
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        with suppress(ValueError):  # the operator's own limit is lower
            resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY_BYTES,) * 2)


def _keep_signals_from_processes() -> None:
    """Let the fork server, and thereby its workers, inherit that they get no Ctrl-C or SIGTERM.

    These may go to all processes, and the bot has photos to finish; it ends the workers itself.
    """
    resource_tracker.ensure_running()  # else the fork server would start it, which unblocks them
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})


def cores() -> int:
    """How many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
