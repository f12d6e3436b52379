"""Random textures: the grain of paper, ink and sensors, and slow changes of light."""

from functools import cache

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.geometry import Size

TILE_SIDE = 1300  # pixels; a photo from Telegram has at most 1280 a side
NOISE_MEAN = 128.0
NOISE_DEVIATION = 32.0  # leaves four deviations on both sides of the mean
FEWEST_BLOTCHES = 2  # along a side: of one alone nothing could be interpolated


def noise(
    size: Size,
    blotch: float | tuple[float, float],
    rng: Generator,
    channels: int = 1,
) -> MatLike:
    """Cut blotchy noise out of a large tile, drawn once.

    Args:
        size: width and height of the result.
        blotch: side of its blotches in pixels, or their width and height.
        rng: what decides where it is cut out.
        channels: 1 for grey noise, 3 for coloured.

    Returns:
        (h, w) or (h, w, 3) uint8 around `NOISE_MEAN`.
    """
    blotches = np.ceil(size / np.broadcast_to(blotch, 2))
    cut = blotches.clip(FEWEST_BLOTCHES, TILE_SIDE)
    across, down = cut.astype(int).tolist()
    x = rng.integers(TILE_SIDE - across + 1)
    y = rng.integers(TILE_SIDE - down + 1)
    tile = _tile(channels)
    part = tile[y : y + down, x : x + across]
    return cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)


@cache
def _tile(channels: int) -> NDArray[np.uint8]:
    """Noise (TILE_SIDE, TILE_SIDE) or with 3 channels, drawn once, for that takes long."""
    rng = np.random.default_rng(channels)
    values = rng.normal(
        NOISE_MEAN,
        NOISE_DEVIATION,
        size=(TILE_SIDE, TILE_SIDE, channels),
    )
    levels = np.rint(values).clip(0, 255).astype(np.uint8)
    return levels.squeeze()


def centred_noise(
    size: Size,
    blotch: float | tuple[float, float],
    rng: Generator,
) -> NDArray[np.float32]:
    """Grey `noise` (h, w) as float32 around 0, in -128..127."""
    levels = noise(size, blotch, rng)
    return levels.astype(np.float32) - np.float32(NOISE_MEAN)
