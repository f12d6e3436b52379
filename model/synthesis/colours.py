"""Colours: picked from palettes, mapped from grey and turned to grey."""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.sampling import pick

Colour = NDArray[np.float32]  # (3,): blue, green, red in 0..255
Palette = tuple[tuple[int, int, int], ...]

SPREAD = 8.0  # grey levels; by eye: one pack of paper or one pen against another
HUE_SHARE = 0.5  # of the spread of lightness: paper differs less by hue than by lightness
LUMA = (0.114, 0.587, 0.299)  # how bright blue, green and red look: ITU-R BT.601


def pick_colour(palette: Palette, rng: Generator, spread: float = SPREAD) -> Colour:
    """Pick one of the palette's colours and vary it.

    Args:
        palette: colours to pick from, each as likely.
        rng: what decides.
        spread: deviation of the lightness in grey levels; 0 leaves the colour as it is.
    """
    colour = np.array(pick(palette, rng))
    lightness = rng.normal(0, spread)
    hue = rng.normal(0, HUE_SHARE * spread, colour.shape)
    varied = colour + lightness + hue
    return varied.clip(0, 255).astype(np.float32)


def tint(texture: MatLike, darkest: Colour, lightest: Colour) -> MatLike:
    """Colour a grey texture.

    Args:
        texture: (h, w) uint8.
        darkest: what becomes of 0; may exceed 0..255, which the result does not.
        lightest: what becomes of 255, likewise.

    Returns:
        (h, w, 3) uint8.
    """
    share = np.linspace(0, 1, 256, dtype=np.float32)
    span = lightest - darkest
    ramp = darkest + share[:, None, None] * span
    table = np.clip(ramp, 0, 255).astype(np.uint8)
    channels = cv2.merge([texture, texture, texture])  # each is looked up in a table of its own
    return cv2.LUT(channels, table)


def luma(colour: Colour) -> float:
    """How bright `colour` looks, in 0..255."""
    return float(colour @ np.array(LUMA, np.float32))
