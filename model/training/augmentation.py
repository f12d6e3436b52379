"""What pens, paper and phones do to a digit, done to a batch of 28x28 training images."""

from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Numbers = NDArray[np.float32]

SIZE = 28
MARGIN = 2  # empty pixels around each image, so that neighbours in a column never mix
PADDED = SIZE + 2 * MARGIN
COLUMN = 1000  # images; OpenCV remaps at most 32,767 rows

# Chosen on the validation part. Writers slant and stretch more than they rotate.
ROTATION_RADIANS = 0.3
SHEAR = 0.35
STRETCH = 0.15
SHIFT_PIXELS = 2.0
ELASTIC_PIXELS = 0.8
ELASTIC_GRID = 5
# (share of the images, how far at most) for each thing a pen or a camera does to a stroke.
BOLDER = (0.2, 0.9)
FINER = (0.2, 0.5)
BLURRED = (0.3, 0.9)
GAMMA = (0.7, 1.4)

_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
_LEVELS = (np.arange(256) / 255).astype(np.float32)


def augment(images: Images, rng: np.random.Generator) -> Images:
    """Redraw each of `images` (n, 28, 28), ink 255 on 0, as another hand and pen might have.

    They are worked on in tall columns: a call for each image costs ten times as much.
    """
    pieces = range(0, len(images), COLUMN)
    return np.concatenate([_augment(images[start : start + COLUMN], rng) for start in pieces])


def _augment(images: Images, rng: np.random.Generator) -> Images:
    count = len(images)
    column = np.pad(images, ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN))).reshape(-1, PADDED)
    warped = cv2.remap(column, *_source(count, rng), cv2.INTER_LINEAR)
    redrawn = np.asarray(warped, np.uint8).reshape(count, PADDED, PADDED)
    for (share, most), change in (
        (BOLDER, partial(cv2.dilate, kernel=_CROSS)),
        (FINER, partial(cv2.erode, kernel=_CROSS)),
        (BLURRED, partial(cv2.GaussianBlur, ksize=(3, 3), sigmaX=0)),
    ):
        weight = rng.uniform(0, most, (count, 1, 1)).astype(np.float32)
        chosen = rng.random(count) < share
        other = change(redrawn.reshape(-1, PADDED)).reshape(redrawn.shape)
        one, other, weight = redrawn[chosen], other[chosen], weight[chosen]
        redrawn[chosen] = np.rint((1 - weight) * one + weight * other)
    gamma = rng.uniform(*GAMMA, (count, 1)).astype(np.float32)
    tones = (255 * _LEVELS**gamma).astype(np.uint8)
    inner = redrawn[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
    return tones.take(inner + np.arange(0, tones.size, 256)[:, None, None])


def _terms() -> Numbers:
    """What a displacement is a sum of products of, by row and by column: (PADDED, terms).

    The bumps of a coarse grid, which make it elastic, and 1 and the way from the middle.
    """
    grid = np.eye(ELASTIC_GRID, dtype=np.float32)
    bumps = cv2.resize(grid, (ELASTIC_GRID, PADDED), interpolation=cv2.INTER_CUBIC)
    way = np.arange(PADDED, dtype=np.float32) - (PADDED - 1) / 2
    return np.column_stack([bumps, np.ones_like(way), way]).astype(np.float32)


_TERMS = _terms()


def _source(count: int, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """The x and y in the column that each pixel comes from (Simard, Steinkraus, Platt, 2003)."""
    # Most digits are changed a little and few a lot: hands differ so.
    angle, shear, width, height, left, up = (
        rng.uniform(-most, most, count) * rng.random(count)
        for most in (ROTATION_RADIANS, SHEAR, STRETCH, STRETCH, SHIFT_PIXELS, SHIFT_PIXELS)
    )
    cos, sin, middle = np.cos(angle), np.sin(angle), (PADDED - 1) / 2
    of_one, of_way = ELASTIC_GRID, ELASTIC_GRID + 1
    share = np.zeros((2, count, _TERMS.shape[1], _TERMS.shape[1]), np.float32)
    share[:, :, of_one, of_one] = left + middle, up + middle
    share[:, :, of_one, of_way] = cos * (1 + width), sin * (1 + width)
    share[:, :, of_way, of_one] = (
        cos * shear - sin * (1 + height),
        sin * shear + cos * (1 + height),
    )
    strength = ELASTIC_PIXELS * rng.random((1, count, 1, 1))
    elastic = rng.normal(size=(2, count, ELASTIC_GRID, ELASTIC_GRID))
    share[..., :ELASTIC_GRID, :ELASTIC_GRID] = strength * elastic
    # What lies outside an image is its empty margin, not the next image.
    x, y = field = _TERMS @ share @ _TERMS.T
    np.clip(field, 0, PADDED - 1, out=field)
    y += np.arange(0, count * PADDED, PADDED, dtype=np.float32)[:, None, None]
    return x.reshape(-1, PADDED), y.reshape(-1, PADDED)
