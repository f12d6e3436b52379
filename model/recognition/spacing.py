"""Boxes of a line -> numbers: which of them belong together, by the paper between them."""

from collections.abc import Sequence
from itertools import compress, pairwise
from statistics import fmean, median

from model.boxes import Box

# These limits were chosen on the development pictures, so that a break too many is likelier than
# two numbers read as one. Gaps are measured in heights of the line's digits.
WIDEST_GAP = 0.6  # a wider gap parts two numbers
# A narrower one does, too, if it is so wide, and so many times as wide as the next narrower one in
# the line, or as what is usual within numbers.
CLEAR_GAP, JUMP, USUAL_GAP = 0.3, 2.2, 0.12
# One number may have wider gaps if its digits are evenly spaced, as in the cells of a form:
WIDEST_MEAN_GAP = 1.6  # the mean of the gaps, at most
WIDEST_IN_BOXES = 2.2  # the same if an upright stands in each gap
EVEN_WAYS = 1.5  # times the shortest way from one digit's middle to the next: the longest
EVEN_GAPS = 2.0  # times the median gap: the widest
TALL = 0.5  # share of the highest box's height: what is lower is a mark rather than a digit
# The uprights of a table part numbers. In a table, unlike in the boxes of a form, the usual cell
# holds so many characters, and unlike on squared paper the usual gap with an upright is so many
# times as wide as the usual one without.
IN_CELL, CELLS_APART = 2, 1.5
# With so many uprights, what tells a table's numbers apart are they, and no gaps within a cell; but
# a gap so wide, times the usual one with an upright, has an upright that is too faint.
FEWEST, OVERLOOKED = 2, 0.8


def find_numbers(line: Sequence[Box], uprights: Sequence[bool] = ()) -> list[list[int]]:
    """Find the numbers in a line.

    Args:
        line: the boxes of its digits and marks, from left to right, at least one.
        uprights: whether an upright rule stands before each box but the first; none at all if it is
            left out.

    Returns:
        The places in `line` of the characters of each number.
    """
    gaps = _gaps(line)
    is_boxed = len(uprights) > 0 and all(uprights)
    widest = _widest_by_gaps(line, gaps, is_boxed=is_boxed)
    is_upright = [False] * len(gaps)
    if _is_table(gaps, uprights):
        is_upright = list(uprights)
        widest = _widest_in_cell(gaps, uprights, widest)
    numbers = [[0]]
    for place, gap in enumerate(gaps, 1):
        if is_upright[place - 1] or gap > widest:
            numbers.append([])
        numbers[-1].append(place)
    return numbers


def _is_table(gaps: Sequence[int], uprights: Sequence[bool]) -> bool:
    """Whether a line is a row of a table, whose uprights part its numbers."""
    if not any(uprights):
        return False
    cells = _cell_lengths(uprights)
    if median(cells) < IN_CELL:
        return False
    are_bare = [not upright for upright in uprights]
    within = median(compress(gaps, are_bare))
    at_uprights = median(compress(gaps, uprights))
    return at_uprights >= CELLS_APART * within


def _widest_in_cell(gaps: Sequence[int], uprights: Sequence[bool], widest: float) -> float:
    """The widest gap in pixels that is within a number, which is `widest` by gaps alone."""
    at_uprights = list(compress(gaps, uprights))
    if len(at_uprights) < FEWEST:
        return widest
    return OVERLOOKED * median(at_uprights)


def _cell_lengths(uprights: Sequence[bool]) -> list[int]:
    """How many characters stand in each cell of a line."""
    lengths = [1]
    for upright in uprights:
        if upright:
            lengths.append(0)
        lengths[-1] += 1
    return lengths


def _widest_by_gaps(line: Sequence[Box], gaps: Sequence[int], *, is_boxed: bool) -> float:
    """The widest gap in pixels that is within a number, if there are no cells of a table.

    `is_boxed` says whether an upright stands in each gap.
    """
    digits = _tall(line)
    height = median(box.height for box in digits)
    most = WIDEST_IN_BOXES if is_boxed else WIDEST_MEAN_GAP
    widest_mean = most * height
    # A mark may have a place of its own, or stand in the gap between two digits.
    of_all = _widest_even(line, widest_mean)
    of_digits = _widest_even(digits, widest_mean)
    uneven = _widest_within(gaps, height)
    return max(of_all, of_digits, uneven)


def _widest_within(gaps: Sequence[int], height: float) -> float:
    """The widest gap in pixels that is within a number."""
    widest = WIDEST_GAP * height
    for narrower, wider in pairwise(sorted(gaps)):
        within = max(narrower, USUAL_GAP * height)
        if wider >= CLEAR_GAP * height and wider >= JUMP * within:
            return min(within, widest)
    return widest


def _gaps(line: Sequence[Box]) -> list[int]:
    """How many columns are free before each box but the first; negative where boxes overlap."""
    gaps = []
    right = line[0].right
    for box in line[1:]:
        gaps.append(box.x - right)
        right = max(right, box.right)
    return gaps


def _tall(line: Sequence[Box]) -> list[Box]:
    """The boxes that are no low marks."""
    highest = max(box.height for box in line)
    least = TALL * highest
    return [box for box in line if box.height >= least]


def _widest_even(line: Sequence[Box], widest_mean: float) -> float:
    """The widest gap between boxes, three or more, that are evenly spaced and near; 0 if not.

    In pixels, as is `widest_mean`.
    """
    if len(line) < 3:
        return 0
    middles = [box.x + box.width / 2 for box in line]
    ways = [after - before for before, after in pairwise(middles)]
    longest = EVEN_WAYS * min(ways)
    gaps = _gaps(line)
    widest = max(gaps)
    most = EVEN_GAPS * median(gaps)
    are_even = max(ways) <= longest and widest <= most
    are_near = fmean(gaps) <= widest_mean
    return widest if are_even and are_near else 0
