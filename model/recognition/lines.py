"""Boxes -> lines: which boxes stand in one line of writing, and in which order they are read."""

from bisect import bisect, insort
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.spacing import find_numbers

# These limits were chosen by trial, the first two on the development photos, the others on pages of
# made boxes; no measurement of each is on record.
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

Floats = NDArray[np.float32]
Integers = NDArray[np.int_]
HasUpright = Callable[[Box, Box], bool]


class _Measures(NamedTuple):
    """Of each box, (n,) pixels: the edges to the sides, the height, and where the middle is."""

    left: Floats
    right: Floats
    height: Floats
    x: Floats
    y: Floats


def never_upright(_before: Box, _after: Box) -> bool:
    """The answer where no rules are known."""
    return False


def page_layout(
    boxes: Sequence[Box], has_upright: HasUpright = never_upright
) -> list[list[list[int]]]:
    """Find the lines of writing and the numbers in them.

    Args:
        boxes: of the characters, in any order.
        has_upright: whether an upright rule stands between two of them that are neighbours.

    Returns:
        The indices of `boxes`: lines from the top, their numbers from left to right, and the
        characters of these.
    """
    layout = []
    for line in find_lines(boxes):
        members = [boxes[index] for index in line]
        uprights = [has_upright(before, after) for before, after in pairwise(members)]
        numbers = []
        for places in find_numbers(members, uprights):
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
    if len(boxes) == 1:
        return [[0]]
    page = _measure(boxes)
    rightwards = np.lexsort((page.y, page.x))
    is_tall = page.height[rightwards] >= TALL * np.median(page.height)
    tall = rightwards[is_tall]
    low = rightwards[~is_tall]
    levels = page.y - _slope(page, tall) * page.x
    lines = _trace(tall.tolist(), boxes, levels.tolist())
    apart = _join(low, lines, page, levels)
    _add_lines(lines, apart, boxes, levels)
    ranks = np.argsort(rightwards).tolist()
    for line in lines:
        line.sort(key=ranks.__getitem__)
    return lines


def _add_lines(
    lines: list[list[int]], apart: list[int], boxes: Sequence[Box], levels: Floats
) -> None:
    """Add the lines that low boxes `apart` from all others form, where they are on the page."""

    def level(line: list[int]) -> float:
        return float(levels[line].mean())

    for line in find_lines([boxes[index] for index in apart]):
        members = [apart[place] for place in line]
        insort(lines, members, key=level)


def line_slope(boxes: Sequence[Box]) -> float:
    """How many pixels lines fall for each pixel to the right: the median way to the next box."""
    if len(boxes) < 2:
        return 0.0
    every = np.arange(len(boxes))
    return _slope(_measure(boxes), every)


def _measure(boxes: Sequence[Box]) -> _Measures:
    edges = np.array(boxes, np.float32)
    left, top, width, height = np.ascontiguousarray(edges.T)
    x = left + width / 2
    y = top + height / 2
    return _Measures(left, left + width, height, x, y)


def _slope(page: _Measures, indices: Integers) -> float:
    """The slope of the lines of some of the boxes, at least one."""
    starts = indices[:: 1 + len(indices) // MOST_MEASURED]
    nearest = _nearest_to_the_right(page, starts, indices)
    across = page.x[nearest] - page.x[starts]
    down = page.y[nearest] - page.y[starts]
    is_right = across > 0
    is_near = across < NEXT * page.height[starts]
    is_flat = np.abs(down) < STEEPEST * across
    is_next = is_right & is_near & is_flat
    if not is_next.any():
        return 0.0
    slopes = down[is_next] / across[is_next]
    return float(np.median(slopes))


def _nearest_to_the_right(page: _Measures, starts: Integers, indices: Integers) -> Integers:
    """For each of `starts` the one of `indices` that is next to the right; any, if none is."""
    across = page.x[indices] - page.x[starts, np.newaxis]
    down = page.y[indices] - page.y[starts, np.newaxis]
    lengths = across + np.abs(down)
    np.copyto(lengths, np.inf, where=across <= 0)
    nearest: Integers = indices[lengths.argmin(axis=1)]
    return nearest


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


def _join(low: Integers, lines: list[list[int]], page: _Measures, levels: Floats) -> list[int]:
    """Add each `low` box to the line of the nearest tall box that it is beside.

    Returns:
        The low boxes that are beside none.
    """
    owners = [line for line in lines for _ in line]
    tall = [index for line in lines for index in line]
    distances = _distances(low, np.array(tall), page, levels)
    nearest = distances.argmin(axis=1).tolist()
    is_apart = np.isinf(distances.min(axis=1)).tolist()
    apart: list[int] = []
    for row, index in enumerate(low.tolist()):
        line = apart if is_apart[row] else owners[nearest[row]]
        line.append(index)
    return apart


def _distances(low: Integers, tall: Integers, page: _Measures, levels: Floats) -> Floats:
    """How far each low box is from each tall one, (low, tall) pixels; infinite if not beside it."""
    rows = low[:, np.newaxis]
    before = page.left[tall] - page.right[rows]
    after = page.left[rows] - page.right[tall]
    below = levels[rows] - levels[tall]
    height = page.height[tall]
    too_low = below - LOWEST * height
    too_high = HIGHEST * height - below
    beyond = np.maximum(too_low, too_high)
    is_apart = beyond > BEYOND * height
    # In place, which halves the time where there are many.
    distances: Floats = np.maximum(before, after)
    np.maximum(distances, 0, out=distances)
    np.maximum(beyond, 0, out=beyond)
    beyond *= BEYOND_COSTS
    distances += beyond
    np.copyto(distances, np.inf, where=is_apart)
    return distances
