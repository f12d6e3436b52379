"""How well digits are told from what is none, by the figures that the field reports.

A score says how much an image looks like a digit, and a threshold on it refuses the others. AUROC
is the probability that a digit has a higher score than an outlier; FPR at 95 % TPR the share of the
outliers that a threshold lets pass which refuses 5 % of the digits (Hendrycks, Gimpel, 2017).
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Literal, NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from sklearn.metrics import roc_auc_score, roc_curve

from model.evaluation.test_set import BATCH, predict
from model.percentages import counted
from model.recognition.digit_network import Classifier, classifier_from, slanted
from model.recognition.trained_files import ModelError, TrainedFiles

Images = NDArray[np.uint8]
Scores = NDArray[np.floating]
# Images (n, 28, 28) uint8, ink 255 on 0 -> (n,), higher for digits.
Score = Callable[[Images], Scores]
Part = Literal["validation", "test"]

TRUE_POSITIVE_RATE = 0.95  # at which the field reports the false positive rate
# What another score has to gain on validation, of AUROC and of the false positive rate, before it
# is worth a second output of the network that serves; chosen, not measured.
CLEAR_GAIN = 0.005
HEAD = ("for", "outliers", "images", "score", "AUROC", "FPR")
COLUMNS = ("<10", "<22", ">6", "<15", ">6", ">6")  # how wide, and on which side the text is
MAX_PROBABILITY, ENERGY = "max-probability", "energy"


class Separation(NamedTuple):
    """AUROC, and FPR at 95 % TPR; both in 0..1."""

    auroc: float
    fpr: float


class Figures(NamedTuple):
    """How well a score tells digits from one set of outliers; the figures are in 0..1.

    Attributes:
        part: what they are for: to choose a score by, or to report.
        outliers: the name of the set.
        images: how many outliers it has.
        score: the name of the score.
        auroc: area under the receiver operating characteristic; 0.5 is chance.
        fpr: share of the outliers that pass where 95 % of the digits do.
    """

    part: Part
    outliers: str
    images: int
    score: str
    auroc: float
    fpr: float


def scores(files: TrainedFiles, folder: Path) -> dict[str, Score]:
    """Both scores, by name, of a network that serves; its logits are those of `model.keras`.

    Raises:
        ModelError: `folder` has no such file, or a broken one.
    """
    file = folder / "model.keras"
    try:
        network = keras.models.load_model(file)
    except (OSError, ValueError) as error:
        raise ModelError(f"{file} is missing or broken: run make train.") from error
    slants = files.metrics.get("slants", [0.0])
    return {
        MAX_PROBABILITY: max_probability(classifier_from(files)),
        ENERGY: energy(network, slants),
    }


def max_probability(classifier: Classifier) -> Score:
    """The probability of the likeliest digit, as it serves (Hendrycks, Gimpel, 2017)."""
    return lambda images: predict(classifier, images).max(axis=1)


def energy(network: keras.Model, slants: Sequence[float]) -> Score:
    """The negative free energy, log sum exp of the logits (Liu, Wang, Owens, Li, 2020).

    Args:
        network: (n, 28, 28) float32 0 to 1 in; its last layer is a dense one with a softmax.
        slants: of the views over which the score is averaged, as answers are when it serves.
    """
    last = network.layers[-1]
    features = keras.Model(network.inputs, last.input)
    weights, bias = last.get_weights()

    def score(images: Images) -> Scores:
        total = np.zeros(len(images))
        for slant in slants:
            view = slanted(images, slant)
            total += _energies(features, weights, bias, view)
        return np.asarray(total / len(slants))

    return score


def _energies(
    features: keras.Model, weights: NDArray[np.floating], bias: NDArray[np.floating], images: Images
) -> Scores:
    grey = images.astype(np.float32) / 255
    answers = features.predict(grey, batch_size=BATCH, verbose=0)
    logits = answers @ weights + bias
    return np.asarray(logsumexp(logits, axis=1))


def measure(
    part: Part, digits: Images, sets: Mapping[str, Images], by: Mapping[str, Score]
) -> list[Figures]:
    """Measure how well each score of `by` tells `digits` from each of the `sets` of outliers."""
    rows = []
    for name, score in by.items():
        of_digits = score(digits)
        for outliers, images in sets.items():
            found = separation(of_digits, score(images))
            rows.append(Figures(part, outliers, len(images), name, *found))
    return rows


def separation(digits: Scores, outliers: Scores) -> Separation:
    """Compare the scores (n,) of digits with those (m,) of outliers."""
    counts = [len(digits), len(outliers)]
    is_digit = np.repeat([True, False], counts)
    scores = np.concatenate([digits, outliers])
    auroc = roc_auc_score(is_digit, scores)
    false_rates, true_rates, _ = roc_curve(is_digit, scores, drop_intermediate=False)
    reached = true_rates >= TRUE_POSITIVE_RATE
    first = int(reached.argmax())
    return Separation(float(auroc), float(false_rates[first]))


def is_energy_better(rows: Sequence[Figures]) -> bool:
    """Whether energy is better on validation by `CLEAR_GAIN` or more, in both figures.

    Each figure counts as the mean over the sets.
    """
    served = _on_validation(rows, MAX_PROBABILITY)
    other = _on_validation(rows, ENERGY)
    more_area = other.auroc - served.auroc
    fewer_pass = served.fpr - other.fpr
    return min(more_area, fewer_pass) >= CLEAR_GAIN


def _on_validation(rows: Sequence[Figures], score: str) -> Separation:
    """The mean figures of a score over the validation sets."""
    own = [row for row in rows if row.part == "validation" and row.score == score]
    auroc = fmean(row.auroc for row in own)
    fpr = fmean(row.fpr for row in own)
    return Separation(auroc, fpr)


def report(rows: Sequence[Figures]) -> str:
    """The figures as a table for a terminal, what they mean, and which score is better."""
    lines = [_line(HEAD)]
    for row in rows:
        auroc = f"{row.auroc:.4f}"
        fpr = counted(row.fpr)
        cells = [row.part, row.outliers, str(row.images), row.score, auroc, fpr]
        lines.append(_line(cells))
    clearly = "clearly" if is_energy_better(rows) else "not clearly"
    lines += [
        "AUROC: how probably a digit has a higher score than an outlier.",
        "FPR: the share of the outliers that pass where 95 % of the digits do.",
        f"On validation, energy is {clearly} better; the bot refuses by max-probability.",
    ]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    aligned = map(format, cells, COLUMNS)
    return "  ".join(aligned)
