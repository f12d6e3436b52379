"""Fit how much the line network and the digit network count, on rendered validation pages."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from model.boxes import Box
from model.evaluation.line_figures import written_at
from model.evaluation.line_pages import segment
from model.recognition.character_set import CHARACTERS, DIGITS
from model.recognition.digit_network import Classifier
from model.recognition.fusion import (
    Fusion,
    Opinions,
    digit_features,
    other_features,
)
from model.recognition.line_reading import LineReader
from model.synthesis.text_pages import TextPage

# Weights of the digit network that are tried; 1 is that of the line network.
DIGIT_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2)
NOTHING = -1  # the index of what is not there
PENALTY = 10.0  # the inverse of scikit-learn's: weak, as there are thousands of characters


class Judged(NamedTuple):
    """What both networks say of all that was found on some pages, and what it is.

    `truths` (n,) are indices in `CHARACTERS`, or `NOTHING` where nothing is written.
    """

    opinions: Opinions
    truths: NDArray[np.intp]


def judge(reader: LineReader, classifier: Classifier, pages: Iterable[TextPage]) -> Judged:
    """Read `pages` with both networks, and compare with what is written on them.

    Args:
        reader: has the line network; its fusion does not matter.
        classifier: the digit network.
        pages: at least one, on which there is ink.
    """
    found: list[Opinions] = []
    truths: list[int] = []
    for page in pages:
        segmented = segment(page, classifier)
        if not segmented:
            continue
        components, candidates, digit_height = segmented
        characters = reader.find(components, digit_height)
        opinions = reader.opinions(components, candidates, characters)
        found.append(opinions)
        truths += [_truth(box, page) for box in opinions.boxes]
    return Judged(_joined(found), np.array(truths, np.intp))


def _truth(box: Box, page: TextPage) -> int:
    index = written_at(box, page.boxes)
    return NOTHING if index is None else CHARACTERS.index(page.symbols[index])


def _joined(parts: Sequence[Opinions]) -> Opinions:
    boxes = [box for part in parts for box in part.boxes]
    _, *fields = zip(*parts, strict=True)
    arrays = [np.concatenate(field) for field in fields]
    return Opinions(boxes, *arrays)


def fit_fusion(judged: Judged) -> Fusion:
    """The fusion by which most characters of `judged` are right, and as sure as they are right."""
    opinions = judged.opinions
    rights = [np.count_nonzero(_are_right(weight, judged)) for weight in DIGIT_WEIGHTS]
    weight = DIGIT_WEIGHTS[rights.index(max(rights))]
    right = _are_right(weight, judged)
    symbols = _symbols(weight, opinions)
    is_digit = symbols < len(DIGITS)
    of_digits = digit_features(opinions, symbols)
    of_others = other_features(opinions, symbols)
    return Fusion(
        weight,
        _coefficients(of_digits[is_digit], right[is_digit]),
        _coefficients(of_others[~is_digit], right[~is_digit]),
    )


def _are_right(weight: float, judged: Judged) -> NDArray[np.bool_]:
    """Which characters (n,) are right if the digit network counts with such a weight."""
    symbols = _symbols(weight, judged.opinions)
    return np.asarray(symbols == judged.truths)


def _symbols(weight: float, opinions: Opinions) -> NDArray[np.intp]:
    """The likeliest characters (n,) then."""
    scores = Fusion(weight, [], []).scores(opinions)
    return np.asarray(scores.argmax(axis=1))


def _coefficients(features: NDArray[np.float64], right: NDArray[np.bool_]) -> list[float]:
    """Those of a logistic regression (n, k) -> n; the first feature is the constant.

    It is fitted as if a right answer and a wrong one had been seen before (Laplace), of which
    nothing else was known: so there are both.
    """
    unknown = np.zeros((2, features.shape[1]))
    unknown[:, 0] = 1
    seen = np.concatenate([features, unknown])
    answers = np.concatenate([right, [True, False]])
    regression = LogisticRegression(fit_intercept=False, C=PENALTY, max_iter=1000)
    regression.fit(seen, answers)
    [coefficients] = regression.coef_.tolist()
    return [round(value, 4) for value in coefficients]
