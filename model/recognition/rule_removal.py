"""Ruled lines, grids and frames -> gone, the strokes that they cross kept.

As staff lines are taken out of scores: along a line, what is as thin as the line goes, what is
taller is a stroke that crosses it and stays (Fujinaga, Staff detection and removal, 2004).
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.recognition.resizing import shrink

SEARCH_SIDE = 320  # lines are sought in a mask no larger than this
SLOPE = 0.21  # radians; a photo is held no more crooked than that
ANGLE_STEP = np.pi / 360
VOTES = 0.35  # of the width: so much of a line is seen at once although perspective bends it
MOST_LINES = 200  # candidates looked at in each direction
BEND = 0.006  # of the longer side: how far a line leaves the straight
THICKEST = 0.09  # of the height: beyond is no line but a table's edge or a bar
CROSSING = 1.5  # times the line's own thickness: a taller run of ink is a stroke across it
COVERED = 0.8  # of a line's length shows ink
WHOLE = 0.5  # of the width, at least, for a line that runs out of the photo
EDGE = 0.03  # of the width: so near the photo's edge a line reaches it
MARGIN = 0.2  # of the height
FINE, FINENESS = 0.4, 60  # of the width; times longer than thick: pens draw no strokes like that
FAMILY, APART = 4, 3  # so many fine lines, so many times their width apart, are a ruled page
FRAMED, LEAST_FRAMED = 0.2, 8  # what a frame is around is so high for it, and so many pixels
MOST_FRAMED = 64
FRAME = 0.35  # of the side: as long are a frame's sides
CORNERS = 0.35  # of a frame's ink
THINNEST = 16  # pixels: a smaller photo has no lines worth removing


class LabelledMask(NamedTuple):
    """The components of a mask.

    `labels` (h, w) int32 says to which component each pixel belongs, 0 on paper. `stats` (n, 5)
    int32 has OpenCV's row for each label: x, y, width, height, area; all 0 for what was taken out.
    """

    labels: MatLike
    stats: NDArray[np.int32]


@dataclass(frozen=True)
class _Track:
    """Ink along a straight line, for each column of the photo.

    Whether the line is inside the photo there, and ink near it; the ink's first row, how many rows
    it fills, and whether it began further above.
    """

    inside: NDArray[np.bool_]
    present: NDArray[np.bool_]
    top: NDArray[np.intp]
    rows: NDArray[np.intp]
    crossed: NDArray[np.bool_]

    @cached_property
    def thickness(self) -> float:
        """What it usually is."""
        return float(np.median(self.rows[self.present]))

    @cached_property
    def seen(self) -> NDArray[np.intp]:
        """The columns with ink near the line."""
        return np.flatnonzero(self.present)

    @property
    def length(self) -> int:
        """From the first of them to the last."""
        return int(self.seen[-1] - self.seen[0] + 1)


class _Frame(NamedTuple):
    """What has something else in its midst; a grid has several things, each in a box of its own."""

    label: int
    box: list[int]
    grid: bool


def without_lines(mask: MatLike) -> LabelledMask:
    """Give what hangs together in `mask` (h, w) of 0 and 255 but for rules, grids and frames."""
    whole = label_components(mask)
    if min(mask.shape) < THINNEST:
        return whole
    unframed = _unframed(mask, *whole)
    straightened = _straightened(unframed, np.inf)
    if unframed is mask and np.array_equal(straightened, mask):
        return whole
    labels, stats = label_components(straightened)
    framing = [frame.label for frame in _frames(labels, stats)]
    stats[framing] = 0
    kept = np.where(np.isin(labels, framing), np.int32(0), labels)
    return LabelledMask(kept, stats)


def _unframed(mask: MatLike, labels: MatLike, stats: NDArray[np.int32]) -> MatLike:
    """Take frames out of `mask`, but not a digit that touches one."""
    frames = _frames(labels, stats)
    unframed = mask.copy() if frames else mask
    for frame in frames:
        # A grid is all lines, whatever its size; something small round one thing may be a digit.
        x, y, width, height = frame.box if frame.grid else (0, 0, *mask.shape[::-1])
        window = np.s_[y : y + height, x : x + width]
        whole = np.where(labels[window] == frame.label, np.uint8(255), np.uint8(0))
        rest = _straightened(whole, FRAME)
        # What is left of a mere frame are its corners; of a grid also the digit that touches it.
        if not frame.grid and cv2.countNonZero(rest) <= CORNERS * cv2.countNonZero(whole):
            rest = np.zeros_like(rest)
        unframed[window] = cv2.subtract(unframed[window], cv2.subtract(whole, rest))
    return unframed


def label_components(mask: MatLike) -> LabelledMask:
    """What hangs together in `mask` (h, w) uint8."""
    x, y, width, height = cv2.boundingRect(mask)
    window = np.s_[y : y + height, x : x + width]
    labels = np.zeros(mask.shape, np.int32)
    if not height:
        return LabelledMask(labels, np.zeros((1, 5), np.int32))
    # OpenCV's default algorithm takes three times as long (Grana et al., 2010).
    _, labels[window], stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask[window], 8, cv2.CV_32S, cv2.CCL_BBDT
    )
    offset = np.array([x, y, 0, 0, 0], np.int32)
    return LabelledMask(labels, np.asarray(stats, np.int32) + offset)


def _frames(labels: MatLike, stats: NDArray[np.int32]) -> list[_Frame]:
    """Boxes, circles and grids.

    A frame's further sides may lie beyond the photo, if its ends run out of it there.
    """
    around: Counter[int] = Counter()
    border = labels[:, 0], labels[:, -1], labels[0], labels[-1]
    for inner in _framed(stats):
        x, y, width, height, _ = stats[inner]
        rows, columns = y + height * np.arange(1, 4) // 4, x + width * np.arange(1, 4) // 4
        sides = (
            labels[rows, :x],
            labels[rows, x + width :],
            labels[:y, columns],
            labels[y + height :, columns],
        )
        seen = [set(np.unique(side).tolist()) for side in sides]
        reached = [
            met | set(np.unique(edge).tolist()) for met, edge in zip(seen, border, strict=True)
        ]
        for outer in set.intersection(*reached) - {0, int(inner)}:
            if sum(outer in met for met in seen) >= 2 and height >= FRAMED * stats[outer, 3]:
                around[outer] += 1
    return [
        _Frame(label, stats[label, :4].tolist(), grid=inside > 1)
        for label, inside in around.items()
    ]


def _framed(stats: NDArray[np.int32]) -> NDArray[np.intp]:
    """The highest components that may have another around them, by their boxes alone."""
    large = 1 + np.flatnonzero(stats[1:, 2:4].max(axis=1) >= LEAST_FRAMED)
    inner = large[stats[large, cv2.CC_STAT_HEIGHT] >= LEAST_FRAMED]
    inner = inner[np.argsort(-stats[inner, cv2.CC_STAT_HEIGHT], kind="stable")][:MOST_FRAMED]
    low, high = stats[:, :2], stats[:, :2] + stats[:, 2:4]
    own, other = inner[:, None], large[None]
    meet = (low[own] < high[other]) & (low[other] < high[own])
    beyond = (low[other] < low[own]).sum(axis=2) + (high[other] > high[own]).sum(axis=2)
    return np.asarray(inner[(meet.all(axis=2) & (beyond >= 2)).any(axis=1)])


def _straightened(mask: MatLike, enough: float) -> MatLike:
    """Remove lines both ways, wherever they end if they are `enough` of the side long."""
    flat = _without_lying(mask, enough)
    return cv2.transpose(_without_lying(cv2.transpose(flat), enough))


def _without_lying(mask: MatLike, enough: float) -> MatLike:
    candidates = _candidates(mask, min(VOTES, enough / 2))
    if not candidates:
        return mask
    height = len(mask)
    room = max(4, round(2 * THICKEST * height))  # so that no line's band leaves the array
    padded = cv2.copyMakeBorder(mask, room, room, 0, 0, cv2.BORDER_CONSTANT, value=0)
    doubtful: list[_Track] = []
    family: list[float] = []  # where its lines lie
    for offset, slope in candidates:
        track = _follow(padded, offset + room, slope, room)
        if len(track.seen) < LEAST_FRAMED or not _is_straight(track, mask.shape):
            continue
        fine = track.length >= max(FINENESS * track.thickness, FINE * mask.shape[1])
        level = float(np.median(track.top[track.seen]))
        if fine and all(abs(level - other) > APART * track.thickness for other in family):
            family.append(level)
        if track.length >= enough * mask.shape[1] or _is_rule(track, height, room):
            _erase(padded, track)
        elif fine:
            doubtful.append(track)
    if len(family) >= FAMILY:
        for track in doubtful:
            _erase(padded, track)
    return padded[room : room + height]


def _candidates(mask: MatLike, votes: float) -> list[tuple[float, float]]:
    """Lines' upper edges as (y at x = 0, slope), the longest first (Hough transform).

    `votes` is the share of the width that has to be ink.
    """
    scale = min(1.0, SEARCH_SIDE / max(mask.shape))
    small = shrink(mask, SEARCH_SIDE)
    small = cv2.threshold(small, 64, 255, cv2.THRESH_BINARY)[1]
    edge = small.copy()
    edge[1:] = cv2.subtract(small[1:], small[:-1])
    least = max(LEAST_FRAMED, round(votes * small.shape[1]))
    upright = np.pi / 2
    lines = cv2.HoughLines(
        edge, 1, ANGLE_STEP, least, min_theta=upright - SLOPE, max_theta=upright + SLOPE
    )
    if lines is None:
        return []
    return [
        (float(rho / np.sin(theta)) / scale, float(-1 / np.tan(theta)))
        for rho, theta in lines[:MOST_LINES, 0]
    ]


def _follow(padded: MatLike, offset: float, slope: float, room: int) -> _Track:
    """Look for ink along y = `offset` + `slope` x."""
    width = padded.shape[1]
    bend = max(2, round(BEND * max(len(padded) - 2 * room, width)))
    columns = np.arange(width)
    middle = np.rint(offset + slope * columns).astype(np.intp)
    inside = (middle >= room) & (middle < len(padded) - room)
    upper, depth = middle - bend, np.arange(2 * bend + room)[:, None]
    # Indexed by row and column it would take nine times as long.
    band = padded.take((upper + depth) * width + columns, mode="clip") > 0
    near = band[: 2 * bend + 1]
    first = near.argmax(axis=0)
    ended = ~band & (depth > first)
    last = np.where(ended.any(axis=0), ended.argmax(axis=0), len(band))
    return _Track(inside, inside & near.any(axis=0), upper + first, last - first, first == 0)


def _is_straight(track: _Track, shape: tuple[int, ...]) -> bool:
    """Whether ink follows the line all along, thinner than a table's edge or a bar."""
    covered = len(track.seen) >= COVERED * track.length
    return covered and track.thickness <= THICKEST * min(shape)


def _is_rule(track: _Track, height: int, room: int) -> bool:
    """Whether the line runs from edge to edge, or along the photo's margin out of it."""
    width = len(track.inside)
    chord = np.flatnonzero(track.inside)
    starts = track.seen[0] <= chord[0] + EDGE * width
    ends = track.seen[-1] >= chord[-1] - EDGE * width
    if starts and ends:
        return len(chord) >= WHOLE * width
    middle = (float(track.top[track.seen].mean()) - room) / height
    marginal = min(middle, 1 - middle) < MARGIN
    return bool(marginal and (starts or ends) and track.length >= WHOLE * width)


def _erase(padded: MatLike, track: _Track) -> None:
    """Blank the line where nothing taller crosses it."""
    own = track.present & ~track.crossed & (track.rows <= CROSSING * track.thickness + 1)
    columns = np.flatnonzero(own)
    for step in range(int(track.rows[columns].max(initial=0))):
        due = columns[track.rows[columns] > step]
        padded[track.top[due] + step, due] = 0
