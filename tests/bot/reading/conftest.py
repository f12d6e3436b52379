"""A pool of workers whose reader some pictures poison."""

from collections.abc import Iterator

import pytest

from bot.reading.worker_pool import WorkerPool
from model.reader import Reader
from tests.bot.poison import PoisonedReader


@pytest.fixture
def pool(reader: Reader) -> Iterator[WorkerPool]:
    """Workers with the usual limits."""
    pool = WorkerPool(PoisonedReader(reader.model, reader.lines))
    yield pool
    pool.close()
