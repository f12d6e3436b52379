"""Printed rules as they are seen in the ink, whether they were taken out of it or not."""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.components import Components

# Chosen on the development pictures. Heights are those of the higher character beside the rule.
#
# A rule between two characters reaches so far above and below both.
BEYOND = 0.25
# In a narrower gap no rule is sought: who writes in cells leaves some room beside their rules.
ROOM = 0.3
# A rule is at least so dark, in shares of the darkest ink beside it, on so much of its way.
FAINTEST, COVERED = 0.2, 0.8
# A piece of a rule goes on at both sides, so far in digits' heights, which is more than a digit's
# stroke that a mark touches, with at least such a share of its ink for each pixel of its length: a
# point on a rule is darker and thicker than the rule. So much of the way may be bare, as printing
# is rough.
SIDE, ALIKE, BARE = 0.8, 0.5, 0.1
# The way is followed in so many steps, at each to a neighbouring one of so many places: rules are
# tilted and bent.
STEPS, PLACES = 12, 16


def has_upright(components: Components, before: Box, after: Box) -> bool:
    """Whether an upright rule stands between two characters.

    Args:
        components: of the photo.
        before: the box of a character, in pixels of the photo as it was sent.
        after: that of the next one to the right.
    """
    left = components.place(before)
    right = components.place(after)
    higher = max(left.height, right.height)
    least = max(2, ROOM * higher)
    if right.x - left.right < least:
        return False
    ink = components.ink
    top = min(left.y, right.y)
    bottom = max(left.bottom, right.bottom)
    gap = Box(left.right, top, right.x - left.right, bottom - top)
    darkest = max(ink[left.window].max(), ink[right.window].max())
    return _is_crossed(ink, gap, higher, darkest)


def is_upright(components: Components, box: Box) -> bool:
    """Whether the stroke in a box is the darkest piece of an upright rule.

    Unlike `is_part_of_rule` it tells rules whose pieces are of uneven strength, and takes a stroke
    that touches rules above and below for one of them.

    Args:
        components: of the photo.
        box: of the stroke, in pixels of the photo as it was sent.
    """
    piece = components.place(box)
    ink = components.ink
    darkest = ink[piece.window].max()
    return _is_crossed(ink, piece, piece.height, darkest)


def _is_crossed(ink: MatLike, box: Box, height: int, darkest: int) -> bool:
    """Whether an upright rule leads through a box of `ink` (h, w) uint8, and beyond its ends.

    `height` and `darkest` are of the characters beside it: their height, and their ink.
    """
    beyond = round(BEYOND * height)
    rows = slice(max(0, box.y - beyond), box.bottom + beyond)
    inked = _inked(ink[rows, box.x : box.right], FAINTEST * darkest)
    # Most gaps are bare, which is soon seen.
    covered = inked.max(axis=1).mean()
    return bool(covered >= COVERED) and _covered_share(inked) >= COVERED


def is_part_of_rule(
    components: Components, box: Box, digit_height: float, *, upright: bool
) -> bool:
    """Whether what looks like a character is a piece of a rule, which goes on beyond it.

    Args:
        components: of the photo.
        box: the character's, in pixels of the photo as it was sent.
        digit_height: about how high digits are, in the same pixels.
        upright: whether an upright rule is meant; else a level one.
    """
    piece = components.place(box)
    reach = max(1, round(SIDE * digit_height * components.scale))
    if upright:
        pillar = components.ink[:, piece.x : piece.right].T
        return _goes_on(pillar, piece.y, piece.bottom, reach)
    band = components.ink[piece.y : piece.bottom]
    return _goes_on(band, piece.x, piece.right, reach)


def _goes_on(ink: MatLike, start: int, stop: int, reach: int) -> bool:
    """Whether what is in the columns from `start` to `stop` of `ink` (h, w) goes on to both sides.

    It may end at the picture's edge.
    """
    before = _amounts(ink, max(0, start - reach), start)
    within = _amounts(ink, start, stop)
    after = _amounts(ink, stop, stop + reach)
    if not len(before) or not len(after) or not within.any():
        return False
    least = ALIKE * within.mean()
    return max(_bare_share(before, least), _bare_share(after, least)) <= BARE


def _bare_share(amounts: NDArray[np.float64], least: float) -> float:
    """In how many of some columns (n,) there is less ink than that, 0 to 1."""
    bare = np.count_nonzero(amounts < least)
    return bare / len(amounts)


def _amounts(ink: MatLike, start: int, stop: int) -> NDArray[np.float64]:
    """How much ink there is in each of the columns from `start` to `stop`."""
    columns = ink[:, start:stop]
    amounts: NDArray[np.float64] = columns.sum(axis=0, dtype=np.float64)
    return amounts


def _inked(ink: MatLike, faintest: float) -> NDArray[np.float64]:
    """How much of `ink` (h, w) uint8 there is in each step and place, 1 from `faintest` on."""
    places = min(PLACES, ink.shape[1])
    small = cv2.resize(ink, (places, STEPS), interpolation=cv2.INTER_AREA)
    shares = np.minimum(small / max(1.0, faintest), 1)
    return np.asarray(shares)


def _covered_share(inked: NDArray[np.float64]) -> float:
    """How much of the best way through (steps, places) is inked, 0 to 1."""
    neighbours = np.ones((1, 3), np.uint8)
    reached = inked[:1]
    for step in inked[1:]:
        reached = step + cv2.dilate(reached, neighbours)
    return float(reached.max()) / len(inked)
