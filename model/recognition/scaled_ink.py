"""A part of a photo -> its ink at the size on which the line network was trained."""

import cv2
from cv2.typing import MatLike

from model.recognition.ink import STROKE_LIMIT, ink_map

DIGIT_HEIGHT = 24  # pixels of digits in scaled ink; MNIST's are 20
# Digits' heights: what is broader is paper, however large a share of the photo it takes. By eye.
BROADEST = 0.8
FULL = 200.0  # of 255: the mean ink of a stroke's core after scaling, by eye
LEAST_FULL = 12.0  # of 255, by eye; fainter is the paper's grain, which is not made black


def scaled_ink(photo: MatLike, digit_height: float, *, inverse: bool = False) -> MatLike:
    """The ink of a photo, scaled until digits of `digit_height` are `DIGIT_HEIGHT` pixels high.

    Args:
        photo: (h, w, 3) uint8 BGR.
        digit_height: in pixels of the photo, more than 0.
        inverse: as `ink_map` takes it.

    Returns:
        (h', w') uint8, 0 on paper.

    Raises:
        RefusedError: all is of one colour.
    """
    ink = ink_of_digits(photo, digit_height, inverse=inverse)
    scaled = rescaled(ink, DIGIT_HEIGHT / digit_height)
    return strengthened(scaled)


def ink_of_digits(photo: MatLike, digit_height: float, *, inverse: bool = False) -> MatLike:
    """The ink (h, w) uint8 of a photo, not scaled: what is broader than digits is paper.

    The arguments are those of `scaled_ink`.

    Raises:
        RefusedError: all of the photo is of one colour.
    """
    height, width = photo.shape[:2]
    broadest = BROADEST * digit_height / min(height, width)
    limit = min(STROKE_LIMIT, broadest)
    return ink_map(photo, inverse=inverse, limit=limit)


def rescaled(image: MatLike, factor: float) -> MatLike:
    """An image (h, w) or (h, w, channels) scaled by `factor`, at least one pixel wide and high."""
    height, width = image.shape[:2]
    new_width = round(width * factor)
    new_height = round(height * factor)
    size = max(new_width, 1), max(new_height, 1)
    # Where it becomes smaller, the mean over an area: strokes between the pixels would be lost.
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return cv2.resize(image, size, interpolation=method)


def strengthened(ink: MatLike) -> MatLike:
    """Ink (h, w) uint8 scaled so that the strokes' cores are `FULL`, however pale the pen.

    The core is what lies above Otsu's threshold (1979).
    """
    _, core = cv2.threshold(ink, 0, 255, cv2.THRESH_OTSU)
    mean, *_ = cv2.mean(ink, core)
    return strengthened_from(ink, mean)


def strengthened_from(ink: MatLike, core: float) -> MatLike:
    """The same, if the mean ink of the strokes' cores, 0 to 255, is known."""
    full = max(core, LEAST_FULL)
    factor = FULL / full
    return cv2.convertScaleAbs(ink, alpha=factor)
