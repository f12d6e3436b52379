"""From where a page is photographed: the camera's view of it."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator

from model.synthesis.geometry import Matrix, Size, affine, corners, frame, rotation
from model.synthesis.pen.stroke_fields import StrokeField

INK_MARGIN = 2.0  # pixels that stay free around all ink
LEAN = 3.5  # degrees, deviation: how askew people hold a phone; by eye
MOST_LEAN = 12.0  # degrees; by eye
PERSPECTIVE = 0.03  # of the photo's longer side, by which a corner of the page is off; by eye
# Shorter sides that count of the longer one: what is longer is a strip out of a photo. By eye.
LONGEST = 2.1


def camera_view(size: Size, strokes: Sequence[StrokeField], tilt: float, rng: Generator) -> Matrix:
    """Hold the camera so that it sees all ink.

    Args:
        size: the photo's width and height, which are the page's too.
        strokes: at least one glyph's, on the page.
        tilt: how many times as askew as most people hold it; 0 is straight.
        rng: what decides how it is held.

    Returns:
        (3, 3), the homography from the page to the photo.
    """
    view = _askew(size, tilt, rng)
    outlines = [glyph.outline(view) for glyph in strokes]
    points = np.concatenate(outlines)
    low = points.min(axis=0) - INK_MARGIN
    high = points.max(axis=0) + INK_MARGIN
    moved = _moved_in(low, high, size) @ view
    return np.asarray(moved)


def _askew(size: Size, tilt: float, rng: Generator) -> Matrix:
    """A view (3, 3) that is turned, and not quite from above."""
    page = corners(frame(size))
    turned = _turned(page, tilt, rng)
    shifts = rng.normal(0, PERSPECTIVE * tilt, page.shape)
    longest = min(max(size), LONGEST * min(size))
    in_photo = turned + shifts * rng.random() * longest
    view = cv2.getPerspectiveTransform(
        src=page.astype(np.float32),
        dst=in_photo.astype(np.float32),
    )
    return np.asarray(view, np.float64)


def _turned(page: Matrix, tilt: float, rng: Generator) -> Matrix:
    """The corners (4, 2) of a `page` that does not lie quite straight."""
    lean = rng.normal(0, LEAN)
    degrees = np.clip(lean, -MOST_LEAN, MOST_LEAN)
    turn = rotation(np.radians(degrees) * tilt)
    middle = page.mean(axis=0)
    around_middle = page - middle
    turned = around_middle @ turn.T
    return np.asarray(turned + middle)


def _moved_in(low: Matrix, high: Matrix, size: Size) -> Matrix:
    """The homography (3, 3) that brings all between `low` and `high` (2,) into the photo."""
    extent = high - low
    fitting = np.array(size) / extent
    scale = min(1.0, float(fitting.min()))
    unused = size - extent * scale
    spare = np.maximum(unused, 0)
    # What would lie outside on one side is shifted in.
    start = low * scale
    inside = start.clip(0, spare)
    shift = inside - start
    return affine(scale * np.eye(2), shift)
