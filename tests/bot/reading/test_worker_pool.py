"""Whatever becomes of a process that reads, the others read on and another takes its place."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from bot.reading import worker_pool as workers
from bot.reading.worker_pool import MEMORY_BYTES, TooDemandingError, WorkerPool, cores
from model.reader import Reader, Refusal
from tests.bot import poison
from tests.bot.conversation import photo_of
from tests.bot.poison import PoisonedReader

PATIENCE = 30  # s
ROOT = Path(__file__).parents[3]
# Has workers, all of which spin, and tells their process ids.
SPINNING = """
from bot.reading.worker_pool import WorkerPool, cores, read
from model.reader import Reader
from tests.bot.poison import PoisonedReader, process_id

if __name__ == "__main__":
    workers = WorkerPool(PoisonedReader(Reader.trained().model))
    futures = [workers.run(process_id, b"") for _ in range(cores())]
    print(*[future.result() for future in futures], flush=True)
    spinning = [workers.run(read, b"spin") for _ in range(cores())]
    spinning[0].result()
"""


@pytest.fixture
def pool(reader: Reader) -> Iterator[WorkerPool]:
    """Workers with a reader that some pictures poison."""
    pool = WorkerPool(PoisonedReader(reader.model))
    yield pool
    pool.close()


def ids(pool: WorkerPool) -> list[int]:
    """The ids of all worker processes, which take turns."""
    return [pool.run(poison.process_id, b"").result(PATIENCE) for _ in range(cores())]


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def state(process: int) -> str:
    """One letter, as Linux tells: R runs, Z has ended; empty if nothing is left of it."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def gone(process: int) -> bool:
    return state(process) in ("", "Z")


def test_a_reading_comes_whole_but_for_its_pixels(pool: WorkerPool, reader: Reader) -> None:
    here, there = reader.read(photo_of("204")), pool.run(workers.read, photo_of("204")).result()
    assert there.photo is None
    assert there.seen
    assert there.text == here.text == "204"
    for mine, theirs in zip(here.digits, there.digits, strict=True):
        assert mine.box == theirs.box
        assert (mine.crop == theirs.crop).all()
        assert (mine.probabilities == theirs.probabilities).all()


def test_an_explanation_is_drawn_of_a_picture_and_of_nothing_else(pool: WorkerPool) -> None:
    drawn = pool.run(workers.explain, photo_of("7")).result()
    assert drawn
    assert drawn.startswith(b"\xff\xd8\xff")
    assert pool.run(workers.explain, b"seven").result() is None
    assert pool.run(workers.read, b"seven").result().refused is Refusal.NOT_A_PICTURE


def test_nothing_of_the_bot_is_loaded_but_what_reads_and_draws(pool: WorkerPool) -> None:
    loaded = pool.run(poison.modules, b"").result()
    assert {"cv2", "ai_edge_litert"} <= loaded
    assert not loaded & {"telegram", "httpx", "sqlalchemy", "asyncio", "starlette", "tensorflow"}


@pytest.mark.parametrize(("width", "decoded"), [(10_000, True), (10_008, False)])
def test_opencv_itself_decodes_no_more_than_50_million_pixels_in_a_worker(
    pool: WorkerPool, width: int, decoded: bool
) -> None:
    picture = b"P4 %d 5000 " % width + bytes(width * 625)
    assert pool.run(poison.is_decoded, picture).result(PATIENCE) is decoded


@pytest.mark.parametrize(
    ("picture", "told"),
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
    pool: WorkerPool, picture: bytes, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned = [pool.run(workers.read, picture) for _ in range(2 * cores())]
    read = [pool.run(workers.read, photo_of(digit)) for digit in "4071"]
    assert [future.result(PATIENCE).text for future in read] == list("4071")
    for future in poisoned:
        with pytest.raises(TooDemandingError, match=told):
            future.result(PATIENCE)
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == len(poisoned)
    assert all(told in line and "\n" not in line for line in lines)


def test_a_picture_that_takes_forever_is_given_up_and_others_do_not_wait_for_it(
    pool: WorkerPool, caplog: pytest.LogCaptureFixture
) -> None:
    before = set(ids(pool))
    spinning = pool.run(workers.read, b"spin")
    if cores() > 1:
        assert pool.run(workers.read, photo_of("4")).result(PATIENCE).text == "4"
        assert not spinning.done()
    with pytest.raises(TooDemandingError, match="5 s"):
        spinning.result(PATIENCE)
    assert pool.run(workers.read, photo_of("7")).result(PATIENCE).text == "7"
    assert len(before & set(ids(pool))) == cores() - 1
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert record.exc_info is None


def test_workers_that_are_killed_while_they_wait_are_replaced_unnoticed(pool: WorkerPool) -> None:
    before = ids(pool)
    assert len(set(before)) == cores()
    for process in before:
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: all(map(gone, before)))
    assert pool.run(workers.read, photo_of("7")).result(PATIENCE).text == "7"
    assert not set(before) & set(ids(pool))


def test_a_worker_that_is_killed_while_it_answers_is_replaced(pool: WorkerPool) -> None:
    broken = [pool.run(poison.break_off, b"") for _ in range(2 * cores())]
    for future in broken:
        with pytest.raises(TooDemandingError, match="SIGKILL"):
            future.result(PATIENCE)
    assert pool.run(workers.read, photo_of("7")).result(PATIENCE).text == "7"


def test_a_fault_of_the_readers_own_is_told_with_its_traceback(pool: WorkerPool) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*poison\.py.*secret detail"):
        pool.run(workers.read, b"fail").result(PATIENCE)


@pytest.mark.skipif(sys.platform != "linux", reason="only there is memory limited")
def test_memory_is_limited_to_what_was_mapped_before_the_first_picture_and_a_constant(
    pool: WorkerPool,
) -> None:
    most, mapped = pool.run(poison.memory, b"").result(PATIENCE)
    assert 0 <= most - MEMORY_BYTES <= mapped


@pytest.mark.slow
def test_the_largest_pictures_fit_into_memory(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "DEADLINE_SECONDS", 100)  # this is not about time
    page = np.full((7_070, 7_070, 4), 255, np.uint8)
    cv2.putText(page, "7", (1_500, 5_600), cv2.FONT_HERSHEY_SIMPLEX, 150, (35, 35, 35, 255), 250)
    page[:50, :50, 3] = 0
    for deep in (page * np.uint16(257), page):
        transparent = cv2.imencode(".png", deep)[1].tobytes()
        assert pool.run(workers.read, transparent).result().text == "7"


def test_closed_while_pictures_are_read_it_leaves_no_process(pool: WorkerPool) -> None:
    processes = ids(pool)
    spinning = [pool.run(workers.read, b"spin") for _ in range(2 * cores())]
    wait_until(spinning[0].running)
    pool.close()
    wait_until(lambda: all(map(gone, processes)))
    assert all(future.done() for future in spinning)


def test_ctrl_c_and_a_request_to_end_are_for_the_bot_to_obey(pool: WorkerPool) -> None:
    [process, *_] = before = ids(pool)
    for how in (signal.SIGINT, signal.SIGTERM):
        os.kill(process, how)
    assert pool.run(workers.read, photo_of("7")).result(PATIENCE).text == "7"
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
