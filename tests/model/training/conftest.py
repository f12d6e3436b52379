"""A network that several files test with, trained once."""

from pathlib import Path
from typing import NamedTuple

import keras
import pytest

from model.training.fit import fit
from tests.model.synthetic import few
from tests.model.training.quick import QUICK


class Fitted(NamedTuple):
    """A network trained by `QUICK`, and the folder that its history is in."""

    model: keras.Model
    output: Path


@pytest.fixture(scope="session")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    """Train by `QUICK` on a few images."""
    output = tmp_path_factory.mktemp("fitted")
    return Fitted(fit(QUICK, few(), output, seed=0), output)
