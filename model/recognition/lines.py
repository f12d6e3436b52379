"""Boxes -> lines: which boxes stand in one line of writing, and in which order they are read."""

from bisect import bisect, insort
from collections.abc import Sequence
from statistics import fmean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.spacing import find_numbers

# These limits were chosen by trial on the development photos; no measurement of each is on record.
#
# Pixels that a line may fall for each pixel to the right: a photo is held no more askew.
STEEPEST = 0.6
# Heights of a box: the next box of its line is less far to the right.
NEXT = 4.0
# Boxes from which the next one is looked for, about: a sample of more is enough for a median.
MOST_MEASURED = 128
# Share of the median height: lower boxes, as of points and dashes, join the line beside them.
TALL = 0.5
# Share of the lower box's height that neighbours in a line have in common, at least: hands and
# printed boxes leave digits uneven.
SHARED_HEIGHT = 0.2
# Boxes stand above each other if they share at least this much of the narrower one's width. They
# are in one line all the same if their middles are less far apart, in heights of the higher one.
SHARED_WIDTH, BESIDE = 0.5, 0.5
# Where the middles of marks are beside a digit, in heights of it below its middle, and how far
# beyond that they may be: commas hang, and nobody writes level.
HIGHEST, LOWEST, BEYOND = -0.25, 0.5, 0.35
BEYOND_COSTS = 2.0  # times as much as the same distance along the line
# How much of the way to its newest box the level of a line moves: lines are bent, digits uneven.
FOLLOWING = 0.5

Floats = NDArray[np.floating[Any]]


def page_layout(boxes: Sequence[Box]) -> list[list[list[int]]]:
    """Find the lines of writing and the numbers in them.

    Returns:
        The indices of `boxes`: lines from the top, their numbers from left to right, and the
        characters of these.
    """
    layout = []
    for line in find_lines(boxes):
        members = [boxes[index] for index in line]
        numbers = []
        for places in find_numbers(members):
            number = [line[place] for place in places]
            numbers.append(number)
        layout.append(numbers)
    return layout


def find_lines(boxes: Sequence[Box]) -> list[list[int]]:
    """Find the lines of writing, although they may be slanted or bent and their digits uneven.

    Tall boxes are taken from left to right: each continues the line that has come to its level, or
    begins one. Low ones then join the line of a tall box beside them.

    Returns:
        The indices of `boxes`, line by line from the top, in each from left to right.
    """
    if not boxes:
        return []
    heights = [box.height for box in boxes]
    least = TALL * median(heights)
    tall = [index for index, height in enumerate(heights) if height >= least]
    low = [index for index, height in enumerate(heights) if height < least]
    middles = [box.middle for box in boxes]
    tall.sort(key=middles.__getitem__)
    slope = line_slope([boxes[index] for index in tall])
    levels = [y - slope * x for x, y in middles]
    lines = _trace(tall, boxes, levels)
    apart = _join(low, lines, boxes, levels)
    _add_lines(lines, apart, boxes, levels)
    for line in lines:
        line.sort(key=middles.__getitem__)
    return lines


def _add_lines(
    lines: list[list[int]], apart: list[int], boxes: Sequence[Box], levels: list[float]
) -> None:
    """Add the lines that low boxes `apart` from all others form, where they are on the page."""

    def level(line: list[int]) -> float:
        return fmean(levels[index] for index in line)

    for line in find_lines([boxes[index] for index in apart]):
        members = [apart[place] for place in line]
        insort(lines, members, key=level)


def line_slope(boxes: Sequence[Box]) -> float:
    """How many pixels lines fall for each pixel to the right: the median way to the next box."""
    if not boxes:
        return 0.0
    step = 1 + len(boxes) // MOST_MEASURED
    across, down = _ways_to_next(boxes, step)
    heights = np.array([box.height for box in boxes[::step]])
    is_right = across > 0
    is_near = across < NEXT * heights
    is_flat = np.abs(down) < STEEPEST * across
    is_next = is_right & is_near & is_flat
    if not is_next.any():
        return 0.0
    slopes = down[is_next] / across[is_next]
    return float(np.median(slopes))


def _ways_to_next(boxes: Sequence[Box], step: int) -> tuple[Floats, Floats]:
    """How far to the right and down the next box is from every `step`-th; not right if none is."""
    # They are halves of pixels, which 32 bits hold exactly.
    middles = np.array([box.middle for box in boxes], np.float32)
    x, y = np.ascontiguousarray(middles.T)
    across = x - x[::step, np.newaxis]
    down = y - y[::step, np.newaxis]
    lengths = across + np.abs(down)
    lengths[across <= 0] = np.inf
    nearest = lengths.argmin(axis=1)
    ways = middles[nearest] - middles[::step]
    next_across, next_down = ways.T.astype(float)
    return next_across, next_down


def _trace(tall: list[int], boxes: Sequence[Box], levels: list[float]) -> list[list[int]]:
    """Follow the lines of boxes that are `tall`, which come from left to right.

    Returns:
        Their indices, line by line from the top, in each from left to right.
    """
    lines: list[list[int]] = []
    reached: list[float] = []  # the level of each line where it ends so far, in ascending order
    for index in tall:
        level = levels[index]
        below = bisect(reached, level)
        for place in _nearest(reached, level, below):
            last = boxes[lines[place][-1]]
            fall = level - reached[place]
            if _continues(last, boxes[index], abs(fall)):
                lines[place].append(index)
                reached[place] += FOLLOWING * fall
                break
        else:
            lines.insert(below, [index])
            reached.insert(below, level)
    return lines


def _nearest(reached: Sequence[float], level: float, below: int) -> list[int]:
    """The places of the lines above and below a `level`, the nearer one first."""
    places = range(len(reached))[max(below - 1, 0) : below + 1]
    return sorted(places, key=lambda place: abs(reached[place] - level))


def _continues(last: Box, box: Box, off: float) -> bool:
    """Whether `box`, which is so many pixels `off` the level of a line, follows its `last` box."""
    lower = min(last.height, box.height)
    higher = max(last.height, box.height)
    shared_height = (lower + higher) / 2 - off
    if shared_height < SHARED_HEIGHT * lower:
        return False
    narrower = min(last.width, box.width)
    shared_width = min(last.right, box.right) - max(last.x, box.x)
    stands_above = shared_width >= SHARED_WIDTH * narrower
    return not stands_above or off < BESIDE * higher


def _join(
    low: list[int], lines: list[list[int]], boxes: Sequence[Box], levels: list[float]
) -> list[int]:
    """Add each `low` box to the line of the nearest tall box that it is beside.

    Returns:
        The low boxes that are beside none.
    """
    if not low:
        return []
    tall = [index for line in lines for index in line]
    owners = [line for line in lines for _ in line]
    distances = _distances(low, tall, boxes, levels)
    nearest = distances.argmin(axis=1).tolist()
    is_apart = np.isinf(distances.min(axis=1)).tolist()
    apart: list[int] = []
    for row, index in enumerate(low):
        line = apart if is_apart[row] else owners[nearest[row]]
        line.append(index)
    return apart


def _distances(
    low: list[int], tall: list[int], boxes: Sequence[Box], levels: list[float]
) -> Floats:
    """How far each low box is from each tall one, (low, tall) pixels; infinite if not beside it."""
    edges = np.array([(box.x, box.right, box.height) for box in boxes], np.float32)
    left, right, height = np.ascontiguousarray(edges.T)
    level = np.array(levels, np.float32)
    rows = np.array(low)[:, np.newaxis]
    before = left[tall] - right[rows]
    after = left[rows] - right[tall]
    gap = np.maximum(before, after)
    below = level[rows] - level[tall]
    size = height[tall]
    too_low = below - LOWEST * size
    too_high = HIGHEST * size - below
    beyond = np.maximum(too_low, too_high)
    distances: Floats = np.maximum(gap, 0)
    distances += BEYOND_COSTS * np.maximum(beyond, 0)
    distances[beyond > BEYOND * size] = np.inf
    return distances
