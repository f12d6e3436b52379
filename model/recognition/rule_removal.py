"""Ruled lines -> gone from a mask, the strokes that they cross kept.

As staff lines are taken out of scores: along a line, a run of ink as thick as the line is a part
of it; a taller run is a stroke that crosses it and stays (Fujinaga, Staff detection and removal,
2004).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.recognition.resizing import shrink

# All were chosen on the development photos. "Width" and "height" are the mask's; for upright lines,
# which are sought in the transposed mask, it is the other way round.
SEARCH_SIDE = 320  # pixels of the longer side; lines are sought in a mask no larger than this
SLOPE = 0.21  # radians; a photo is held no more crooked than that
COVERAGE = 64  # of 255: of a pixel there, more than a quarter is ink
ANGLE_STEP = np.pi / 360  # radians between the directions that are tried
VOTES = 0.35  # of the width: a bent line is straight over at least so much of it
MOST_LINES = 200  # of the Hough transform's lines that are looked at in each direction
SHORTEST = 8  # pixels; any stroke has shorter straight parts
BEND = 0.006  # of the longer side: how far a line leaves the straight
THICKEST = 0.09  # of the shorter side: beyond is no line but a table's edge or a bar
CROSSING = 1.5  # times the line's thickness: a taller run of ink is a stroke that crosses it
COVERED = 0.8  # of a line's length shows ink
WHOLE = 0.5  # of the width, at least, for a line that runs out of the photo
EDGE = 0.03  # of the width: so near the photo's edge a line reaches it
MARGIN = 0.2  # of the height: a line there may end in the photo
# A fine line has at least this share of the width, and is so many times longer than thick: no pen
# draws such strokes.
FINE, FINENESS = 0.4, 60
# A ruled page has at least so many fine lines, each so many times its thickness from the others.
FAMILY, APART = 4, 3


class _Line(NamedTuple):
    """y = `offset` + `slope` x, in pixels."""

    offset: float
    slope: float


@dataclass(frozen=True)
class _Track:
    """Ink along a straight line.

    `chord` (m,) are the columns in which the line is inside the mask, and `columns` (n,) those of
    them in which ink is near it, from left to right. For each of these, `top` (n,) is the first row
    of that ink, and `rows` (n,) how many rows it fills; `crossed` (n,) says whether it began
    further above, so that its top is unknown.
    """

    chord: NDArray[np.intp]
    columns: NDArray[np.intp]
    top: NDArray[np.intp]
    rows: NDArray[np.intp]
    crossed: NDArray[np.bool_]

    @cached_property
    def thickness(self) -> float:
        """The usual height of the ink, in pixels."""
        return float(np.median(self.rows))

    @property
    def length(self) -> int:
        """From the first column with ink to the last, in pixels."""
        return _length(self.columns)

    @cached_property
    def level(self) -> float:
        """The usual row of its upper edge."""
        return float(np.median(self.top))


def remove_rules(mask: MatLike, long_enough: float = np.inf) -> MatLike:
    """Remove nearly level and nearly upright lines.

    Rules run from edge to edge, or out of the mask along its margin, or are a family of fine lines.

    Args:
        mask: (h, w) uint8, 0 and 255; it is not changed.
        long_enough: a line of this share of the mask's side is removed wherever it ends.

    Returns:
        (h, w) uint8, 0 and 255; `mask` itself or another array, for the caller to read only.
    """
    without_level = _remove_level_rules(mask, long_enough)
    lying = cv2.transpose(without_level)
    without_any = _remove_level_rules(lying, long_enough)
    return cv2.transpose(without_any)


def _remove_level_rules(mask: MatLike, long_enough: float) -> MatLike:
    votes = min(VOTES, long_enough / 2)
    lines = _find_lines(mask, votes)
    if not lines:
        return mask
    height, width = mask.shape
    padding = max(4, round(2 * THICKEST * height))  # so that no line's band leaves the array
    padded = cv2.copyMakeBorder(mask, padding, padding, 0, 0, cv2.BORDER_CONSTANT, value=0)
    doubtful: list[_Track] = []
    family: list[float] = []  # the levels of its lines
    for line in lines:
        track = _follow(padded, line, padding)
        if track is None or track.thickness > THICKEST * min(mask.shape):
            continue
        is_fine = _is_fine(track, width)
        if is_fine and len(family) < FAMILY and _is_apart(track, family):
            family.append(track.level)
        is_long = track.length >= long_enough * width
        if is_long or _is_rule(track, mask.shape, padding):
            _erase(padded, track)
        elif is_fine:
            doubtful.append(track)
    if len(family) >= FAMILY:
        for track in doubtful:
            _erase(padded, track)
    return padded[padding : padding + height]


def _find_lines(mask: MatLike, votes: float) -> list[_Line]:
    """Find the upper edges of lines by a Hough transform, the longest first.

    `votes` is the share of the width that has to be ink.
    """
    scale = min(1.0, SEARCH_SIDE / max(mask.shape))
    small = shrink(mask, SEARCH_SIDE)
    _, small = cv2.threshold(small, COVERAGE, 255, cv2.THRESH_BINARY)
    least = max(SHORTEST, round(votes * small.shape[1]))
    has_ink = small.any(axis=0)
    if np.count_nonzero(has_ink) < least:
        return []  # in each column a line's upper edge is one pixel at most
    upper_edge = small.copy()
    paper = cv2.bitwise_not(small)
    upper_edge[1:] = np.minimum(small[1:], paper[:-1])
    level = np.pi / 2  # the direction of a level line's normal
    polar_lines = cv2.HoughLines(
        upper_edge,
        rho=1,
        theta=ANGLE_STEP,
        threshold=least,
        min_theta=level - SLOPE,
        max_theta=level + SLOPE,
    )
    if polar_lines is None:
        return []
    lines = []
    for distance, angle in polar_lines[:MOST_LINES, 0]:
        offset = float(distance / np.sin(angle))
        slope = float(-1 / np.tan(angle))
        lines.append(_Line(offset / scale, slope))
    return lines


def _follow(padded: MatLike, line: _Line, padding: int) -> _Track | None:
    """Look for ink along `line` of the mask in a copy that is padded above and below.

    None if it does not follow the line all along.
    """
    height, width = padded.shape
    longer = max(height - 2 * padding, width)
    bend = max(2, round(BEND * longer))
    every = np.arange(width)
    course = line.offset + padding + line.slope * every
    middle = np.rint(course).astype(np.intp)
    is_inside = (middle >= padding) & (middle < height - padding)
    highest = middle - bend
    near = _band(padded, every, highest, 2 * bend + 1)
    columns = np.flatnonzero(is_inside & near.any(axis=0))
    covered = len(columns)
    if covered < SHORTEST or covered < COVERED * _length(columns):
        return None
    start = near.argmax(axis=0)[columns]
    top = highest[columns] + start
    rows = _runs(padded, columns, top, 2 * bend)
    # Few runs of ink go on: those of strokes that cross the line.
    long = np.flatnonzero(rows == 2 * bend)
    rows[long] = _runs(padded, columns[long], top[long], 2 * bend + padding)
    return _Track(np.flatnonzero(is_inside), columns, top, rows, crossed=start == 0)


def _length(columns: NDArray[np.intp]) -> int:
    """How many columns there are from the first of some to the last."""
    return int(columns[-1] - columns[0] + 1)


def _band(
    padded: MatLike, columns: NDArray[np.intp], highest: NDArray[np.intp], depth: int
) -> NDArray[np.bool_]:
    """Where ink is (depth, n) in so many rows of some columns (n,), from their `highest` one on."""
    width = padded.shape[1]
    steps = np.arange(depth)[:, None]
    # Taking from the flat array is much faster than indexing by row and column.
    first = highest * width + columns
    band: NDArray[np.bool_] = padded.take(first + steps * width, mode="clip") > 0
    return band


def _runs(
    padded: MatLike, columns: NDArray[np.intp], top: NDArray[np.intp], most: int
) -> NDArray[np.intp]:
    """How many rows (n,) the ink fills that begins at the `top` of columns (n,), `most` at most."""
    rows = _band(padded, columns, top, most).argmin(axis=0)
    return np.where(rows > 0, rows, most)


def _is_fine(track: _Track, width: int) -> bool:
    """Whether it is long and thin as no pen draws a stroke."""
    return track.length >= FINE * width and track.length >= FINENESS * track.thickness


def _is_apart(track: _Track, family: list[float]) -> bool:
    """Whether it is not one of the lines whose levels are in `family`, found once more."""
    nearest = min((abs(track.level - other) for other in family), default=np.inf)
    return nearest > APART * track.thickness


def _is_rule(track: _Track, shape: tuple[int, ...], padding: int) -> bool:
    """Whether the line runs from edge to edge, or along the margin out of a mask of this shape."""
    height, width = shape
    tolerance = EDGE * width
    starts_at_edge = track.columns[0] <= track.chord[0] + tolerance
    ends_at_edge = track.columns[-1] >= track.chord[-1] - tolerance
    if starts_at_edge and ends_at_edge:
        return len(track.chord) >= WHOLE * width
    if not (starts_at_edge or ends_at_edge):
        return False
    middle = (float(track.top.mean()) - padding) / height
    is_marginal = min(middle, 1 - middle) < MARGIN
    return is_marginal and track.length >= WHOLE * width


def _erase(padded: MatLike, track: _Track) -> None:
    """Blank the line where nothing taller crosses it."""
    is_thin = track.rows <= CROSSING * track.thickness + 1  # of which rounding makes a pixel
    is_own = ~track.crossed & is_thin
    columns = track.columns[is_own]
    rows = track.rows[is_own]
    top = track.top[is_own]
    for step in range(int(rows.max(initial=0))):
        is_due = rows > step
        padded[top[is_due] + step, columns[is_due]] = 0
