"""A process that reads, as the bot sees it: what it answers, and how it ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

import pytest

from bot.reading import jobs
from bot.reading.jobs import TooDemandingError
from bot.reading.worker import Worker
from model.reader import Reader
from tests.bot import poison
from tests.bot.conversation import photo_of
from tests.bot.poison import FatalReader, PoisonedReader
from tests.bot.reading.fates import wait_until

NewWorker = Callable[..., Worker]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def new_worker(reader: Reader) -> Iterator[NewWorker]:
    """Starts workers with a reader that some pictures poison."""
    workers: list[Worker] = []

    def new(deadline_seconds: int = 30, own_reader: Reader | None = None) -> Worker:
        poisoned = own_reader or PoisonedReader(reader.model, reader.lines)
        workers.append(Worker(poisoned, deadline_seconds, Lock()))
        return workers[-1]

    yield new
    for worker in workers:
        worker.process.kill()
        worker.process.join()


def test_it_answers_one_job_after_the_other(new_worker: NewWorker) -> None:
    worker = new_worker()
    worker.wait()
    assert worker.ask(jobs.read, photo_of("7")).text == "7"
    assert worker.ask(jobs.read, photo_of("4")).text == "4"
    assert worker.ask(poison.process_id, b"") == worker.process.pid
    assert not worker.ended


def test_what_takes_longer_than_the_deadline_is_too_demanding(new_worker: NewWorker) -> None:
    worker = new_worker(deadline_seconds=1)
    worker.wait()
    with pytest.raises(TooDemandingError, match="it takes more than 1 s"):
        worker.ask(jobs.read, b"spin")


def test_left_alone_with_what_takes_forever_it_ends_itself(new_worker: NewWorker) -> None:
    worker = new_worker(deadline_seconds=0)
    worker.wait()
    with pytest.raises(TooDemandingError):
        worker.ask(jobs.read, b"spin")
    wait_until(lambda: worker.process.exitcode is not None)
    assert worker.process.exitcode == -signal.SIGALRM


@pytest.mark.parametrize(
    ("picture", "fate"),
    [(b"abort", "ended by SIGABRT"), (b"kill", "ended by SIGKILL"), (b"exit", "exited with 0")],
)
def test_of_one_that_ends_it_is_told_how(new_worker: NewWorker, picture: bytes, fate: str) -> None:
    worker = new_worker()
    worker.wait()
    with pytest.raises(TooDemandingError, match=f"its worker (was )?{fate}"):
        worker.ask(jobs.read, picture)
    assert worker.ended


def test_nothing_starts_where_there_is_nothing_to_be_forked_from(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise SystemExit")
    code = """
from threading import Lock
from bot.reading import fork_server
from bot.reading.worker import Worker
from model.reader import Reader
fork_server.LOADED_FIRST = "broken"
fork_server.start_fork_server()
try:
    Worker(Reader.trained(), 30, Lock())
except RuntimeError as error:
    print(error)
"""
    path = f"{tmp_path}:{ROOT}"
    run = [sys.executable, "-c", code]
    told = subprocess.check_output(run, env={**os.environ, "PYTHONPATH": path}, text=True)  # noqa: S603  our own
    assert told.startswith("a worker cannot start: ")


def test_one_that_ends_before_it_is_ready_cannot_start(
    new_worker: NewWorker, reader: Reader
) -> None:
    worker = new_worker(own_reader=FatalReader(reader.model, reader.lines))
    with pytest.raises(RuntimeError, match="a worker cannot start: it exited with 3"):
        worker.wait()


def test_a_fault_of_the_readers_own_is_raised(new_worker: NewWorker) -> None:
    worker = new_worker()
    worker.wait()
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*poison\.py.*secret detail"):
        worker.ask(jobs.read, b"fail")
    assert worker.ask(jobs.read, photo_of("7")).text == "7"
