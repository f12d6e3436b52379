"""A candidate's ink -> 28x28, as MNIST itself was made.

MNIST: "the original black and white images were size normalized to fit in a 20x20 pixel box while
preserving their aspect ratio ... centered in a 28x28 image by computing the center of mass of the
pixels" (LeCun, Cortes, Burges).
"""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.resizing import fit, shrink

# Pixels, MNIST's own definition.
IMAGE_SIDE = 28
BOX_SIDE = 20
# Factor to the final size: in a box of 80 pixels stroke widths can be measured and changed.
DETAIL = 4
# Pixels of the longer side: of larger ink, as of a grid, none of the detail would be left.
LARGEST = 4 * BOX_SIDE * DETAIL
# In pixels of the 20 pixel box, as `stroke_width` measures them after `_even`: 97 % of MNIST's own
# digits have strokes of such widths (measured on every 20th training image).
STROKE_WIDTHS = (2.0, 4.6)


def normalize(ink: MatLike) -> NDArray[np.uint8]:
    """Make an MNIST image of a candidate's ink.

    Args:
        ink: (h, w) uint8, 0 on paper, larger where there is more ink; at least one pixel large.

    Returns:
        (28, 28) uint8, ink 255 on 0.
    """
    even = _even(shrink(ink, LARGEST))
    large = fit(even, BOX_SIDE * DETAIL)
    usual = _with_usual_stroke(large)
    return _centred(fit(usual, BOX_SIDE))


def strength(ink: MatLike, level: float, share: float) -> float:
    """The quantile `share` (0 to 1) of those pixels of `ink`, any uint8, that are above `level`.

    Between two values it is interpolated, as `numpy.quantile` does; without such pixels it is 256,
    more than any.
    """
    histogram = cv2.calcHist([ink], [0], None, [256], [0, 256])
    counts = histogram.ravel()
    lowest = int(level) + 1
    counts[:lowest] = 0
    reached = np.cumsum(counts)
    count = float(reached[-1])
    last = max(count - 1, 0)
    rank = share * last
    lower = _value_at(reached, np.floor(rank))
    upper = _value_at(reached, np.ceil(rank))
    fraction = rank % 1
    return lower + (upper - lower) * fraction


def _value_at(reached: MatLike, rank: float) -> int:
    """The pixel value at `rank`, given how many pixels have each value or a lower one."""
    return int(np.searchsorted(reached, rank, "right"))


def stroke_width(ink: MatLike, level: float = 127) -> float:
    """Mean stroke width in pixels: a bar's mean distance to its edge is a quarter of its width.

    What is above `level` of `ink` (h, w) uint8 is stroke; without any the width is 0.
    """
    _, mask = cv2.threshold(ink, level, 1, cv2.THRESH_BINARY)
    # The picture's edge is an edge of the stroke, too.
    mask = _with_border(mask, 1)
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    mean, *_ = cv2.mean(distance, mask)
    return 4 * mean


def _even(ink: MatLike) -> MatLike:
    """Stretch the grey levels so that full strokes reach 255 whatever the pen and the light."""
    level, _ = cv2.threshold(ink, 0, 255, cv2.THRESH_OTSU)
    median = strength(ink, level, 0.5)
    full = max(median, 1.0)
    return cv2.convertScaleAbs(ink, alpha=255 / full)


def _with_usual_stroke(ink: MatLike) -> MatLike:
    """Thicken a fine pen's strokes, thin a broad one's, to what MNIST's writers used.

    `ink` is `DETAIL` times as large as in the 20 pixel box.
    """
    width = stroke_width(ink) / DETAIL
    finest, broadest = STROKE_WIDTHS
    too_fine = finest - width
    too_broad = width - broadest
    too_much = max(too_fine, too_broad, 0)
    change = round(DETAIL * too_much)
    if not change:
        return ink
    side = change + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    if too_broad > 0:
        return cv2.erode(ink, kernel)
    reach = change // 2 + 1
    return cv2.dilate(_with_border(ink, reach), kernel)


def _with_border(image: MatLike, width: int) -> MatLike:
    """The image with so many pixels of paper around it."""
    return cv2.copyMakeBorder(image, width, width, width, width, cv2.BORDER_CONSTANT, value=0)


def _centred(ink: MatLike) -> NDArray[np.uint8]:
    """Put the centre of mass of `ink`, in a box of 20 pixels, in the middle of 28x28 ones."""
    height, width = ink.shape
    moments = cv2.moments(ink)
    mass = max(moments["m00"], 1.0)
    x = moments["m10"] / mass
    y = moments["m01"] / mass
    box = Box(_start(x, width), _start(y, height), width, height)
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    image[box.window] = ink
    return image


def _start(centre: float, length: int) -> int:
    """Where `length` pixels begin so that their `centre` of mass is in the middle of the image."""
    # MNIST's own training images have their mass at 14.0, not at the 13.5 between two pixels.
    middle = IMAGE_SIDE / 2
    start = round(middle - centre)
    latest = IMAGE_SIDE - length
    return min(max(start, 0), latest)
