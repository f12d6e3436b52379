"""Components -> classified candidates: the digits that the components most likely are."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.components import Components
from model.recognition.digit_network import Classifier
from model.recognition.lines import find_lines
from model.recognition.normalization import normalize, strength, stroke_width
from model.recognition.segmentation_graph import (
    Candidate,
    SegmentationGraph,
    best_path,
    build_graphs,
)

# These limits were chosen by trial on the development photos; no measurement of each is on record.
#
# Factor on the probability of a 1 that is cut out of a component, as a slice of any stroke may be.
SPLIT_ONE = 0.1
# Share of the photo's longer side: what comes so near its edge may go on beyond it.
EDGE = 0.004
FULL_INK = 0.75  # the quantile of a candidate's ink: its strokes' edges are fainter


class _Seen(NamedTuple):
    """What the network got of a candidate, (28, 28) uint8, and its answer (10,) to it, upright."""

    crop: NDArray[np.uint8]
    upright: NDArray[np.float32]


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

    The network sees a candidate only when it is on the path that is likeliest as long as all that
    was not seen surely is a digit. When all on that path were seen, no other can be likelier (the
    lazy shortest path; Dellin, Srinivasa, 2016).

    Returns:
        The chosen candidates in reading order. Each component belongs to one of them, whether that
        is a digit or not.
    """
    graphs = build_graphs(components)
    seen: dict[Candidate, _Seen] = {}
    chosen = _likeliest(graphs, seen)
    while unseen := [candidate for candidate in chosen if candidate not in seen]:
        crops = np.stack([normalize(candidate.ink) for candidate in unseen])
        # All in one batch, and without the slanted views, which takes the least time.
        answers = classifier.upright(crops)
        seen.update(zip(unseen, map(_Seen, crops, answers), strict=True))
        chosen = _likeliest(graphs, seen)
    crops = np.stack([seen[candidate].crop for candidate in chosen])
    upright = np.stack([seen[candidate].upright for candidate in chosen])
    averaged = classifier.averaged(crops, upright)
    classified = [
        describe(candidate, seen[candidate].crop, probabilities, components)
        for candidate, probabilities in zip(chosen, averaged, strict=True)
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


def _likeliest(
    graphs: Sequence[SegmentationGraph], seen: Mapping[Candidate, _Seen]
) -> list[Candidate]:
    """The candidates on each graph's likeliest path, if what was not seen surely is a digit."""
    chosen = []
    for graph in graphs:
        plausibilities = [_plausibility(candidate, seen) for candidate in graph.candidates]
        path = best_path(graph, plausibilities)
        chosen += [graph.candidates[index] for index in path]
    return chosen


def _plausibility(candidate: Candidate, seen: Mapping[Candidate, _Seen]) -> float:
    """How much speaks for a candidate, 0 to 1; all that can, as long as nobody has seen it."""
    if candidate not in seen:
        return 1.0
    probabilities = seen[candidate].upright
    is_one = probabilities.argmax() == 1
    factor = SPLIT_ONE if candidate.split and is_one else 1.0
    return factor * float(probabilities.max())
