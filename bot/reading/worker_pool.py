"""The pool of worker processes: one that crashes, hangs or takes too much memory is replaced."""

import atexit
import logging
import os
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakSet

from bot.reading import confinement, jobs
from bot.reading.fork_server import start_fork_server
from bot.reading.jobs import Job, TooDemandingError
from bot.reading.worker import Worker
from model.reader import Reader, is_heif

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

DEADLINE_SECONDS = 5  # for one picture; many times what ordinary ones take

T = TypeVar("T")

logger = logging.getLogger(__name__)


class WorkerPool:
    """One worker a core, each with a thread that waits for it."""

    def __init__(self, reader: Reader, deadline_seconds: int = DEADLINE_SECONDS) -> None:
        """Read with `reader`, which is pickled, and give up what takes longer than the deadline.

        No worker starts yet, only what they are forked from.
        """
        start_fork_server()
        self._reader = reader
        self._deadline_seconds = deadline_seconds
        self._status_lock = Lock()
        self._idle: SimpleQueue[Worker | None] = SimpleQueue()  # None: one has to be started
        for _ in range(cores()):
            self._idle.put(None)
        self._threads = ThreadPoolExecutor(cores(), "worker")
        self._processes: WeakSet[BaseProcess] = WeakSet()
        self._closed = False
        atexit.register(self.close)

    def start(self) -> None:
        """Start the workers in the background, before there is anything to read.

        One line is logged if the system cannot deny them all that they should be denied.
        """
        not_denied = confinement.not_denied(confinement.landlock_version())
        if not_denied:
            logger.warning(
                "A picture that took over the process that reads it could %s: this system has no "
                "Landlock, or an old one (Linux 6.12 has all of it).",
                not_denied,
            )
        for _ in range(self._idle.qsize()):
            started = self.run(jobs.do_nothing, b"")
            started.add_done_callback(self._log_failure)

    def run(self, job: Job[T], data: bytes) -> Future[T]:
        """Have one of the workers do `job` with `data`.

        The future raises `TooDemandingError`, which has been logged; whatever else `job` raises
        comes as a `RuntimeError` with the traceback in its message.
        """
        return self._threads.submit(self._run, job, data)

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        atexit.unregister(self.close)
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in tuple(self._processes):
            process.kill()
        self._threads.shutdown()

    def _run(self, job: Job[T], data: bytes) -> T:
        worker = self._idle.get()
        try:
            needs_heif = is_heif(data)
            if worker and needs_heif and not worker.with_heif:
                # It has given up the right to load anything; what takes its place reads all else.
                worker.process.kill()
                worker = None
            if worker is None or worker.ended:
                worker = self._new_worker(with_heif=needs_heif)
                worker.wait()
            return worker.ask(job, data)
        except BaseException as error:
            if isinstance(error, TooDemandingError) and not self._closed:
                logger.warning("A picture was given up: %s.", error)
            if worker:  # one that has failed may fail again
                worker.process.kill()
                worker = None
            raise
        finally:
            self._idle.put(worker)

    def _log_failure(self, started: Future[None]) -> None:
        """Log why a worker could not start, if so; else nobody would know before a photo comes."""
        if self._closed:
            return
        error = started.exception()
        if error:
            logger.error("Pictures cannot be read: %s", error)

    def _new_worker(self, *, with_heif: bool) -> Worker:
        worker = Worker(
            self._reader, self._deadline_seconds, self._status_lock, with_heif=with_heif
        )
        self._processes.add(worker.process)
        if self._closed:
            worker.process.kill()
        return worker


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # on Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
