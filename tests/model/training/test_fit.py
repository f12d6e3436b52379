"""Training: on a few hundred images, with recipes of three epochs."""

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
from typing import Any, Literal, NamedTuple

import joblib
import keras
import numpy as np
import pytest

from model.evaluation.test_set import Metrics, predict
from model.mnist import Part
from model.recognition import digit_network
from model.recognition.digit_network import Classifier
from model.synthesis import crops
from model.training import fit, networks
from model.training.fit import RECIPES, grey
from tests.model.synthetic import crops_of, few

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
BOTH = {
    "dense": QUICK,
    "convolutional": replace(RECIPES["convolutional"], epochs=3, batch_size=32),
}


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


class Trained(NamedTuple):
    """What a training left and told, and which networks it made and which crops it loaded."""

    name: Literal["dense", "convolutional"]
    output: Path
    metrics: Metrics
    precisions: list[str]
    loaded: list[tuple[int, int]]  # how many digits, on how many pages


@pytest.fixture(scope="module", params=["dense", "convolutional"])
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    name = request.param
    output = tmp_path_factory.mktemp("trained") / "new" / name
    precisions, loaded = [], []

    def network() -> keras.Model:
        precisions.append(keras.config.dtype_policy().name)
        return BOTH[name].network()

    def load(part: Part, pages: int, seed: int) -> Part:
        loaded.append((len(part.images), pages))
        return crops_of(part, 300, seed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(fit.RECIPES, name, replace(BOTH[name], network=network))
        patch.setattr(crops, "load", load)
        metrics = fit.train(name, few(), output, seed=4)
    return Trained(name, output, metrics, precisions, loaded)


def test_every_file_is_left_and_nothing_else(trained: Trained) -> None:
    assert {path.name for path in trained.output.iterdir()} == FILES


def test_every_figure_is_kept_and_finite(trained: Trained) -> None:
    metrics = json.loads((trained.output / "metrics.json").read_text())
    assert metrics == trained.metrics
    assert metrics.keys() >= FIGURES
    assert all(math.isfinite(number) for number in numbers(metrics))
    assert (metrics["seed"], metrics["epochs"], metrics["batch_size"]) == (4, 3, 32)
    assert (metrics["network"], metrics["images"]) == (trained.name, 300)


def test_the_history_has_each_epoch_once(trained: Trained) -> None:
    assert epochs(trained.output) == [0, 1, 2]
    with (trained.output / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0].keys() >= {"loss", "accuracy", "val_loss", "val_accuracy", "seconds"}
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert float(rows[-1]["val_accuracy"]) > 0.5


def test_what_was_trained_can_serve(trained: Trained) -> None:
    model = digit_network.load(trained.name, trained.output.parent)
    answers = model.classifier(few().test.images).argmax(axis=1)
    assert (answers == few().test.labels).mean() == trained.metrics["accuracy"] > 0.5


def test_each_form_of_the_model_gives_the_same(trained: Trained) -> None:
    images = few().test.images
    served = Classifier((trained.output / "model.tflite").read_bytes())(images)
    for model in (
        keras.models.load_model(trained.output / "model.keras"),
        joblib.load(trained.output / "model.joblib"),
    ):
        assert np.abs(model.predict(grey(images), verbose=0) - served).max() < 1e-4


def test_whatever_it_was_trained_in_the_network_is_saved_in_float32(trained: Trained) -> None:
    assert trained.precisions == [BOTH[trained.name].precision, "float32"]
    model = keras.models.load_model(trained.output / "model.keras")
    assert {layer.compute_dtype for layer in model.layers} == {"float32"}
    assert {weights.dtype for weights in model.weights} == {"float32"}


def test_pages_show_training_digits_to_it_and_validation_digits_to_refuse_by(
    trained: Trained,
) -> None:
    crops_needed = trained.name == "convolutional"
    expected = [(300, fit.VALIDATION_PAGES), (640, fit.PAGES)]
    assert trained.loaded == expected * crops_needed


@pytest.mark.parametrize("name", ["dense", "convolutional"])
def test_each_form_of_a_shipped_model_gives_the_same_on_the_whole_test_set(name: str) -> None:
    images = few(0, 0, 10_000).test.images
    folder = digit_network.TRAINED / name
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
    return fit.fit(QUICK, few(), output, seed=0)


def fit_until(epoch: int, output: Path) -> None:
    """Press Ctrl-C in the middle of `epoch`."""
    inherited = fit.Progress.on_train_batch_end

    def on_train_batch_end(self: fit.Progress, batch: int, logs: Logs = None) -> None:
        inherited(self, batch, logs)
        if len(self.model.history.epoch) == epoch and batch == 5:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setattr(fit.Progress, "on_train_batch_end", on_train_batch_end)
        # Keras leaves the history open, which the end of a real process closes.
        warnings.simplefilter("ignore", ResourceWarning)
        with contextlib.suppress(KeyboardInterrupt):
            fit.fit(QUICK, few(), output, seed=0)
        gc.collect()


def test_a_stopped_training_goes_on_from_its_last_whole_epoch(tmp_path: Path) -> None:
    fit_until(2, tmp_path)
    assert epochs(tmp_path) == [0, 1]
    model = fit.fit(QUICK, few(), tmp_path, seed=0)
    assert model.history.epoch == [2]
    assert epochs(tmp_path) == [0, 1, 2]
    # The steps that were not finished count no more; those of the whole epochs do.
    assert int(model.optimizer.iterations) == 3 * (len(few().train.images) // QUICK.batch_size)
    answers = model.predict(grey(few().validation.images), verbose=0).argmax(axis=1)
    assert (answers == few().validation.labels).mean() > 0.5


def test_a_training_that_was_not_stopped_starts_anew(fitted: keras.Model, output: Path) -> None:
    assert epochs(output) == [0, 1, 2]
    again = fit.fit(QUICK, few(), output, seed=0)
    assert epochs(output) == [0, 1, 2]
    for first, second in zip(fitted.get_weights(), again.get_weights(), strict=True):
        assert np.allclose(first, second, atol=1e-3)
