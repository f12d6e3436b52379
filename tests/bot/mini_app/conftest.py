"""Drawings."""

import pytest

from tests.bot.conversation import photo_of


@pytest.fixture(scope="session")
def seven() -> bytes:
    """A drawing of a 7."""
    return photo_of("7", paper=255, ink=20, suffix=".png")
