"""The figures: what they mean, and that the shipped models earn them."""

import hashlib
import json
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.evaluation import test_set
from model.evaluation.test_set import Metrics, calibration_error
from model.mnist import Part
from model.percentages import counted
from model.recognition.digit_network import load
from model.recognition.trained_files import TRAINED, ModelError, ModelName
from tests.model.mnist_pages import mnist

NAMES: tuple[ModelName, ...] = get_args(ModelName)


@pytest.fixture(scope="module")
def measured() -> dict[str, Metrics]:
    """Each shipped model's file, run over the 10,000 test images now, as it serves."""
    return {
        name: test_set.measure(TRAINED / name, mnist(), shipped(name).get("slants", [0.0]))
        for name in NAMES
    }


def shipped(name: str) -> Metrics:
    metrics: Metrics = json.loads((TRAINED / name / "metrics.json").read_text())
    return metrics


# --- the shipped models -----------------------------------------------------------------------


@pytest.mark.parametrize(("name", "least"), [("dense", 0.980), ("convolutional", 0.996)])
def test_a_shipped_model_reads_as_many_test_images_as_it_must(
    name: str, least: float, measured: dict[str, Metrics]
) -> None:
    assert measured[name]["accuracy"] >= least


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_models_metrics_are_measured_again(
    name: str, measured: dict[str, Metrics]
) -> None:
    told, found = shipped(name), measured[name]
    for key in ("tflite_sha256", "accuracy", "errors", "images", "confusion_matrix"):
        assert told[key] == found[key], key
    for key in ("accuracy_interval", "loss", "expected_calibration_error"):
        assert told[key] == pytest.approx(found[key], rel=1e-3), key
    assert told["per_class"] == {
        digit: pytest.approx(row) for digit, row in found["per_class"].items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_models_metrics_agree_with_each_other(name: str) -> None:
    metrics = shipped(name)
    matrix = np.array(metrics["confusion_matrix"])
    assert matrix.sum() == metrics["images"] == 10_000
    assert matrix.sum() - matrix.trace() == metrics["errors"]
    assert metrics["accuracy"] == pytest.approx(matrix.trace() / matrix.sum())
    assert list(metrics["per_class"]) == list("0123456789")
    for digit, row in metrics["per_class"].items():
        right = matrix[int(digit), int(digit)]
        assert row["support"] == matrix[int(digit)].sum()
        assert row["recall"] == pytest.approx(right / matrix[int(digit)].sum())
        assert row["precision"] == pytest.approx(right / matrix[:, int(digit)].sum())


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_models_metrics_tell_how_it_was_made(name: str) -> None:
    metrics = shipped(name)
    assert metrics["network"] == name
    assert metrics["seed"] == 0
    assert metrics["training_seconds"] > 0
    assert {"tensorflow", "keras", "ai-edge-litert"} <= metrics["versions"].keys()
    history = (TRAINED / name / "history.csv").read_text().splitlines()
    assert metrics["epochs"] == len(history) - 1


def test_the_dense_model_was_trained_as_specified() -> None:
    assert (shipped("dense")["epochs"], shipped("dense")["batch_size"]) == (10, 32)


def test_the_convolutional_model_is_small() -> None:
    assert shipped("convolutional")["parameters"] <= 150_000


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_models_probabilities_mean_what_they_say(
    name: str, measured: dict[str, Metrics]
) -> None:
    assert measured[name]["expected_calibration_error"] < 0.02


# --- what the figures mean --------------------------------------------------------------------


def test_98_right_of_100_have_wilsons_interval(tmp_path: Path) -> None:
    content = (TRAINED / "dense" / "model.tflite").read_bytes()
    (tmp_path / "model.tflite").write_bytes(content)
    images = mnist().images[:100]
    labels = load("dense")(images).argmax(axis=1).astype(np.uint8)
    labels[:2] = (labels[:2] + 1) % 10
    metrics = test_set.measure(tmp_path, Part(images, labels))
    assert metrics["accuracy"] == 0.98
    assert metrics["errors"] == 2
    # (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) for p = 0.98, n = 100, z = 1.96
    assert metrics["accuracy_interval"] == pytest.approx([0.9300, 0.9945], abs=1e-4)
    assert metrics["tflite_sha256"] == hashlib.sha256(content).hexdigest()
    assert json.loads(json.dumps(metrics)) == metrics


def test_a_network_is_evaluated_as_it_serves_and_keeps_what_training_left() -> None:
    part = mnist().select(np.arange(100))
    metrics = test_set.evaluate(TRAINED / "convolutional", part)
    probabilities = load("convolutional")(part.images)
    of_labels = probabilities[np.arange(100), part.labels]
    assert metrics["loss"] == pytest.approx(-np.log(of_labels).mean(), rel=1e-3)
    assert metrics["images"] == 100
    told = shipped("convolutional")
    assert metrics["refusal_threshold"] == told["refusal_threshold"]
    assert metrics.keys() == told.keys()


def test_a_folder_without_metrics_cannot_be_evaluated(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no metrics\.json"):
        test_set.evaluate(tmp_path, mnist())


def test_an_interval_holds_the_share_and_narrows_with_the_count() -> None:
    assert test_set.share_interval(98, 100) == pytest.approx([0.9300, 0.9945], abs=1e-4)
    low, high = test_set.share_interval(9800, 10_000)
    assert 0.97 < low < 0.98 < high < 0.99


def test_a_model_is_known_by_its_content_and_the_versions_that_made_it() -> None:
    told = test_set.provenance(b"content")
    assert told["tflite_sha256"] == hashlib.sha256(b"content").hexdigest()
    assert told["versions"]["numpy"] == np.__version__


def test_metrics_are_saved_alone(tmp_path: Path) -> None:
    test_set.save_metrics(tmp_path, {"accuracy": 0.9})
    [file] = tmp_path.iterdir()
    assert json.loads(file.read_text()) == {"accuracy": 0.9}


def certain(*rows: tuple[int, float]) -> "np.typing.NDArray[np.float32]":
    """Probabilities that give each `answer` so much and the rest to the other nine."""
    table = np.empty((len(rows), 10), np.float32)
    for line, (answer, probability) in zip(table, rows, strict=True):
        line[:] = (1 - probability) / 9
        line[answer] = probability
    return table


def test_the_calibration_error_of_an_example_worked_by_hand() -> None:
    probabilities = certain((1, 0.95), (2, 0.95), (3, 0.55), (4, 0.55))
    labels = np.array([1, 7, 3, 7], np.uint8)
    # Two bins of two: right 0.5 though sure 0.95, and right 0.5 though sure 0.55.
    expected = 0.5 * 0.45 + 0.5 * 0.05
    assert calibration_error(probabilities, labels) == pytest.approx(expected, abs=1e-6)


def test_being_certain_and_right_is_no_calibration_error() -> None:
    assert calibration_error(certain((1, 1.0), (2, 1.0)), np.array([1, 2], np.uint8)) == 0


def test_being_certain_and_wrong_is_nothing_but_calibration_error() -> None:
    assert calibration_error(certain((1, 1.0), (2, 1.0)), np.array([2, 1], np.uint8)) == 1


# --- what is shown ----------------------------------------------------------------------------


def test_the_report_shows_headline_digits_and_matrix() -> None:
    metrics = shipped("convolutional")
    report = test_set.report(metrics)
    lines = [line.split() for line in report.splitlines()]
    low, high = metrics["accuracy_interval"]
    accuracy = counted(metrics["accuracy"], 2)
    assert report.splitlines()[:2] == [
        f"convolutional: {metrics['errors']} of 10,000 wrong, {accuracy} right",
        f"The true rate is very likely {counted(low, 2)} to {counted(high, 2)}.",
    ]
    for digit, row in metrics["per_class"].items():
        figures = [f"{row[name]:.4f}" for name in ("precision", "recall", "f1-score")]
        assert [digit, *figures, str(int(row["support"]))] in lines
    assert len(metrics["per_class"]) == len(metrics["confusion_matrix"]) == 10
    for counts in metrics["confusion_matrix"]:
        assert [str(count) for count in counts] in lines
    assert max(len(line) for line in report.splitlines()) <= 80


def test_the_report_says_what_its_words_mean_with_the_figures_that_are_in_no_column() -> None:
    metrics = shipped("dense")
    report = test_set.report(metrics)
    error = f"calibration error {counted(metrics['expected_calibration_error'], 2)}"
    for word in ("precision", "recall", "F1", error, f"loss {metrics['loss']:.4f}"):
        assert report.count(f"\n{word}: ") == 1


def figures_of(matrix: "np.typing.NDArray[np.int64]") -> Metrics:
    """What a picture of a confusion matrix tells."""
    right, images = int(matrix.trace()), int(matrix.sum())
    return {
        "accuracy": right / images,
        "errors": images - right,
        "images": images,
        "confusion_matrix": matrix.tolist(),
    }


def drawn(folder: Path, matrix: "np.typing.NDArray[np.int64]") -> MatLike:
    test_set.draw_confusion(figures_of(matrix), folder / "confusion.png")
    picture = cv2.imread(str(folder / "confusion.png"))
    assert picture is not None
    return picture


def coloured(picture: MatLike) -> int:
    """How many pixels are neither white, grey nor black."""
    spread = picture.max(axis=2).astype(int) - picture.min(axis=2)
    return int((spread > 25).sum())


def test_the_confusion_picture_colours_the_errors_and_not_the_diagonal(tmp_path: Path) -> None:
    matrix = np.diag(np.full(10, 1000))
    without = drawn(tmp_path, matrix)
    matrix[3, 5] = 1
    matrix[9, 4] = 25
    with_errors = drawn(tmp_path, matrix)
    cell = without.shape[0] * without.shape[1] / 170
    assert coloured(without) == 0
    assert coloured(with_errors) > 1.5 * cell


def test_the_confusion_picture_has_true_digits_downwards_and_answers_across() -> None:
    matrix = np.diag(np.full(10, 1000))
    matrix[9, 4] = 25  # nines that were read as fours
    [axes] = test_set.confusion_figure(figures_of(matrix)).axes
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("true digit", "answer")
    [number] = [text for text in axes.texts if text.get_text() == "25"]
    column, row = number.get_position()
    assert (row, column) == (9, 4)
    [cells] = axes.images
    shown = np.ma.masked_array(cells.get_array())
    assert np.argwhere(~np.ma.getmaskarray(shown)).tolist() == [[9, 4]]
    assert axes.get_ylim() == (9.5, -0.5)  # the first row is the upper one


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("picture", ["confusion.png", "curves.png"])
def test_a_shipped_picture_is_of_a_size_for_a_phone(name: str, picture: str) -> None:
    path = TRAINED / name / picture
    image = cv2.imread(str(path))
    assert image is not None
    assert min(image.shape[:2]) >= 400
    assert max(image.shape[:2]) <= 1280
    assert path.stat().st_size < 300_000


def test_the_curves_of_a_single_epoch_are_drawn_too(tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text(
        "epoch,accuracy,loss,seconds,val_accuracy,val_loss\n0,0.9,0.3,5.0,0.95,0.2\n"
    )
    test_set.draw_curves(tmp_path)
    assert cv2.imread(str(tmp_path / "curves.png")) is not None


def test_what_is_saved_is_what_was_measured(tmp_path: Path) -> None:
    metrics = shipped("dense")
    test_set.save(tmp_path, metrics)
    assert json.loads((tmp_path / "metrics.json").read_text()) == metrics
    assert cv2.imread(str(tmp_path / "confusion.png")) is not None
