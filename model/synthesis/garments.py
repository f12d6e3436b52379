"""Grey pictures of garments as Fashion-MNIST has them, drawn without any of its images.

Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017) is what networks trained on MNIST are usually measured
against; here its classes are outlines filled with stripes or with windows of scikit-image's
pictures, of those that training does not show.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray
from skimage import data

from model.recognition.normalization import IMAGE_SIDE
from model.synthesis.sampling import pick

# Corners x,y in hundredths of the image's sides; by eye.
OUTLINES = {
    "shirt": "30,8 42,12 58,12 70,8 97,30 86,46 74,38 74,94 26,94 26,38 14,46 3,30",
    "trousers": "30,4 70,4 76,96 56,96 50,36 44,96 24,96",
    "bag": "8,40 30,40 34,14 66,14 70,40 92,40 96,90 4,90",
    "dress": "38,4 46,12 54,12 62,4 64,36 84,96 16,96 36,36",
    "coat": "34,4 50,10 66,4 84,14 96,90 82,92 76,44 76,96 24,96 24,44 18,92 4,90 16,14",
    "boot": "34,6 66,6 64,60 94,76 96,92 34,92",
    "sandal": "4,84 30,62 62,38 82,20 92,24 88,60 94,88 84,88 80,58 48,78 30,90 4,92",
}
JITTER = 3.0  # deviation of a corner, in hundredths of a side; by eye
DETAIL = 4  # they are drawn so many times as large as they are shown
SIDE = DETAIL * IMAGE_SIDE  # pixels
STRIPED = 0.4  # share of them; by eye
STRIPE_WIDTHS = (6.0, 40.0)  # pixels from one stripe to the next
WINDOW_SIDES = (60, 170)  # pixels of a picture that are shown, the upper bound exclusive; the
# lowest picture has 172
DARKEST = 0.3  # share of white that is the darkest of a cloth, so that all of the outline shows


class Wardrobe(NamedTuple):
    """Which `OUTLINES` are filled, and with which pictures, grey or in colour."""

    outlines: tuple[str, ...]
    cloths: tuple[Callable[[], MatLike], ...]


# What is held out to choose by, and to report figures of.
VALIDATION = Wardrobe(("shirt", "trousers", "bag"), (data.immunohistochemistry, data.coins))
TEST = Wardrobe(("dress", "coat", "boot", "sandal"), (data.cell, data.page, data.text))


def garments(wardrobe: Wardrobe, count: int, rng: Generator) -> NDArray[np.uint8]:
    """Draw `count` garments: (n, 28, 28) uint8, on 0, filling the image as Fashion-MNIST's do."""
    pictures = [cloth() for cloth in wardrobe.cloths]
    cloths = [_grey(picture) for picture in pictures]
    images = [_garment(wardrobe.outlines, cloths, rng) for _ in range(count)]
    return np.stack(images)


def _grey(picture: MatLike) -> MatLike:
    return picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def _garment(outlines: Sequence[str], cloths: Sequence[MatLike], rng: Generator) -> MatLike:
    outline = pick(outlines, rng)
    mask = _filled(OUTLINES[outline], rng)
    is_striped = rng.random() < STRIPED
    cloth = _stripes(rng) if is_striped else _window(pick(cloths, rng), rng)
    brightness = DARKEST + (1 - DARKEST) * cloth
    large = mask * brightness
    size = (IMAGE_SIDE, IMAGE_SIDE)
    small = cv2.resize(large, size, interpolation=cv2.INTER_AREA)
    return small.round().astype(np.uint8)


def _filled(outline: str, rng: Generator) -> MatLike:
    """An outline (SIDE, SIDE) uint8, 255 inside, its corners jittered."""
    corners = [corner.split(",") for corner in outline.split()]
    places = np.array(corners, float)
    places += rng.normal(0, JITTER, places.shape)
    pixels = (places * SIDE / 100).round()
    pixels = pixels.astype(np.int32)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(mask, [pixels], (255,))
    return mask


def _stripes(rng: Generator) -> MatLike:
    """Waves of one direction: (SIDE, SIDE) in 0..1."""
    down, across = np.indices((SIDE, SIDE))
    angle = rng.uniform(0, np.pi)
    direction = np.exp(1j * angle)
    distance = across * direction.real + down * direction.imag
    turns = distance / rng.uniform(*STRIPE_WIDTHS)
    turns += rng.random()
    wave = np.sin(2 * np.pi * turns)
    return np.asarray((1 + wave) / 2)


def _window(picture: MatLike, rng: Generator) -> MatLike:
    """A window of a grey picture, stretched from black to white: (SIDE, SIDE) in 0..1."""
    height, width = picture.shape
    side = int(rng.integers(*WINDOW_SIDES))
    top = rng.integers(height - side + 1)
    left = rng.integers(width - side + 1)
    rows = picture[top : top + side]
    window = rows[:, left : left + side]
    large = cv2.resize(window, (SIDE, SIDE))
    grey = large.astype(float)
    grey -= grey.min()
    return np.asarray(grey / max(grey.max(), 1.0))
