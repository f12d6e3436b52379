"""Readings made by hand."""

import numpy as np
from numpy.typing import NDArray

from model.reader import Box, Character, Digit, Line, Mark, Number, Reading, Refusal

SOMEWHERE = Box(0, 0, 1, 1)
BLANK = bytes(28 * 28)  # a crop


def certain(value: int, probability: float = 1.0, box: Box = SOMEWHERE) -> Digit:
    """A digit read as `value` with this probability."""
    other = (1 - probability) / 9
    probabilities = (probability if each == value else other for each in range(10))
    return Digit(box, BLANK, tuple(probabilities))


def written(text: str) -> Reading:
    """What stands in `text`: lines, numbers apart by spaces, digits that are certain, and marks."""
    lines = []
    for line in text.split("\n"):
        numbers = [Number(tuple(map(character, number))) for number in line.split(" ")]
        lines.append(Line(tuple(numbers)))
    return Reading(tuple(lines))


def character(text: str) -> Character:
    """A digit that is certain, or a mark."""
    return certain(int(text)) if text.isdecimal() else Mark(SOMEWHERE, text)


def in_a_line(*characters: Character, refused: Refusal | None = None) -> Reading:
    """These characters as one number; of none, a reading without lines."""
    number = Number(characters)
    return Reading((Line((number,)),) if characters else (), refused)


def crop_of(digit: Digit) -> NDArray[np.uint8]:
    """What the network got: (28, 28), ink 255 on 0."""
    return np.frombuffer(digit.crop, np.uint8).reshape(28, 28)


def digits_in(reading: Reading) -> str:
    """The digits alone, whatever is between them."""
    return "".join(digit.text for digit in reading.digits)
