"""Drawn glyphs, distorted as another hand might have written them."""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.glyphs.glyph_images import trim
from model.synthesis.glyphs.handwriting import GLYPH_SIDE, MARGIN, Points, waves

WAVE_GRID = 12  # points across a glyph at which its waves are computed: they are long


def distort(
    image: MatLike,
    rng: Generator,
    *,
    slant: float,
    stretch: float,
    wobble: float,
) -> MatLike:
    """Slant, stretch and bend a drawn glyph, as another hand might have written it.

    Args:
        image: (h, w) uint8, ink 255 on 0, with some ink.
        rng: decides how much.
        slant: deviation of the shear, pixels to the side a pixel down.
        stretch: deviation of the logarithm of width / height.
        wobble: how many times as much as a hand's own waves straight lines are bent.

    Returns:
        A glyph (h, w) uint8, ink 255 on 0, `GLYPH_SIDE` high or wide before it is bent, with a
        margin of `MARGIN` round it.
    """
    ink = trim(image)
    wider = np.exp(rng.normal(0, stretch))
    shear = rng.normal(0, slant)
    forward = np.array([[wider, shear], [0, 1]])
    size = ink.shape[::-1]
    extent = np.abs(forward) @ size
    longer = extent.max()
    forward *= GLYPH_SIDE / longer
    inner = np.ceil(extent * GLYPH_SIDE / longer).astype(int)
    width, height = (inner + 2 * MARGIN).tolist()
    bends = _bends(width, height, wobble, rng)
    return _warp(ink, forward, bends)


def _bends(width: int, height: int, wobble: float, rng: Generator) -> NDArray[np.float32]:
    """Waves `wobble` times as high as a hand's, of each pixel of a picture: (height, width, 2)."""
    columns = np.linspace(0, width, WAVE_GRID)
    rows = np.linspace(0, height, WAVE_GRID)
    x, y = np.meshgrid(columns, rows)
    grid = np.stack([x, y], axis=-1)
    points = grid.reshape(-1, 2)
    bends = wobble * waves(points, rng)
    coarse = bends.astype(np.float32)
    coarse = coarse.reshape(grid.shape)
    fine = cv2.resize(coarse, (width, height))
    return np.asarray(fine)


def _warp(ink: MatLike, forward: Points, bends: NDArray[np.float32]) -> MatLike:
    """Map an image by a matrix (2, 2) round its middle, after `bends` (h, w, 2) in pixels."""
    height, width = bends.shape[:2]
    rows, columns = np.indices((height, width))
    across = columns - width / 2
    down = rows - height / 2
    places = np.stack([across, down], axis=-1)
    places += bends
    backward = np.linalg.inv(forward)
    sources = places @ backward.T
    size = ink.shape[::-1]
    sources += np.array(size) / 2
    sources = sources.astype(np.float32)
    x, y = np.moveaxis(sources, 2, 0)
    return cv2.remap(ink, x, y, cv2.INTER_LINEAR)
