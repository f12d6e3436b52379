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
    redrawn = warped.reshape(count, PADDED, PADDED).astype(np.float32)
    for (share, most), change in (
        (BOLDER, partial(cv2.dilate, kernel=_CROSS)),
        (FINER, partial(cv2.erode, kernel=_CROSS)),
        (BLURRED, partial(cv2.GaussianBlur, ksize=(3, 3), sigmaX=0)),
    ):
        weight = rng.uniform(0, most, (count, 1, 1)) * (rng.random((count, 1, 1)) < share)
        other = change(redrawn.reshape(-1, PADDED)).reshape(redrawn.shape)
        redrawn += weight.astype(np.float32) * (other - redrawn)
    gamma = rng.uniform(*GAMMA, (count, 1, 1)).astype(np.float32)
    inner = redrawn[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
    return (255 * (inner / 255) ** gamma).astype(np.uint8)


def _source(count: int, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """The x and y in the column that each pixel comes from (Simard, Steinkraus, Platt, 2003)."""
    centre = (PADDED - 1) / 2
    rows, columns = np.mgrid[0:PADDED, 0:PADDED].astype(np.float32) - np.float32(centre)
    # Most digits are changed a little and few a lot: hands differ so.
    angle, shear, width, height, left, up = (
        (rng.uniform(-most, most, (count, 1, 1)) * rng.random((count, 1, 1))).astype(np.float32)
        for most in (ROTATION_RADIANS, SHEAR, STRETCH, STRETCH, SHIFT_PIXELS, SHIFT_PIXELS)
    )
    slanted, stretched = columns * (1 + width) + rows * shear, rows * (1 + height)
    x = np.cos(angle) * slanted - np.sin(angle) * stretched
    y = np.sin(angle) * slanted + np.cos(angle) * stretched
    elastic_x, elastic_y = _elastic(count, rng)
    x += left + elastic_x + centre
    y += up + elastic_y + centre
    # What lies outside an image is its empty margin, not the next image.
    x, y = np.clip(x, 0, PADDED - 1), np.clip(y, 0, PADDED - 1)
    y += np.arange(0, count * PADDED, PADDED, dtype=np.float32)[:, None, None]
    return x.reshape(-1, PADDED), y.reshape(-1, PADDED)


def _elastic(count: int, rng: np.random.Generator) -> Numbers:
    """Smooth random displacements (2, n, PADDED, PADDED) in pixels, from a coarse grid."""
    strength = ELASTIC_PIXELS * rng.random((1, count, 1, 1))
    coarse = strength * rng.normal(size=(2, count, ELASTIC_GRID, ELASTIC_GRID))
    grid = np.eye(ELASTIC_GRID, dtype=np.float32)
    spread = cv2.resize(grid, (ELASTIC_GRID, PADDED), interpolation=cv2.INTER_CUBIC)
    return np.asarray(spread @ coarse.astype(np.float32) @ spread.T, dtype=np.float32)
