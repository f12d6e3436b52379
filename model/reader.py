"""Photo bytes -> Reading: the face of this package.

OpenCV, LiteRT and the steps of recognition are loaded when something is read: the bot's own process
only sends a reader to others, and looks at what these have read.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from model.boxes import Box
from model.percentages import percent
from model.reading import (
    MOST_SHOWN,
    SURE,
    Character,
    Digit,
    Line,
    Mark,
    Number,
    PlacedMark,
    Reading,
)
from model.recognition.character_set import UNKNOWN
from model.recognition.file_checks import is_heif
from model.recognition.refusal import Refusal
from model.recognition.trained_files import (
    ModelError,
    ModelName,
    TrainedFiles,
    read_digit_network,
    read_line_network,
)

if TYPE_CHECKING:
    from model.pipeline import Pipeline

__all__ = [
    "MOST_SHOWN",
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
    "TrainedFiles",
    "is_heif",
    "load_heif",
    "percent",
]


def load_heif() -> None:
    """As `heif.load_heif`."""
    from model.recognition import heif  # noqa: PLC0415  as this module says

    heif.load_heif()


class Reader:
    """Reads photos with trained networks; safe to call from several threads at once."""

    def __init__(self, model: TrainedFiles, lines: TrainedFiles) -> None:
        """Tell digits by `model`, and read lines by `lines`.

        Raises:
            ModelError: their metrics lack a figure that was fitted for them.
        """
        self.model = model.with_figure("refusal_threshold")
        self.lines = lines.with_figure("fusion")

    @classmethod
    def trained(cls, name: ModelName = "convolutional") -> "Reader":
        """Read with a shipped model.

        Raises:
            ModelError: it is missing or broken, or the network of lines is.
        """
        return cls(read_digit_network(name), read_line_network())

    def read(self, data: bytes) -> Reading:
        """Read the bytes of a picture file; whatever they hold, a Reading comes back."""
        return self._pipeline.read(data)

    @cached_property
    def _pipeline(self) -> "Pipeline":
        from model.pipeline import Pipeline  # noqa: PLC0415  the same

        return Pipeline(self.model, self.lines)
