"""What several test files of the recogniser need."""

import pytest

from model.reader import Reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The reader as it serves."""
    return Reader.trained()
