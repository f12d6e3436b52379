"""Strokes as signed distance fields: above 0 inside a stroke, below 0 outside.

The camera looks at the field, not at pixels of ink, so strokes have crisp edges at every size, and
a pen of any width draws them.
"""

from math import inf, sqrt
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from skimage.morphology import skeletonize

from model.recognition.normalization import stroke_width
from model.synthesis.geometry import (
    Matrix,
    Size,
    affine,
    corners,
    frame,
    inverse,
    project_points,
    rotation,
)
from model.synthesis.pen.pens import Pen

# By eye where no reason is given.
INK_LEVEL = 127  # of 255; a glyph's stroke is what is brighter
FIELD_SIDE = 84  # pixels of a glyph's longer side while it is redrawn
FIELD_MARGIN = 4  # pixels round the strokes, in which their edges are smooth
EDGE = 1.0  # pixel outside a stroke that its ink may still reach, by bleeding
FINEST_OWN = 5.0  # pixels; of a finer stroke too little is left to redraw
OWN_WIDTHS = (0.9, 1.3)  # times its own; a writer's finest strokes have to survive being thinned
UNSTEADY = (0.93, 1.07)  # times a pen's width, from glyph to glyph
SMOOTHING = 2.0  # pixels; a skeleton's stairs vanish, its bends stay
SMOOTHING_OWN = 1.4  # pixels; more would break a stroke's thinnest parts
NARROWEST_HOLE = 3.5  # pixels; a smaller one is a flaw, not a digit's loop
LOOP_SHARE = 0.75  # of a loop's radius that the pen may fill


class StrokeField(NamedTuple):
    """A glyph's strokes on the page.

    Attributes:
        field: (h, w) float32, distances in its own pixels, above 0 inside a stroke.
        place: (3, 3), the homography from the field to the page.
        width: of the strokes, in the page's pixels.
    """

    field: MatLike
    place: Matrix
    width: float

    @property
    def inked(self) -> Matrix:
        """The part of the field with ink, or just beside it: (4,), x, y, width, height."""
        near = (self.field > -EDGE).astype(np.uint8)
        box = cv2.boundingRect(near)
        return np.array(box, np.float64)

    def outline(self, view: Matrix) -> Matrix:
        """The corners (4, 2) of the inked part, seen through `view` (3, 3)."""
        return project_points(corners(self.inked), view @ self.place)


def draw(glyph: MatLike, position: Matrix, pen: Pen, rng: Generator) -> StrokeField:
    """Draw a glyph on the page.

    Args:
        glyph: (h, w) uint8, ink 255 on 0, which reaches all sides of the image.
        position: (3,), x and y of its middle on the page, and its height there.
        pen: what it is drawn with.
        rng: what decides the rest.
    """
    height = glyph.shape[0]
    shrink = FIELD_SIDE / max(glyph.shape)
    page_scale = position[2] / (height * shrink)  # the page's pixels in one of the field's
    page_width = pen.width * rng.uniform(*UNSTEADY)
    width = page_width / page_scale
    margin = width / 2 + FIELD_MARGIN
    squeeze, size = _framed(shrink * _nib(pen), glyph, margin)
    squeezed = cv2.warpAffine(glyph, squeeze[:2], size, flags=cv2.INTER_LINEAR)
    # The nib draws strokes along its angle narrower: on the whole by the root of its share.
    field, width = _field(squeezed, width * sqrt(pen.nib), keeps=pen.keeps)
    hand = _hand(glyph, position, pen.slant)
    return StrokeField(
        field=field,
        place=hand @ inverse(squeeze),
        width=width * page_scale,
    )


def _nib(pen: Pen) -> Matrix:
    """What makes the nib round (2, 2): it squeezes the page along the nib's broad side."""
    return rotation(-pen.angle) @ np.diag([1, pen.nib]) @ rotation(pen.angle)


def _framed(linear: Matrix, glyph: MatLike, margin: float) -> tuple[Matrix, Size]:
    """The `linear` map (2, 2) with a shift that shows all of a `glyph`, and the size of that."""
    height, width = glyph.shape
    whole = frame((width, height))
    outline = corners(whole)
    moved = outline @ linear.T
    low = moved.min(axis=0) - margin
    high = moved.max(axis=0) + margin
    extent = np.ceil(high - low).astype(int)
    across, down = extent.tolist()
    return affine(linear, -low), (across, down)


def _hand(glyph: MatLike, position: Matrix, slant: float) -> Matrix:
    """The homography (3, 3) that takes a `glyph` to its place on the page, slanted."""
    height, width = glyph.shape
    x, y, tall = position
    shear = np.array([[tall, -slant * tall], [0, tall]])
    linear = shear / height
    middle = np.array([width / 2, height / 2])
    shift = np.array([x, y]) - linear @ middle
    return affine(linear, shift)


def _field(glyph: MatLike, width: float, *, keeps: bool) -> tuple[MatLike, float]:
    """The field of a `glyph`, its strokes redrawn as `width` wide, and how wide they are."""
    own = stroke_width(glyph)
    if keeps and own > FINEST_OWN:
        thinnest, broadest = np.multiply(OWN_WIDTHS, own)
        kept = float(np.clip(width, thinnest, broadest))
        return broadened(glyph, kept - own), kept
    return traced(glyph, width), width


def traced(glyph: MatLike, width: float) -> MatLike:
    """Follow the middle of the strokes with a round pen.

    Args:
        glyph: (h, w) uint8, ink 255 on 0.
        width: of the pen in pixels; a pen so broad that it closes a loop is narrowed.

    Returns:
        The field (h, w) float32.
    """
    ink = glyph > INK_LEVEL
    middle = skeletonize(ink)  # type: ignore[no-untyped-call]
    skeleton = middle.astype(np.uint8)
    distance = _distance(1 - skeleton)
    # Smoothed squares, less what smoothing adds to a parabola, smooth the line but keep its place.
    blurred = cv2.GaussianBlur(distance * distance, (0, 0), SMOOTHING)
    shifted = blurred - SMOOTHING**2
    squares = np.maximum(shifted, 0)
    radius = min(width / 2, _widest_radius(skeleton, distance))
    field = radius - np.sqrt(squares)
    return np.asarray(field, np.float32)


def _distance(mask: MatLike) -> MatLike:
    """How far (h, w) float32 each pixel of a `mask` is from its zeros."""
    return cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_5)


def _widest_radius(skeleton: MatLike, distance: MatLike) -> float:
    """Half the width in pixels of the broadest pen that leaves all loops open, as an 8 needs."""
    count, labels = cv2.connectedComponents(1 - skeleton, connectivity=4)
    outside = 1  # the skeleton itself is 0, loops come after the surroundings
    narrowest = inf
    for hole in range(outside + 1, count):
        depth = float(distance[labels == hole].max())
        if depth > NARROWEST_HOLE:
            narrowest = min(narrowest, depth)
    return LOOP_SHARE * narrowest


def broadened(glyph: MatLike, growth: float) -> MatLike:
    """Keep the strokes as they are, but for their width.

    Args:
        glyph: (h, w) uint8, ink 255 on 0.
        growth: pixels by which strokes become broader; below 0, narrower.

    Returns:
        The field (h, w) float32.
    """
    ink = (glyph > INK_LEVEL).astype(np.uint8)
    inside = _distance(ink)
    outside = _distance(1 - ink)
    signed = inside - outside
    smooth = cv2.GaussianBlur(signed, (0, 0), SMOOTHING_OWN)
    return smooth + growth / 2
