"""Components -> classified candidates: the digits that the components most likely are."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.digit_network import Classifier
from model.recognition.lines import find_lines
from model.recognition.normalization import normalize, strength, stroke_width
from model.recognition.segmentation import Components
from model.recognition.segmentation_graph import Candidate, best_path, build_graphs

# These limits were chosen by trial on the development photos; no measurement of each is on record.
#
# Factor on the probability of a 1 that is cut out of a component, as a slice of any stroke may be.
SPLIT_ONE = 0.1
# Share of the photo's longer side: what comes so near its edge may go on beyond it.
EDGE = 0.004
FULL_INK = 0.75  # the quantile of a candidate's ink: its strokes' edges are fainter


class ClassifiedCandidate(NamedTuple):
    """What may be a digit, how probable each digit is, and how it was written.

    Attributes:
        box: where it is, in pixels of the photo as it was sent.
        crop: (28, 28) uint8, ink 255 on 0, what the network got.
        probabilities: (10,) float32, they sum to 1.
        size: height, in pixels of the picture that was segmented.
        pen: width of the strokes in pixels of that picture, at least 1.
        ink: how dark the strokes are, 0 to 255.
        area: how many pixels of that picture are inked.
        cut_off: whether the photo's edge may have cut off a part.
        split: whether a component was cut for it.
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
    def probability(self) -> float:
        """That of the likeliest digit, 0.1 to 1."""
        return float(self.probabilities.max())

    @property
    def is_one(self) -> bool:
        """Whether a 1 is likeliest, which is the weakest evidence: edges and rules look so too."""
        return int(self.probabilities.argmax()) == 1

    @property
    def prominence(self) -> float:
        """How much it stands out: more if it is larger, bolder or darker."""
        return self.size * self.pen * self.ink


def classify(components: Components, classifier: Classifier) -> list[ClassifiedCandidate]:
    """Group `components`, of which there is at least one, into the likeliest digits.

    Returns:
        The chosen candidates in reading order. Each component belongs to one of them, whether that
        is a digit or not.
    """
    graphs = build_graphs(components)
    candidates = [candidate for graph in graphs for candidate in graph.candidates]
    crops = np.stack([normalize(candidate.ink) for candidate in candidates])
    # All in one batch, and without the slanted views, which takes the least time.
    upright = classifier.upright(crops)
    plausibilities = _plausibilities(candidates, upright)
    chosen: list[int] = []
    first = 0
    for graph in graphs:
        after = first + len(graph.candidates)
        path = best_path(graph, plausibilities[first:after])
        chosen += [first + index for index in path]
        first = after
    averaged = classifier.averaged(crops[chosen], upright[chosen])
    classified = [
        describe(candidates[index], crops[index], probabilities, components)
        for index, probabilities in zip(chosen, averaged, strict=True)
    ]
    return in_reading_order(classified)


def describe(
    candidate: Candidate,
    crop: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    components: Components,
) -> ClassifiedCandidate:
    """Measure how a `candidate` of `components` was written.

    Args:
        candidate: with at least one inked pixel.
        crop: (28, 28) uint8, ink 255 on 0, made of it.
        probabilities: (10,) float32 of `crop`.
        components: the picture's.
    """
    ink = strength(candidate.ink, 0, FULL_INK)
    pen = stroke_width(candidate.ink, ink / 2)
    return ClassifiedCandidate(
        candidate.box.downscaled(components.scale),
        crop,
        probabilities,
        size=candidate.box.height,
        pen=max(pen, 1.0),
        ink=ink,
        area=cv2.countNonZero(candidate.ink),
        cut_off=_is_near_edge(candidate.box, components),
        split=candidate.split,
    )


def in_reading_order(candidates: Sequence[ClassifiedCandidate]) -> list[ClassifiedCandidate]:
    """The same candidates, line by line and from left to right."""
    boxes = [candidate.box for candidate in candidates]
    return [candidates[index] for line in find_lines(boxes) for index in line]


def _is_near_edge(box: Box, components: Components) -> bool:
    """Whether `box` comes so near the picture's edge that what it holds may go on beyond it."""
    height, width = components.ink.shape
    right = width - box.right
    below = height - box.bottom
    margin = min(box.x, box.y, right, below)
    return bool(margin <= EDGE * max(width, height))


def _plausibilities(
    candidates: Sequence[Candidate], probabilities: NDArray[np.float32]
) -> list[float]:
    """How much speaks for each candidate, 0 to 1, by the `probabilities` (n, 10) of its digits."""
    plausibilities: list[float] = probabilities.max(axis=1).tolist()
    ones = (probabilities.argmax(axis=1) == 1).tolist()
    for index, candidate in enumerate(candidates):
        if candidate.split and ones[index]:
            plausibilities[index] *= SPLIT_ONE
    return plausibilities
