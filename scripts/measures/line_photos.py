"""Photos of lines to measure with: MNIST digits by one hand each, on the page styles in turn."""

import itertools
from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from measures.sample_photos import ROW, SIZE, Labelled, jpeg
from model.mnist import Part
from model.synthesis.glyphs.exemplars import Exemplars
from model.synthesis.glyphs.hands import MnistHand
from model.synthesis.number_pages import label_of, photograph_text
from model.synthesis.strings import digits
from model.synthesis.styles import Style

LINES, NUMBERS = 10, 5  # of a page, and of each of its lines: 50 numbers
LENGTHS = (2, 5)  # digits of each number, the upper bound exclusive


def rendered(part: Part, count: int, write: Callable[[Generator], str]) -> Labelled:
    """Render `count` JPEG photos of what `write` makes up, in digits of `part`."""
    rng = np.random.default_rng(0)
    exemplars = Exemplars(part)
    photos = []
    for style in itertools.islice(itertools.cycle(Style), count):
        text = write(rng)
        hand = MnistHand(exemplars, rng)
        photo = photograph_text(text, hand, style, SIZE, rng)
        photos.append((jpeg(photo), label_of(text)))
    return photos


def row(rng: Generator) -> str:
    """Ten digits."""
    return digits(len(ROW), rng)


def page(rng: Generator) -> str:
    """Fifty numbers of two to four digits, five a line."""
    lines = [_line(rng) for _ in range(LINES)]
    return "\n".join(lines)


def _line(rng: Generator) -> str:
    lengths = rng.integers(*LENGTHS, size=NUMBERS).tolist()
    return " ".join(digits(length, rng) for length in lengths)
