"""Boxes -> lines: which boxes stand in one line of writing, and in which order they are read."""

from collections.abc import Sequence

import numpy as np

from model.boxes import Box

# These limits were chosen by trial on the development photos; no measurement of each is on record.
#
# Pixels that a row may fall for each pixel to the right: a photo is held no more askew.
STEEPEST = 0.6
# Heights of a box: the next box of its row is less far to the right.
NEXT = 4.0
# How far a box's middle is below that of the row's last one, in heights of the higher of them, if
# it begins a new row: where it stands below one of the row, and where it stands apart from all.
NEW_ROW, NEW_ROW_APART = 0.5, 1.0


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Indices of `boxes` row by row, left to right, although the photo may be held crooked.

    A box starts a new row where its middle is half a height below the last one's, or a whole one if
    nothing in the row is above it: hands and printed boxes leave digits uneven.
    """
    slope = row_slope(boxes)
    levels = [_level(box, slope) for box in boxes]
    rows: list[list[int]] = []
    downwards = sorted(range(len(boxes)), key=levels.__getitem__)
    for index in downwards:
        if rows and _continues(rows[-1], index, boxes, levels):
            rows[-1].append(index)
        else:
            rows.append([index])
    order: list[int] = []
    for row in rows:
        order += sorted(row, key=lambda index: boxes[index].x)
    return order


def row_slope(boxes: Sequence[Box]) -> float:
    """How many pixels rows fall for each pixel to the right: the median way to the next box."""
    slopes = []
    for box in boxes:
        across, down = _way_to_next(box, boxes)
        is_near = across < NEXT * box.height
        is_flat = abs(down) < STEEPEST * across
        if is_near and is_flat:
            slopes.append(down / across)
    return float(np.median(slopes)) if slopes else 0.0


def _level(box: Box, slope: float) -> float:
    """How far down the middle of `box` is, in pixels, on a page whose rows are level."""
    x, y = box.middle
    return y - slope * x


def _continues(row: list[int], index: int, boxes: Sequence[Box], levels: list[float]) -> bool:
    """Whether the box at `index`, which is the next one down, belongs to `row`."""
    box = boxes[index]
    last = row[-1]
    fall = levels[index] - levels[last]
    height = max(box.height, boxes[last].height)
    members = [boxes[member] for member in row]
    is_below = any(_one_above_another(box, member) for member in members)
    farthest = NEW_ROW if is_below else NEW_ROW_APART
    return fall < farthest * height


def _one_above_another(one: Box, other: Box) -> bool:
    """Whether there are columns of pixels that both boxes cover."""
    return one.x < other.right and other.x < one.right


def _way_to_next(box: Box, boxes: Sequence[Box]) -> tuple[float, float]:
    """How far to the right and down the middle of the next box is; (0, 0) if there is none."""
    x, y = box.middle
    ways = []
    for other in boxes:
        other_x, other_y = other.middle
        across = other_x - x
        down = other_y - y
        if across > 0:
            ways.append((across, down))
    return min(ways, key=_length, default=(0.0, 0.0))


def _length(way: tuple[float, float]) -> float:
    across, down = way
    return across + abs(down)
