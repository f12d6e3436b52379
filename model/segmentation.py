"""Photo -> marks: the regions of ink that may be digits, in reading order.

Paper is what changes slowly, ink is what departs from it. Colours depart in one direction (from
the paper's to the pen's), so dark on light, light on dark and coloured pens are the same thing.
"""

from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.decoding import fit
from model.refusals import Refusal, RefusedError

MAX_MARKS = 64
PAPER_SIDE = 160  # the paper's shading needs no more pixels than this
# Wider than any stroke, narrower than most shadows; a share of the photo's shorter side.
STROKE_LIMIT = 0.3
GRAIN_FACTOR = 4.0  # what departs less than so many standard deviations of the paper is paper
MIN_CONTRAST = 10.0  # of 255; JPEG alone leaves a few
# Of the way from paper to full ink: lower on clean paper, so that a stroke keeps its faint ends.
INK_SHARE = (0.35, 0.55)
MIN_SIDE = 8  # pixels; of anything smaller not even a person could tell which digit it is
# Shares of the tallest mark: a smaller one is a speck, a narrower gap is within one digit.
SPECK = 0.35
GAP = (0.06, 0.12)
# A rule runs from edge to edge, the frame of a cell along the photo's margin; shares of the side.
LINE_LENGTH = 0.6
LINE_SLOPE = 0.15
EDGE = 0.02
MARGIN = 0.2


class Mark(NamedTuple):
    """Ink that belongs together.

    `box` is (x, y, width, height) in the photo's pixels. `ink` (height, width) uint8 says how far
    each pixel departs from the paper; it is 0 where the ink belongs to another mark.
    """

    box: tuple[int, int, int, int]
    ink: MatLike


def segment(photo: MatLike) -> list[Mark]:
    """Find the marks in `photo` (h, w, 3) uint8 BGR, row by row, left to right.

    Raises:
        RefusedError: there is no ink, or there are more marks than anyone writes digits.
    """
    ink = ink_map(photo)
    mask = _without_specks(_without_lines(_threshold(ink)))
    marks = _marks(ink, mask)
    if not marks:
        raise RefusedError(Refusal.NO_DIGIT)
    if len(marks) > MAX_MARKS:
        raise RefusedError(Refusal.TOO_MANY_MARKS)
    return [mark for row in _rows(marks) for mark in sorted(row, key=lambda mark: mark.box[0])]


def ink_map(photo: MatLike) -> MatLike:
    """How far each pixel of `photo` departs from its paper towards the ink (h, w) uint8."""
    height, width = photo.shape[:2]
    small = fit(photo, min(PAPER_SIDE, max(height, width)))
    projection = _projection(small)
    inkiness = cv2.transform(photo, projection)
    window = max(3, round(STROKE_LIMIT * min(small.shape[:2])))
    # Opening keeps only what is wider than the window: the paper with its shading and shadows.
    paper = cv2.morphologyEx(
        cv2.transform(small, projection), cv2.MORPH_OPEN, np.ones((window, window), np.uint8)
    )
    return cv2.subtract(inkiness, cv2.resize(paper, (width, height)))


def _projection(small: MatLike) -> NDArray[np.float32]:
    """The 1x4 transform of BGR onto the line from the paper's colour to the ink's, in 0..255."""
    window = min(255, min(small.shape[:2]) // 2) | 1
    departure = small.astype(np.float32) - cv2.medianBlur(small, window)
    strength = np.linalg.norm(departure, axis=2, keepdims=True)
    direction = (strength * departure).sum(axis=(0, 1))
    total = np.abs(direction).sum()
    if total < 1:
        raise RefusedError(Refusal.NO_DIGIT)
    direction /= total
    offset = -255 * direction[direction < 0].sum()
    return np.append(direction, offset)[None].astype(np.float32)


def _threshold(ink: MatLike) -> MatLike:
    """Mask (h, w) of 0 and 255: ink that stands out from the paper's grain."""
    sample = ink[::2, ::2] if ink.size > 100_000 else ink
    quarter, grain = (float(share) for share in np.percentile(sample, (25, 50)))
    # Ink lies above the paper's values only: what lies below them shows the grain alone.
    floor = grain + max(MIN_CONTRAST, GRAIN_FACTOR * (grain - quarter) / 0.6745)
    inked = sample[sample > floor]
    if inked.size < MIN_SIDE:
        raise RefusedError(Refusal.NO_DIGIT)
    otsu, _ = cv2.threshold(inked, 0, 255, cv2.THRESH_OTSU)
    full = float(inked[inked >= otsu].mean())
    least, most = (grain + share * (full - grain) for share in INK_SHARE)
    level = min(max(floor, least), most)
    return cv2.threshold(ink, level, 255, cv2.THRESH_BINARY)[1]


def _without_lines(mask: MatLike) -> MatLike:
    """Remove ruled lines and grid: straight, thin, long and reaching the photo's edge."""
    lines = cv2.bitwise_or(_lines(mask), _lines(np.ascontiguousarray(mask.T)).T)
    return cv2.subtract(mask, lines)


def _lines(mask: MatLike) -> MatLike:
    """The part of `mask` that belongs to horizontal lines, thickened by a pixel all round."""
    width = mask.shape[1]
    run = np.ones((1, max(9, width // 8)), np.uint8)
    runs = cv2.morphologyEx(mask, cv2.MORPH_OPEN, run)
    # A slanting line comes as a stair of runs; a pixel more in height joins them.
    joined = cv2.dilate(runs, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    x, length, height = stats[:, cv2.CC_STAT_LEFT], stats[:, 2], stats[:, 3]
    y = stats[:, cv2.CC_STAT_TOP]
    starts, ends = x <= EDGE * width, x + length >= (1 - EDGE) * width
    margin = MARGIN * mask.shape[0]
    marginal = (y + height <= margin) | (y >= mask.shape[0] - margin)
    is_line = (length >= LINE_LENGTH * width) & (height <= LINE_SLOPE * length)
    is_line &= (starts & ends) | ((starts | ends) & marginal)
    is_line[0] = False
    lines: MatLike = np.where(is_line[labels], 255, 0).astype(np.uint8)
    return lines


def _without_specks(mask: MatLike) -> MatLike:
    """Remove dirt and, if something stands clear of the photo's edge, what is cut off by it."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    x, y, width, height, area = stats.T
    side = np.maximum(width, height)
    keep = area >= 4
    keep[0] = False
    inside = keep & (x > 0) & (y > 0)
    inside &= (x + width < mask.shape[1]) & (y + height < mask.shape[0])
    if side[inside].max(initial=0) >= max(MIN_SIDE, SPECK * side[keep].max(initial=0)):
        keep = inside
    kept: MatLike = np.where(keep[labels], mask, 0)
    return kept


def _marks(ink: MatLike, mask: MatLike) -> list[Mark]:
    """Connected strokes, and strokes closer to each other than digits stand, as one mark each."""
    stats = cv2.connectedComponentsWithStats(mask, connectivity=8)[2][1:]
    tallest = stats[:, cv2.CC_STAT_HEIGHT].max(initial=0)
    reach = np.ones([2 * round(gap * tallest / 2) + 1 for gap in reversed(GAP)], np.uint8)
    _, labels, areas, _ = cv2.connectedComponentsWithStats(cv2.dilate(mask, reach))
    marks = []
    for label, (x, y, width, height, _) in enumerate(areas[1:].tolist(), 1):
        window = np.s_[y : y + height, x : x + width]
        own = labels[window] == label
        left, top, across, down = cv2.boundingRect(mask[window] * own)
        if max(across, down) >= max(MIN_SIDE, SPECK * tallest):
            inner = np.s_[top : top + down, left : left + across]
            marks.append(Mark((x + left, y + top, across, down), (ink[window] * own)[inner]))
    return marks


def _rows(marks: Iterable[Mark]) -> list[list[Mark]]:
    """Marks whose middles lie within half a height of the row's last one share a row."""
    rows: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda mark: mark.box[1] + mark.box[3] / 2):
        _, y, _, height = mark.box
        if rows:
            _, last_y, _, last_height = rows[-1][-1].box
            distance = (y + height / 2) - (last_y + last_height / 2)
            if distance < max(height, last_height) / 2:
                rows[-1].append(mark)
                continue
        rows.append([mark])
    return rows
