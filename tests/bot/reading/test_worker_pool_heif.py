"""HEIF is read by processes that have loaded what it needs before they were confined."""

from pathlib import Path

import pytest

from bot.reading import jobs
from bot.reading.worker_pool import WorkerPool, cores
from tests.bot import poison
from tests.bot.conversation import photo_of
from tests.bot.reading.fates import PATIENCE

pytest.importorskip("pi_heif")

SEVEN = Path(__file__).parents[2] / "data/seven.heic"


def loaded(pool: WorkerPool, data: bytes = b"") -> bool:
    """Whether the worker whose turn it is, of one that reads `data`, has loaded libheif."""
    return "pi_heif" in pool.run(poison.modules, data).result(PATIENCE)


def test_nothing_of_it_is_loaded_before_such_a_picture_comes(pool: WorkerPool) -> None:
    assert [loaded(pool) for _ in range(cores())] == [False] * cores()
    assert pool.run(jobs.read, SEVEN.read_bytes()).result(PATIENCE).text == "7"
    assert [loaded(pool) for _ in range(cores())].count(True) == 1


def test_a_worker_that_has_loaded_it_reads_all_else_and_stays(pool: WorkerPool) -> None:
    heif = SEVEN.read_bytes()
    ids = [pool.run(poison.process_id, heif).result(PATIENCE) for _ in range(cores())]
    assert [pool.run(poison.process_id, heif).result(PATIENCE) for _ in range(cores())] == ids
    assert [pool.run(poison.process_id, b"").result(PATIENCE) for _ in range(cores())] == ids
    assert pool.run(jobs.read, photo_of("4")).result(PATIENCE).text == "4"
    assert pool.run(jobs.explain, heif).result(PATIENCE)


def test_it_is_confined_as_others_are(pool: WorkerPool) -> None:
    heif = SEVEN.read_bytes()
    limits = pool.run(poison.limits, heif).result(PATIENCE)
    assert limits == [(0, 0)] * 3
