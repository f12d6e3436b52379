"""What the network is shown while it trains."""

from dataclasses import replace

import numpy as np
import pytest

from model import training
from model.training import RECIPES, Batches, Recipe, grey, one_hot
from tests.model.synthetic import few


def batches(recipe: Recipe, count: int = 200) -> Batches:
    return Batches(few(count).train, recipe, seed=0)


def test_an_epoch_shows_each_digit_once() -> None:
    recipe = replace(RECIPES["dense"], batch_size=20)
    seen, targets = zip(*batches(recipe).dataset().as_numpy_iterator(), strict=True)
    images = np.concatenate(seen)
    assert images.shape == (200, 28, 28)
    assert images.dtype == np.float32
    given = few(200).train
    labels = dict(zip([image.tobytes() for image in grey(given.images)], given.labels, strict=True))
    assert {image.tobytes() for image in images} == labels.keys()
    wanted = np.array([labels[image.tobytes()] for image in images], np.uint8)
    assert (np.concatenate(targets) == one_hot(wanted)).all()


def test_the_next_epoch_has_another_order() -> None:
    served = batches(replace(RECIPES["dense"], batch_size=20))
    first, second = (
        np.concatenate([images for images, _ in served.dataset().as_numpy_iterator()])
        for _ in range(2)
    )
    assert (first != second).any()


def test_outliers_are_to_be_told_as_any_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "OUTLIERS", 40)
    recipe = replace(RECIPES["convolutional"], batch_size=50, outlier_share=0.2)
    for images, targets in batches(recipe).dataset().as_numpy_iterator():
        assert images.shape == (50, 28, 28)
        assert 0 <= images.min() < images.max() <= 1
        assert targets.sum(axis=1) == pytest.approx(np.ones(50))
        assert targets[40:] == pytest.approx(np.full((10, 10), 0.1))
        assert (targets[:40].max(axis=1) > 0.9).all()


def test_accuracy_counts_only_what_has_a_right_answer() -> None:
    metric = training.DigitAccuracy()
    uniform = np.full(10, 0.1, np.float32)
    targets = np.stack([*one_hot(np.array([3, 4, 5, 6], np.uint8)), uniform, uniform])
    answers = one_hot(np.array([3, 4, 5, 1, 0, 7], np.uint8))
    metric.update_state(targets, answers)
    assert float(metric.result()) == pytest.approx(0.75)
