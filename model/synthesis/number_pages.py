"""Photos of numbers as people send them, with their labels, to measure a reader with."""

import re
from collections.abc import Callable

from cv2.typing import MatLike
from numpy.random import Generator

from model.synthesis.geometry import Size
from model.synthesis.glyphs.hands import Hand
from model.synthesis.pages import photograph
from model.synthesis.strings import (
    calculation,
    clock_time,
    date,
    decimal,
    digits,
    several_numbers,
    short_number,
)
from model.synthesis.styles import SETTINGS, Style
from model.synthesis.text_habits import Habits, sample_habits
from model.synthesis.text_layout import fit_photo, place
from model.synthesis.text_pages import aspects, write_character

LENGTHS = (2, 13)  # digits of a number, the upper bound exclusive
LONGEST_NEGATIVE = 4  # digits
LONGEST_IN_ROWS = 8  # digits

BREAK = "|"  # in a label, between rows and between numbers that stand apart
IN_LABELS = str.maketrans({"\n": BREAK, "×": "x", "÷": ":"})


def number(rng: Generator) -> str:
    """Two to twelve digits."""
    count = int(rng.integers(*LENGTHS))
    return digits(count, rng)


def negative(rng: Generator) -> str:
    """A number with a minus sign before it."""
    return "-" + short_number(LONGEST_NEGATIVE, rng)


def two_rows(rng: Generator) -> str:
    """A number above another one."""
    upper = short_number(LONGEST_IN_ROWS, rng)
    lower = short_number(LONGEST_IN_ROWS, rng)
    return f"{upper}\n{lower}"


# What is written, by kind: lines with a line feed between them, numbers with a space between them.
KINDS: dict[str, Callable[[Generator], str]] = {
    "number": number,
    "negative": negative,
    "decimal": decimal,
    "date": date,
    "time": clock_time,
    "sum": calculation,
    "several": several_numbers,
    "two-rows": two_rows,
}


def label_of(text: str) -> str:
    """How `labels.csv` writes a text: `|` between rows and between numbers that stand apart.

    Marks stand as they are written, but for `x` that means × and `:` that means ÷. A space beside a
    mark parts no numbers.
    """
    parted = re.sub(r"(?<=\d) (?=\d)", BREAK, text)
    return parted.replace(" ", "").translate(IN_LABELS)


def photograph_text(text: str, hand: Hand, style: Style, size: Size, rng: Generator) -> MatLike:
    """Write a text somewhere on a page, and photograph that.

    Args:
        text: digits and marks, with line feeds between lines and spaces between numbers.
        hand: whose.
        style: what it is written on.
        size: the photo's width and height.
        rng: decides all that is left open; digits are at least 12 pixels high if there is room.

    Returns:
        (h, w, 3) uint8 BGR.
    """
    lines = text.split("\n")
    characters = "".join(text.split())
    glyphs = [write_character(character, hand, rng) for character in characters]
    habits = _habits(style, rng)
    placed = place(lines, aspects(glyphs), habits, rng)
    placed, digit_height = fit_photo(placed, size, rng)
    page = photograph(glyphs, placed.layout, style, size, rng, digit_height=digit_height)
    return page.photo


def _habits(style: Style, rng: Generator) -> Habits:
    """How somebody sets lines; whoever writes into printed boxes does not leave them."""
    boxed = SETTINGS[style].boxed
    habits = sample_habits(boxed=boxed, rng=rng)
    if not boxed:
        return habits
    return habits._replace(climb=0.0, bend=0.0, indented=False)
