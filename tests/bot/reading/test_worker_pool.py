"""Whatever becomes of a process that reads, the others read on and another takes its place."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.reading import confinement, jobs
from bot.reading.jobs import TooDemandingError
from bot.reading.worker_pool import WorkerPool, cores
from model.reader import Reader
from tests.bot import poison
from tests.bot.conversation import photo_of
from tests.bot.poison import FatalReader, PoisonedReader
from tests.bot.reading.fates import PATIENCE, gone, state, wait_until

ROOT = Path(__file__).parents[3]
# Has workers, all of which spin, and tells their process ids.
SPINNING = """
from bot.reading.worker_pool import WorkerPool, cores
from bot.reading.jobs import read
from model.reader import Reader
from tests.bot.poison import PoisonedReader, process_id

if __name__ == "__main__":
    workers = WorkerPool(PoisonedReader.trained())
    futures = [workers.run(process_id, b"") for _ in range(cores())]
    print(*[future.result() for future in futures], flush=True)
    spinning = [workers.run(read, b"spin") for _ in range(cores())]
    spinning[0].result()
"""


def ids(pool: WorkerPool) -> list[int]:
    """The ids of all worker processes, which take turns."""
    return [pool.run(poison.process_id, b"").result(PATIENCE) for _ in range(cores())]


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (b"abort", "SIGABRT"),
        (b"kill", "SIGKILL"),
        (b"exit", "exited with 0"),
        (b"eat", "MemoryError"),
        (b"allocate", "MemoryError"),
        (b"enlarge", "Insufficient memory"),
    ],
)
def test_a_picture_that_ends_its_worker_harms_no_other(
    pool: WorkerPool, picture: bytes, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned = [pool.run(jobs.read, picture) for _ in range(2 * cores())]
    read = [pool.run(jobs.read, photo_of(digit)) for digit in "4071"]
    assert [future.result(PATIENCE).text for future in read] == list("4071")
    for future in poisoned:
        with pytest.raises(TooDemandingError, match=message):
            future.result(PATIENCE)
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == len(poisoned)
    assert all(message in line and "\n" not in line for line in lines)


def test_a_picture_that_takes_forever_is_given_up_and_others_do_not_wait_for_it(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    pool = WorkerPool(PoisonedReader(reader.model, reader.lines), deadline_seconds=1)
    before = set(ids(pool))
    spinning = pool.run(jobs.read, b"spin")
    if cores() > 1:
        assert pool.run(jobs.read, photo_of("4")).result(PATIENCE).text == "4"
        assert not spinning.done()
    with pytest.raises(TooDemandingError, match="more than 1 s"):
        spinning.result(PATIENCE)
    assert pool.run(jobs.read, photo_of("7")).result(PATIENCE).text == "7"
    assert len(before & set(ids(pool))) == cores() - 1
    pool.close()
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert record.exc_info is None


def test_workers_that_are_killed_while_they_wait_are_replaced_unnoticed(pool: WorkerPool) -> None:
    before = ids(pool)
    assert len(set(before)) == cores()
    for process in before:
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: all(map(gone, before)))
    assert pool.run(jobs.read, photo_of("7")).result(PATIENCE).text == "7"
    assert not set(before) & set(ids(pool))


def test_a_worker_that_is_killed_while_it_answers_is_replaced(pool: WorkerPool) -> None:
    broken = [pool.run(poison.break_off, b"") for _ in range(2 * cores())]
    for future in broken:
        with pytest.raises(TooDemandingError, match="SIGKILL"):
            future.result(PATIENCE)
    assert pool.run(jobs.read, photo_of("7")).result(PATIENCE).text == "7"


def test_workers_that_cannot_start_are_told_of_before_there_is_a_picture(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    pool = WorkerPool(FatalReader(reader.model, reader.lines))
    pool.start()
    told = "Pictures cannot be read: a worker cannot start: it exited with 3"
    wait_until(lambda: told in caplog.text)
    pool.close()


def test_a_fault_of_the_readers_own_is_told_with_its_traceback(pool: WorkerPool) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*poison\.py.*secret detail"):
        pool.run(jobs.read, b"fail").result(PATIENCE)


def test_closed_while_pictures_are_read_it_leaves_no_process(pool: WorkerPool) -> None:
    processes = ids(pool)
    spinning = [pool.run(jobs.read, b"spin") for _ in range(2 * cores())]
    wait_until(spinning[0].running)
    pool.close()
    wait_until(lambda: all(map(gone, processes)))
    assert all(future.done() for future in spinning)


def test_ctrl_c_and_a_request_to_end_are_for_the_bot_to_obey(pool: WorkerPool) -> None:
    [process, *_] = before = ids(pool)
    for how in (signal.SIGINT, signal.SIGTERM):
        os.kill(process, how)
    assert pool.run(jobs.read, photo_of("7")).result(PATIENCE).text == "7"
    assert set(ids(pool)) == set(before)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_workers_do_not_outlive_the_bot_even_if_it_is_killed_while_they_spin(
    how: signal.Signals, tmp_path: Path
) -> None:
    script = tmp_path / "spinning.py"
    script.write_text(SPINNING)
    with subprocess.Popen(  # noqa: S603  nothing in it comes from outside
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as bot:
        assert bot.stdout
        processes = [int(word) for word in bot.stdout.readline().split()]
        assert len(processes) == cores()
        wait_until(lambda: all(state(process) == "R" for process in processes))
        bot.send_signal(how)
    wait_until(lambda: all(map(gone, processes)))


@pytest.mark.parametrize(("version", "lines"), [(0, 1), (5, 1), (6, 0)])
def test_what_the_system_cannot_deny_the_workers_is_one_line_of_the_log(
    pool: WorkerPool,
    version: int,
    lines: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(confinement, "landlock_version", lambda: version)
    pool.start()
    told = [record for record in caplog.records if "Landlock" in record.getMessage()]
    assert len(told) == lines
