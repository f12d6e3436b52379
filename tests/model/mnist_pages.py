"""Pages with MNIST's test digits on them: photos whose right answer is known."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.mnist import Part, load_test

ROOT = Path(__file__).parents[2]
TEST_FILE = ROOT / "tests" / "data" / "mnist_test.npz"
PHOTOS = ROOT.parent / "shared" / "photos"

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]  # blue, green, red
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


class Placed(NamedTuple):
    """A 28x28 `image` whose ink has its corner at `x`, `y` and its longer side `side` long."""

    image: Image
    x: int
    y: int
    side: int

    @property
    def box(self) -> Box:
        """Where the ink is."""
        _, _, width, height = cv2.boundingRect(self.image)
        scale = self.side / max(width, height)
        return Box(self.x, self.y, max(1, round(width * scale)), max(1, round(height * scale)))


@cache
def mnist() -> Part:
    """The 10,000 test images."""
    return load_test(TEST_FILE)


def digit(label: int, nth: int = 0) -> Image:
    """The `nth` test image of a `label`."""
    image: Image = mnist().images[mnist().labels == label][nth]
    return image


def page(
    width: int,
    height: int,
    placed: Iterable[Placed] = (),
    paper: Colour = WHITE,
    ink: Colour = BLACK,
) -> MatLike:
    """Draw digits that do not overlap on paper (height, width, 3) uint8 BGR."""
    canvas = np.full((height, width, 3), paper, np.uint8)
    steps = np.linspace(paper, ink, 256).round().astype(np.uint8)
    for item in placed:
        x, y, across, down = cv2.boundingRect(item.image)
        trimmed = item.image[y : y + down, x : x + across]
        left, top, across, down = item.box
        method = cv2.INTER_AREA if item.side < max(trimmed.shape) else cv2.INTER_CUBIC
        drawn = cv2.resize(trimmed, (across, down), interpolation=method)
        canvas[top : top + down, left : left + across] = steps[drawn]
    return canvas


def row(text: str, side: int = 90, gap: int = 60, ink: Colour = BLACK) -> MatLike:
    """A page with one row of digits, each `side` high or wide."""
    placed = [
        Placed(digit(int(label)), gap + place * (side + gap), gap, side)
        for place, label in enumerate(text)
    ]
    return page(gap + len(text) * (side + gap), side + 2 * gap, placed, ink=ink)


def encode(pixels: MatLike, ending: str = ".png") -> bytes:
    """The bytes of a picture file."""
    written, data = cv2.imencode(ending, pixels)
    assert written
    return data.tobytes()
