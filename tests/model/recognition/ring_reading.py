"""Pages of rings read by rules: which characters are asserted, and where they are."""

from typing import NoReturn

import cv2
import numpy as np
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.decoding import Photo
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import Lines
from model.recognition.line_packing import MOST_PIXELS
from model.recognition.recognizer import Recognizer, Result
from tests.model.recognition.hand_made import Asked, LineRule, Told, ToldLines, probabilities
from tests.model.recognition.rings import ROW, ring_rule, rings, standing_rings

THRESHOLD = 0.6
WOOD = (70, 110, 160)
FIVE = [(80 + 110 * nth, 240) for nth in range(5)]
NEAR = 0.01  # beside a limit
SIDEWAYS = (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE)


def character(box: Box, symbol: str = "0", certainty: float = 0.99) -> ReadCharacter:
    value = int(symbol) if symbol.isdigit() else 0
    crop = np.zeros((28, 28), np.uint8)
    return ReadCharacter(box, symbol, certainty, certainty, probabilities(value, certainty), crop)


def standing(certainty: float = 0.99, symbol: str = "0") -> LineRule:
    """Reads each ring that stands on its feet, and nothing else."""

    def rule(asked: Asked) -> list[ReadCharacter]:
        return [character(box, symbol, certainty) for box in standing_rings(asked.components)]

    return rule


def each_component(symbol: str) -> LineRule:
    """Reads each component."""

    def rule(asked: Asked) -> list[ReadCharacter]:
        return [character(Box(*row), symbol) for row in asked.components.boxes.tolist()]

    return rule


def says(*characters: ReadCharacter) -> LineRule:
    """Reads this where it takes its time, and nothing in the probes of how a page may lie."""

    def rule(asked: Asked) -> list[ReadCharacter]:
        return list(characters) if asked.most_pixels == MOST_PIXELS else []

    return rule


def unasked(asked: Asked) -> NoReturn:
    raise AssertionError(f"the line network is not needed, digits are {asked.digit_height} high")


def recognize(
    photo: Photo | MatLike,
    lines: LineRule | None = None,
    probability: float = 0.99,
    value: int = 0,
) -> Result:
    """Read with these lines, and with a network that is so sure of a ring on its feet."""
    classifier = Told(ring_rule(probability, value))
    recognizer = Recognizer(classifier, THRESHOLD, ToldLines(lines or standing()))
    return recognizer.recognize(photo if isinstance(photo, Photo) else Photo(photo))


def every(lines: Lines) -> list[ReadCharacter]:
    return [each for line in lines for number in line for each in number]


def symbols(result: Result) -> str:
    """What is asserted, without the paper between."""
    if result.refusal is not None:
        return ""
    return "".join(each.symbol for each in every(result.lines))


def middles(result: Result) -> list[tuple[float, float]]:
    return [each.box.middle for each in every(result.lines)]


def row_boxes() -> list[Box]:
    """Where the rings of the row are."""
    return [each.box for each in every(recognize(rings(ROW)).lines)]


def is_broad(asked: Asked) -> bool:
    """Whether the page lies as it was sent, or upside down."""
    height, width = asked.components.ink.shape
    return bool(width > height)


def boxes(asked: Asked) -> list[Box]:
    """Those of all components of a photo that was sent at the size at which it is read."""
    return [Box(*row) for row in asked.components.boxes.tolist()]
