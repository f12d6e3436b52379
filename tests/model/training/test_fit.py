"""Training: on a few hundred images, with recipes of three epochs."""

import contextlib
import csv
import json
import math
import resource
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

import joblib
import keras
import numpy as np
import pytest

from model.evaluation import test_set
from model.evaluation.test_set import Metrics, evaluate, predict
from model.mnist import NOT_A_DIGIT, Part
from model.recognition import digit_network
from model.recognition.digit_network import Classifier
from model.recognition.trained_files import TRAINED
from model.synthesis import crops
from model.training import networks
from model.training.backups import BACKUP, TrainingError
from model.training.batches import grey, targets
from model.training.calibration import REFUSED_DIGITS, calibrate, threshold_digits
from model.training.fit import DigitAccuracy, Logs, Progress, compiled, export, fit, train
from model.training.recipes import RECIPES, Recipe
from tests.model.synthetic import crops_of, few, few_test
from tests.model.training.conftest import Fitted
from tests.model.training.quick import QUICK

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
BOTH = {
    "dense": QUICK,
    "convolutional": replace(
        RECIPES["convolutional"],
        network=partial(networks.convolutional, filters=(8, 16)),
        epochs=3,
        batch_size=64,
    ),
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
    """What a training left and told, and which crops it loaded."""

    name: Literal["dense", "convolutional"]
    output: Path
    metrics: Metrics
    loaded: list[tuple[Part, int]]  # which digits, on how many pages


@pytest.fixture(
    scope="module", params=["dense", pytest.param("convolutional", marks=pytest.mark.slow)]
)
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    name = request.param
    output = tmp_path_factory.mktemp("trained") / "new" / name
    loaded = []

    def load(part: Part, pages: int, seed: int) -> Part:
        loaded.append((part, pages))
        return crops_of(part, 300, seed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crops, "load", load)
        train(BOTH[name], few(), output, seed=4)
    metrics = evaluate(output, few_test())
    test_set.save(output, metrics)
    return Trained(name, output, metrics, loaded)


def test_every_file_is_left_and_nothing_else(trained: Trained) -> None:
    assert {path.name for path in trained.output.iterdir()} == FILES | {BACKUP}


def test_every_figure_is_kept_and_finite(trained: Trained) -> None:
    metrics = json.loads((trained.output / "metrics.json").read_text())
    assert metrics == trained.metrics
    assert metrics.keys() >= FIGURES
    figures = list(numbers(metrics))
    assert len(figures) > 150  # ten times ten of them in the confusion matrix
    assert all(math.isfinite(figure) for figure in figures)
    assert (metrics["seed"], metrics["epochs"]) == (4, 3)
    assert metrics["batch_size"] == BOTH[trained.name].batch_size
    assert (metrics["network"], metrics["images"]) == (trained.name, len(few_test().labels))


def test_the_history_has_each_epoch_once(trained: Trained) -> None:
    assert epochs(trained.output) == [0, 1, 2]
    with (trained.output / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0].keys() >= {"loss", "accuracy", "val_loss", "val_accuracy", "seconds"}
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert float(rows[-1]["val_accuracy"]) > 0.5


def test_what_was_trained_can_serve(trained: Trained) -> None:
    classifier = digit_network.load(trained.name, trained.output.parent)
    answers = classifier(few_test().images).argmax(axis=1)
    assert (answers == few_test().labels).mean() == trained.metrics["accuracy"] > 0.5


def test_each_form_of_the_model_gives_the_same(trained: Trained) -> None:
    images = few_test().images
    served = Classifier((trained.output / "model.tflite").read_bytes())(images)
    for model in (
        keras.models.load_model(trained.output / "model.keras"),
        joblib.load(trained.output / "model.joblib"),
    ):
        assert np.abs(model.predict(grey(images), verbose=0) - served).max() < 1e-4


def test_pages_show_training_digits_to_it_and_validation_digits_to_refuse_by(
    trained: Trained,
) -> None:
    expected = []
    if trained.name == "convolutional":
        expected = [(few().validation, 6_000), (few().train, 90_000)]
    assert [pages for _, pages in trained.loaded] == [pages for _, pages in expected]
    for (shown, _), (digits, _) in zip(trained.loaded, expected, strict=True):
        assert np.array_equal(shown.images, digits.images)
        assert np.array_equal(shown.labels, digits.labels)


def test_what_serves_refuses_one_in_a_hundred_validation_digits(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crops, "load", lambda part, _, seed: crops_of(part, 300, seed))
    digits = threshold_digits(BOTH[trained.name], few().validation, seed=4)
    classifier = digit_network.load(trained.name, trained.output.parent)
    surest = classifier(digits.images).max(axis=1)
    expected = np.quantile(surest, REFUSED_DIGITS)
    assert trained.metrics["refusal_threshold"] == pytest.approx(expected, abs=1e-4)


def temperature(model: keras.Model, recipe: Recipe, part: Part) -> float:
    """That which calibrates `model` on `part`."""
    calibrated = calibrate(model, recipe, part)
    before, after = (each.layers[-1].get_weights()[0] for each in (model, calibrated))
    return float(np.abs(before).sum() / np.abs(after).sum())


def test_what_serves_is_calibrated_on_the_validation_digits_and_no_others(
    trained: Trained,
) -> None:
    recipe = BOTH[trained.name]
    model = keras.models.load_model(trained.output / "model.keras")
    assert temperature(model, recipe, few().validation) == pytest.approx(1, abs=2e-4)
    for others in (few().train, few_test()):
        assert temperature(model, recipe, others) != pytest.approx(1, abs=1e-3)


def test_the_validation_curve_is_of_the_validation_digits(fitted: Fitted) -> None:
    with (fitted.output / "history.csv").open(newline="") as file:
        last = list(csv.DictReader(file))[-1]
    images, labels = few().validation
    probabilities = fitted.model.predict(grey(images), verbose=0)
    loss = -np.log(probabilities[np.arange(len(labels)), labels]).mean()
    assert float(last["val_loss"]) == pytest.approx(float(loss), rel=1e-4)
    right = (probabilities.argmax(axis=1) == labels).mean()
    assert float(last["val_accuracy"]) == pytest.approx(right, abs=1e-5)


@pytest.mark.parametrize("name", ["dense", "convolutional"])
def test_each_form_of_a_shipped_model_gives_the_same(name: str) -> None:
    images = few_test().images
    folder = TRAINED / name
    served = predict(Classifier((folder / "model.tflite").read_bytes()), images)
    to_train_on = keras.models.load_model(folder / "model.keras")
    to_predict_with = joblib.load(folder / "model.joblib")
    answers = to_train_on.predict(grey(images), batch_size=500, verbose=0)
    assert np.abs(answers - served).max() < 1e-4
    pairs = list(zip(to_train_on.get_weights(), to_predict_with.get_weights(), strict=True))
    assert pairs
    assert all(np.array_equal(one, other) for one, other in pairs)
    again = to_predict_with.predict(grey(images[:100]), verbose=0)
    assert np.abs(again - answers[:100]).max() < 1e-4


def test_accuracy_counts_only_what_has_a_right_answer() -> None:
    metric = DigitAccuracy()
    wanted = targets(np.array([3, 4, 5, 6, NOT_A_DIGIT, NOT_A_DIGIT], np.uint8))
    answers = targets(np.array([3, 4, 5, 1, 0, 7], np.uint8))
    metric.update_state(wanted, answers)
    assert float(metric.result()) == pytest.approx(0.75)


def test_the_rate_rises_in_the_first_epoch_and_then_falls_to_nothing() -> None:
    recipe = replace(QUICK, epochs=4)
    rate = compiled(recipe, steps=20).optimizer._learning_rate
    rates = [float(rate(step)) for step in range(81)]
    assert rates[0] == pytest.approx(1e-3 / 20)
    assert rates.index(max(rates)) == 20
    assert rates[20] == pytest.approx(1e-3)
    assert rates[50] == pytest.approx(1e-3 / 2)
    assert rates[80] == pytest.approx(0)
    assert rates[:21] == sorted(rates[:21])
    assert rates[20:] == sorted(rates[20:], reverse=True)


# --- a training that is stopped ---------------------------------------------------------------


def stop_in(epoch: int, batch: int, train: Callable[[], object]) -> None:
    """Press Ctrl-C after a `batch` of an `epoch`."""
    inherited = Progress.on_train_batch_end

    def on_train_batch_end(self: Progress, ended: int, logs: Logs = None) -> None:
        inherited(self, ended, logs)
        if len(self.model.history.epoch) == epoch and ended == batch:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        patch.setattr(Progress, "on_train_batch_end", on_train_batch_end)
        train()


def test_a_stopped_training_ends_as_one_that_was_not_stopped(
    fitted: Fitted, tmp_path: Path
) -> None:
    stop_in(2, 5, lambda: fit(QUICK, few(), tmp_path, seed=0))
    assert epochs(tmp_path) == [0, 1]
    model = fit(QUICK, few(), tmp_path, seed=0)
    assert model.history.epoch == [2]
    assert epochs(tmp_path) == [0, 1, 2]
    # The steps that were not finished count no more; those of the whole epochs do.
    assert int(model.optimizer.iterations) == 3 * (len(few().train.images) // QUICK.batch_size)
    undisturbed = fitted.model.get_weights()
    for resumed, weights in zip(model.get_weights(), undisturbed, strict=True):
        assert np.array_equal(resumed, weights)
    last = fitted.model.history.history
    assert {name: values[-1] for name, values in last.items() if name != "seconds"} == {
        name: values[-1] for name, values in model.history.history.items() if name != "seconds"
    }


@contextlib.contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, as on a disk that is full."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


@pytest.mark.slow
@pytest.mark.parametrize("size", [1_000, 100_000, 220_000])
def test_a_full_disk_is_an_os_error_and_costs_no_epoch(
    size: int, fitted: Fitted, tmp_path: Path
) -> None:
    shutil.copytree(fitted.output, tmp_path, dirs_exist_ok=True)
    with files_up_to(size), pytest.raises(OSError, match="too large"):
        train(QUICK, few(), tmp_path, seed=0)
    train(QUICK, few(), tmp_path, seed=0)
    assert epochs(tmp_path) == [0, 1, 2]
    saved = keras.models.load_model(tmp_path / "model.keras")
    # All but the last layer's weights, which are calibrated.
    assert np.array_equal(saved.get_weights()[0], fitted.model.get_weights()[0])


def test_a_conversion_without_room_for_temporary_files_is_told(
    fitted: Fitted, tmp_path: Path
) -> None:
    with files_up_to(1_000), pytest.raises(TrainingError, match="room for files in"):
        export(fitted.model, tmp_path / "model.tflite")
    assert not (tmp_path / "model.tflite").exists()
