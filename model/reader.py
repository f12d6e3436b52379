"""Photo bytes -> Reading: the face of this package."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from model.boxes import Box
from model.reading import (
    MARKS,
    SURE,
    UNTOLD,
    Character,
    Digit,
    Line,
    Mark,
    Number,
    PlacedMark,
    Reading,
)
from model.recognition.classification import ClassifiedCandidate
from model.recognition.decoding import decode
from model.recognition.digit_network import ModelError, ModelName, TrainedModel, load
from model.recognition.passes import Recognizer
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.resizing import shrink
from model.recognition.segmentation import SIDE

__all__ = [
    "MARKS",
    "SURE",
    "UNTOLD",
    "Box",
    "Character",
    "Digit",
    "Line",
    "Mark",
    "ModelError",
    "ModelName",
    "Number",
    "PlacedMark",
    "Reader",
    "Reading",
    "Refusal",
    "shrink",
]


class Reader:
    """Reads photos with one trained model; safe to call from several threads at once."""

    def __init__(self, model: TrainedModel) -> None:
        """Read with `model` and the refusal threshold that was fitted for it.

        Raises:
            KeyError: its metrics hold no `refusal_threshold`.
        """
        self.model = model
        self._recognizer = Recognizer(model.classifier, float(model.metrics["refusal_threshold"]))

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
            photo = decode(data, SIDE)
            result = self._recognizer.recognize(photo)
        except RefusedError as error:
            return Reading(refused=error.refusal)
        lines = _lines(result.number or result.candidates)
        return Reading(lines, result.refusal, photo)


def _lines(candidates: Sequence[ClassifiedCandidate]) -> tuple[Line, ...]:
    """The lines in which `candidates` stand, which come in reading order."""
    lines = []
    for _, members in groupby(candidates, _line_of):
        numbers = [_number(digits) for _, digits in groupby(members, _number_of)]
        lines.append(Line(tuple(numbers)))
    return tuple(lines)


def _line_of(candidate: ClassifiedCandidate) -> int:
    line, _ = candidate.place
    return line


def _number_of(candidate: ClassifiedCandidate) -> int:
    _, number = candidate.place
    return number


def _number(candidates: Iterable[ClassifiedCandidate]) -> Number:
    return Number(tuple(map(_digit, candidates)))


def _digit(candidate: ClassifiedCandidate) -> Digit:
    return Digit(candidate.box, candidate.crop, candidate.probabilities)
