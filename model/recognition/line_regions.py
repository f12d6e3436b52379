"""Where there may be lines of writing: regions of the photo, whose ink the line network gets.

All of a photo would take the network long, and most of it is paper. So it gets only what is round
components.
"""

import math
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.frame_removal import label_components
from model.recognition.scaled_ink import DIGIT_HEIGHT

Integers = NDArray[np.int32]
Floats = NDArray[np.float64]

# Where no other source is given, a value was chosen by eye on the development pictures.
#
# In digits' heights: what is lower or higher is no digit, and needs no region.
LOWEST, HIGHEST = 0.35, 4.0
# So much around components, in digits' heights: a mark, a faint digit or one that touches a frame
# may stand there.
MARGIN_X, MARGIN_Y = 2.2, 0.6
COARSE = 8  # places of the map, in which regions are found, on a digit's height
FINEST = 0.5  # places of that map on a pixel, at most: small digits' map would take long
# A picture with so few pixels at the network's scale, as of one line, is one region.
WHOLE_PIXELS = 40_000
# More regions are noise, and each takes its time: then there is but one, of all of the picture.
MOST_REGIONS = 1000
# A region's own digits' height is that of its higher components, within limits of the page's.
HIGHER = 0.75  # quantile
LEAST_HEIGHT, MOST_HEIGHT = 0.4, 2.5  # times the page's


class Region(NamedTuple):
    """A part of the photo that was segmented.

    Attributes:
        box: where it is, in pixels.
        digit_height: how high its digits are, in pixels.
        strength: the usual ink of its components, 0 to 255.
    """

    box: Box
    digit_height: float
    strength: float


def find_regions(
    boxes: Integers,
    are_filled: NDArray[np.bool_],
    strengths: Floats,
    digit_height: float,
    size: tuple[int, int],
) -> list[Region]:
    """Find the regions round components: those whose margins touch are in one.

    Specks of dirt that are apart from all else have none.

    Args:
        boxes: (n, 4) int32, x, y, width and height of the components.
        are_filled: (n,), which of them are rather specks of dirt than drawn by a pen.
        strengths: (n,), the mean ink of each.
        digit_height: of the page, in pixels, more than 0.
        size: the picture's width and height; the components are inside.

    Returns:
        Regions whose boxes are inside the picture and may overlap. It is one, of all of the
        picture, where that takes no longer.
    """
    is_writing = _may_be_digits(boxes, digit_height)
    writing = boxes[is_writing]
    if not len(writing):
        return []
    places, owners = _places(writing, digit_height, size)
    heights = _grouped(writing[:, 3], owners, len(places))
    inks = _grouped(strengths[is_writing], owners, len(places))
    are_specks = are_filled[is_writing]
    regions = []
    written = []
    for index, place in enumerate(places):
        usual_height = _usual_height(heights[index], digit_height)
        strength = median(inks[index])
        region = Region(place, usual_height, strength)
        regions.append(region)
        if not are_specks[owners == index].all():
            written.append(region)
    return written or regions


def _may_be_digits(boxes: Integers, digit_height: float) -> NDArray[np.bool_]:
    """Which of `boxes` (n, 4) are about as high as digits."""
    heights = boxes[:, 3] / digit_height
    are_high = heights >= LOWEST
    are_low = heights <= HIGHEST
    return np.asarray(are_high & are_low)


def _places(
    writing: Integers, digit_height: float, size: tuple[int, int]
) -> tuple[list[Box], Integers]:
    """Where regions are, and in which of them each box of `writing` (n,) is."""
    whole = Box(0, 0, *size)
    all_in_whole = np.zeros(len(writing), np.int32)
    if _is_small(whole, digit_height):
        return [whole], all_in_whole
    scale = min(COARSE / digit_height, FINEST)
    coarse_map = _coarse_map(writing, digit_height, scale, size)
    labels, boxes, _ = label_components(coarse_map)
    boxes = boxes[1:]  # the first is the paper's
    if len(boxes) > MOST_REGIONS:
        return [whole], all_in_whole
    places = [_box(place, size) for place in boxes / scale]
    owners = _labels_at_middles(writing, scale, labels)
    return places, owners - 1


def _is_small(picture: Box, digit_height: float) -> bool:
    """Whether the network reads the whole `picture` in no time."""
    factor = DIGIT_HEIGHT / digit_height
    return picture.area * factor**2 <= WHOLE_PIXELS


def _coarse_map(
    writing: Integers, digit_height: float, scale: float, size: tuple[int, int]
) -> MatLike:
    """The picture scaled by `scale`, (h, w) uint8: 1 in and round the boxes of `writing`."""
    width, height = size
    rows = int(height * scale) + 1
    columns = int(width * scale) + 1
    coarse_map = np.zeros((rows, columns), np.uint8)
    margin = digit_height * np.array([MARGIN_X, MARGIN_Y])
    corners, sizes = np.hsplit(writing, 2)
    ends = corners + sizes
    first = scale * (corners - margin)
    last = scale * (ends + margin)
    rectangles = np.hstack([first, last]).astype(int)
    for left, top, right, bottom in rectangles.tolist():
        cv2.rectangle(coarse_map, (left, top), (right, bottom), 1, cv2.FILLED)
    return coarse_map


def _labels_at_middles(writing: Integers, scale: float, labels: MatLike) -> Integers:
    """What the `labels` of the coarse map are in the middle of each box (n,)."""
    x, y, width, height = writing.T
    middle_x = x + width / 2
    middle_y = y + height / 2
    columns = (middle_x * scale).astype(int)
    rows = (middle_y * scale).astype(int)
    found: Integers = labels[rows, columns]
    return found


def _box(place: NDArray[np.float64], size: tuple[int, int]) -> Box:
    """The box of whole pixels round x, y, width and height, without what is outside the picture."""
    x, y, width, height = place.tolist()
    picture_width, picture_height = size
    left = math.floor(x)
    top = math.floor(y)
    right = math.ceil(x + width)
    bottom = math.ceil(y + height)
    right = min(right, picture_width)
    bottom = min(bottom, picture_height)
    width = right - left
    height = bottom - top
    return Box(left, top, width, height)


def _grouped(values: Integers | Floats, owners: Integers, count: int) -> list[list[float]]:
    """For each of `count` regions the `values` (n,) of what is in it."""
    groups: list[list[float]] = [[] for _ in range(count)]
    pairs = zip(owners.tolist(), values.tolist(), strict=True)
    for owner, value in pairs:
        group = groups[owner]
        group.append(value)
    return groups


def _usual_height(heights: Sequence[float], digit_height: float) -> float:
    """How high digits are in a region, given its components' `heights` and the page's digits'."""
    ordered = sorted(heights)
    # For so few heights NumPy's quantile takes long.
    rank = HIGHER * (len(ordered) - 1)
    lower = ordered[math.floor(rank)]
    upper = ordered[math.ceil(rank)]
    usual = lower + (rank % 1) * (upper - lower)
    least = LEAST_HEIGHT * digit_height
    most = MOST_HEIGHT * digit_height
    return min(max(usual, least), most)
