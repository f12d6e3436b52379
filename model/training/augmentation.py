"""What pens, paper and phones do to a digit, done to a batch of 28x28 training images."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Numbers = NDArray[np.float32]
Amounts = NDArray[np.float64]

SIZE = 28
MARGIN = 2  # empty pixels around each image, so that neighbours in a column never mix
PADDED = SIZE + 2 * MARGIN
MIDDLE = (PADDED - 1) / 2  # of a padded image
COLUMN = 1000  # images; OpenCV remaps at most 32,767 rows

# The most that is done, either way, as the shipped network was trained with; no other values have
# been measured since. Writers slant and stretch more than they rotate.
ROTATION_RADIANS = 0.3
SHEAR = 0.35  # pixels to the side a pixel down
STRETCH = 0.15  # share of the width, and of the height
SHIFT_PIXELS = 2.0
# Elastic distortion: the deviation of a coarse grid's displacements, at most, and its points.
ELASTIC_PIXELS = 0.8
ELASTIC_GRID = 5
# Where the 1 and the way from the middle stand among the functions of `_basis`.
ONE, WAY = ELASTIC_GRID, ELASTIC_GRID + 1
# (share of the images, how far at most) for each thing a pen or a camera does to a stroke: 1 would
# be a pixel more on each side, a pixel less, and a full blur.
BOLDER = (0.2, 0.9)
FINER = (0.2, 0.5)
BLURRED = (0.3, 0.9)
GAMMA = (0.7, 1.4)  # from darker to lighter ink

CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)  # a pixel and its four neighbours
LEVELS = 256  # of grey


class Warps(NamedTuple):
    """How each of n images is moved and bent: arrays (n,) but for the last.

    They map a pixel to where its content comes from, so the ink moves the other way.
    """

    rotation: Amounts  # radians; positive turns the ink anticlockwise
    shear: Amounts  # pixels to the right a pixel down; positive leans the ink to the right
    width: Amounts  # share; positive makes the ink narrower
    height: Amounts  # share; positive makes the ink lower
    right: Amounts  # pixels; positive moves the ink to the left
    down: Amounts  # pixels; positive moves the ink up
    elastic: Amounts  # (2, n, ELASTIC_GRID, ELASTIC_GRID): x and y in pixels, by row and column


def augment(images: Images, rng: Generator) -> Images:
    """Redraw each image as another hand, pen and camera might have.

    They are worked on in tall columns: a call for each image would take much longer.

    Args:
        images: (n, 28, 28) uint8, ink 255 on 0; they are left as they are.
        rng: decides everything.

    Returns:
        New images of the same shape.
    """
    columns = []
    for start in range(0, len(images), COLUMN):
        column = images[start : start + COLUMN]
        columns.append(_augment_column(column, rng))
    return np.concatenate(columns)


def _augment_column(images: Images, rng: Generator) -> Images:
    count = len(images)
    warps = sample_warps(count, rng)
    redrawn = warp(images, warps)
    changes = ((BOLDER, thicken), (FINER, thin), (BLURRED, blur))
    for limits, change in changes:
        weights = sample_weights(count, limits, rng)
        blend(redrawn, change, weights)
    gammas = rng.uniform(*GAMMA, count)
    inside = slice(MARGIN, -MARGIN)
    return change_tones(redrawn[:, inside, inside], gammas)


def sample_warps(count: int, rng: Generator) -> Warps:
    """Choose how `count` images are moved and bent: most a little, few a lot, as hands differ."""
    return Warps(
        rotation=_mostly_small(ROTATION_RADIANS, count, rng),
        shear=_mostly_small(SHEAR, count, rng),
        width=_mostly_small(STRETCH, count, rng),
        height=_mostly_small(STRETCH, count, rng),
        right=_mostly_small(SHIFT_PIXELS, count, rng),
        down=_mostly_small(SHIFT_PIXELS, count, rng),
        elastic=_sample_elastic(count, rng),
    )


def _mostly_small(limit: float, count: int, rng: Generator) -> Amounts:
    """Amounts (count,) in -limit..limit, small ones more often."""
    amounts = rng.uniform(-limit, limit, count)
    shares = rng.random(count)
    return amounts * shares


def _sample_elastic(count: int, rng: Generator) -> Amounts:
    """Displacements of a grid's points in pixels, of another deviation for each image."""
    strength = ELASTIC_PIXELS * rng.random((1, count, 1, 1))
    grid = rng.normal(size=(2, count, ELASTIC_GRID, ELASTIC_GRID))
    return np.asarray(strength * grid)


def sample_weights(count: int, limits: tuple[float, float], rng: Generator) -> Numbers:
    """Choose how far `count` images are changed.

    Args:
        count: how many.
        limits: the share of the images that are changed at all, and how far at most.
        rng: decides everything.

    Returns:
        Weights (count,) float32 in 0..1, as `blend` takes them; 0 leaves an image as it is.
    """
    share, most = limits
    weights = rng.uniform(0, most, count).astype(np.float32)
    is_left = rng.random(count) >= share
    weights[is_left] = 0
    return weights


def warp(images: Images, warps: Warps) -> Images:
    """Move and bend images (Simard, Steinkraus, Platt, 2003).

    Args:
        images: (n, 28, 28) uint8, ink 255 on 0.
        warps: what is done to each.

    Returns:
        The images with a margin, (n, PADDED, PADDED) uint8.
    """
    margins = (MARGIN, MARGIN)
    padded = np.pad(images, ((0, 0), margins, margins))
    sources = _sources(warps)
    # What lies outside an image is its empty margin, not the next image.
    np.clip(sources, 0, PADDED - 1, out=sources)
    height = len(images) * PADDED
    tops = np.arange(0, height, PADDED, dtype=np.float32)
    sources[1] += tops[:, None, None]
    x, y = sources.reshape(2, -1, PADDED)
    column = padded.reshape(-1, PADDED)
    warped = cv2.remap(column, x, y, cv2.INTER_LINEAR)
    return np.asarray(warped, np.uint8).reshape(padded.shape)


def _sources(warps: Warps) -> Numbers:
    """The x and y (2, n, PADDED, PADDED) in an image that each of its pixels comes from.

    They are sums of products of functions of the row and functions of the column, as `_basis` has
    them: with the shares of all products known, two matrix products give them for all images.
    """
    cos = np.cos(warps.rotation)
    sin = np.sin(warps.rotation)
    shear = warps.shear
    wide = 1 + warps.width
    high = 1 + warps.height
    basis = _basis()
    terms = basis.shape[1]
    share = np.zeros((2, len(cos), terms, terms), np.float32)
    x, y = share
    x[:, ONE, ONE] = warps.right + MIDDLE
    y[:, ONE, ONE] = warps.down + MIDDLE
    x[:, ONE, WAY] = cos * wide
    y[:, ONE, WAY] = sin * wide
    x[:, WAY, ONE] = cos * shear - sin * high
    y[:, WAY, ONE] = sin * shear + cos * high
    bumps = slice(ELASTIC_GRID)
    share[:, :, bumps, bumps] = warps.elastic
    return np.asarray(basis @ share @ basis.T)


@cache
def _basis() -> Numbers:
    """Functions of a row's or column's number: (PADDED, ELASTIC_GRID + 2) float32.

    First the bumps of a coarse grid, which make a displacement elastic, then 1 and the way from the
    middle.
    """
    grid = np.eye(ELASTIC_GRID, dtype=np.float32)
    bumps = cv2.resize(grid, (ELASTIC_GRID, PADDED), interpolation=cv2.INTER_CUBIC)
    way = np.arange(PADDED, dtype=np.float32) - MIDDLE
    one = np.ones_like(way)
    basis = np.column_stack([bumps, one, way])
    return basis.astype(np.float32)


def thicken(column: MatLike) -> MatLike:
    """Make the strokes of `column` (h, w) uint8 a pixel wider on each side."""
    return cv2.dilate(column, CROSS)


def thin(column: MatLike) -> MatLike:
    """Make the strokes of `column` (h, w) uint8 a pixel narrower on each side."""
    return cv2.erode(column, CROSS)


def blur(column: MatLike) -> MatLike:
    """Blur `column` (h, w) uint8 with weights of 1, 2, 1 in both directions."""
    return cv2.GaussianBlur(column, (3, 3), 0)


def blend(images: Images, change: Callable[[MatLike], MatLike], weights: Numbers) -> None:
    """Change images in place, each as far as its weight says.

    Args:
        images: (n, h, w) uint8 with margins that `change` does not reach over.
        change: what is done to all images in a column (n h, w).
        weights: (n,) float32 in 0..1; 0 leaves an image as it is, 1 changes it fully.
    """
    width = images.shape[2]
    column = images.reshape(-1, width)
    changed = change(column)
    changed = changed.reshape(images.shape)
    chosen = weights > 0
    weight = weights[chosen, None, None]
    kept = (1 - weight) * images[chosen]
    added = weight * changed[chosen]
    images[chosen] = np.rint(kept + added)


def change_tones(images: Images, gammas: Amounts) -> Images:
    """Make each image's greys darker or lighter.

    Args:
        images: (n, h, w) uint8, ink 255 on 0.
        gammas: (n,); above 1 greys become fainter, below 1 stronger.

    Returns:
        New images of the same shape.
    """
    levels = np.linspace(0, 1, LEVELS, dtype=np.float32)
    exponents = gammas.astype(np.float32)[:, None]
    tones = (255 * levels**exponents).astype(np.uint8)  # a table (LEVELS,) for each image
    tables = np.arange(0, tones.size, LEVELS)[:, None, None]
    return tones.take(tables + images)
