"""Measure a trained network on the test set, by the file that serves, and draw the results."""

import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import classification_report, confusion_matrix, log_loss

from model.mnist import Part
from model.percentages import counted
from model.recognition.digit_network import Classifier
from model.recognition.trained_files import read_metrics

BATCH = 500  # images; any number that fits in memory gives the same
CALIBRATION_BINS = 15  # as Guo et al. (2017) have
LIBRARIES = ("tensorflow", "keras", "ai-edge-litert", "numpy", "scikit-learn")
MANY = 7  # errors: a cell with more is so dark that white is easier to read on it; by eye

Metrics = dict[str, Any]


def measure(folder: Path, test: Part, slants: Sequence[float] = (0.0,)) -> Metrics:
    """Run `folder/model.tflite` over `test` as it serves.

    Returns:
        Figures that JSON can hold: shares in 0..1, counts, and the hash of the file.

    Raises:
        OSError: there is no such file.
    """
    content = (folder / "model.tflite").read_bytes()
    classifier = Classifier(content, slants)
    probabilities = predict(classifier, test.images).astype(np.float64)
    probabilities /= probabilities.sum(axis=1, keepdims=True)  # to more digits than float32 has
    answers = probabilities.argmax(axis=1)
    right = int((answers == test.labels).sum())
    report = classification_report(test.labels, answers, output_dict=True)
    return {
        "accuracy": right / len(answers),
        "accuracy_interval": share_interval(right, len(answers)),
        "loss": float(log_loss(test.labels, probabilities, labels=range(10))),
        "errors": len(answers) - right,
        "images": len(answers),
        "expected_calibration_error": calibration_error(probabilities, test.labels),
        "per_class": {str(digit): report[str(digit)] for digit in range(10)},
        "confusion_matrix": confusion_matrix(test.labels, answers).tolist(),
    } | provenance(content)


def evaluate(folder: Path, test: Part) -> Metrics:
    """Measure the network in `folder` on `test`, after it is trained.

    Returns:
        What training left in `metrics.json`, and the figures of `measure`.

    Raises:
        ModelError: there is no `metrics.json`.
        OSError: there is no `model.tflite`.
    """
    metrics = read_metrics(folder)
    slants = metrics.get("slants", [0.0])
    return metrics | measure(folder, test, slants)


def share_interval(right: int, count: int) -> list[float]:
    """Wilson's interval, 95 %, of the share of `right` ones among `count`: its two ends."""
    interval = binomtest(right, count).proportion_ci(method="wilson")
    return [float(interval.low), float(interval.high)]


def provenance(content: bytes) -> Metrics:
    """By what a model was made: the hash of its .tflite file's content, and versions."""
    return {
        "tflite_sha256": hashlib.sha256(content).hexdigest(),
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES},
    }


def predict(classifier: Classifier, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Classify at least one image (n, 28, 28) uint8, ink 255 on 0: (n, 10) float32."""
    answers = []
    for start in range(0, len(images), BATCH):
        batch = images[start : start + BATCH]
        answers.append(classifier(batch))
    return np.concatenate(answers)


def calibration_error(probabilities: NDArray[np.floating], labels: NDArray[np.uint8]) -> float:
    """Expected calibration error of the likeliest class, 0..1, of `probabilities` (n, 10)."""
    confidences = probabilities.max(axis=1)
    answers = probabilities.argmax(axis=1)
    right = answers == labels
    return confidence_error(confidences.astype(np.float64), right)


def confidence_error(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error (Guo et al., 2017), 0..1.

    Args:
        confidences: (n,) in 0..1, sorted into `CALIBRATION_BINS` equal bins.
        right: (n,), whether each answer is.
    """
    bins = (confidences * CALIBRATION_BINS).astype(int)
    bins = np.minimum(bins, CALIBRATION_BINS - 1)  # where 1.0 belongs, too
    excess = right - confidences
    gaps = np.bincount(bins, weights=excess, minlength=CALIBRATION_BINS)
    total = np.abs(gaps).sum()
    return float(total / len(right))


def report(metrics: Metrics) -> str:
    """The classification report and confusion matrix as text for a terminal."""
    low, high = metrics["accuracy_interval"]
    wrong = f"{metrics['errors']:,} of {metrics['images']:,} wrong"
    lines = [
        f"{metrics['network']}: {wrong}, {counted(metrics['accuracy'], 2)} right",
        f"The true rate is very likely {counted(low, 2)} to {counted(high, 2)}.",
        "",
        "digit  precision  recall      F1  images",
    ]
    for digit, row in metrics["per_class"].items():
        precision = row["precision"]
        recall = row["recall"]
        f1 = row["f1-score"]
        images = row["support"]
        lines.append(f"{digit:>5}{precision:>11.4f}{recall:>8.4f}{f1:>8.4f}{images:>8.0f}")
    lines += ["", *_words(metrics), "", "rows: true digit, columns: answer"]
    for row in metrics["confusion_matrix"]:
        lines.append("".join(f"{count:>6}" for count in row))
    return "\n".join(lines)


def _words(metrics: Metrics) -> list[str]:
    """What the report's words mean, a line each."""
    error = counted(metrics["expected_calibration_error"], 2)
    return [
        'precision: of the answers "7", the share that are a 7',
        'recall: of all 7s, the share that are answered "7"',
        "F1: both in one, their harmonic mean",
        f"calibration error {error}: how far probabilities are from the share right",
        f"loss {metrics['loss']:.4f}: 0 if each true digit had probability 1, else more",
    ]


def save(folder: Path, metrics: Metrics) -> None:
    """Write `metrics.json` and `confusion.png` into `folder`.

    Raises:
        OSError: a file cannot be written.
    """
    save_metrics(folder, metrics)
    draw_confusion(metrics, folder / "confusion.png")


def save_metrics(folder: Path, metrics: Metrics) -> None:
    """Write `metrics.json` into `folder`.

    Raises:
        OSError: it cannot be written.
    """
    content = json.dumps(metrics, indent=1)
    (folder / "metrics.json").write_text(f"{content}\n")


def draw_confusion(metrics: Metrics, path: Path) -> None:
    """Draw the confusion matrix for a phone's screen into the picture file `path`.

    Raises:
        OSError: it cannot be written.
    """
    confusion_figure(metrics).savefig(path)


def confusion_figure(metrics: Metrics) -> Figure:
    """The confusion matrix: a row for each true digit, a column for each answer, errors coloured.

    `metrics` need the `confusion_matrix` and the figures of the title, as `measure` gives them.
    """
    counts = np.array(metrics["confusion_matrix"])
    off_diagonal = counts * (1 - np.eye(10, dtype=int))
    errors = np.ma.masked_equal(off_diagonal, 0)
    figure = Figure(figsize=(7.2, 7.6), dpi=150, layout="constrained")
    axes = figure.subplots()
    # Logarithmic: a class mistaken 2 times must show beside one mistaken 20 times.
    scale = LogNorm(1, max(10, errors.max()))
    axes.imshow(errors, cmap="YlOrRd", norm=scale)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            _write_count(axes, row, column, count)
    _label_cells(axes)
    axes.set_title(
        f"{counted(metrics['accuracy'], 2)} of {metrics['images']:,} test images right\n"
        f"{metrics['errors']} errors, coloured",
        size=16,
    )
    return figure


def _write_count(axes: Axes, row: int, column: int, count: int) -> None:
    weight, colour = "normal", "black"
    if row == column:
        weight, colour = "bold", "0.45"
    elif count > MANY:
        colour = "white"
    text = axes.text(column, row, str(count), size=14, weight=weight, color=colour)
    text.set_horizontalalignment("center")
    text.set_verticalalignment("center")


def _label_cells(axes: Axes) -> None:
    """Digits along both axes, and lines between the cells."""
    axes.set_xticks(range(10), labels="0123456789", size=15)
    axes.set_yticks(range(10), labels="0123456789", size=15)
    edges = np.arange(-0.5, 10)
    axes.set_xticks(edges, minor=True)
    axes.set_yticks(edges, minor=True)
    axes.grid(which="minor", color="0.88")
    axes.tick_params(which="both", length=0)
    axes.set_xlabel("answer", size=15)
    axes.set_ylabel("true digit", size=15)


def draw_curves(folder: Path) -> None:
    """Draw `history.csv`'s loss and accuracy over the epochs as `curves.png`, both in `folder`."""
    history = np.genfromtxt(folder / "history.csv", delimiter=",", names=True)
    history = np.atleast_1d(history)  # of a single epoch, too
    epochs = history["epoch"] + 1
    figure = Figure(figsize=(9, 4), dpi=120, layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, name in ((left, "loss"), (right, "accuracy")):
        axes.plot(epochs, history[name], label="training")
        axes.plot(epochs, history[f"val_{name}"], label="validation")
        axes.set(xlabel="epoch", ylabel=name)
        axes.grid(color="0.9")
        axes.legend()
    figure.savefig(folder / "curves.png")
