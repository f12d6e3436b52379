"""A clock for what counts by the minute."""

import pytest

from tests.bot.arrivals import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()
