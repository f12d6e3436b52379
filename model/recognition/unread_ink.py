"""Ink beside digits that nobody read: as tall and dark as they are, it is a character, too."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.character_set import DIGITS, UNKNOWN
from model.recognition.components import Components
from model.recognition.fusion import ReadCharacter
from model.recognition.normalization import IMAGE_SIDE
from model.recognition.printed_rules import is_upright

Edges = NDArray[np.int_]

# In heights of the digits that were read; by eye on the development pictures.
TALL = 0.6  # what is lower is a mark or dirt
BROAD = 0.4  # ink of which less than this is unread is the end of a stroke, or a rule
# A narrower one beside several digits, of which all is unread, may be a 1. A rule ends farther up
# or down.
LEVEL = 0.2
BROADEST = 2.0  # broader ink is no character
NEAR = 1.5  # what is farther from all digits is no part of their line
BESIDE = 0.5  # of the lower one's height that two of one line have in common, at least


def unread_characters(components: Components, read: Sequence[ReadCharacter]) -> list[ReadCharacter]:
    """Find the ink beside digits that no character covers.

    Args:
        components: of the photo.
        read: what was read of it, boxes in pixels of the photo as it was sent.

    Returns:
        A character of which nothing is known for each part of a component that is as tall and dark
        as the digits that it stands beside.
    """
    digits = [character.box for character in read if character.is_digit]
    if not digits:
        return []
    height = float(np.median([box.height for box in digits]))
    least = BROAD * height
    covered = [character.box for character in read]
    edges = _edges(covered)
    digit_edges = _edges(digits)
    unread = []
    for identifier, box in _tall_boxes(components, height):
        low = edges[:, :2] < (box.right, box.bottom)
        high = edges[:, 2:] > (box.x, box.y)
        touching = np.flatnonzero(low.all(axis=1) & high.all(axis=1))
        part = _unread_part(box, [covered[place] for place in touching])
        is_whole = part == box and len(digits) > 1
        is_level = is_whole and _is_level_with_any(box, digit_edges, height)
        is_stroke = is_level and not is_upright(components, box)
        if part.width < least and not is_stroke:
            continue
        if not _is_beside_any(part, digit_edges, height):
            continue
        if _ink_height(components, identifier, part) >= TALL * height:
            unread.append(_unknown(part))
    return unread


def _edges(boxes: Sequence[Box]) -> Edges:
    """Where boxes begin and end: (n, 4), x, y, right and bottom."""
    return np.array([(box.x, box.y, box.right, box.bottom) for box in boxes])


def _tall_boxes(components: Components, height: float) -> list[tuple[int, Box]]:
    """The ids and boxes of dark components as tall as digits, no broader than characters."""
    are_whole = components.inside & _are_dark(components)
    sent = np.rint(components.boxes / components.scale).astype(int)
    _, _, widths, heights = sent.T
    are_tall = (heights >= TALL * height) & (widths <= BROADEST * height)
    chosen = are_whole & are_tall
    boxes = [Box(*row) for row in sent[chosen].tolist()]
    identifiers = components.ids[chosen].tolist()
    return list(zip(identifiers, boxes, strict=True))


def _ink_height(components: Components, identifier: int, part: Box) -> float:
    """How high the ink of a component is in a part of its box, in pixels as the part."""
    labels = components.labels[components.place(part).window]
    is_own = labels == identifier
    rows = np.flatnonzero(is_own.any(axis=1))
    if not len(rows):
        return 0.0
    span = rows[-1] - rows[0] + 1
    return float(span / components.scale)


def _are_dark(components: Components) -> NDArray[np.bool_]:
    """Which components (n,) are not much paler than the usual one."""
    means = components.mean_ink(components.ink)
    are_dark: NDArray[np.bool_] = means >= components.palest(means)
    return are_dark


def _unread_part(box: Box, covered: Sequence[Box]) -> Box:
    """The broadest part of `box` whose columns none of the boxes that are beside it `covered`."""
    least = BESIDE * box.height
    over = [other for other in covered if _common(box, other) >= least]
    over.sort(key=lambda other: other.x)
    best = box._replace(width=0)
    free_from = box.x
    for other in over:
        free_to = min(other.x, box.right)
        best = _broader(best, free_from, free_to)
        free_from = max(free_from, other.right)
    return _broader(best, free_from, box.right)


def _broader(best: Box, left: int, right: int) -> Box:
    """The `best` part so far, or the one between these columns if that is broader."""
    width = right - left
    if width <= best.width:
        return best
    return best._replace(x=left, width=width)


def _common(one: Box, other: Box) -> int:
    """How many rows two boxes have in common; less than 0 if there is room between them."""
    return min(one.bottom, other.bottom) - max(one.y, other.y)


def _is_beside_any(part: Box, digits: Edges, height: float) -> bool:
    """Whether a digit so high, one of those with these edges (n, 4), is near and in line."""
    left, top, right, bottom = digits.T
    before = part.x - right
    after = left - part.right
    gaps = np.maximum(before, after)
    lower = np.minimum(part.height, bottom - top)
    common = np.minimum(part.bottom, bottom) - np.maximum(part.y, top)
    is_beside = (gaps <= NEAR * height) & (common >= BESIDE * lower)
    return bool(is_beside.any())


def _is_level_with_any(box: Box, digits: Edges, height: float) -> bool:
    """Whether it begins and ends as high as one of the digits with these edges (n, 4)."""
    _, top, _, bottom = digits.T
    room = LEVEL * height
    is_level = (np.abs(top - box.y) <= room) & (np.abs(bottom - box.bottom) <= room)
    return bool(is_level.any())


def _unknown(box: Box) -> ReadCharacter:
    """A character of which it cannot be told which one it is."""
    even = np.full(len(DIGITS), 1 / len(DIGITS), np.float32)
    blank = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    return ReadCharacter(
        box,
        UNKNOWN,
        certainty=0.0,
        presence=1.0,
        probabilities=even,
        crop=blank,
    )
