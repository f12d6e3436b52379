"""Digits that MNIST lacks: hands from outside the US, and print.

MNIST's writers were US census workers and students: hardly any of their ones has an upstroke.
"""

import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator

from model.mnist import ONE_OR_SEVEN
from model.synthesis.glyphs import fonts, handwriting
from model.synthesis.glyphs.distortion import distort
from model.synthesis.glyphs.handwriting import GLYPH_SIDE, Points
from model.synthesis.glyphs.stroke_templates import DIGITS, ONES_OR_SEVENS
from model.synthesis.sampling import pick

DOUBTFUL = 0.06  # share of what may be a 1 as well as a 7; by eye
HANDWRITTEN = 0.55  # share of the digits; the others are printed; by eye
DISPLAYED = 0.08  # share of the printed, as on meters and clocks; by eye
# How often each digit is made, in relation to a 0: more often those that a network trained on MNIST
# alone is apt to confuse. Ones and sevens are those of which MNIST lacks most; the others by eye.
WEIGHTS = np.array([1, 6, 1.2, 1, 2, 1, 1, 5, 1, 2])

# Slopes of 32 and 13 degrees, chosen by eye: a one's upstroke rises by more, a seven's bar by less;
# in between nobody could tell which it is.
ONE_RISES, SEVEN_RISES = np.tan(np.radians((32, 13)))
SEVEN_BAR = 0.42 * GLYPH_SIDE  # pixels; a shorter bar may be a one's upstroke; by eye

# How print is distorted, in place of typefaces that are not there; as `distort` takes it, by eye.
PRINT_SLANT, PRINT_STRETCH, PRINT_WOBBLE = 0.1, 0.12, 0.5

# Which of a display's seven segments each digit lights, a on top and then clockwise, g the middle.
LIT = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgcde", "abc", "abcdefg", "abcdfg")
# Their ends x, y, apart from each other as on a display; `DISPLAY_HEIGHT` from top to bottom.
SEGMENTS = {
    "a": ((4, 0), (46, 0)),
    "b": ((50, 4), (50, 46)),
    "c": ((50, 54), (50, 96)),
    "d": ((4, 100), (46, 100)),
    "e": ((0, 54), (0, 96)),
    "f": ((0, 4), (0, 46)),
    "g": ((4, 50), (46, 50)),
}
DISPLAY_HEIGHT = 100
DISPLAY_SLANT = 0.2  # shear at most: displays lean to the right, if at all


def sample_digit(rng: Generator) -> tuple[MatLike, int]:
    """Make a digit of a kind that MNIST hardly has, by hand or printed.

    Args:
        rng: decides everything.

    Returns:
        A glyph (h, w) uint8, ink 255 on 0, about `GLYPH_SIDE` high or wide; its label in 0..9, or
        `ONE_OR_SEVEN`.
    """
    if rng.random() < DOUBTFUL:
        return one_or_seven(rng), ONE_OR_SEVEN
    shares = WEIGHTS / WEIGHTS.sum()
    choice = rng.choice(10, p=shares)
    label = int(choice)
    by_hand = rng.random() < HANDWRITTEN
    make = handwritten if by_hand else printed
    return make(label, rng), label


def handwritten(label: int, rng: Generator) -> MatLike:
    """Draw a digit as a hand outside MNIST would.

    Args:
        label: the digit, 0..9.
        rng: decides everything.

    Returns:
        A glyph (h, w) uint8, ink 255 on 0, with an empty margin round it.
    """
    templates = DIGITS[str(label)]
    while True:
        template = pick(templates, rng)
        curves = handwriting.write(template, rng)
        if is_unmistakable(label, curves[0]):
            return handwriting.draw(curves, rng)


def one_or_seven(rng: Generator) -> MatLike:
    """Draw a long stroke that rises to a stem, too flat for a 1's and too steep for a 7's.

    Args:
        rng: decides everything.

    Returns:
        A glyph (h, w) uint8, ink 255 on 0, with an empty margin round it.
    """
    while True:
        template = pick(ONES_OR_SEVENS, rng)
        curves = handwriting.write(template, rng)
        [stroke] = curves
        if not (_is_a_one(stroke) or _is_a_seven(stroke)):
            return handwriting.draw(curves, rng)


def is_unmistakable(label: int, stroke: Points) -> bool:
    """Whether a digit's first `stroke` (n, 2) in pixels leaves no doubt that it is a 1 or a 7.

    Other labels are never in doubt.
    """
    if label == 1:
        return _is_a_one(stroke)
    if label == 7:
        return _is_a_seven(stroke)
    return True


def _is_a_one(stroke: Points) -> bool:
    """Whether the upstroke, from the stroke's start to its highest point, is steep."""
    heights = stroke[:, 1]
    highest = heights.argmin()
    apex = stroke[highest]
    across, down = apex - stroke[0]
    return bool(-down >= ONE_RISES * across)


def _is_a_seven(stroke: Points) -> bool:
    """Whether the bar, from the upper left to the upper right corner, is long and level."""
    x, y = stroke.T
    left = np.argmin(x + y)
    right = np.argmax(x - y)
    across, down = stroke[right] - stroke[left]
    is_long = across >= SEVEN_BAR
    is_level = -down <= SEVEN_RISES * across
    return bool(is_long and is_level)


def printed(label: int, rng: Generator) -> MatLike:
    """Print a digit with a typeface or, seldom, on a display.

    Args:
        label: the digit, 0..9.
        rng: decides everything.

    Returns:
        A glyph (h, w) uint8, ink 255 on 0, with an empty margin round it.
    """
    if rng.random() < DISPLAYED:
        return displayed(label, rng)
    glyph = fonts.typeset(str(label), rng)
    return distort(glyph, rng, slant=PRINT_SLANT, stretch=PRINT_STRETCH, wobble=PRINT_WOBBLE)


def displayed(label: int, rng: Generator) -> MatLike:
    """Draw a digit as a seven-segment display shows it.

    Args:
        label: the digit, 0..9.
        rng: decides the slant and the segments' width.

    Returns:
        A glyph (h, w) uint8, ink 255 on 0, with an empty margin round it.
    """
    shear = rng.uniform(0, DISPLAY_SLANT)
    slanted = np.array([[1, -shear], [0, 1]])
    scale = GLYPH_SIDE / DISPLAY_HEIGHT
    lines = []
    for name in LIT[label]:
        ends = np.array(SEGMENTS[name])
        lines.append(ends @ slanted.T * scale)
    return handwriting.draw(lines, rng)
