"""Photo -> ink: how far each pixel departs from the paper.

Paper is what changes slowly, ink is what departs from it. Colours depart in one direction (from
the paper's to the pen's), so dark on light, light on dark and coloured pens are the same thing.
"""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.recognition.normalization import strength
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.resizing import shrink

# Where no other source is given, a value was chosen by trial on the development photos; no
# measurement of each is on record.
PAPER_SIDE = 160  # pixels; the paper's shading needs no more than this
COLOUR_SIDE = 80  # pixels; nor the colours of paper and pen more than this
# Wider than any stroke, narrower than most shadows; a share of the photo's shorter side.
STROKE_LIMIT = 0.3
# The same in the fine pass: tables, shadows' edges and tinted boxes are paper then, as are strokes
# of broad markers.
FINE_LIMIT = 0.1
DARK_PAPER = 128  # of 255, the middle: darker paper's ink does not fade in a shadow
DARKEST = 0.3  # of the usual light: a deeper shadow is no paper
UNLIKE = 15  # of 255: what is lighter or darker than its surroundings by more is no paper
BUSY = 0.4  # share of the pixels: in a scene more are in lighter things, and more in darker ones


def ink_map(photo: MatLike, *, inverse: bool = False, limit: float = STROKE_LIMIT) -> MatLike:
    """Tell how far each pixel of a photo departs from its paper towards the ink.

    Args:
        photo: (h, w, 3) uint8 BGR.
        inverse: take for ink what at first sight is paper: light on dark for dark on light.
        limit: in shares of the shorter side: what is broader is paper.

    Returns:
        (h, w) uint8: 0 on paper, larger where there is more ink. In a shadow it is scaled to what
        it would be in the photo's usual light.

    Raises:
        RefusedError: all is of one colour.
    """
    small = shrink(photo, PAPER_SIDE)
    smallest = shrink(small, COLOUR_SIDE)
    projection = _projection(smallest, inverse, limit)
    # OpenCV takes less time for three channels than for one.
    threefold = np.repeat(projection, 3, axis=0)
    inkiness = cv2.transform(photo, threefold)
    inkiness = cv2.extractChannel(inkiness, 0)
    small_inkiness = cv2.transform(small, projection)
    paper = _paper(small_inkiness, limit)
    enlarged = _enlarged(paper, inkiness)
    departure = cv2.subtract(inkiness, enlarged)
    return _evenly_lit(departure, paper)


def is_scene(photo: MatLike) -> bool:
    """Whether `photo` (h, w, 3) uint8 BGR shows things rather than a page.

    On a page all strokes are darker than the paper, or all lighter; among things much is lighter
    than what is around it and much is darker.
    """
    small = shrink(photo, PAPER_SIDE)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    window = _window(grey, STROKE_LIMIT)
    lighter_by = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, window)
    darker_by = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, window)
    is_lighter = lighter_by > UNLIKE
    is_darker = darker_by > UNLIKE
    share = min(is_lighter.mean(), is_darker.mean())
    return bool(share > BUSY)


def _projection(small: MatLike, inverse: bool, limit: float) -> NDArray[np.float32]:
    """The transform (1, 4) of BGR onto the line from the paper's colour to the ink's, in 0..255.

    Raises:
        RefusedError: nothing departs from the paper.
    """
    departure = _departure(small)
    thinness = _thinness(small, limit)
    agreement = np.einsum("ij,ij->i", departure, thinness)
    weight = np.maximum(agreement, 0)
    lightness = departure @ np.ones(3, np.float32)
    is_darker = lightness < 0
    dark = (weight * is_darker) @ departure
    light = (weight * ~is_darker) @ departure
    weaker, stronger = sorted((dark, light), key=np.linalg.norm)
    direction = weaker if inverse else stronger
    total = np.abs(direction).sum()
    if total < 1:
        raise RefusedError(Refusal.NO_DIGIT)
    direction /= total
    # What is furthest against the direction becomes 0.
    against = direction[direction < 0]
    offset = -255 * against.sum()
    row = np.append(direction, offset)
    return row[None].astype(np.float32)


def _departure(small: MatLike) -> NDArray[np.float32]:
    """How far each pixel's colour (n, 3) is from the paper's, which the median over much gives."""
    shorter = min(small.shape[:2])
    half = shorter // 2
    side = half | 1  # OpenCV takes odd ones only
    paper = cv2.medianBlur(small, side)
    departure = small.astype(np.float32) - paper
    return departure.reshape(-1, 3)


def _thinness(small: MatLike, limit: float) -> NDArray[np.float32]:
    """How far each pixel's colour (n, 3) is from what is around anything thin.

    Strokes also vanish when their surroundings close over them; at an edge of paper or shadow
    nothing does, and the paper inside a loop does not depart from the median.
    """
    window = _window(small, limit)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, window)
    opened = cv2.morphologyEx(small, cv2.MORPH_OPEN, window)
    colours = small.astype(np.float32)
    thinness = 2 * colours - closed - opened
    return thinness.reshape(-1, 3)


def _paper(inkiness: MatLike, limit: float) -> MatLike:
    """What is left of `inkiness` (h, w) uint8 without strokes: the paper, its shading and shadows.

    Opening keeps only what is wider than a window.
    """
    window = _window(inkiness, limit)
    paper = cv2.morphologyEx(inkiness, cv2.MORPH_OPEN, window)
    # At an edge of the paper, interpolation would leave a seam that looks like ink.
    neighbourhood = np.ones((3, 3), np.uint8)
    return cv2.dilate(paper, neighbourhood)


def _evenly_lit(departure: MatLike, paper: MatLike) -> MatLike:
    """Scale up the ink in a shadow: ink takes the same share of the light everywhere."""
    light = cv2.bitwise_not(paper)
    usual = strength(light, -1, 0.5)
    if usual < DARK_PAPER:
        return departure
    darkest = round(DARKEST * usual)
    light = np.maximum(light, np.uint8(darkest))
    enlarged = _enlarged(light, departure)
    return cv2.divide(departure, enlarged, scale=usual)


def _enlarged(image: MatLike, like: MatLike) -> MatLike:
    height, width = like.shape
    return cv2.resize(image, (width, height))


def _window(image: MatLike, limit: float) -> MatLike:
    """The square that is as wide as the broadest stroke, for morphology."""
    shorter = min(image.shape[:2])
    broadest = round(limit * shorter)
    side = max(3, broadest)
    return np.ones((side, side), np.uint8)
