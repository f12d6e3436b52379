"""Components -> digits: which pieces are one digit, where touching digits part, in reading order.

Every sensible way to group the pieces is laid out as a path, each group is shown to the classifier,
and the path that it believes most wins (over-segmentation; LeCun, Bottou, Bengio, Haffner, 1998).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike

from model.recognition.segmentation import Components, gaps

# Shares of a digit's height. Half of the neighbours this far apart are strokes of one digit.
EVEN_GAP, GAP_SPREAD = 0.14, 0.04
WIDEST_GAP = 0.3
# A group wider for its height, or higher than its tallest piece, is no digit.
WIDEST, TALLEST = 1.8, 2.2
MOST_PIECES = 6  # of one digit
CUT_COST = 1.6  # of a cut through a stroke
TWO_WIDE = 0.95  # width by height from where a piece may be two digits
SLICE = 0.25  # of the height: the narrowest part of a cut piece
CUT = 0.4  # of the height: a cut through more ink separates nothing
# A digit lower than this share of its neighbourhood is the less likely, the lower it is.
LOWEST, LOW = 0.7, 8.0
BROADEST, BROAD = 1.0, 2.0  # the same for one that is broader
STEEPEST, NEXT = 0.6, 4.0  # of a row; how many heights away its next digit stands at most


class Box(NamedTuple):
    """x, y of the upper left corner, width and height in pixels."""

    x: int
    y: int
    width: int
    height: int


class Piece(NamedTuple):
    """A connected stroke or a part of it between two columns."""

    name: int
    box: Box


class Group(NamedTuple):
    """Pieces `start` to `stop` (exclusive) of a chain taken as one digit, and what that costs.

    `ink` (height, width) uint8 is 0 where the ink belongs to no piece of the group. Whether a
    stroke was `cut` for it.
    """

    start: int
    stop: int
    box: Box
    ink: MatLike
    cost: float
    cut: bool


class Chain(NamedTuple):
    """Neighbouring pieces from left to right and the groups that may be made of them."""

    length: int
    groups: list[Group]
    parting_costs: list[float]  # of a new digit beginning at each piece


def chains(strokes: Components) -> list[Chain]:
    """Lay out the ways to group `strokes`."""
    size = strokes.boxes[:, 2:].max(axis=1)
    inside = strokes.inside
    near = {
        (one, other): gap
        for (one, other), gap in gaps(strokes).items()
        if inside[one] and inside[other] and gap < WIDEST_GAP * np.sqrt(size[one] * size[other])
    }
    return [_chain(strokes, members, near) for members in _connected(strokes, near)]


def best(chain: Chain, beliefs: Sequence[float]) -> list[int]:
    """Which of the chain's groups, by place, make up the likeliest path through all its pieces.

    `beliefs` are the greatest probabilities that the classifier gives each group.
    """
    costs = [0.0] + [np.inf] * chain.length
    last = [-1] * (chain.length + 1)
    for place, group in sorted(enumerate(chain.groups), key=lambda item: item[1].stop):
        cost = costs[group.start] + chain.parting_costs[group.start] + group.cost
        cost -= float(np.log(beliefs[place]))
        if cost < costs[group.stop]:
            costs[group.stop], last[group.stop] = cost, place
    path: list[int] = []
    stop = chain.length
    while stop:
        path.append(last[stop])
        stop = chain.groups[last[stop]].start
    return path[::-1]


def _connected(strokes: Components, near: dict[tuple[int, int], float]) -> list[list[int]]:
    """Sets of pieces that neighbourhood links."""
    parent = list(range(len(strokes.boxes)))

    def root(place: int) -> int:
        while parent[place] != place:
            place = parent[place]
        return place

    for first, second in near:
        parent[root(first)] = root(second)
    sets: dict[int, list[int]] = {}
    for place in range(len(parent)):
        sets.setdefault(root(place), []).append(place)
    return list(sets.values())


def _chain(strokes: Components, members: list[int], near: dict[tuple[int, int], float]) -> Chain:
    boxes = strokes.boxes
    hull = _hull([Box(*boxes[place].tolist()) for place in members])
    height = min(hull.height, TALLEST * boxes[members, 3].max())
    members = sorted(members, key=lambda place: boxes[place, 0] + boxes[place, 2] / 2)
    pieces: list[Piece] = []
    joining, parting = [0.0], [0.0]  # costs of a piece going with the one before it, or not
    for previous, place in zip([None, *members], members, strict=False):
        slices = _slices(strokes, place, height)
        if previous is not None:
            pair = min(previous, place), max(previous, place)
            join, part = _gap_costs(near.get(pair, WIDEST_GAP * height) / height)
            joining.append(join)
            parting.append(part)
        joining += [0.0] * (len(slices) - 1)
        parting += [CUT_COST] * (len(slices) - 1)
        pieces += slices
    return Chain(len(pieces), list(_groups(strokes, pieces, joining, height)), parting)


def _gap_costs(gap: float) -> tuple[float, float]:
    """Minus the log-probabilities that strokes `gap` heights apart are one digit, or are two."""
    odds = (EVEN_GAP - gap) / GAP_SPREAD
    return float(np.logaddexp(0, -odds)), float(np.logaddexp(0, odds))


def _groups(
    strokes: Components, pieces: list[Piece], joining: list[float], height: float
) -> Iterator[Group]:
    """The runs of pieces that may be a digit, dearer the looser, lower or broader they are."""
    names = [None, *(piece.name for piece in pieces), None]
    for start in range(len(pieces)):
        for stop in range(start + 1, min(len(pieces), start + MOST_PIECES) + 1):
            box = _hull([piece.box for piece in pieces[start:stop]])
            cut = names[start] == names[start + 1] or names[stop] == names[stop + 1]
            whole = not cut and len(set(names[start + 1 : stop + 1])) == 1
            if box.width > WIDEST * height and stop > start + 1 and not whole:
                continue
            ink = _ink(strokes, pieces[start:stop], box)
            cost = LOW * max(0, LOWEST - box.height / height)
            cost += BROAD * max(0, box.width / height - BROADEST) + sum(joining[start + 1 : stop])
            yield Group(start, stop, box, ink, cost, cut)


def _slices(strokes: Components, place: int, usual: float) -> list[Piece]:
    """The piece itself, or if it may be several digits, its parts between the thinnest columns."""
    x, y, width, height = (int(length) for length in strokes.boxes[place])
    name = int(strokes.ids[place])
    if width <= TWO_WIDE * usual or width < 2:
        return [Piece(name, Box(x, y, width, height))]
    own = strokes.labels[y : y + height, x : x + width] == name
    thickness = cv2.blur(own.sum(axis=0, dtype=np.float32)[None], (max(1, width // 32) | 1, 1))[0]
    narrowest = round(SLICE * usual)
    cuts: list[int] = []
    most = min(2 * MOST_PIECES, round(2 * width / usual))
    for column in np.argsort(thickness, kind="stable"):
        if thickness[column] > CUT * usual or len(cuts) == most:
            break
        if all(abs(column - other) >= narrowest for other in (0, width, *cuts)):
            cuts.append(int(column))
    edges = [0, *sorted(cuts), width]
    parts = []
    for left, right in pairwise(edges):
        rows = np.flatnonzero(own[:, left:right].any(axis=1))
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        parts.append(Piece(name, Box(x + left, y + top, right - left, bottom - top)))
    return parts


def _hull(boxes: Sequence[Box]) -> Box:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    bottom = max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


def _ink(strokes: Components, pieces: Sequence[Piece], hull: Box) -> MatLike:
    ink = np.zeros((hull.height, hull.width), np.uint8)
    for name, box in pieces:
        window = np.s_[box.y : box.y + box.height, box.x : box.x + box.width]
        own = strokes.ink[window] * (strokes.labels[window] == name)
        target = np.s_[box.y - hull.y :, box.x - hull.x :]
        ink[target][: box.height, : box.width] += own
    return ink


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Places of `boxes` row by row, left to right, although the photo may be held crooked.

    A box starts a new row where its middle is half a height below the last one's, or a whole one if
    nothing in the row is above it: hands and printed boxes leave digits uneven.
    """
    slope = row_slope(boxes)
    levels = [_middle(box)[1] - slope * _middle(box)[0] for box in boxes]
    rows: list[list[int]] = []
    for place in sorted(range(len(boxes)), key=levels.__getitem__):
        if rows:
            last = rows[-1][-1]
            height = max(boxes[place].height, boxes[last].height)
            below = any(_one_above_another(boxes[place], boxes[other]) for other in rows[-1])
            if levels[place] - levels[last] < height * (0.5 if below else 1):
                rows[-1].append(place)
                continue
        rows.append([place])
    return [place for row in rows for place in sorted(row, key=lambda place: boxes[place].x)]


def _one_above_another(one: Box, other: Box) -> bool:
    return one.x < other.x + other.width and other.x < one.x + one.width


def row_slope(boxes: Sequence[Box]) -> float:
    """How far a row falls for each pixel to the right: the usual way to the next box there."""
    slopes = []
    for box in boxes:
        x, y = _middle(box)
        ways = [(right - x, down - y) for right, down in map(_middle, boxes) if right > x]
        across, down = min(ways, key=lambda way: way[0] + abs(way[1]), default=(0.0, 0.0))
        if abs(down) < STEEPEST * across < STEEPEST * NEXT * box.height:
            slopes.append(down / across)
    return float(np.median(slopes)) if slopes else 0.0


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2
