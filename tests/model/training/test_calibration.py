"""Probabilities that mean what they say, and the one from which to refuse."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from model.recognition.digit_network import slanted
from model.synthesis import crops
from model.training.augmentation import augment
from model.training.batches import Numbers, grey
from model.training.calibration import (
    REFUSED_DIGITS,
    calibrate,
    refusal_threshold,
    threshold_digits,
)
from model.training.comparison import ServedModel
from model.training.recipes import RECIPES
from tests.model.synthetic import crops_of, few, few_test
from tests.model.training.conftest import Fitted
from tests.model.training.quick import QUICK


def test_the_dense_network_is_calibrated_by_redrawn_digits() -> None:
    validation = few().validation
    shown, again = (threshold_digits(QUICK, validation, seed=7) for _ in range(2))
    assert np.array_equal(shown.images, again.images)
    assert np.array_equal(shown.images, augment(validation.images, np.random.default_rng(7)))
    assert np.array_equal(shown.labels, validation.labels)


def test_the_convolutional_networks_threshold_is_fitted_on_the_digits_on_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crops, "load", crops_of)
    recipe = replace(RECIPES["convolutional"], validation_pages=40)
    shown = threshold_digits(recipe, few().validation, seed=7)
    made = crops_of(few().validation, 40, seed=7)
    assert np.array_equal(shown.images, made.images[:40])
    assert np.array_equal(shown.labels, made.labels[:40])


def sharpened(model: keras.Model, factor: float) -> keras.Model:
    copy = QUICK.network()
    copy.set_weights(model.get_weights())
    copy.layers[-1].set_weights([weights * factor for weights in model.layers[-1].get_weights()])
    return copy


def loss(model: keras.Model) -> float:
    images, labels = few().validation
    probabilities = model.predict(grey(images), verbose=0)[np.arange(len(labels)), labels]
    return float(-np.log(probabilities.clip(1e-12)).mean())


@pytest.mark.parametrize("factor", [0.3, 1, 4])
def test_calibration_lowers_the_loss_and_keeps_every_answer(factor: float, fitted: Fitted) -> None:
    model, images = sharpened(fitted.model, factor), grey(few_test().images)
    calibrated = calibrate(model, QUICK, few().validation)
    assert loss(calibrated) <= loss(model) + 1e-6
    answers, before = (each.predict(images, verbose=0) for each in (calibrated, model))
    assert (answers.argmax(axis=1) == before.argmax(axis=1)).all()


def test_calibration_finds_how_much_too_sure_a_network_is(fitted: Fitted) -> None:
    images = grey(few_test().images)
    own, other = (
        calibrate(model, QUICK, few().validation).predict(images, verbose=0)
        for model in (fitted.model, sharpened(fitted.model, 3))
    )
    assert np.abs(own - other).max() < 0.01


# --- a network that serves by the mean of several views -----------------------------------------


SLANTS = (-0.5, 0.0, 0.5)
SLANTED = replace(QUICK, slants=SLANTS)


def mean_of_views(model: keras.Model, images: NDArray[np.uint8]) -> Numbers:
    views = [model.predict(grey(slanted(images, slant)), verbose=0) for slant in SLANTS]
    mean: Numbers = np.mean(views, axis=0)
    return mean


def served_loss(model: keras.Model) -> float:
    images, labels = few().validation
    probabilities = mean_of_views(model, images)[np.arange(len(labels)), labels]
    return float(-np.log(probabilities).mean())


def test_the_temperature_is_the_best_one_for_the_mean_of_the_views(fitted: Fitted) -> None:
    calibrated = calibrate(fitted.model, SLANTED, few().validation)
    least = served_loss(calibrated)
    assert served_loss(sharpened(calibrated, 0.97)) > least
    assert served_loss(sharpened(calibrated, 1.03)) > least
    of_one_view = calibrate(fitted.model, QUICK, few().validation)
    assert served_loss(of_one_view) > least + 0.001


def test_the_threshold_is_one_of_the_mean_of_the_views(fitted: Fitted) -> None:
    shown = few().validation
    surest = mean_of_views(fitted.model, shown.images).max(axis=1)
    threshold = refusal_threshold(ServedModel(fitted.model, SLANTS), shown)
    assert threshold == pytest.approx(np.quantile(surest, REFUSED_DIGITS), abs=1e-5)


def test_the_threshold_gives_up_as_many_digits_as_it_says(fitted: Fitted) -> None:
    shown = few().validation
    surest = fitted.model.predict(grey(shown.images), verbose=0).max(axis=1)
    threshold = refusal_threshold(ServedModel(fitted.model, (0.0,)), shown)
    assert (surest < threshold).mean() == pytest.approx(REFUSED_DIGITS, abs=1 / 300)
