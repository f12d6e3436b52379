"""Photo bytes -> Reading: the face of this package."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.classification import ClassifiedCandidate
from model.recognition.decoding import Photo, decode
from model.recognition.digit_network import ModelError, ModelName, TrainedModel, load
from model.recognition.passes import Recognizer
from model.recognition.refusal import NOT_DECODED, Refusal, RefusedError
from model.recognition.resizing import shrink
from model.recognition.segmentation import SIDE

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

# The probability from which on nobody need be asked whether it is that digit. Chosen, not measured.
SURE = 0.9


@dataclass(frozen=True)
class Digit:
    """Where a digit is and which one it may be.

    Attributes:
        box: where it is, in pixels of the upright photo as it was sent.
        crop: (28, 28) uint8, ink 255 on 0, what the network got.
        probabilities: (10,) float32 of the digits 0 to 9, they sum to 1.
    """

    box: Box
    crop: NDArray[np.uint8]
    probabilities: NDArray[np.float32]

    @property
    def value(self) -> int:
        """The likeliest digit, 0 to 9."""
        return int(self.probabilities.argmax())

    @property
    def probability(self) -> float:
        """That of `value`, 0.1 to 1."""
        return float(self.probabilities.max())


@dataclass(frozen=True)
class Reading:
    """What a photo says, or why it asserts nothing.

    Attributes:
        digits: the number's, row by row; of a refused photo, all that was looked at, perhaps none.
        refused: why no number is asserted; None if one is.
        photo: what was looked at; None if the bytes were not decoded or it was not kept.
    """

    digits: tuple[Digit, ...] = ()
    refused: Refusal | None = None
    photo: Photo | None = None

    @property
    def text(self) -> str:
        """The number that is asserted, rows joined without spaces; empty when refused."""
        if self.refused:
            return ""
        return "".join(str(digit.value) for digit in self.digits)

    @property
    def decoded(self) -> bool:
        """Whether the bytes were decoded, so that there is something to show."""
        return self.refused not in NOT_DECODED


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
        digits = tuple(map(_digit, result.number or result.candidates))
        return Reading(digits, result.refusal, photo)


def _digit(candidate: ClassifiedCandidate) -> Digit:
    return Digit(candidate.box, candidate.crop, candidate.probabilities)
