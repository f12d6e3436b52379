"""Regions of a photo -> pictures for the line network, and what it sees there -> the photo.

Each region is scaled until its digits are as high as those that the network was trained on. They
are put beside and below each other into few pictures, so that the network is asked few times.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box, hull
from model.recognition.line_network import Characters, Numbers
from model.recognition.line_regions import Region
from model.recognition.scaled_ink import DIGIT_HEIGHT, rescaled, strengthened_from

CORE = 1.1  # times a component's mean ink: that of its strokes' cores; by eye
# Pixels that the network reads at once of one photo, about: a quarter of a second on one core.
MOST_PIXELS = 400_000
PICTURE_PIXELS = 150_000  # of one picture for the network, unless a region is larger; by eye
SEAM = 8  # pixels of paper between regions in a picture, by eye


class Placed(NamedTuple):
    """A region's ink, and the corner at which it is in a picture for the network."""

    region: Region
    ink: MatLike
    x: int
    y: int

    @property
    def box(self) -> Box:
        """Where the ink is in the picture for the network."""
        height, width = self.ink.shape
        return Box(self.x, self.y, width, height)


def pack(
    ink: MatLike, regions: Sequence[Region], most_pixels: int = MOST_PIXELS
) -> Iterator[list[Placed]]:
    """Scale the `regions` of a picture's `ink` and put them beside and below each other.

    Args:
        ink: (h, w) uint8, 0 on paper.
        regions: in it, none of them empty.
        most_pixels: in all pictures, about; more are scaled down.

    Yields:
        What is in one picture; `picture` draws it.
    """
    reduction = _reduction(regions, most_pixels)
    scaled = []
    for region in regions:
        factor = reduction * DIGIT_HEIGHT / region.digit_height
        part = ink[region.box.window]
        part = rescaled(part, factor)
        part = strengthened_from(part, CORE * region.strength)
        scaled.append((region, part))
    scaled.sort(key=lambda entry: len(entry[1]), reverse=True)
    seam = math.ceil(reduction * SEAM)
    yield from _shelves(scaled, seam)


def _reduction(regions: Sequence[Region], most_pixels: int) -> float:
    """By how much too many pixels are scaled down; it costs accuracy only where they are many."""
    pixels = 0.0
    for region in regions:
        factor = DIGIT_HEIGHT / region.digit_height
        width = factor * region.box.width + SEAM
        height = factor * region.box.height + SEAM
        pixels += width * height
    if pixels <= most_pixels:
        return 1.0
    return math.sqrt(most_pixels / pixels)


def _shelves(scaled: Sequence[tuple[Region, MatLike]], seam: int) -> Iterator[list[Placed]]:
    """Fill shelf below shelf with regions and their ink, of which the highest come first."""
    widest = max((ink.shape[1] for _, ink in scaled), default=0)
    page_width = max(widest, math.isqrt(PICTURE_PIXELS))
    placed: list[Placed] = []
    x = y = shelf = 0
    for region, ink in scaled:
        height, width = ink.shape
        if x + width > page_width:
            x = 0
            y += shelf + seam
        if x == 0:
            shelf = height
            pixels = (y + shelf) * page_width
            if placed and pixels > PICTURE_PIXELS:
                yield placed
                placed = []
                y = 0
        placed.append(Placed(region, ink, x, y))
        x += width + seam
    if placed:
        yield placed


def picture(placed: Sequence[Placed]) -> MatLike:
    """Draw the ink of regions, of which there is at least one, into a picture (h, w) uint8."""
    whole = hull([each.box for each in placed])
    image = np.zeros((whole.bottom, whole.right), np.uint8)
    for each in placed:
        window = each.box.window
        image[window] = each.ink
    return image


def own_characters(characters: Characters, placed: Placed) -> Characters:
    """Those of a picture's characters whose middle is in a region, in pixels of the photo."""
    is_own = _are_inside(characters.boxes, placed.box)
    boxes = characters.boxes[is_own]
    middles = characters.middles[is_own]
    probabilities = characters.probabilities[is_own]
    photo_boxes = _moved(boxes, placed.box, placed.region.box)
    return Characters(photo_boxes, middles, probabilities)


def _are_inside(boxes: Numbers, outer: Box) -> NDArray[np.bool_]:
    """Which of the boxes (n, 4) have their middle in `outer`."""
    x, y, _, _ = boxes.T
    inside_width = (x >= outer.x) & (x < outer.right)
    inside_height = (y >= outer.y) & (y < outer.bottom)
    return np.asarray(inside_width & inside_height)


def _moved(boxes: Numbers, source: Box, target: Box) -> Numbers:
    """The boxes (n, 4) in `source`, when it is moved and scaled until it is `target`."""
    old, new = np.array([source, target], np.float32)
    factor = new[2:] / old[2:]
    moved = boxes.copy()
    moved[:, :2] = new[:2] + factor * (boxes[:, :2] - old[:2])
    moved[:, 2:] *= factor
    return moved
