"""Boxes of a line -> numbers: which of them belong together, by the paper between them."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, median

from model.boxes import Box

# These limits were chosen on the development pictures, so that a break too many is likelier than
# two numbers read as one. Gaps are measured in heights of the line's digits.
WIDEST_GAP = 0.6  # a wider gap parts two numbers
# A narrower one does, too, if it is so wide, and so many times as wide as the next narrower one in
# the line, or as what is usual within numbers.
CLEAR_GAP, JUMP, USUAL_GAP = 0.3, 2.2, 0.12
# One number may have wider gaps if its characters are evenly spaced, as in the cells of a form:
WIDEST_MEAN_GAP = 1.6  # the mean of the gaps, at most
EVEN_WAYS = 1.5  # times the shortest way from one character's middle to the next: the longest
EVEN_GAPS = 2.0  # times the median gap: the widest
TALL = 0.5  # share of the highest box's height: what is lower is a mark rather than a digit


def find_numbers(line: Sequence[Box]) -> list[list[int]]:
    """Find the numbers in a line.

    Args:
        line: the boxes of its digits and marks, from left to right, at least one.

    Returns:
        The places in `line` of the characters of each number.
    """
    gaps = _gaps(line)
    height = _digit_height(line)
    if _is_evenly_spaced(line, gaps) and fmean(gaps) <= WIDEST_MEAN_GAP * height:
        whole = list(range(len(line)))
        return [whole]
    widest = _widest_within(gaps, height)
    numbers = [[0]]
    for place, gap in enumerate(gaps, 1):
        if gap > widest:
            numbers.append([])
        numbers[-1].append(place)
    return numbers


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


def _digit_height(line: Sequence[Box]) -> float:
    """The median height of the boxes that are no low marks, in pixels."""
    heights = [box.height for box in line]
    least = TALL * max(heights)
    tall = [height for height in heights if height >= least]
    return median(tall)


def _is_evenly_spaced(line: Sequence[Box], gaps: Sequence[int]) -> bool:
    """Whether the characters, three or more, are about equally far apart."""
    if len(gaps) < 2:
        return False
    middles = [box.x + box.width / 2 for box in line]
    ways = [after - before for before, after in pairwise(middles)]
    longest = EVEN_WAYS * min(ways)
    widest = EVEN_GAPS * median(gaps)
    return max(ways) <= longest and max(gaps) <= widest
