"""Boxes -> lines: which boxes stand in one line of writing, and in which order they are read."""

from collections.abc import Sequence

import numpy as np

from model.boxes import Box

STEEPEST = 0.6  # fall of a row by its width: a photo is held no more askew
NEXT = 4.0  # heights of a box: the next one of its row stands no farther away
# How far below the last box of a row, in heights of the higher one, the next row begins.
NEW_ROW, NEW_ROW_APART = 0.5, 1.0


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Indices of `boxes` row by row, left to right, although the photo may be held crooked.

    A box starts a new row where its middle is half a height below the last one's, or a whole one if
    nothing in the row is above it: hands and printed boxes leave digits uneven.
    """
    slope = row_slope(boxes)
    levels = [_level(box, slope) for box in boxes]
    rows: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=levels.__getitem__):
        if rows and _continues(rows[-1], index, boxes, levels):
            rows[-1].append(index)
        else:
            rows.append([index])
    order: list[int] = []
    for row in rows:
        order += sorted(row, key=lambda index: boxes[index].x)
    return order


def row_slope(boxes: Sequence[Box]) -> float:
    """How far rows fall for each pixel to the right, in pixels: the median way to the next box."""
    slopes = []
    for box in boxes:
        across, down = _way_to_next(box, boxes)
        if abs(down) < STEEPEST * across < STEEPEST * NEXT * box.height:
            slopes.append(down / across)
    return float(np.median(slopes)) if slopes else 0.0


def _level(box: Box, slope: float) -> float:
    """How far down the middle of `box` is, in pixels, on a page whose rows are level."""
    x, y = box.middle
    return y - slope * x


def _continues(row: list[int], index: int, boxes: Sequence[Box], levels: list[float]) -> bool:
    """Whether the box at `index`, which is the next one down, belongs to `row`."""
    box, last = boxes[index], boxes[row[-1]]
    below = any(_one_above_another(box, boxes[other]) for other in row)
    farthest = max(box.height, last.height) * (NEW_ROW if below else NEW_ROW_APART)
    return levels[index] - levels[row[-1]] < farthest


def _one_above_another(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right


def _way_to_next(box: Box, boxes: Sequence[Box]) -> tuple[float, float]:
    """How far to the right and down the middle of the next box is; (0, 0) if there is none."""
    x, y = box.middle
    ways = []
    for other in boxes:
        other_x, other_y = other.middle
        if other_x > x:
            ways.append((other_x - x, other_y - y))
    return min(ways, key=lambda way: way[0] + abs(way[1]), default=(0.0, 0.0))
