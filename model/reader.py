"""Photo bytes -> Reading: the face of this package."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.acceptance import ClassifiedCandidate, accept, describe
from model.recognition.decoding import Photo, decode
from model.recognition.digit_network import ModelError, ModelName, TrainedModel, load
from model.recognition.lines import reading_order
from model.recognition.normalization import normalize
from model.recognition.refusal import UNSEEN, Refusal, RefusedError
from model.recognition.resizing import shrink
from model.recognition.segmentation import FINE_LIMIT, SIDE, Components, find_components, is_scene
from model.recognition.segmentation_graph import (
    Candidate,
    SegmentationGraph,
    best_path,
    build_graphs,
)

__all__ = [
    "SURE",
    "Box",
    "Digit",
    "ModelError",
    "ModelName",
    "Reader",
    "Reading",
    "Refusal",
    "shrink",
]

SPLIT_ONE = 0.1  # of the probability of a 1 cut out of a stroke, which any stroke holds
MOST_AGAIN = 24  # marks or pieces; more are no number, and would take long to look at again
BROADEST_PEN = 0.5  # times `FINE_LIMIT`: close to it strokes lose their broad places
SURE = 0.9  # a digit's probability from where nobody need be asked which digit it is
CERTAIN = 0.97  # each digit of a number that only a second look finds
SURE_IN_SCENE = 0.9  # each digit of a number in a scene


@dataclass(frozen=True)
class Digit:
    """What was seen and how probable each digit is.

    `probabilities` (10,) float32 sum to 1; `crop` (28, 28) uint8 is what the network got.
    """

    box: Box
    crop: NDArray[np.uint8]
    probabilities: NDArray[np.float32]

    @property
    def value(self) -> int:
        """The likeliest digit, 0..9."""
        return int(self.probabilities.argmax())

    @property
    def probability(self) -> float:
        """That of `value`, in 0..1."""
        return float(self.probabilities.max())


@dataclass(frozen=True)
class Reading:
    """What a photo says: its digits row by row, or why it asserts none.

    `photo` is what was looked at, None if the bytes were not decoded or it was not kept. A reading
    that is refused for want of digits still holds what came nearest to one.
    """

    digits: tuple[Digit, ...] = ()
    refused: Refusal | None = None
    photo: Photo | None = None

    @property
    def text(self) -> str:
        """The number that is asserted, rows joined without spaces; empty when refused."""
        return "" if self.refused else "".join(str(digit.value) for digit in self.digits)

    @property
    def seen(self) -> bool:
        """Whether the bytes were decoded, so that there is something to show."""
        return self.refused not in UNSEEN


class Reader:
    """Reads photos with one trained model; safe to call from several threads at once."""

    def __init__(self, model: TrainedModel) -> None:
        """Read with `model` and the refusal threshold that was fitted for it."""
        self.model = model
        self._threshold = float(model.metrics["refusal_threshold"])

    @classmethod
    def trained(cls, name: ModelName = "convolutional") -> "Reader":
        """Read with a shipped model.

        Raises:
            ModelError: it is missing or broken.
        """
        return cls(load(name))

    def read(self, data: bytes) -> Reading:
        """Read the bytes of a picture file; whatever they hold, a Reading comes back."""
        try:
            return self._read(decode(data, SIDE))
        except RefusedError as error:
            return Reading(refused=error.refusal)

    def _read(self, photo: Photo) -> Reading:
        refusal, marks, found = self._look(photo)
        if _straight(found):
            found = self._otherwise(photo, found)
        if (not found and 1 < len(marks) <= MOST_AGAIN) or _in_a_column(found):
            found = max(found, self._sideways(photo), key=_certainty)
        if found and _certainty(found) < SURE_IN_SCENE and is_scene(photo.pixels):
            found = []
        digits = tuple(Digit(mark.box, mark.crop, mark.probabilities) for mark in found or marks)
        return Reading(digits, None if found else refusal, photo)

    def _look(
        self, photo: Photo, *, inverse: bool = False, fine: bool = False
    ) -> tuple[Refusal, list[ClassifiedCandidate], list[ClassifiedCandidate]]:
        """All marks, those of them that are the number, and the refusal if there are none."""
        try:
            strokes = find_components(photo, inverse=inverse, fine=fine)
        except RefusedError as error:
            return error.refusal, [], []
        if (fine or inverse) and len(strokes.ids) > MOST_AGAIN:
            return Refusal.NO_DIGIT, [], []
        marks = self._marks(strokes)
        found = accept(marks, self._threshold)
        broadest = BROADEST_PEN * FINE_LIMIT * min(strokes.ink.shape)
        found = [] if fine and any(mark.pen > broadest for mark in found) else found
        # Specks and dashes may have bent the rows.
        order = reading_order([mark.box for mark in found])
        return Refusal.NO_DIGIT, marks, [found[place] for place in order]

    def _otherwise(
        self, photo: Photo, found: list[ClassifiedCandidate]
    ) -> list[ClassifiedCandidate]:
        """The number, if it takes fine strokes or light ones to see it; else what was `found`."""
        fine = self._look(photo, fine=True)[2]
        others = [fine] if _certainty(fine) >= CERTAIN and not (found and _straight(fine)) else []
        if not found:
            inverse = self._look(photo, inverse=True)[2]
            # Paper between lines of text, turned to ink, is ones.
            others += [] if _straight(inverse) else [inverse]
        return max(others, key=lambda other: (len(other), _certainty(other)), default=found)

    def _sideways(self, photo: Photo) -> list[ClassifiedCandidate]:
        """The number, if the photo lies on its side: several digits that leave no doubt."""
        readings: list[list[ClassifiedCandidate]] = [[]]
        for turn in (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE):
            found = self._look(Photo(cv2.rotate(photo.full.pixels, turn), photo.full.scale))[2]
            whole = not any(mark.split for mark in found)
            # Dashes and stripes turned by a right angle are ones.
            if len(found) > 1 and _certainty(found) >= CERTAIN and whole and not _straight(found):
                readings.append([_turned_back(mark, turn, photo.full) for mark in found])
        return max(readings, key=_certainty)

    def _marks(self, strokes: Components) -> list[ClassifiedCandidate]:
        """Group the strokes as the classifier finds likeliest, in reading order."""
        layout = build_graphs(strokes)
        crops = np.stack(
            [normalize(candidate.ink) for graph in layout for candidate in graph.candidates]
        )
        probabilities = self.model.classifier.upright(crops)
        candidates: list[Candidate] = []
        chosen: list[int] = []  # their places
        for graph in layout:
            first = len(candidates)
            candidates += graph.candidates
            shown = probabilities[first : len(candidates)]
            chosen += [first + place for place in best_path(graph, _plausible(graph, shown))]
        averaged = self.model.classifier.averaged(crops[chosen], probabilities[chosen])
        marks = [
            describe(candidates[place], crops[place], probabilities, strokes)
            for place, probabilities in zip(chosen, averaged, strict=True)
        ]
        return [marks[place] for place in reading_order([mark.box for mark in marks])]


def _certainty(found: Sequence[ClassifiedCandidate]) -> float:
    return min((mark.probability for mark in found), default=0.0)


def _straight(found: Sequence[ClassifiedCandidate]) -> bool:
    """Whether there is nothing but ones, if anything: edges, rules and creases look so too."""
    return all(mark.straight for mark in found)


def _in_a_column(found: Sequence[ClassifiedCandidate]) -> bool:
    """Whether marks stand below each other, as a number does that lies on its side."""
    pairs = pairwise(sorted(found, key=lambda mark: mark.box.y))
    return len(found) > 1 and all(
        abs(2 * (upper.box.x - lower.box.x) + upper.box.width - lower.box.width)
        < max(upper.box.width, lower.box.width)
        and lower.box.y >= upper.box.y + upper.box.height / 2
        for upper, lower in pairs
    )


def _plausible(graph: SegmentationGraph, probabilities: NDArray[np.float32]) -> list[float]:
    """How much speaks for each of a graph's candidates."""
    return [
        float(row.max()) * (SPLIT_ONE if candidate.split and row.argmax() == 1 else 1)
        for candidate, row in zip(graph.candidates, probabilities, strict=True)
    ]


def _turned_back(mark: ClassifiedCandidate, turn: int, photo: Photo) -> ClassifiedCandidate:
    """A mark of the turned photo, its box in the photo as it came."""
    x, y, width, height = mark.box
    down, across = (round(length * photo.scale) for length in photo.pixels.shape[:2])
    clockwise = turn == cv2.ROTATE_90_CLOCKWISE
    left, top = (y, down - x - width) if clockwise else (across - y - height, x)
    return mark._replace(box=Box(left, top, height, width))
