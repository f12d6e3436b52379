"""Measure a trained network on the test set, by the file that serves, and draw what was found."""

import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import classification_report, confusion_matrix, log_loss

from model.mnist import Part
from model.recognition.digit_network import Classifier

BATCH = 500
CALIBRATION_BINS = 15
LIBRARIES = ("tensorflow", "keras", "ai-edge-litert", "numpy", "scikit-learn")

Metrics = dict[str, Any]


def measure(folder: Path, test: Part, slants: Sequence[float] = (0.0,)) -> Metrics:
    """Run `folder/model.tflite` over `test` as it serves; what was found, ready for JSON."""
    content = (folder / "model.tflite").read_bytes()
    probabilities = predict(Classifier(content, slants), test.images).astype(np.float64)
    probabilities /= probabilities.sum(axis=1, keepdims=True)  # to more digits than float32 has
    answers = probabilities.argmax(axis=1)
    right = int((answers == test.labels).sum())
    interval = binomtest(right, len(answers)).proportion_ci(method="wilson")
    report = classification_report(test.labels, answers, output_dict=True)
    return {
        "accuracy": right / len(answers),
        "accuracy_interval": [float(interval.low), float(interval.high)],
        "loss": float(log_loss(test.labels, probabilities, labels=range(10))),
        "errors": len(answers) - right,
        "images": len(answers),
        "expected_calibration_error": calibration_error(probabilities, test.labels),
        "per_class": {str(digit): report[str(digit)] for digit in range(10)},
        "confusion_matrix": confusion_matrix(test.labels, answers).tolist(),
        "tflite_sha256": hashlib.sha256(content).hexdigest(),
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES},
    }


def predict(classifier: Classifier, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Classify any number of images (n, 28, 28) uint8: (n, 10) float32."""
    starts = range(0, len(images), BATCH)
    return np.concatenate([classifier(images[start : start + BATCH]) for start in starts])


def calibration_error(probabilities: NDArray[np.floating], labels: NDArray[np.uint8]) -> float:
    """Expected calibration error of the likeliest class."""
    right = probabilities.argmax(axis=1) == labels
    return confidence_error(probabilities.max(axis=1).astype(np.float64), right)


def confidence_error(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error of (n,) answers in 0..1, 15 equal bins (Guo et al., 2017)."""
    bins = np.minimum((confidences * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, weights=right - confidences, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(right))


def report(metrics: Metrics) -> str:
    """The classification report and confusion matrix as text for a terminal."""
    low, high = metrics["accuracy_interval"]
    lines = [
        f"{metrics['network']}: {metrics['accuracy']:.2%} right ({low:.2%} to {high:.2%})",
        f"{metrics['errors']} errors in {metrics['images']}, loss {metrics['loss']:.4f}",
        f"expected calibration error {metrics['expected_calibration_error']:.2%}",
        "",
        "digit  precision  recall      F1  images",
    ]
    lines += [
        f"{digit:>5}{row['precision']:>11.4f}{row['recall']:>8.4f}{row['f1-score']:>8.4f}"
        f"{row['support']:>8.0f}"
        for digit, row in metrics["per_class"].items()
    ]
    lines += ["", "rows: true digit, columns: answer"]
    lines += ["".join(f"{count:>6}" for count in row) for row in metrics["confusion_matrix"]]
    return "\n".join(lines)


def save(folder: Path, metrics: Metrics) -> None:
    """Write `metrics.json`, and `confusion.png` of it."""
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    draw_confusion(metrics, folder / "confusion.png")


def draw_confusion(metrics: Metrics, path: Path) -> None:
    """Draw the confusion matrix for a phone's screen; only errors are coloured."""
    counts = np.array(metrics["confusion_matrix"])
    errors = np.ma.masked_equal(counts * (1 - np.eye(10, dtype=int)), 0)
    figure = Figure(figsize=(7.2, 7.6), dpi=150, layout="constrained")
    axes = figure.subplots()
    # Logarithmic: a class mistaken 2 times must show beside one mistaken 20 times.
    axes.imshow(errors, cmap="YlOrRd", norm=LogNorm(1, max(10, errors.max())))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            weight = "bold" if row == column else "normal"
            colour = "0.45" if row == column else "white" if count > 7 else "black"
            axes.text(
                column, row, count, ha="center", va="center", size=14, weight=weight, color=colour
            )
    axes.set_xticks(range(10), labels="0123456789", size=15)
    axes.set_yticks(range(10), labels="0123456789", size=15)
    axes.set_xticks(np.arange(-0.5, 10), minor=True)
    axes.set_yticks(np.arange(-0.5, 10), minor=True)
    axes.grid(which="minor", color="0.88")
    axes.tick_params(which="both", length=0)
    axes.set_xlabel("answer", size=15)
    axes.set_ylabel("true digit", size=15)
    axes.set_title(
        f"{metrics['accuracy']:.2%} of {metrics['images']:,} test images right\n"
        f"{metrics['errors']} errors, coloured",
        size=16,
    )
    figure.savefig(path)


def draw_curves(folder: Path) -> None:
    """Draw `history.csv`'s loss and accuracy over the epochs as `curves.png`."""
    history = np.atleast_1d(np.genfromtxt(folder / "history.csv", delimiter=",", names=True))
    figure = Figure(figsize=(9, 4), dpi=120, layout="constrained")
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        axes.plot(history["epoch"] + 1, history[name], label="training")
        axes.plot(history["epoch"] + 1, history[f"val_{name}"], label="validation")
        axes.set(xlabel="epoch", ylabel=name)
        axes.grid(color="0.9")
        axes.legend()
    figure.savefig(folder / "curves.png")
