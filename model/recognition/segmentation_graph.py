"""Components -> candidates for digits, and the likeliest way to choose among them.

Components that lie near each other are put in order and cut where they may be several digits: these
are the segments. Each run of a few segments is a candidate, an edge of a graph from one boundary
between segments to another; the digits are the likeliest path from the first boundary to the last
(over-segmentation; LeCun, Bottou, Bengio, Haffner, 1998).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike

from model.boxes import Box, hull
from model.recognition.segmentation import Components, gaps

# These limits were chosen by trial on the development photos; no measurement of each is on record.
# Lengths are in heights of a digit, costs are minus the logarithms of probabilities.
#
# Of parts `EVEN_GAP` apart, half belong to one digit; the odds fall by e with each `GAP_SPREAD`.
EVEN_GAP, GAP_SPREAD = 0.14, 0.04
WIDEST_GAP = 0.3  # what is farther apart is never one digit
WIDEST = 1.8  # several components that are broader are no digit
TALLEST = 2.2  # a digit of a graph, in heights of its tallest component: it may hold several rows
MOST_SEGMENTS = 6  # of one digit; a count
CUT_COST = 1.6  # of a cut through a component: whole it must be a fifth as likely
TWO_WIDE = 0.95  # a broader component may be two digits
SLICE = 0.25  # the narrowest part of a cut component
CUT = 0.4  # a cut through more ink separates nothing
# A component's width by that of the window over which its ink is averaged: less is ragged edges.
SMOOTHED = 32
LOWEST, LOW = 0.7, 8.0  # a lower candidate costs so much for each height that it lacks
BROADEST, BROAD = 1.0, 2.0  # a broader one costs so much for each height that it is too broad

Gaps = dict[tuple[int, int], float]


class Segment(NamedTuple):
    """A component, or the part of it between two columns; `component` is its id."""

    component: int
    box: Box


class Candidate(NamedTuple):
    """Segments `start` to `stop` (exclusive) of a graph taken as one digit, and what that costs.

    `ink` (height, width) uint8 is 0 where the ink belongs to no segment of the candidate. It is
    `split` if a component was cut for it.
    """

    start: int
    stop: int
    box: Box
    ink: MatLike
    cost: float
    split: bool


class SegmentationGraph(NamedTuple):
    """So many segments from left to right and the candidates that may be made of them.

    `split_costs` are those of a new digit beginning at each segment.
    """

    length: int
    candidates: list[Candidate]
    split_costs: list[float]


def build_graphs(components: Components) -> list[SegmentationGraph]:
    """Lay out the ways to make digits of `components`: a graph for each set of near ones."""
    near = _near(components)
    return [
        _build_graph(components, members, near)
        for members in _connected(len(components.boxes), near)
    ]


def best_path(graph: SegmentationGraph, probabilities: Sequence[float]) -> list[int]:
    """Indices of those of the graph's candidates that make up the likeliest path through it.

    `probabilities` are the greatest that the classifier gives each candidate.
    """
    costs = [0.0] + [np.inf] * graph.length
    last = [-1] * (graph.length + 1)
    for index, candidate in sorted(enumerate(graph.candidates), key=lambda item: item[1].stop):
        cost = costs[candidate.start] + graph.split_costs[candidate.start] + candidate.cost
        cost -= float(np.log(probabilities[index]))
        if cost < costs[candidate.stop]:
            costs[candidate.stop] = cost
            last[candidate.stop] = index
    path: list[int] = []
    stop = graph.length
    while stop:
        path.append(last[stop])
        stop = graph.candidates[last[stop]].start
    return path[::-1]


def _near(components: Components) -> Gaps:
    """The gaps in pixels between neighbours that may be parts of one digit, by their indices."""
    size = components.boxes[:, 2:].max(axis=1)
    inside = components.inside
    near = {}
    for (one, other), gap in gaps(components).items():
        widest = WIDEST_GAP * np.sqrt(size[one] * size[other])
        if inside[one] and inside[other] and gap < widest:
            near[one, other] = gap
    return near


def _connected(count: int, near: Gaps) -> list[list[int]]:
    """The sets of `count` components that nearness links, by their indices."""
    parent = list(range(count))

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    for first, second in near:
        parent[root(first)] = root(second)
    sets: dict[int, list[int]] = {}
    for index in range(count):
        sets.setdefault(root(index), []).append(index)
    return list(sets.values())


def _build_graph(components: Components, members: list[int], near: Gaps) -> SegmentationGraph:
    boxes = {member: Box(*components.boxes[member].tolist()) for member in members}
    tallest = max(box.height for box in boxes.values())
    height = min(hull(list(boxes.values())).height, TALLEST * tallest)
    segments: list[Segment] = []
    join_costs: list[float] = []
    split_costs: list[float] = []
    previous = None
    for member in sorted(members, key=lambda member: boxes[member].middle[0]):
        join, split = 0.0, 0.0
        if previous is not None:
            join, split = _gap_costs(_gap(previous, member, near, height) / height)
        parts = _segments(components, member, height)
        cuts = len(parts) - 1
        segments += parts
        join_costs += [join] + [0.0] * cuts
        split_costs += [split] + [CUT_COST] * cuts
        previous = member
    candidates = list(_candidates(components, segments, join_costs, height))
    return SegmentationGraph(len(segments), candidates, split_costs)


def _gap(one: int, other: int, near: Gaps, height: float) -> float:
    """The pixels between two components; the widest gap where they are not near each other."""
    pair = min(one, other), max(one, other)
    return near.get(pair, WIDEST_GAP * height)


def _gap_costs(gap: float) -> tuple[float, float]:
    """Minus the log-probabilities that parts `gap` heights apart are one digit, or are two."""
    log_odds = (EVEN_GAP - gap) / GAP_SPREAD
    join = float(np.logaddexp(0, -log_odds))
    split = float(np.logaddexp(0, log_odds))
    return join, split


def _candidates(
    components: Components, segments: list[Segment], join_costs: list[float], height: float
) -> Iterator[Candidate]:
    """The runs of segments that may be a digit of about this `height` in pixels."""
    for start in range(len(segments)):
        last = min(len(segments), start + MOST_SEGMENTS)
        for stop in range(start + 1, last + 1):
            run = segments[start:stop]
            box = hull([segment.box for segment in run])
            split = _is_split(segments, start, stop)
            if box.width > WIDEST * height and not (len(run) == 1 or _is_component(run, split)):
                continue
            cost = _shape_cost(box, height) + sum(join_costs[start + 1 : stop])
            yield Candidate(start, stop, box, _ink(components, run, box), cost, split)


def _is_split(segments: list[Segment], start: int, stop: int) -> bool:
    """Whether the run from `start` to `stop` (exclusive) begins or ends within a component."""
    ids = [segment.component for segment in segments]
    begins_within = start > 0 and ids[start - 1] == ids[start]
    ends_within = stop < len(ids) and ids[stop - 1] == ids[stop]
    return begins_within or ends_within


def _is_component(run: list[Segment], split: bool) -> bool:
    """Whether the run is one component and the whole of it."""
    return not split and run[0].component == run[-1].component


def _shape_cost(box: Box, height: float) -> float:
    """What it costs to be lower or broader than digits of this `height` in pixels are."""
    too_low = max(0, LOWEST - box.height / height)
    too_broad = max(0, box.width / height - BROADEST)
    return LOW * too_low + BROAD * too_broad


def _segments(components: Components, member: int, height: float) -> list[Segment]:
    """A component whole, or if it may be several digits of this `height`, its parts."""
    box = Box(*components.boxes[member].tolist())
    component = int(components.ids[member])
    if box.width <= TWO_WIDE * height:
        return [Segment(component, box)]
    own = (components.labels[box.window] == component).astype(np.uint8)
    edges = [0, *_cuts(own, height), box.width]
    segments = []
    for left, right in pairwise(edges):
        part = _inked_part(own, left, right)
        if part.area:
            segments.append(Segment(component, part.moved(box.x, box.y)))
    return segments


def _cuts(own: MatLike, height: float) -> list[int]:
    """The columns of the mask `own` (h, w) before which to cut it, the thinnest, left to right."""
    width = own.shape[1]
    ink = own.sum(axis=0, dtype=np.float32)
    window = max(1, width // SMOOTHED) | 1
    thickness = cv2.blur(ink[np.newaxis], (window, 1))[0]
    narrowest = max(1, round(SLICE * height))
    most = min(2 * MOST_SEGMENTS, round(2 * width / height))
    cuts: list[int] = []
    for column in np.argsort(thickness, kind="stable").tolist():
        if thickness[column] > CUT * height or len(cuts) == most:
            break
        if all(abs(column - edge) >= narrowest for edge in (0, width, *cuts)):
            cuts.append(column)
    return sorted(cuts)


def _inked_part(own: MatLike, left: int, right: int) -> Box:
    """The columns `left` to `right` (exclusive) of the mask `own`, and the rows that they ink."""
    _, top, _, height = cv2.boundingRect(own[:, left:right])
    return Box(left, top, right - left, height)


def _ink(components: Components, segments: Sequence[Segment], box: Box) -> MatLike:
    """The ink (h, w) uint8 of these segments alone, which `box` holds."""
    ink = np.zeros((box.height, box.width), np.uint8)
    for component, part in segments:
        own = components.labels[part.window] == component
        target = ink[part.moved(-box.x, -box.y).window]
        np.copyto(target, components.ink[part.window], where=own)
    return ink
