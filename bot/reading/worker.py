"""A worker process that reads pictures, as the bot's process sees it.

Each has a pipe of its own, so that its end, whatever the cause, concerns one picture only.
"""

import multiprocessing
import signal
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from bot.reading.fork_server import HAS_FORK_SERVER, stop_signals_blocked
from bot.reading.jobs import Job, TooDemandingError
from model.reader import Reader

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, SpawnContext
    from multiprocessing.process import BaseProcess

EXIT_SECONDS = 1  # for a process that has closed its pipe to be gone

# Windows can only start each worker anew, which takes longer; it then has what the bot's own
# environment holds, from which the settings are gone.
CONTEXT: "ForkServerContext | SpawnContext" = (
    multiprocessing.get_context("forkserver")
    if HAS_FORK_SERVER
    else multiprocessing.get_context("spawn")
)

T = TypeVar("T")


class Worker:
    """A worker process and the bot's end of its pipe; not for several threads at once."""

    def __init__(
        self,
        reader: Reader,
        deadline_seconds: int,
        status_lock: Lock,
        *,
        with_heif: bool = False,
    ) -> None:
        """Start a process that reads with `reader`, which is pickled.

        Args:
            reader: passed to each job.
            deadline_seconds: how long one job may take.
            status_lock: shared by all workers. Starting a process also collects the exit status of
                the others, which the system gives only once.
            with_heif: whether it can read HEIF, too, for which it loads more.

        Raises:
            RuntimeError: the process cannot be started.
        """
        self.with_heif = with_heif
        self._deadline_seconds = deadline_seconds
        self._status_lock = status_lock
        self._pipe, end = CONTEXT.Pipe()
        self.process: BaseProcess = CONTEXT.Process(
            target=_serve,
            args=(end, reader, deadline_seconds + 1),  # by then the bot has ended it
            kwargs={"with_heif": with_heif},
            daemon=True,
        )
        with status_lock, stop_signals_blocked():
            self._start()
        end.close()

    @property
    def ended(self) -> bool:
        """Whether the process has closed its end of the pipe, while it has no job to answer."""
        return self._pipe.poll()

    def wait(self) -> None:
        """Wait until the process is ready.

        Raises:
            RuntimeError: it has ended instead, or something in it has failed.
        """
        try:
            error, _ = self._pipe.recv()
        except (EOFError, OSError):
            raise RuntimeError(f"a worker cannot start: it {self._ending()}") from None
        if error:
            raise RuntimeError(f"a worker cannot start: {error}")

    def ask(self, job: Job[T], data: bytes) -> T:
        """Have `job` done with `data`.

        Raises:
            TooDemandingError: it took longer than the deadline, or the worker has ended.
            RuntimeError: `job` has raised anything else; the message contains the traceback.
        """
        try:
            self._pipe.send((job, data))
            if not self._pipe.poll(self._deadline_seconds):
                raise TooDemandingError(f"it takes more than {self._deadline_seconds} s")
            error, result = self._pipe.recv()
        except (EOFError, OSError):
            raise TooDemandingError(f"its worker {self._ending()}") from None
        if error:
            raise error
        answer: T = result
        return answer

    def _start(self) -> None:
        try:
            self.process.start()
        except (EOFError, OSError) as error:  # the fork server has ended, for one
            raise RuntimeError(f"a worker cannot start: {error}") from error

    def _ending(self) -> str:
        """How the process ended, which has closed its end of the pipe."""
        with self._status_lock:
            self.process.join(EXIT_SECONDS)
        code = self.process.exitcode or 0
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"exited with {code}"


def _serve(
    pipe: "Connection[Any, Any]", reader: Reader, alarm_seconds: int, *, with_heif: bool
) -> None:
    """As `worker_process.serve`, which only the process that has been started imports."""
    from bot.reading import worker_process  # noqa: PLC0415

    worker_process.serve(pipe, reader, alarm_seconds, with_heif=with_heif)
