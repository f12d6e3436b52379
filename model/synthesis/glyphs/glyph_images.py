"""Glyphs: images of one character's ink, whatever drew them."""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box

ENLARGEMENT = 4  # MNIST's 20 pixel digits become 80 pixels high
STAIRS = 2.5  # pixels; deviation of a blur in which the stairs of 28 pixels vanish
EDGE_GAIN = 4.0  # makes edges crisp again after that blur; by eye
CORRECTIONS = 3  # more bring an enlarged image hardly closer to its original
CORRECTION_SHARE = 0.5  # of what is missing; all of it at once would overshoot
MIDDLE_GREY = 127.5  # of 0..255


def enlarge(image: NDArray[np.uint8]) -> MatLike:
    """Redraw an MNIST image at `ENLARGEMENT` times its size with crisp edges.

    Args:
        image: (28, 28) uint8, ink 255 on 0.

    Returns:
        (112, 112) uint8, ink 255 on 0; shrunk again, it is nearly `image`.
    """
    original = image.astype(np.float32)
    height, width = original.shape
    source = original.copy()
    for _ in range(CORRECTIONS):
        crisp = _enlarged_crisply(source)
        # What the steeper edges took from the image is given back to what they are made from.
        shrunk = cv2.resize(crisp, (width, height), interpolation=cv2.INTER_AREA)
        source += CORRECTION_SHARE * (original - shrunk)
    return np.asarray(crisp, np.uint8)


def _enlarged_crisply(image: MatLike) -> MatLike:
    """Enlarge `image` (h, w) float32 smoothly, then make its edges steep: float32 in 0..255."""
    large = cv2.resize(
        image,
        dsize=None,
        fx=ENLARGEMENT,
        fy=ENLARGEMENT,
        interpolation=cv2.INTER_CUBIC,
    )
    smooth = cv2.GaussianBlur(large, (0, 0), STAIRS)
    steep = EDGE_GAIN * (smooth - MIDDLE_GREY) + MIDDLE_GREY
    return np.asarray(np.clip(steep, 0, 255))


def trim(image: MatLike, level: int = 0) -> MatLike:
    """Cut away the margin without ink.

    Args:
        image: (h, w) uint8, ink 255 on 0.
        level: what is brighter counts as ink, 0..254.

    Returns:
        A view of the part of `image` that holds all ink; (0, 0) if there is none.
    """
    ink = (image > level).astype(np.uint8)
    box = Box(*cv2.boundingRect(ink))
    rows = slice(box.y, box.bottom)
    columns = slice(box.x, box.right)
    return image[rows, columns]
