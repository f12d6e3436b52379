"""Component -> segments: a component that may be several digits is cut where it is thinnest."""

from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.components import Components

# These limits were chosen by trial on the development photos; no measurement of each is on record.
# Lengths are in heights of a digit.
TWO_WIDE = 0.95  # a broader component may be two digits
NARROWEST = 0.25  # a narrower part of a component is no segment
THICKEST = 0.4  # a cut through more ink separates nothing
MOST_CUTS = 12  # through one component; twice as many as a digit has segments
# Windows in a component's width over which its thickness is averaged: ragged edges vanish.
SMOOTHED = 32


class Segment(NamedTuple):
    """A component, or the part of it between two columns; `component` is its id."""

    component: int
    box: Box


def slice_component(components: Components, member: int, height: float) -> list[Segment]:
    """A component whole, or if it may be several digits, its parts from left to right.

    Args:
        components: the picture's.
        member: the component's index in them.
        height: of a digit, in pixels.
    """
    box = component_box(components, member)
    component = int(components.ids[member])
    if box.width <= TWO_WIDE * height:
        return [Segment(component, box)]
    is_own = components.labels[box.window] == component
    own = is_own.astype(np.uint8)
    segments = []
    for left, right in pairwise(_slice_edges(own, height)):
        part = _inked_part(own, left, right)
        if part.area:
            place = part.moved(box.x, box.y)
            segments.append(Segment(component, place))
    return segments


def component_box(components: Components, member: int) -> Box:
    """Where the component at index `member` is, in pixels."""
    x, y, width, height = components.boxes[member].tolist()
    return Box(x, y, width, height)


def _slice_edges(own: MatLike, height: float) -> list[int]:
    """The columns that slices of the mask `own` (h, w) begin or end at: its thinnest, in order."""
    width = own.shape[1]
    thickness = _thickness(own)
    thickest = THICKEST * height
    narrowest = max(1, round(NARROWEST * height))
    digits = width / height
    most = min(MOST_CUTS, round(2 * digits))
    edges = [0, width]
    for column in np.argsort(thickness, kind="stable").tolist():
        if thickness[column] > thickest or len(edges) == most + 2:
            break
        nearest = min(abs(column - edge) for edge in edges)
        if nearest >= narrowest:
            edges.append(column)
    return sorted(edges)


def _thickness(own: MatLike) -> MatLike:
    """How many pixels of the mask `own` (h, w) each column inks, smoothed: (w,) float32."""
    ink = own.sum(axis=0, dtype=np.float32)
    window = len(ink) // SMOOTHED
    odd = window | 1
    smoothed: MatLike = cv2.blur(ink[np.newaxis], (odd, 1))
    return smoothed.ravel()


def _inked_part(own: MatLike, left: int, right: int) -> Box:
    """The columns `left` to `right` (exclusive) of the mask `own`, and the rows that they ink."""
    columns = own[:, left:right]
    width = right - left
    _, top, _, height = cv2.boundingRect(columns)
    return Box(left, top, width, height)
