"""Photo bytes -> Reading: the face of this package."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.classifier import ModelError, ModelName, TrainedModel, load
from model.decoding import Photo, decode
from model.normalization import normalize
from model.refusals import Refusal, RefusedError
from model.segmentation import Mark, segment

__all__ = ["Box", "Digit", "ModelError", "ModelName", "Reader", "Reading", "Refusal"]


class Box(NamedTuple):
    """Where a digit is, in pixels of the upright photo."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Digit:
    """What was seen and what is believed of it.

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

    `photo` is what was looked at, None if the bytes were not decoded. A reading that is refused for
    want of digits still holds what came nearest to one.
    """

    digits: tuple[Digit, ...] = ()
    refused: Refusal | None = None
    photo: Photo | None = None

    @property
    def text(self) -> str:
        """The number that is asserted, rows joined without spaces; empty when refused."""
        return "" if self.refused else "".join(str(digit.value) for digit in self.digits)


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
        photo = None
        try:
            photo = decode(data)
            digits = self._classify(segment(photo.pixels), photo.scale)
        except RefusedError as error:
            return Reading(refused=error.refusal, photo=photo)
        sure = tuple(digit for digit in digits if digit.probability >= self._threshold)
        # Where most marks are no digits there is no number, whatever some of them look like.
        if 2 * len(sure) <= len(digits):
            return Reading(digits, Refusal.NO_DIGIT, photo)
        return Reading(sure, None, photo)

    def _classify(self, marks: list[Mark], scale: float) -> tuple[Digit, ...]:
        crops = np.stack([normalize(mark.ink) for mark in marks])
        boxes = (Box(*(round(length * scale) for length in mark.box)) for mark in marks)
        return tuple(map(Digit, boxes, crops, self.model.classifier(crops)))
