"""Training: on a few hundred images, with recipes of an epoch or two."""

import contextlib
import csv
import gc
import json
import math
import warnings
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import keras
import numpy as np
import pytest

from model import classifier, networks, training
from model.augmentation import augment
from model.classifier import Classifier
from model.evaluation import Metrics, predict
from model.training import RECIPES, calibrate, grey
from tests.model.synthetic import few

FILES = {
    "model.keras",
    "model.joblib",
    "model.tflite",
    "metrics.json",
    "history.csv",
    "confusion.png",
    "curves.png",
}
FIGURES = {
    "accuracy",
    "accuracy_interval",
    "loss",
    "errors",
    "images",
    "expected_calibration_error",
    "per_class",
    "confusion_matrix",
    "parameters",
    "refusal_threshold",
    "seed",
    "epochs",
    "batch_size",
    "training_seconds",
    "versions",
    "tflite_sha256",
}
Logs = dict[str, Any] | None
QUICK = replace(RECIPES["dense"], network=partial(networks.dense, width=64), epochs=3)


def epochs(folder: Path) -> list[int]:
    """Those that the history tells of."""
    if not (folder / "history.csv").exists():
        return []
    with (folder / "history.csv").open(newline="") as file:
        return [int(row["epoch"]) for row in csv.DictReader(file)]


def numbers(value: object) -> Iterator[float]:
    """Every number in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, int | float):
        yield value


# --- what training leaves ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Metrics]:
    output = tmp_path_factory.mktemp("trained") / "new" / "dense"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(training.RECIPES, "dense", QUICK)
        return output, training.train("dense", few(), output, seed=4)


def test_every_file_is_left_and_nothing_else(trained: tuple[Path, Metrics]) -> None:
    assert {path.name for path in trained[0].iterdir()} == FILES


def test_every_figure_is_kept_and_finite(trained: tuple[Path, Metrics]) -> None:
    output, returned = trained
    metrics = json.loads((output / "metrics.json").read_text())
    assert metrics == returned
    assert metrics.keys() >= FIGURES
    assert all(math.isfinite(number) for number in numbers(metrics))
    assert (metrics["seed"], metrics["epochs"], metrics["batch_size"]) == (4, 3, 32)
    assert metrics["images"] == 300


def test_the_history_has_each_epoch_once(trained: tuple[Path, Metrics]) -> None:
    assert epochs(trained[0]) == [0, 1, 2]
    with (trained[0] / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0].keys() >= {"loss", "accuracy", "val_loss", "val_accuracy", "seconds"}
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert float(rows[-1]["val_accuracy"]) > 0.5


def test_what_was_trained_can_serve(trained: tuple[Path, Metrics]) -> None:
    output, metrics = trained
    model = classifier.load("dense", output.parent)
    answers = model.classifier(few().test.images).argmax(axis=1)
    assert (answers == few().test.labels).mean() == metrics["accuracy"] > 0.5


def test_each_form_of_the_model_gives_the_same(trained: tuple[Path, Metrics]) -> None:
    images = few().test.images
    served = Classifier((trained[0] / "model.tflite").read_bytes())(images)
    for model in (
        keras.models.load_model(trained[0] / "model.keras"),
        joblib.load(trained[0] / "model.joblib"),
    ):
        assert np.abs(model.predict(grey(images), verbose=0) - served).max() < 1e-4


@pytest.mark.parametrize("name", ["dense", "convolutional"])
def test_each_form_of_a_shipped_model_gives_the_same_on_the_whole_test_set(name: str) -> None:
    images = few(0, 0, 10_000).test.images
    folder = classifier.TRAINED / name
    served = predict(Classifier((folder / "model.tflite").read_bytes()), images)
    for model in (
        keras.models.load_model(folder / "model.keras"),
        joblib.load(folder / "model.joblib"),
    ):
        assert np.abs(model.predict(grey(images), 1000, verbose=0) - served).max() < 1e-4


# --- a training that is stopped ---------------------------------------------------------------


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fitted")


@pytest.fixture(scope="module")
def fitted(output: Path) -> keras.Model:
    return training.fit(QUICK, few(), output, seed=0)


def fit_until(epoch: int, output: Path) -> None:
    """Press Ctrl-C in the middle of `epoch`."""
    inherited = training.Progress.on_train_batch_end

    def on_train_batch_end(self: training.Progress, batch: int, logs: Logs = None) -> None:
        inherited(self, batch, logs)
        if len(self.model.history.epoch) == epoch and batch == 5:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setattr(training.Progress, "on_train_batch_end", on_train_batch_end)
        # Keras leaves the history open, which the end of a real process closes.
        warnings.simplefilter("ignore", ResourceWarning)
        with contextlib.suppress(KeyboardInterrupt):
            training.fit(QUICK, few(), output, seed=0)
        gc.collect()


def test_a_stopped_training_goes_on_from_its_last_whole_epoch(tmp_path: Path) -> None:
    fit_until(2, tmp_path)
    assert epochs(tmp_path) == [0, 1]
    model = training.fit(QUICK, few(), tmp_path, seed=0)
    assert model.history.epoch == [2]
    assert epochs(tmp_path) == [0, 1, 2]
    # The steps that were not finished count no more; those of the whole epochs do.
    assert int(model.optimizer.iterations) == 3 * (len(few().train.images) // QUICK.batch_size)
    answers = model.predict(grey(few().validation.images), verbose=0).argmax(axis=1)
    assert (answers == few().validation.labels).mean() > 0.5


def test_a_training_that_was_not_stopped_starts_anew(fitted: keras.Model, output: Path) -> None:
    assert epochs(output) == [0, 1, 2]
    again = training.fit(QUICK, few(), output, seed=0)
    assert epochs(output) == [0, 1, 2]
    for first, second in zip(fitted.get_weights(), again.get_weights(), strict=True):
        assert np.allclose(first, second, atol=1e-3)


# --- calibration ------------------------------------------------------------------------------


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
def test_calibration_lowers_the_loss_and_keeps_every_answer(
    factor: float, fitted: keras.Model
) -> None:
    model, images = sharpened(fitted, factor), grey(few().test.images)
    calibrated = calibrate(model, QUICK, few().validation)
    assert loss(calibrated) <= loss(model) + 1e-6
    answers, before = (each.predict(images, verbose=0) for each in (calibrated, model))
    assert (answers.argmax(axis=1) == before.argmax(axis=1)).all()


def test_calibration_finds_how_much_too_sure_a_network_is(fitted: keras.Model) -> None:
    images = grey(few().test.images)
    own, other = (
        calibrate(model, QUICK, few().validation).predict(images, verbose=0)
        for model in (fitted, sharpened(fitted, 3))
    )
    assert np.abs(own - other).max() < 0.01


def test_the_threshold_gives_up_as_many_digits_as_it_says(fitted: keras.Model) -> None:
    validation = few().validation
    redrawn = augment(validation.images, np.random.default_rng(7))
    surest = fitted.predict(grey(redrawn), verbose=0).max(axis=1)
    threshold = training.refusal_threshold(fitted, validation, seed=7)
    assert (surest < threshold).mean() == pytest.approx(training.REFUSED_DIGITS, abs=1 / 300)
