"""Classified candidates -> the number that a photo asserts, or nothing.

A number is what surely is digits, of one size, written by one pen, and most of what there is.
"""

from collections.abc import Sequence

from model.recognition.classification import ClassifiedCandidate
from model.recognition.lines import line_slope

# These limits were chosen by trial on the development photos; no measurement of each is on record.
#
# Factors by which height, stroke width and darkness of ink may differ within a number: what differs
# by more is a comma, a rule or a crease.
SIZES, PENS, INKS = 2.5, 3.0, 1.7
PENS_OF_ONES = 2.2  # the same of stroke widths for a 1, which any line resembles
DOUBTED = 0.5  # share of the threshold: what is less probable is not even a badly written digit
MOST = 2 / 3  # share of the candidates that resemble each other that must be sure digits, at least
# Whole digits are a number of their own only with at least this share of the prominence of what the
# photo's edge cuts off.
BESIDE = 0.35
CLUTTERED = 0.25  # share of the ink that is the number's, at least: a page has less clutter
CLUTTERED_ONES = 0.5  # the same for a number of nothing but ones


def accept(
    candidates: Sequence[ClassifiedCandidate], threshold: float
) -> list[ClassifiedCandidate]:
    """Choose the candidates that are the number.

    Args:
        candidates: of one photo.
        threshold: 0 to 1; a candidate whose likeliest digit is as probable surely is that digit.

    Returns:
        Some of the candidates in their order; empty if they assert no number.
    """
    inside = [candidate for candidate in candidates if not candidate.cut_off]
    every = _alike(candidates, threshold)
    whole = _alike(inside, threshold)
    number = every
    if whole and _stands_out(whole, every or whole):
        number = whole
    if number and _is_cluttered(number, candidates):
        return []
    return number


def only_ones(number: Sequence[ClassifiedCandidate]) -> bool:
    """Whether all digits of a number are ones, as of an empty one; edges and rules look so too."""
    return all(candidate.is_one for candidate in number)


def _alike(
    candidates: Sequence[ClassifiedCandidate], threshold: float
) -> list[ClassifiedCandidate]:
    """The candidates like the most prominent sure one; none if too few of them are sure."""
    sure = [candidate for candidate in candidates if candidate.probability >= threshold]
    if not sure:
        return []
    example = _most_prominent(sure)
    alike = [candidate for candidate in candidates if _resembles(candidate, example)]
    digits = [candidate for candidate in alike if candidate.probability >= threshold]
    # If many of the alike candidates are no digits, those that look like digits are none either.
    if len(digits) < MOST * len(alike):
        return []
    # A badly written digit is not left out of its row, which would then be another number.
    slope = line_slope([candidate.box for candidate in alike])
    return [
        candidate
        for candidate in alike
        if candidate.probability >= DOUBTED * threshold and _is_beside_any(candidate, digits, slope)
    ]


def _stands_out(whole: Sequence[ClassifiedCandidate], every: Sequence[ClassifiedCandidate]) -> bool:
    """Whether the whole digits are prominent beside `every` digit, also those cut off."""
    most = _most_prominent(every)
    most_whole = _most_prominent(whole)
    return most_whole.prominence >= BESIDE * most.prominence


def _most_prominent(candidates: Sequence[ClassifiedCandidate]) -> ClassifiedCandidate:
    """The one that stands out most; a 1 only where there is nothing else."""
    others = [candidate for candidate in candidates if not candidate.is_one]
    eligible = others or candidates
    return max(eligible, key=lambda candidate: candidate.prominence)


def _resembles(candidate: ClassifiedCandidate, example: ClassifiedCandidate) -> bool:
    """Whether a candidate may belong to one number with `example`; it may be darker, though."""
    pens = PENS_OF_ONES if candidate.is_one else PENS
    size = candidate.size / example.size
    pen = candidate.pen / example.pen
    is_as_large = 1 / SIZES <= size <= SIZES
    is_as_bold = 1 / pens <= pen <= pens
    is_as_dark = candidate.ink * INKS >= example.ink
    return is_as_large and is_as_bold and is_as_dark


def _is_beside_any(
    candidate: ClassifiedCandidate, digits: Sequence[ClassifiedCandidate], slope: float
) -> bool:
    return any(_is_beside(candidate, digit, slope) for digit in digits)


def _is_beside(candidate: ClassifiedCandidate, digit: ClassifiedCandidate, slope: float) -> bool:
    """Whether both stand in one row, which falls by `slope` for each pixel to the right."""
    x, y = candidate.box.middle
    digit_x, digit_y = digit.box.middle
    across = x - digit_x
    below = y - digit_y - slope * across
    lower = min(candidate.box.height, digit.box.height)
    return abs(below) < lower / 2


def _is_cluttered(
    number: Sequence[ClassifiedCandidate], candidates: Sequence[ClassifiedCandidate]
) -> bool:
    """Whether other things of its size outweigh the number, as on no page."""
    ones = only_ones(number)
    example = _most_prominent(number)
    least_side = example.box.height / SIZES
    faintest = min(candidate.ink for candidate in number)
    own = {id(candidate) for candidate in number}
    clutter = 0
    for candidate in candidates:
        longer_side = max(candidate.box.width, candidate.box.height)
        large = longer_side >= least_side
        # Against ones alone, what the photo's edge cuts off counts too: it may be a table's edge.
        inside = ones or not candidate.cut_off
        # What is fainter by far is the table's texture, or the paper's.
        dark = candidate.ink * INKS >= faintest
        other = id(candidate) not in own
        if other and large and inside and dark:
            clutter += candidate.area
    written = sum(candidate.area for candidate in number)
    share = CLUTTERED_ONES if ones else CLUTTERED
    return written < share * (written + clutter)
