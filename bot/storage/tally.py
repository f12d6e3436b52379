"""How many of the answers that people judged were right, and which digits were mixed up."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.alignment import aligned
from bot.storage.judgements import JudgedReading


class Tally(NamedTuple):
    """What was counted.

    Attributes:
        answers: that people judged.
        right: of these, the ones that were wholly right.
        digits: that stand in the photos of these answers.
        digits_right: of these, the ones that were read as what they are.
        confusion: 10 rows of 10, how often each digit (a row) was read as each (a column).
    """

    answers: int
    right: int
    digits: int
    digits_right: int
    confusion: Sequence[Sequence[int]]


def tally(readings: Iterable[JudgedReading]) -> Tally:
    """Count answers and digits, both without a bias.

    An answer is judged as a whole, however that was said. Were a digit counted only where somebody
    has pressed it, a right answer would count with all of its digits, and a wrong one only with the
    wrong ones. So each answer counts with all: whoever corrects one digit is shown how the line is
    kept then, and so says that the rest is right.
    """
    answers, right, digits = 0, 0, 0
    confusion = [[0] * 10 for _ in range(10)]
    for judged in readings:
        answers += 1
        right += judged.reading == judged.truth
        read, written = _digits(judged.reading), _digits(judged.truth)
        digits += len(written)
        for row, column in aligned(written, read):
            confusion[written[row]][read[column]] += 1
    digits_right = sum(row[digit] for digit, row in enumerate(confusion))
    return Tally(answers, right, digits, digits_right, confusion)


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character.isdecimal()]
