"""What is asked of a process that reads pictures, and what it answers.

The bot's own process imports this to name its jobs, and loads nothing that does them.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypeVar

from model.reader import Reader, Reading

T = TypeVar("T")
Job = Callable[[Reader, bytes], T]
"""A function that a worker can import, by its name."""


class Explanation(NamedTuple):
    """How a photo is read, without its `photo`, and a JPEG that shows it."""

    reading: Reading
    picture: bytes


class TooDemandingError(Exception):
    """A picture took too long or too much memory, or crashed what reads it."""


def read(reader: Reader, data: bytes) -> Reading:
    """Read a picture file; the reading comes without its `photo`, megabytes to pass on."""
    return replace(reader.read(data), photo=None)


def explain(reader: Reader, data: bytes) -> Explanation | None:
    """Draw how a picture file is read; None if it is no picture."""
    from model import drawing  # noqa: PLC0415  OpenCV, which only workers need

    reading = reader.read(data)
    if not reading.decoded:
        return None
    picture = drawing.explain(reading)
    return Explanation(replace(reading, photo=None), picture)


def draw_confusion(_: Reader, data: bytes) -> bytes:
    """Draw the heatmap of a confusion matrix, ten rows of ten counts in JSON, as a PNG."""
    from model import confusion_picture  # noqa: PLC0415  the same

    return confusion_picture.draw_confusion(json.loads(data))


def do_nothing(_: Reader, __: bytes) -> None:
    """Do nothing: done once a worker is there."""
