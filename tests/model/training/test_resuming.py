"""A training is resumed only by what is its own."""

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest

from model.training import backups, networks
from model.training.backups import TrainingError
from model.training.fit import compiled
from model.training.recipes import Recipe
from model.training.resuming import Resumable
from tests.model.synthetic import is_one_sentence
from tests.model.training.conftest import Fitted
from tests.model.training.quick import QUICK


def restore(recipe: Recipe, output: Path, seed: int = 0) -> tuple[int, keras.Model]:
    """How many epochs are done, and the network."""
    model = compiled(recipe, steps=20)
    return Resumable(recipe, output, seed, []).restore(model), model


def test_a_new_training_begins_with_the_first_epoch(tmp_path: Path) -> None:
    assert restore(QUICK, tmp_path)[0] == 0


def test_a_training_of_another_seed_is_another_one(fitted: Fitted) -> None:
    with pytest.raises(TrainingError, match="is of another training"):
        restore(QUICK, fitted.output, seed=1)


def test_weights_optimizer_and_random_numbers_come_back(fitted: Fitted) -> None:
    done, model = restore(QUICK, fitted.output)
    assert done == 3
    before = [*fitted.model.variables, *fitted.model.optimizer.variables]
    after = [*model.variables, *model.optimizer.variables]
    assert len(after) > 3 * 6  # weights and two moments of each
    assert sum("seed_generator" in variable.path for variable in after) == 2  # one a dropout
    for first, second in zip(before, after, strict=True):
        assert np.array_equal(first, second)


@pytest.mark.parametrize(
    "other",
    [
        replace(QUICK, epochs=4),
        replace(QUICK, learning_rate=2e-3),
        replace(QUICK, network=partial(networks.dense, width=65)),
        replace(QUICK, network=partial(networks.convolutional, filters=(8, 16))),
    ],
    ids=["epochs", "rate", "width", "network"],
)
def test_another_recipe_or_shape_is_told_with_what_to_do(
    other: Recipe, fitted: Fitted, tmp_path: Path
) -> None:
    file = tmp_path / backups.BACKUP
    shutil.copy(fitted.output / backups.BACKUP, file)
    with pytest.raises(TrainingError, match="is of another training: delete it, or") as error:
        restore(other, tmp_path)
    assert str(file) in str(error.value)
    assert is_one_sentence(error.value)


def test_batches_are_told_which_epoch_begins(tmp_path: Path) -> None:
    class Counted:
        epoch = 0

    served = Counted(), Counted()
    Resumable(QUICK, tmp_path, 0, served).on_epoch_begin(5)
    assert [each.epoch for each in served] == [5, 5]
