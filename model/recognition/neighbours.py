"""Components -> neighbours: which components nothing lies between, and how far apart they are."""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.recognition.components import Components, Integers

# Heights of a digit: what is farther apart is never one digit. Chosen on the development photos.
WIDEST_GAP = 0.3

Gaps = dict[tuple[int, int], float]


def near_gaps(components: Components) -> Gaps:
    """The gaps in pixels between neighbours that may be parts of one digit, by their indices."""
    size = components.boxes[:, 2:].max(axis=1)
    inside = components.inside
    near = {}
    for (one, other), gap in gaps(components).items():
        mean_size = np.sqrt(size[one] * size[other])
        is_near = gap < WIDEST_GAP * mean_size
        if is_near and inside[one] and inside[other]:
            near[one, other] = gap
    return near


def connected(count: int, pairs: Gaps) -> list[list[int]]:
    """The sets of `count` components that `pairs` of them link, by their indices."""
    parent = list(range(count))

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    for first, second in pairs:
        parent[root(first)] = root(second)
    sets: dict[int, list[int]] = {}
    for index in range(count):
        sets.setdefault(root(index), []).append(index)
    return list(sets.values())


def gaps(components: Components) -> Gaps:
    """How many pixels of paper lie between neighbours, by their places in `boxes`.

    Neighbours are components whose Voronoi cells touch: nothing else lies between them.
    """
    count = len(components.ids)
    if count < 2:
        return {}
    owners = _owners(components)
    nearest, distance = _voronoi(owners)
    narrowest = np.full((count, count), np.inf)
    _narrow(narrowest, nearest, distance)
    _narrow(narrowest, nearest.T, distance.T)
    is_gap = np.isfinite(narrowest)
    measured: Gaps = {}
    for one, other in np.argwhere(is_gap).tolist():
        measured[one, other] = float(narrowest[one, other])
    return measured


def _owners(components: Components) -> Integers:
    """The place in `boxes` of each pixel's component, -1 elsewhere, around the components only."""
    left, top, _, _ = components.boxes.min(axis=0)
    right, bottom = components.ends.max(axis=0)
    labels = components.labels[top:bottom, left:right]
    count = len(components.ids)
    highest = labels.max()
    places = np.full(highest + 1, -1, np.int32)
    places[components.ids] = np.arange(count)
    owners: Integers = places[labels]
    return owners


def _narrow(narrowest: NDArray[np.float64], nearest: Integers, distance: MatLike) -> None:
    """Lower `narrowest` (n, n) to the paper between each two owners whose cells meet in a row."""
    without_last = np.s_[:, :-1]
    without_first = np.s_[:, 1:]
    left = nearest[without_last]
    right = nearest[without_first]
    paper = distance[without_last] + distance[without_first]
    is_border = left != right
    lefts = left[is_border]
    rights = right[is_border]
    first = np.minimum(lefts, rights)
    second = np.maximum(lefts, rights)
    between = paper[is_border]
    np.minimum.at(narrowest, (first, second), between)


def _voronoi(owners: Integers) -> tuple[Integers, MatLike]:
    """Each pixel's nearest owner (h, w) int32, and how far it is, (h, w) float32 pixels."""
    is_paper = (owners < 0).astype(np.uint8)
    distance, cells = cv2.distanceTransformWithLabels(
        is_paper, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_CCOMP
    )
    is_owned = owners >= 0
    highest = cells.max()
    owner_of_cell = np.zeros(highest + 1, np.int32)
    owner_of_cell[cells[is_owned]] = owners[is_owned]
    return owner_of_cell[cells], distance
