"""How many of the answers that people judged were right, and which digits were mixed up."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.alignment import aligned
from bot.storage.judgements import JudgedReading


class Tally(NamedTuple):
    """What was counted.

    Attributes:
        answers: that people judged.
        right: of these, the ones that were wholly right.
        digits: that stand in the photos of these answers.
        digits_right: of these, the ones that were read as what they are.
        confusion: (10, 10) int64, how often each digit (a row) was read as each (a column).
    """

    answers: int
    right: int
    digits: int
    digits_right: int
    confusion: NDArray[np.int64]


def tally(readings: Iterable[JudgedReading]) -> Tally:
    """Count answers and digits, both without a bias.

    An answer is judged as a whole, however that was said. Were a digit counted only where somebody
    has pressed it, a right answer would count with all of its digits, and a wrong one only with the
    wrong ones. So each answer counts with all: whoever corrects one digit is shown how the line is
    kept then, and so says that the rest is right.
    """
    answers, right, digits = 0, 0, 0
    confusion = np.zeros((10, 10), np.int64)
    for judged in readings:
        answers += 1
        right += judged.reading == judged.truth
        read, written = _digits(judged.reading), _digits(judged.truth)
        digits += len(written)
        for row, column in aligned(written, read):
            confusion[written[row], read[column]] += 1
    return Tally(answers, right, digits, int(confusion.trace()), confusion)


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character.isdecimal()]
