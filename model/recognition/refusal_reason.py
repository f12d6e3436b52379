"""Why nothing is asserted of a page, so that its sender can be told what helps in this case.

Only what was measured on the way of the photo is asked, and no reading depends on it.
"""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.recognition.components import Components, Integers
from model.recognition.ink import PAPER_SIDE, is_scene
from model.recognition.normalization import strength
from model.recognition.passes import Segmented
from model.recognition.refusal import Refusal
from model.recognition.resizing import shrink
from model.recognition.segmentation import SMALL

# By eye, on the development pictures that show no digit and on photos made dark, small and blurred.
BRIGHTEST = 99  # percentile of lightness: light ink on black paper is brighter than a dark photo
DARK = 70  # of 255
TINY = 20  # pixels: of a digit that is no higher, details are lost
FILLING = 1 / 3  # of the page's shorter side: what is as high cannot come much nearer
FULL_INK = 0.75  # quantile of a component's ink: its strokes' edges are fainter
SHARP = 0.1  # of the full ink, from one pixel to the next: blurred edges are broader than ten
HALF = 0.5  # of the difference between the pixels before and after one is the slope there

NOT_RECOGNIZED = frozenset({Refusal.NOT_A_DIGIT, Refusal.NO_DIGIT})
"""The reasons of a page that is seen well enough for a digit in it to lie on its side."""


def reason_of_refusal(photo: MatLike, segmented: Segmented) -> Refusal:
    """Tell why nothing is asserted of a page as it lies.

    Args:
        photo: (h, w, 3) uint8 BGR, the page.
        segmented: what was found in it.
    """
    components = segmented.components
    if _is_dark(photo):
        return Refusal.TOO_DARK
    if components is None:
        return Refusal.BLANK
    if components.are_many or is_scene(photo):
        return Refusal.TOO_MANY_COMPONENTS
    sizes = _sizes(components)
    largest = int(sizes.argmax())
    filling = FILLING * min(components.ink.shape)
    if sizes[largest] < min(TINY, filling):
        return Refusal.TOO_SMALL
    is_large = sizes[largest] >= min(SMALL, filling)
    if is_large and _sharpness(components, largest) >= SHARP:
        return Refusal.NOT_A_DIGIT
    return Refusal.NO_DIGIT


def _is_dark(photo: MatLike) -> bool:
    """Whether even the brightest part of a photo is dark."""
    small = shrink(photo, PAPER_SIDE)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    return bool(np.percentile(grey, BRIGHTEST) < DARK)


def _sizes(components: Components) -> Integers:
    """The longer sides (n,) of components; 0 of those that are no writing, if others may be."""
    sizes: Integers = components.boxes[:, 2:].max(axis=1)
    may_be_writing = components.inside & ~components.are_rules
    if may_be_writing.any():
        sizes[~may_be_writing] = 0
    return sizes


def _sharpness(components: Components, place: int) -> float:
    """How much of a component's full ink is lost from one pixel of its outline to the next."""
    x, y, width, height = components.boxes[place].tolist()
    # The paper just around it belongs to its outline's slopes.
    rows = slice(max(y - 1, 0), y + height + 1)
    columns = slice(max(x - 1, 0), x + width + 1)
    ink = components.ink[rows, columns]
    is_own = components.labels[rows, columns] == components.ids[place]
    across = cv2.Sobel(ink, cv2.CV_32F, 1, 0, ksize=1, scale=HALF)
    down = cv2.Sobel(ink, cv2.CV_32F, 0, 1, ksize=1, scale=HALF)
    slopes = cv2.magnitude(across, down)[_outline(is_own)]
    full = strength(ink[is_own], -1, FULL_INK)
    return float(np.median(slopes) / max(full, 1.0))


def _outline(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pixels (h, w) of a mask that have a neighbour beyond it, or are at the picture's edge."""
    around = np.pad(mask, 1).astype(np.uint8)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    inside = cv2.erode(around, cross)[1:-1, 1:-1]
    outline: NDArray[np.bool_] = mask & (inside == 0)
    return outline
