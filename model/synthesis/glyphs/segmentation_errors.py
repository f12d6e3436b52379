"""What a wrong segmentation takes for one digit: several that touch, or a part of one.

They are made of MNIST's images, and the network is trained to be unsure of them.
"""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.glyphs.glyph_images import MIDDLE_GREY, trim
from model.synthesis.glyphs.handwriting import GLYPH_SIDE

Images = NDArray[np.uint8]

# A cubic enlargement is blurred: levels from 64 to 192 become all levels, which crisps its edges.
EDGE_START, EDGE_GAIN = 64, 2

# By eye where no reason is given.
TOUCHING = (2, 2, 3)  # how many digits touch, each entry equally often
OVERLAP = (2, 7)  # pixels, the upper bound exclusive: less than a stroke, lest a 1 vanish
NARROWEST = 0.65  # width / height of those that touch; narrower could be one digit, badly written
FRAGMENT = (0.25, 0.45)  # of a digit's ink that is left: less than half
CUT_SLOPE = 0.4  # of the cut that leaves a fragment, pixels down a pixel to the right, at most
LYING = 1.6  # width / height of a fragment, at least: no digit is so broad


def _enlarged(digit: Images) -> MatLike:
    """An image (28, 28) as a glyph with smooth edges, `GLYPH_SIDE` high or wide."""
    ink = trim(digit)
    side = max(ink.shape)
    scale = GLYPH_SIDE / side
    large = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    above = np.maximum(large, EDGE_START) - EDGE_START
    return cv2.convertScaleAbs(above, alpha=EDGE_GAIN)


def touching_digits(digits: Images, rng: Generator) -> MatLike:
    """Two or three digits that touch, else segmentation would tell them apart.

    Args:
        digits: images (n, 28, 28) uint8, ink 255 on 0.
        rng: decides everything.

    Returns:
        A glyph (h, w) uint8, ink 255 on 0, of one component.
    """
    while True:
        count = rng.choice(TOUCHING)
        indices = rng.integers(len(digits), size=count)
        first, *others = digits[indices]
        glyph = _enlarged(first)
        for digit in others:
            overlap = int(rng.integers(*OVERLAP))
            glyph = join(glyph, _enlarged(digit), overlap)
        height, width = glyph.shape
        if width >= NARROWEST * height and _hangs_together(glyph):
            return glyph


def _hangs_together(glyph: MatLike) -> bool:
    ink = (glyph > MIDDLE_GREY).astype(np.uint8)
    count, _ = cv2.connectedComponents(ink)
    return count == 2  # the ink's one component, and the paper


def join(left: MatLike, right: MatLike, overlap: int) -> MatLike:
    """Push one glyph from the right into another until they overlap in some row.

    Args:
        left: a glyph (h, w) uint8, ink 255 on 0.
        right: another, of any size; both begin in one row.
        overlap: pixels.

    Returns:
        Both on one canvas (h, w) uint8. They do not touch if no row has ink of both, as `right` is
        pushed at most to the middle of `left`.
    """
    height = max(len(left), len(right))
    left = _with_height(left, height)
    right = _with_height(right, height)
    left_width = left.shape[1]
    middle = left_width // 2
    pushed = left_width - _gap(left, right) - overlap
    start = max(middle, pushed)
    end = start + right.shape[1]
    width = max(left_width, end)
    canvas = np.zeros((height, width), np.uint8)
    canvas[:, :left_width] = left
    shared = canvas[:, start:end]
    np.maximum(shared, right, out=shared)
    return canvas


def _with_height(glyph: MatLike, height: int) -> MatLike:
    """A glyph with empty rows below it."""
    below = height - len(glyph)
    return cv2.copyMakeBorder(glyph, 0, below, 0, 0, cv2.BORDER_CONSTANT, value=0)


def _gap(left: MatLike, right: MatLike) -> int:
    """Empty pixels between two glyphs beside each other, in the row where they are nearest."""
    left_ink = np.fliplr(left) > MIDDLE_GREY
    right_ink = right > MIDDLE_GREY
    gaps = left_ink.argmax(axis=1) + right_ink.argmax(axis=1)
    left_rows = left_ink.any(axis=1)
    right_rows = right_ink.any(axis=1)
    near = gaps[left_rows & right_rows]
    return int(near.min()) if near.size else 0


def fragment(digits: Images, rng: Generator) -> MatLike:
    """What a straight cut leaves of a digit: less than half, in one component, without holes.

    It is broader than high, as no digit is.

    Args:
        digits: images (n, 28, 28) uint8, ink 255 on 0.
        rng: decides everything.

    Returns:
        A glyph (h, w) uint8, ink 255 on 0, without empty margins.
    """
    while True:
        index = rng.integers(len(digits))
        glyph = _enlarged(digits[index])
        rest = _cut(glyph, rng)
        height, width = rest.shape
        contours, _ = cv2.findContours(rest, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
        if width >= LYING * height and len(contours) == 1:
            return rest


def _cut(glyph: MatLike, rng: Generator) -> MatLike:
    """The upper or the lower part of a glyph, trimmed."""
    rows, columns = np.indices(glyph.shape)
    direction = rng.choice((-1, 1))
    slope = rng.uniform(-CUT_SLOPE, CUT_SLOPE)
    depths = direction * (rows + slope * columns)
    inked = depths[glyph > MIDDLE_GREY]
    share = rng.uniform(*FRAGMENT)
    cut = np.quantile(inked, share)
    rest = glyph.copy()
    rest[depths > cut] = 0
    return trim(rest)
