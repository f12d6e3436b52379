"""What a process that reads pictures does with a job, and what it may not."""

import resource
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from bot.reading import jobs
from bot.reading.jobs import TooDemandingError
from bot.reading.worker_pool import WorkerPool
from bot.reading.worker_process import MEMORY_BYTES, attempt
from model.reader import Reader
from tests.bot import poison
from tests.bot.conversation import photo_of
from tests.bot.poison import PoisonedReader
from tests.bot.reading.fates import PATIENCE


def test_what_goes_well_comes_without_an_error(reader: Reader) -> None:
    error, reading = attempt(jobs.read, reader, photo_of("7"))
    assert error is None
    assert reading
    assert reading.text == "7"


@pytest.mark.parametrize(
    ("raised", "line"),
    [
        (MemoryError(), "MemoryError"),
        (cv2.error("Insufficient\nmemory\n"), "cv2.error: Insufficient memory"),
    ],
)
def test_a_lack_of_memory_is_told_in_one_line(reader: Reader, raised: Exception, line: str) -> None:
    def claim_memory(_: Reader, __: bytes) -> None:
        raise raised

    error, result = attempt(claim_memory, reader, b"")
    assert result is None
    assert isinstance(error, TooDemandingError)
    assert str(error) == line


def test_any_other_fault_comes_with_its_traceback(reader: Reader) -> None:
    poisoned = PoisonedReader(reader.model, reader.lines)
    error, result = attempt(jobs.read, poisoned, b"fail")
    assert result is None
    assert type(error) is RuntimeError
    assert "Traceback" in str(error)
    assert "poison.py" in str(error)
    assert "secret detail" in str(error)


def test_nothing_of_the_bot_is_loaded_but_what_reads_and_draws(pool: WorkerPool) -> None:
    loaded = pool.run(poison.modules, b"").result(PATIENCE)
    assert {"cv2", "ai_edge_litert"} <= loaded
    assert not loaded & {"telegram", "httpx", "sqlalchemy", "asyncio", "starlette", "tensorflow"}


@pytest.mark.parametrize(("width", "decoded"), [(10_000, True), (10_008, False)])
def test_opencv_itself_decodes_no_more_than_50_million_pixels_in_a_worker(
    pool: WorkerPool, width: int, decoded: bool
) -> None:
    picture = b"P4 %d 5000 " % width + bytes(width * 625)
    assert pool.run(poison.is_decoded, picture).result(PATIENCE) is decoded


@pytest.mark.skipif(sys.platform != "linux", reason="only there is memory limited")
def test_memory_is_limited_to_what_was_mapped_before_the_first_picture_and_a_constant(
    pool: WorkerPool,
) -> None:
    most, process = pool.run(poison.memory_limit, b"").result(PATIENCE)
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[0])
    mapped = pages * resource.getpagesize()
    assert 0 <= most - MEMORY_BYTES <= mapped


@pytest.mark.slow
def test_the_largest_pictures_fit_into_memory(reader: Reader) -> None:
    pool = WorkerPool(reader, deadline_seconds=100)  # this is not about time
    page = np.full((7_070, 7_070, 4), 255, np.uint8)
    cv2.putText(page, "7", (1_500, 5_600), cv2.FONT_HERSHEY_SIMPLEX, 150, (35, 35, 35, 255), 250)
    page[:50, :50, 3] = 0
    for deep in (page * np.uint16(257), page):
        transparent = cv2.imencode(".png", deep)[1].tobytes()
        assert pool.run(jobs.read, transparent).result().text == "7"
    pool.close()
