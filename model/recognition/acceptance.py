"""Candidates -> the number that a photo asserts, or nothing.

A number is what surely is digits, of one size, written by one pen, and most of what there is.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.lines import row_slope
from model.recognition.normalization import strength, stroke_width
from model.recognition.segmentation import Components
from model.recognition.segmentation_graph import Candidate

# Beyond these factors a candidate does not belong to a number: it is a comma, a rule, a crease.
SIZES, PENS, INKS = 2.5, 3.0, 1.7
STRAIGHT_PENS = 2.2  # for a 1, which is a digit by its company alone
BESIDE = 0.35  # of what the photo's edge cuts off: less stands beside it, not instead of it
CLUTTERED = 0.25  # of the ink is the number, at least: more clutter is no page
STRAIGHT = 0.5  # the same for a number of nothing but ones
MOST = 2 / 3  # of the candidates alike are surely digits
EDGE = 0.004  # of the longer side: what comes so near the photo's edge goes on beyond it


class ClassifiedCandidate(NamedTuple):
    """What may be a digit, how probable each digit is and how it was written.

    `probabilities` (10,) float32 are those of `crop` (28, 28) uint8. `size` is the height and `pen`
    the strokes' width in pixels, `ink` their darkness in 0..255, `area` the number of their pixels.
    The photo's edge may have `cut_off` a part; a stroke may have been `split` for it.
    """

    box: Box
    crop: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    size: float
    pen: float
    ink: float
    area: int
    cut_off: bool
    split: bool

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

    def resembles(self, other: "ClassifiedCandidate") -> bool:
        """Whether both may belong to one number."""
        pens = STRAIGHT_PENS if self.straight else PENS
        return (
            1 / SIZES <= self.size / other.size <= SIZES
            and 1 / pens <= self.pen / other.pen <= pens
            and INKS * self.ink >= other.ink
        )

    def beside(self, other: "ClassifiedCandidate", slope: float) -> bool:
        """Whether both stand in one row, which falls by `slope` for each pixel to the right."""
        (x, y, width, height), (other_x, other_y, other_width, other_height) = self.box, other.box
        down = y - other_y + (height - other_height) / 2
        across = x - other_x + (width - other_width) / 2
        return abs(down - slope * across) < min(height, other_height) / 2


def describe(
    candidate: Candidate,
    crop: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    strokes: Components,
) -> ClassifiedCandidate:
    """Describe a `candidate` of `strokes`."""
    (height, width), (x, y, across, down) = strokes.ink.shape, candidate.box
    ink = strength(candidate.ink, 0, 0.75)
    return ClassifiedCandidate(
        Box(*(round(length / strokes.scale) for length in candidate.box)),
        crop,
        probabilities,
        size=down,
        pen=max(stroke_width(candidate.ink, ink / 2), 1.0),
        ink=ink,
        area=cv2.countNonZero(candidate.ink),
        cut_off=min(x, y, width - x - across, height - y - down) <= EDGE * max(width, height),
        split=candidate.split,
    )


def accept(
    candidates: Sequence[ClassifiedCandidate], threshold: float
) -> list[ClassifiedCandidate]:
    """The number that `candidates` assert, in their order; empty if none.

    A candidate whose likeliest digit has at least the probability `threshold` surely is that digit.
    """
    every = _alike(candidates, threshold)
    whole = _alike([candidate for candidate in candidates if not candidate.cut_off], threshold)
    beside = whole and _model(whole).weight >= BESIDE * _model(every or whole).weight
    found = whole if beside else every
    return [] if found and _cluttered(found, candidates) else found


def _alike(
    candidates: Sequence[ClassifiedCandidate], threshold: float
) -> list[ClassifiedCandidate]:
    """The candidates like the sure one that stands out most; none if most of these are not sure."""
    sure = [candidate for candidate in candidates if candidate.probability >= threshold]
    if not sure:
        return []
    model = _model(sure)
    alike = [candidate for candidate in candidates if candidate.resembles(model)]
    digits = [candidate for candidate in alike if candidate.probability >= threshold]
    # Where a good part of the candidates are no digits, the others that look so are none either.
    if len(digits) < MOST * len(alike):
        return []
    slope = row_slope([candidate.box for candidate in alike])
    # A badly written digit is not left out of its row, which would then be another number.
    return [
        candidate
        for candidate in alike
        if candidate.probability >= threshold / 2
        and any(candidate.beside(digit, slope) for digit in digits)
    ]


def _model(candidates: Sequence[ClassifiedCandidate]) -> ClassifiedCandidate:
    telling = [candidate for candidate in candidates if not candidate.straight] or candidates
    return max(telling, key=lambda candidate: candidate.weight)


def _cluttered(
    found: Sequence[ClassifiedCandidate], candidates: Sequence[ClassifiedCandidate]
) -> bool:
    """Whether other things of its size outweigh the number, as on no page."""
    straight = all(candidate.straight for candidate in found)
    least = _model(found).box.height / SIZES
    written = sum(candidate.area for candidate in found)
    other = sum(
        candidate.area
        for candidate in candidates
        if not any(candidate is own for own in found)
        and max(candidate.box[2:]) >= least
        # Of straight strokes alone more is asked: table edges count against them.
        and (straight or not candidate.cut_off)
        # What is fainter by far is the table's texture, or the paper's.
        and candidate.ink * INKS >= min(own.ink for own in found)
    )
    return written < (STRAIGHT if straight else CLUTTERED) * (written + other)
