"""Components -> candidates for digits, and the likeliest way to choose among them.

Components that lie near each other are put in order and cut where they may be several digits: these
are the segments. Each run of a few segments is a candidate, an edge of a graph from one boundary
between segments to another; the digits are the likeliest path from the first boundary to the last
(over-segmentation; LeCun, Bottou, Bengio, Haffner, 1998).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike

from model.boxes import Box, hull
from model.recognition.components import Components
from model.recognition.neighbours import WIDEST_GAP, Gaps, connected, near_gaps
from model.recognition.slicing import Segment, component_box, slice_component

# These limits were chosen by trial on the development photos; no measurement of each is on record.
# Lengths are in heights of a digit, costs are minus the logarithms of probabilities.
#
# Of parts `EVEN_GAP` apart, half belong to one digit; the odds fall by e with each `GAP_SPREAD`.
EVEN_GAP, GAP_SPREAD = 0.14, 0.04
WIDEST = 1.8  # several components that are broader are no digit
TALLEST = 2.2  # a digit of a graph, in heights of its tallest component: it may hold several rows
MOST_SEGMENTS = 6  # of one digit; a count
CUT_COST = 1.6  # of a cut through a component: its parts must be five times as likely as the whole
LOWEST, LOW = 0.7, 8.0  # a height; cost of a lower candidate for each height that it lacks
BROADEST, BROAD = 1.0, 2.0  # a width; cost of a broader candidate for each height in excess


@dataclass(frozen=True, eq=False)
class Candidate:
    """Segments `start` to `stop` (exclusive) of a graph taken as one digit, and what that costs.

    `segments` are those of `components`, and `box` is round them, in pixels of the components' ink.
    The candidate is `split` if a component was cut for it.
    """

    start: int
    stop: int
    box: Box
    cost: float
    split: bool
    segments: Sequence[Segment]
    components: Components

    @cached_property
    def ink(self) -> MatLike:
        """The ink (height, width) uint8 in its box, 0 where it belongs to none of its segments."""
        ink = np.zeros((self.box.height, self.box.width), np.uint8)
        for component, part in self.segments:
            source = self.components.ink[part.window]
            is_own = self.components.labels[part.window] == component
            place = part.moved(-self.box.x, -self.box.y)
            # NumPy's own copy takes several times as long.
            cv2.copyTo(source, is_own.view(np.uint8), ink[place.window])
        return ink


class SegmentationGraph(NamedTuple):
    """So many segments from left to right and the candidates that may be made of them.

    `split_costs` are those of a new digit beginning at each segment.
    """

    length: int
    candidates: list[Candidate]
    split_costs: list[float]


def build_graphs(components: Components) -> list[SegmentationGraph]:
    """Lay out the ways to make digits of `components`: a graph for each set of near ones."""
    near = near_gaps(components)
    count = len(components.boxes)
    sets = connected(count, near)
    return [_build_graph(components, members, near) for members in sets]


def best_path(graph: SegmentationGraph, probabilities: Sequence[float]) -> list[int]:
    """Indices of those of the graph's candidates that make up the likeliest path through it.

    `probabilities` are the greatest that the classifier gives each candidate.
    """
    costs = [0.0] + [math.inf] * graph.length
    last = [-1] * (graph.length + 1)
    stops = [candidate.stop for candidate in graph.candidates]
    for index in sorted(range(len(stops)), key=stops.__getitem__):
        candidate = graph.candidates[index]
        start, stop = candidate.start, candidate.stop
        before = costs[start] + graph.split_costs[start]
        log_probability = math.log(probabilities[index])
        cost = before + candidate.cost - log_probability
        if cost < costs[stop]:
            costs[stop] = cost
            last[stop] = index
    return _traced_back(graph, last)


def _traced_back(graph: SegmentationGraph, last: list[int]) -> list[int]:
    """The path from the first boundary, given the `last` candidate of the best way to each."""
    path: list[int] = []
    stop = graph.length
    while stop:
        index = last[stop]
        path.append(index)
        stop = graph.candidates[index].start
    return path[::-1]


def _build_graph(components: Components, members: list[int], near: Gaps) -> SegmentationGraph:
    boxes = {member: component_box(components, member) for member in members}
    height = _digit_height(list(boxes.values()))
    segments: list[Segment] = []
    join_costs: list[float] = []
    split_costs: list[float] = []
    previous = None
    rightwards = sorted(members, key=lambda member: boxes[member].middle[0])
    for member in rightwards:
        join, split = 0.0, 0.0
        if previous is not None:
            gap = _gap(previous, member, near, height)
            join, split = _gap_costs(gap / height)
        parts = slice_component(components, member, height)
        cuts = len(parts) - 1
        segments += parts
        join_costs += [join] + [0.0] * cuts
        split_costs += [split] + [CUT_COST] * cuts
        previous = member
    candidates = list(_candidates(components, segments, join_costs, height))
    return SegmentationGraph(len(segments), candidates, split_costs)


def _digit_height(boxes: list[Box]) -> float:
    """The height in pixels that a digit made of components in these `boxes` has at most."""
    tallest = max(box.height for box in boxes)
    together = hull(boxes)
    return min(together.height, TALLEST * tallest)


def _gap(one: int, other: int, near: Gaps, height: float) -> float:
    """The pixels between two components; the widest gap where they are not near each other."""
    first = min(one, other)
    second = max(one, other)
    widest = WIDEST_GAP * height
    return near.get((first, second), widest)


def _gap_costs(gap: float) -> tuple[float, float]:
    """Minus the log-probabilities that parts `gap` heights apart are one digit, or are two."""
    nearer = EVEN_GAP - gap
    log_odds = nearer / GAP_SPREAD
    join = float(np.logaddexp(0, -log_odds))
    split = float(np.logaddexp(0, log_odds))
    return join, split


def _candidates(
    components: Components, segments: list[Segment], join_costs: list[float], height: float
) -> Iterator[Candidate]:
    """The runs of segments that may be a digit of about this `height` in pixels."""
    for start, stop in _spans(len(segments)):
        run = segments[start:stop]
        boxes = [segment.box for segment in run]
        box = hull(boxes)
        split = _is_split(segments, start, stop)
        is_wide = box.width > WIDEST * height
        may_be_wide = len(run) == 1 or _is_component(run, split)
        if is_wide and not may_be_wide:
            continue
        gaps_within = join_costs[start + 1 : stop]
        cost = _shape_cost(box, height) + sum(gaps_within)
        yield Candidate(start, stop, box, cost, split, run, components)


def _spans(count: int) -> Iterator[tuple[int, int]]:
    """Start and stop (exclusive) of each run of `count` segments that one digit may have."""
    for start in range(count):
        first_stop = start + 1
        last_stop = min(count, start + MOST_SEGMENTS)
        for stop in range(first_stop, last_stop + 1):
            yield start, stop


def _is_split(segments: list[Segment], start: int, stop: int) -> bool:
    """Whether the run from `start` to `stop` (exclusive) begins or ends within a component."""
    return _is_cut(segments, start) or _is_cut(segments, stop)


def _is_cut(segments: list[Segment], place: int) -> bool:
    """Whether the boundary before the segment at `place` is a cut through a component."""
    if place in {0, len(segments)}:
        return False
    left = segments[place - 1]
    right = segments[place]
    return left.component == right.component


def _is_component(run: list[Segment], split: bool) -> bool:
    """Whether the run is one component and the whole of it."""
    return not split and run[0].component == run[-1].component


def _shape_cost(box: Box, height: float) -> float:
    """What it costs to be lower or broader than digits of this `height` in pixels are."""
    relative_height = box.height / height
    relative_width = box.width / height
    too_low = max(0, LOWEST - relative_height)
    too_broad = max(0, relative_width - BROADEST)
    return LOW * too_low + BROAD * too_broad
