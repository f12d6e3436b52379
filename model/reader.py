"""Photo bytes -> Reading: the face of this package."""

from collections.abc import Sequence

from model.boxes import Box
from model.percentages import percent
from model.reading import (
    SURE,
    Character,
    Digit,
    Line,
    Mark,
    Number,
    PlacedMark,
    Reading,
)
from model.recognition import line_network
from model.recognition.decoding import decode
from model.recognition.digit_network import ModelName, TrainedModel, load
from model.recognition.fusion import Fusion, ReadCharacter
from model.recognition.heif import is_heif, load_heif
from model.recognition.line_network import UNKNOWN, TrainedLineNetwork
from model.recognition.line_reading import LineReader
from model.recognition.recognizer import Recognizer
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.resizing import shrink
from model.recognition.segmentation import SIDE
from model.recognition.trained_files import ModelError

__all__ = [
    "SURE",
    "UNKNOWN",
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
    "is_heif",
    "load_heif",
    "percent",
    "shrink",
]


class Reader:
    """Reads photos with one trained model; safe to call from several threads at once."""

    def __init__(self, model: TrainedModel, lines: TrainedLineNetwork) -> None:
        """Read digits with `model` and the threshold fitted for it, and lines with `lines`.

        Raises:
            KeyError: the metrics hold no `refusal_threshold`, or no `fusion`.
        """
        self.model = model
        self.lines = lines
        fusion = Fusion.from_metrics(lines.metrics)
        line_reader = LineReader(lines.network, model.classifier, fusion)
        threshold = float(model.metrics["refusal_threshold"])
        self._recognizer = Recognizer(model.classifier, threshold, line_reader)

    @classmethod
    def trained(cls, name: ModelName = "convolutional") -> "Reader":
        """Read with a shipped model.

        Raises:
            ModelError: it is missing or broken, or the network of lines is.
        """
        return cls(load(name), line_network.load())

    def read(self, data: bytes) -> Reading:
        """Read the bytes of a picture file; whatever they hold, a Reading comes back."""
        try:
            photo = decode(data, SIDE)
            result = self._recognizer.recognize(photo)
        except RefusedError as error:
            return Reading(refused=error.refusal)
        lines = tuple(map(_line, result.lines))
        return Reading(lines, result.refusal, photo)


def _line(numbers: Sequence[Sequence[ReadCharacter]]) -> Line:
    return Line(tuple(Number(tuple(map(_character, number))) for number in numbers))


def _character(character: ReadCharacter) -> Character:
    if character.is_digit:
        return Digit(character.box, character.crop, character.probabilities)
    return Mark(character.box, character.symbol)
