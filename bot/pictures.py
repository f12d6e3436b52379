"""Reading -> picture, drawn with OpenCV."""

import cv2
import numpy as np
from cv2.typing import MatLike

from model.reader import Reading

SURE = 0.9
GREEN, AMBER, WHITE = (60, 160, 40), (0, 140, 240), (255, 255, 255)


def annotate(reading: Reading) -> MatLike:
    """Draw what was read onto the photo: a box and label a digit, amber where it is unsure.

    Returns:
        The upright photo at working size (h, w, 3) uint8 BGR.

    Raises:
        ValueError: the reading has no photo because the bytes were no picture.
    """
    if reading.photo is None:
        raise ValueError("there is no photo to draw on")
    picture = reading.photo.pixels.copy()
    size = max(0.4, max(picture.shape[:2]) / 1000)
    thickness = max(1, round(2 * size))
    for digit in reading.digits:
        x, y, width, height = (round(length / reading.photo.scale) for length in digit.box)
        colour = GREEN if digit.probability >= SURE else AMBER
        cv2.rectangle(picture, (x, y), (x + width, y + height), colour, thickness)
        _label(picture, f"{digit.value} {digit.probability:.0%}", (x, y), size, colour)
    return picture


def _label(
    picture: MatLike,
    text: str,
    corner: tuple[int, int],
    size: float,
    colour: tuple[int, int, int],
) -> None:
    """Write `text` on a coloured tag above `corner`, moved to stay inside the picture."""
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
    height += below
    x = int(np.clip(corner[0], 0, max(0, picture.shape[1] - width)))
    y = max(height, corner[1])
    cv2.rectangle(picture, (x, y - height), (x + width, y), colour, cv2.FILLED)
    line = max(1, round(size))
    origin = (x, y - below)
    cv2.putText(picture, text, origin, cv2.FONT_HERSHEY_SIMPLEX, size, WHITE, line, cv2.LINE_AA)
