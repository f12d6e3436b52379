"""A mark's ink -> 28x28, as MNIST itself was made.

MNIST: "the original black and white images were size normalized to fit in a 20x20 pixel box while
preserving their aspect ratio ... centered in a 28x28 image by computing the center of mass of the
pixels" (LeCun, Cortes, Burges).
"""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.recognition.resizing import fit

IMAGE_SIDE = 28
BOX_SIDE = 20
DETAIL = 4  # work at so many times the final size, where a stroke's width can be told
# In pixels of the 20 pixel box: 19 of 20 of MNIST's own digits have strokes of such widths.
STROKE_WIDTHS = (2.0, 4.6)


def normalize(ink: MatLike) -> NDArray[np.uint8]:
    """Make an MNIST image (28, 28) uint8, ink 255, of a mark's `ink` (h, w) uint8, paper 0."""
    large = _with_usual_stroke(fit(_even(ink), BOX_SIDE * DETAIL))
    return _centre(fit(large, BOX_SIDE))


def _even(ink: MatLike) -> MatLike:
    """Stretch so that full strokes reach 255 whatever the pen and the light."""
    otsu, _ = cv2.threshold(ink, 0, 255, cv2.THRESH_OTSU)
    return cv2.convertScaleAbs(ink, alpha=255 / max(strength(ink, otsu, 0.5), 1.0))


def strength(ink: MatLike, level: float, share: float) -> float:
    """The quantile `share` of those pixels of `ink` (h, w) uint8 that are above `level`."""
    counts = cv2.calcHist([ink], [0], None, [256], [0, 256]).ravel()
    counts[: int(level) + 1] = 0
    reached = np.cumsum(counts)
    place = share * max(float(reached[-1]) - 1, 0)
    lower, upper = np.searchsorted(reached, (np.floor(place), np.ceil(place)), "right").tolist()
    return float(lower + (upper - lower) * (place % 1))


def stroke_width(ink: MatLike, level: float = 127) -> float:
    """Mean stroke width in pixels: a bar's mean distance to its edge is a quarter of its width.

    What is above `level` of `ink` (h, w) uint8 is stroke.
    """
    mask = cv2.threshold(ink, level, 1, cv2.THRESH_BINARY)[1]
    mask = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    return 4 * cv2.mean(distance, mask)[0]


def _with_usual_stroke(ink: MatLike) -> MatLike:
    """Thicken a fine pen's strokes, thin a broad one's, to what MNIST's writers used."""
    width = stroke_width(ink) / DETAIL
    finest, broadest = STROKE_WIDTHS
    change = round(DETAIL * max(finest - width, width - broadest, 0))
    if change < 1:
        return ink
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (change + 1, change + 1))
    if width > broadest:
        return cv2.erode(ink, kernel)
    room = change // 2 + 1
    bordered = cv2.copyMakeBorder(ink, room, room, room, room, cv2.BORDER_CONSTANT, value=0)
    return cv2.dilate(bordered, kernel)


def _centre(ink: MatLike) -> NDArray[np.uint8]:
    """Put the centre of mass in the middle of the 28x28 image."""
    moments = cv2.moments(ink)
    mass = max(moments["m00"], 1.0)
    # MNIST's own training images have their mass at 14.0, not at the 13.5 between two pixels.
    offset = [round(IMAGE_SIDE / 2 - moments[name] / mass) for name in ("m01", "m10")]
    top, left = (
        min(max(shift, 0), IMAGE_SIDE - length)
        for shift, length in zip(offset, ink.shape, strict=True)
    )
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    image[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return image
