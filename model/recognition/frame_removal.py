"""Boxes, circles and grids around what is written -> gone from a mask, what is in them kept."""

from collections import Counter
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.recognition.rule_removal import remove_rules

# These limits were chosen by trial; no measurement is on record.
LEAST_INNER_SHARE = 0.2  # of a frame's height: what is inside it is at least so high
FEWEST_IN_GRID = 3  # components, however low: what surrounds so many is a grid
LEAST_INNER_HEIGHT = 8  # pixels; anything lower is no digit
MOST_INNER = 64  # components, the highest ones, for which frames are sought
LEAST_FRAME_LINE = 0.35  # of the mask's side: a frame's sides are at least so long
MOST_CORNER_INK = 0.35  # of a frame's ink: more than its corners is a digit that touches it
SMALLEST_SIDE = 16  # pixels of the photo's shorter side: a smaller one has no lines worth removing


class LabelledMask(NamedTuple):
    """The components of a mask.

    `labels` (h, w) int32 says to which component each pixel belongs, 0 on paper. For each label,
    the paper's too, `boxes` (n, 4) int32 holds x, y, width and height, and `areas` (n,) int32 the
    number of its pixels; all are 0 for what was taken out.
    """

    labels: MatLike
    boxes: NDArray[np.int32]
    areas: NDArray[np.int32]


class _Frame(NamedTuple):
    """A component that surrounds another one; a grid surrounds several."""

    label: int
    is_grid: bool


def label_components(mask: MatLike) -> LabelledMask:
    """Label the 8-connected components of `mask` (h, w) uint8, in which ink is not 0."""
    labels = np.zeros(mask.shape, np.int32)
    x, y, width, height = cv2.boundingRect(mask)
    if not height:
        nothing = np.zeros((1, 4), np.int32)
        return LabelledMask(labels, boxes=nothing, areas=nothing[:, 0])
    window = np.s_[y : y + height, x : x + width]
    # Much faster than OpenCV's default algorithm (Grana et al., 2010).
    _, labels[window], statistics, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask[window],
        connectivity=8,
        ltype=cv2.CV_32S,
        ccltype=cv2.CCL_BBDT,
    )
    stats = np.asarray(statistics, np.int32)
    boxes = stats[:, :4] + (x, y, 0, 0)
    return LabelledMask(labels, boxes.astype(np.int32), stats[:, cv2.CC_STAT_AREA])


def remove_frames_and_rules(mask: MatLike) -> LabelledMask:
    """Give the components of `mask` (h, w) uint8, 0 and 255, without rules, grids and frames.

    `mask` is not changed. The box and the area of a component are those of what is left of it.
    """
    whole = label_components(mask)
    if min(mask.shape) < SMALLEST_SIDE:
        return whole
    unframed = _remove_frames(mask, whole)
    unruled = remove_rules(unframed)
    if unframed is mask and np.array_equal(unruled, mask):
        return whole
    # Without its neighbours and rules, a frame may prove to be around something now.
    components = label_components(unruled)
    frames = [frame.label for frame in _find_frames(components)]
    is_frame = np.isin(components.labels, frames)
    components.labels[is_frame] = 0
    components.boxes[frames] = 0
    components.areas[frames] = 0
    return components


def _remove_frames(mask: MatLike, components: LabelledMask) -> MatLike:
    """Take frames out of `mask`, but not a digit that touches one."""
    frames = _find_frames(components)
    unframed = mask.copy() if frames else mask
    for frame in frames:
        window = np.s_[:, :]
        if frame.is_grid:
            # A grid is nothing but lines, however small it is, so lines are sought within its box.
            # What surrounds a single thing may be a digit, so there they must be long in the photo.
            x, y, width, height = components.boxes[frame.label]
            window = np.s_[y : y + height, x : x + width]
        is_component = components.labels[window] == frame.label
        component = np.where(is_component, np.uint8(255), np.uint8(0))
        rest = _without_frame(component, frame)
        lines = cv2.subtract(component, rest)
        unframed[window] = cv2.subtract(unframed[window], lines)
    return unframed


def _without_frame(component: MatLike, frame: _Frame) -> MatLike:
    """The part of a frame's component that is not frame: a digit that touches it, or nothing."""
    rest = remove_rules(component, LEAST_FRAME_LINE)
    if frame.is_grid:
        return rest
    # What is left of a mere frame are its corners, unless a digit touches it.
    is_corners = cv2.countNonZero(rest) <= MOST_CORNER_INK * cv2.countNonZero(component)
    return np.zeros_like(rest) if is_corners else rest


def _find_frames(components: LabelledMask) -> list[_Frame]:
    """All components that surround another one: boxes, circles, grids."""
    filled: Counter[int] = Counter()
    framed: Counter[int] = Counter()
    heights = components.boxes[:, 3]
    for inner in _possibly_framed(components.boxes):
        around = _frames_around(inner, components)
        framed.update(around)
        highest = heights[inner] / LEAST_INNER_SHARE
        filled.update(outer for outer in around if heights[outer] <= highest)
    frames = [_Frame(label, is_grid=count > 1) for label, count in filled.items()]
    # What stands in the cells of a large grid is low beside it. Squared paper, which runs out of
    # the photo, is no such grid.
    for label, count in framed.items():
        is_table = count >= FEWEST_IN_GRID and _is_inside(components, label)
        if label not in filled and is_table:
            frames.append(_Frame(label, is_grid=True))
    return frames


def _is_inside(components: LabelledMask, label: int) -> bool:
    """Whether a component touches no edge of the mask."""
    x, y, width, height = components.boxes[label].tolist()
    rows, columns = components.labels.shape
    begins_inside = x > 0 and y > 0
    ends_inside = x + width < columns and y + height < rows
    return bool(begins_inside and ends_inside)


def _possibly_framed(boxes: NDArray[np.int32]) -> list[int]:
    """The highest components that may have another around them, by their boxes alone."""
    x, y, width, height = boxes.T
    size = np.maximum(width, height)
    size[0] = 0  # the paper
    large = np.flatnonzero(size >= LEAST_INNER_HEIGHT)
    inner = large[height[large] >= LEAST_INNER_HEIGHT]
    highest_first = np.argsort(-height[inner], kind="stable")
    inner = inner[highest_first][:MOST_INNER]
    overlap_across, further_across = _compare(x, x + width, inner, large)
    overlap_down, further_down = _compare(y, y + height, inner, large)
    is_framed = overlap_across & overlap_down & (further_across + further_down >= 2)
    framed: list[int] = inner[is_framed.any(axis=1)].tolist()
    return framed


def _compare(
    low: NDArray[np.int32],
    high: NDArray[np.int32],
    inner: NDArray[np.intp],
    outer: NDArray[np.intp],
) -> tuple[NDArray[np.bool_], NDArray[np.int_]]:
    """Whether spans overlap (inner, outer), and at how many ends the outer one reaches further."""
    inner_low, inner_high = low[inner, None], high[inner, None]
    outer_low, outer_high = low[outer], high[outer]
    overlap = (inner_low < outer_high) & (outer_low < inner_high)
    further_before = outer_low < inner_low
    further_beyond = outer_high > inner_high
    return overlap, further_before.astype(int) + further_beyond


def _frames_around(inner: int, components: LabelledMask) -> list[int]:
    """The labels of the frames of one component.

    They are met on all four sides of it. Up to two sides may lie beyond the photo, if the frame
    runs out of it there.
    """
    labels, boxes, _ = components
    x, y, width, height = boxes[inner]
    right, bottom = x + width, y + height
    quarters = np.arange(1, 4)
    rows = y + height * quarters // 4
    columns = x + width * quarters // 4
    met_left = _distinct(labels[rows, :x])
    met_right = _distinct(labels[rows, right:])
    met_above = _distinct(labels[:y, columns])
    met_below = _distinct(labels[bottom:, columns])
    sides_met = Counter([*met_left, *met_right, *met_above, *met_below])
    surrounding = met_left | _distinct(labels[:, 0])
    surrounding &= met_right | _distinct(labels[:, -1])
    surrounding &= met_above | _distinct(labels[0])
    surrounding &= met_below | _distinct(labels[-1])
    surrounding -= {0, inner}
    return [outer for outer in surrounding if sides_met[outer] >= 2]


def _distinct(labels: MatLike) -> set[int]:
    return set(np.unique(labels).tolist())
