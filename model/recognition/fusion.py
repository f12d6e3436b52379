"""Two networks' opinions of the same characters -> one answer, as sure as it is apt to be right.

The line network sees a character among its neighbours, the digit network sees it alone and
normalized. They make different mistakes: where they agree they are nearly always right, and where
they do not, the answer is doubtful.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.character_set import CHARACTERS, DIGITS, UNKNOWN

Numbers = NDArray[np.float32]

# The least probability: its logarithm, or its log-odds, is not allowed to decide everything.
LEAST = 1e-4
# The same for the doubt that something is a digit; letters that look like digits are no rarity.
LEAST_DOUBT, MOST_DOUBT = 0.02, 0.9


class Opinions(NamedTuple):
    """What is known of n characters of a photo.

    Attributes:
        boxes: where they are, in pixels of the photo as it was sent.
        middles: (n,) how sure the line network is that there is a character, 0 to 1.
        line: (n, 22) its probabilities of `character_set.CHARACTERS`.
        digit: (n, 10) the digit network's probabilities.
        matched: (n,) whether the segmentation made a candidate of the same ink.
        crops: (n, 28, 28) uint8, what the digit network got.
    """

    boxes: list[Box]
    middles: Numbers
    line: Numbers
    digit: Numbers
    matched: NDArray[np.bool_]
    crops: NDArray[np.uint8]


class ReadCharacter(NamedTuple):
    """A character in a line.

    Attributes:
        box: where it is, in pixels of the photo as it was sent.
        symbol: the likeliest of `character_set.CHARACTERS`.
        certainty: how probable it is that this is right, 0 to 1.
        presence: how sure it is that there is a character, whichever, 0 to 1.
        probabilities: (10,) float32 of the digits, they sum to 1; of no meaning for a mark.
        crop: (28, 28) uint8, ink 255 on 0, what the digit network got.
    """

    box: Box
    symbol: str
    certainty: float
    presence: float
    probabilities: Numbers
    crop: NDArray[np.uint8]

    @property
    def is_digit(self) -> bool:
        """Whether it is one of the ten digits."""
        return self.symbol in DIGITS


class Fusion(NamedTuple):
    """How much each opinion counts; `model.training.fusion_fitting` finds the numbers.

    Attributes:
        digit_weight: how much the digit network's logarithms count beside the line network's.
        digit: coefficients of `digit_features`, whose sum is the log-odds that a digit is right.
        other: the same of `other_features`, for marks and what is unknown.
    """

    digit_weight: float
    digit: list[float]
    other: list[float]

    @classmethod
    def from_metrics(cls, metrics: dict[str, Any]) -> "Fusion":
        """The fusion that was fitted for a line network, in its `metrics.json`.

        Raises:
            KeyError: the metrics hold none.
        """
        return cls(**metrics["fusion"])

    def fuse(self, opinions: Opinions) -> list[ReadCharacter]:
        """The likeliest character for each place, and how probable it is that it is right."""
        if not opinions.boxes:
            return []
        scores = self.scores(opinions)
        symbols = scores.argmax(axis=1)
        certainties = self._certainties(opinions, symbols)
        digit_scores = scores[:, : len(DIGITS)]
        probabilities = _digit_probabilities(digit_scores, certainties)
        return [
            ReadCharacter(
                opinions.boxes[index],
                CHARACTERS[symbol],
                float(certainties[index]),
                float(opinions.middles[index]),
                probabilities[index],
                opinions.crops[index],
            )
            for index, symbol in enumerate(symbols.tolist())
        ]

    def scores(self, opinions: Opinions) -> NDArray[np.float64]:
        """How much speaks for each of `CHARACTERS` (n, 22), as logarithms."""
        scores = _logarithm(opinions.line)
        own = scores[:, : len(DIGITS)]
        fused = own + self.digit_weight * _logarithm(opinions.digit)
        # The digit network tells digits from each other and from what is none, not from marks: in
        # all they keep what the line network gives them, less the digit network's doubt.
        own_total = _logarithm_of_sum(own)
        fused_total = _logarithm_of_sum(fused)
        doubt = _doubt(opinions)
        belief = self.digit_weight * np.log1p(-doubt)
        fused += own_total - fused_total + belief[:, np.newaxis]
        scores[:, : len(DIGITS)] = fused
        scores[:, CHARACTERS.index(UNKNOWN)] += self.digit_weight * np.log(doubt)
        return scores

    def _certainties(self, opinions: Opinions, symbols: NDArray[np.intp]) -> NDArray[np.float64]:
        """How probable it is that each of `symbols` (n,) is right."""
        of_digits = digit_features(opinions, symbols)
        of_others = other_features(opinions, symbols)
        is_digit = symbols < len(DIGITS)
        log_odds = np.where(
            is_digit,
            of_digits @ np.array(self.digit),
            of_others @ np.array(self.other),
        )
        doubt = np.exp(-log_odds)
        return np.asarray(1 / (1 + doubt))


def digit_features(opinions: Opinions, symbols: NDArray[np.intp]) -> NDArray[np.float64]:
    """What tells how sure it is that the digits `symbols` (n,) are right.

    Returns:
        (n, 6): 1, the log-odds of the middle, both networks' logarithms of the digit, whether it
        is the digit network's likeliest, and whether the segmentation made a candidate of it. Of
        no meaning where the symbol is no digit.
    """
    rows = np.arange(len(symbols))
    digits = np.minimum(symbols, len(DIGITS) - 1)
    features = [
        np.ones(len(symbols)),
        _log_odds(opinions.middles),
        _logarithm(opinions.line[rows, digits]),
        _logarithm(opinions.digit[rows, digits]),
        opinions.digit.argmax(axis=1) == digits,
        opinions.matched,
    ]
    return np.stack(features, axis=1, dtype=np.float64)


def other_features(opinions: Opinions, symbols: NDArray[np.intp]) -> NDArray[np.float64]:
    """What tells how sure it is that marks and unknown characters `symbols` (n,) are right.

    Returns:
        (n, 4): 1, the log-odds of the middle, the line network's logarithm of the symbol, that of
        the digit network's doubt that it is a digit.
    """
    rows = np.arange(len(symbols))
    features = [
        np.ones(len(symbols)),
        _log_odds(opinions.middles),
        _logarithm(opinions.line[rows, symbols]),
        np.log(_doubt(opinions)),
    ]
    return np.stack(features, axis=1)


def _doubt(opinions: Opinions) -> NDArray[np.float64]:
    """How much the digit network doubts (n,) that there is a digit: it learnt to be unsure then."""
    likeliest = opinions.digit.max(axis=1).astype(np.float64)
    return np.asarray(np.clip(1 - likeliest, LEAST_DOUBT, MOST_DOUBT))


def _digit_probabilities(scores: NDArray[np.float64], certainties: NDArray[np.float64]) -> Numbers:
    """Ten probabilities for each place, of which the likeliest digit's is the greatest.

    Args:
        scores: (n, 10), logarithms.
        certainties: (n,), what the likeliest digits get, but at least a tenth.

    Returns:
        (n, 10), rows sum to 1. What a certainty leaves over goes to the other digits by their
        scores, but to none of them more than to the likeliest.
    """
    likeliest = scores.argmax(axis=1)[:, np.newaxis]
    highest = scores.max(axis=1, keepdims=True)
    weights = np.exp(scores - highest) + LEAST
    np.put_along_axis(weights, likeliest, 0, axis=1)
    total = weights.sum(axis=1, keepdims=True)
    least = 1 / len(DIGITS)
    greatest = np.maximum(certainties[:, np.newaxis], least)
    left_over = 1 - greatest
    others = left_over * weights / total
    even = left_over / (len(DIGITS) - 1)
    probabilities = _levelled(others, even, greatest)
    np.put_along_axis(probabilities, likeliest, greatest, axis=1)
    return np.asarray(probabilities, np.float32)


def _levelled(
    values: NDArray[np.float64], level: NDArray[np.float64], most: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Values (n, 10) drawn to a `level` (n, 1) until none is above `most` (n, 1)."""
    departure = values - level
    highest = departure.max(axis=1, keepdims=True)
    room = most - level
    factor = room / np.maximum(highest, LEAST)
    factor = np.minimum(factor, 1)
    return np.asarray(level + factor * departure)


def _logarithm_of_sum(logarithms: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each row (n, k) the logarithm (n, 1) of the sum of what these are the logarithms of."""
    return np.asarray(np.logaddexp.reduce(logarithms, axis=1, keepdims=True))


def _logarithm(probabilities: Numbers) -> NDArray[np.float64]:
    least = np.maximum(probabilities, LEAST)
    return np.log(least, dtype=np.float64)


def _log_odds(probabilities: Numbers) -> NDArray[np.float64]:
    limited = np.clip(probabilities, LEAST, 1 - LEAST)
    limited = limited.astype(np.float64)
    odds = limited / (1 - limited)
    return np.asarray(np.log(odds))
