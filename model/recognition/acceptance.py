"""Marks -> the number that a photo asserts, or nothing.

A number is what surely is digits, of one size, written by one pen, and most of what there is.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from model.recognition.normalization import strength, stroke_width
from model.recognition.segmentation import Components
from model.recognition.segmentation_graph import Box, Group, row_slope

# Beyond these factors a mark does not belong to a number: it is a comma, a rule, a crease.
SIZES, PENS, INKS = 2.5, 3.0, 1.7
STRAIGHT_PENS = 2.2  # for a 1, which is a digit by its company alone
BESIDE = 0.35  # of what the photo's edge cuts off: less stands beside it, not instead of it
CLUTTERED = 0.25  # of the ink is the number, at least: more clutter is no page
STRAIGHT = 0.5  # the same for a number of nothing but ones
MOST = 2 / 3  # of the marks alike are surely digits
EDGE = 0.004  # of the longer side: what comes so near the photo's edge goes on beyond it


class Mark(NamedTuple):
    """What may be a digit, what is believed of it and how it was written.

    `probabilities` (10,) float32 are those of `crop` (28, 28) uint8. `size` is the height and `pen`
    the strokes' width in pixels, `ink` their darkness in 0..255, `area` the number of their pixels.
    The photo's edge may have `cut_off` a part; a stroke may have been `parted` for it.
    """

    box: Box
    crop: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    size: float
    pen: float
    ink: float
    area: int
    cut_off: bool
    parted: bool

    @property
    def straight(self) -> bool:
        """Whether it would be a 1, which says least: edges, rules and creases look so too."""
        return int(self.probabilities.argmax()) == 1

    @property
    def probability(self) -> float:
        """That of the likeliest digit."""
        return float(self.probabilities.max())

    @property
    def weight(self) -> float:
        """How much it stands out."""
        return self.size * self.pen * self.ink

    def resembles(self, other: "Mark") -> bool:
        """Whether both may belong to one number."""
        pens = STRAIGHT_PENS if self.straight else PENS
        return (
            1 / SIZES <= self.size / other.size <= SIZES
            and 1 / pens <= self.pen / other.pen <= pens
            and INKS * self.ink >= other.ink
        )

    def beside(self, other: "Mark", slope: float) -> bool:
        """Whether both stand in one row, which falls by `slope` for each pixel to the right."""
        (x, y, width, height), (other_x, other_y, other_width, other_height) = self.box, other.box
        down = y - other_y + (height - other_height) / 2
        across = x - other_x + (width - other_width) / 2
        return abs(down - slope * across) < min(height, other_height) / 2


def describe(
    group: Group,
    crop: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    strokes: Components,
) -> Mark:
    """Describe a `group` of `strokes`."""
    (height, width), (x, y, across, down) = strokes.ink.shape, group.box
    ink = strength(group.ink, 0, 0.75)
    return Mark(
        Box(*(round(length / strokes.scale) for length in group.box)),
        crop,
        probabilities,
        size=down,
        pen=max(stroke_width(group.ink, ink / 2), 1.0),
        ink=ink,
        area=cv2.countNonZero(group.ink),
        cut_off=min(x, y, width - x - across, height - y - down) <= EDGE * max(width, height),
        parted=group.cut,
    )


def number(marks: Sequence[Mark], threshold: float) -> list[Mark]:
    """The number that `marks` assert, in their order; empty if none.

    A mark whose likeliest digit has at least the probability `threshold` surely is that digit.
    """
    every = _alike(marks, threshold)
    whole = _alike([mark for mark in marks if not mark.cut_off], threshold)
    beside = whole and _model(whole).weight >= BESIDE * _model(every or whole).weight
    found = whole if beside else every
    return [] if found and _cluttered(found, marks) else found


def _alike(marks: Sequence[Mark], threshold: float) -> list[Mark]:
    """The marks like the sure one that stands out most; none if most of these are not sure."""
    sure = [mark for mark in marks if mark.probability >= threshold]
    if not sure:
        return []
    model = _model(sure)
    alike = [mark for mark in marks if mark.resembles(model)]
    digits = [mark for mark in alike if mark.probability >= threshold]
    # Where a good part of the marks are no digits, the others that look so are none either.
    if len(digits) < MOST * len(alike):
        return []
    slope = row_slope([mark.box for mark in alike])
    # A badly written digit is not left out of its row, which would then be another number.
    return [
        mark
        for mark in alike
        if mark.probability >= threshold / 2 and any(mark.beside(digit, slope) for digit in digits)
    ]


def _model(marks: Sequence[Mark]) -> Mark:
    telling = [mark for mark in marks if not mark.straight] or marks
    return max(telling, key=lambda mark: mark.weight)


def _cluttered(found: Sequence[Mark], marks: Sequence[Mark]) -> bool:
    """Whether other things of its size outweigh the number, as on no page."""
    straight = all(mark.straight for mark in found)
    least = _model(found).box.height / SIZES
    written = sum(mark.area for mark in found)
    other = sum(
        mark.area
        for mark in marks
        if not any(mark is own for own in found)
        and max(mark.box[2:]) >= least
        # Of straight strokes alone more is asked: table edges count against them.
        and (straight or not mark.cut_off)
        # What is fainter by far is the table's texture, or the paper's.
        and mark.ink * INKS >= min(own.ink for own in found)
    )
    return written < (STRAIGHT if straight else CLUTTERED) * (written + other)
