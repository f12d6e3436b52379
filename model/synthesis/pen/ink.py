"""The ink of strokes in a photo: where it lies, and how much of the paper it covers."""

from math import sqrt
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator

from model.boxes import Box
from model.synthesis.geometry import Matrix, Size, affine
from model.synthesis.pen.pens import Pen
from model.synthesis.pen.stroke_fields import StrokeField
from model.synthesis.textures import NOISE_MEAN, centred_noise, noise

OUTSIDE = -1e3  # what the field is where there is no glyph
EDGE_MARGIN = 1  # pixel round the strokes, over which their edges fade
INK_LEVEL = 64  # of 255; coverage from which a pixel counts as a glyph's
ROUGHNESS = (1.5, 4.0)  # pixels, size of the bulges on a bleeding edge

# Where paper shows through ink; sizes are in the field's pixels, levels in noise's grey levels. By
# eye.
MOTTLE_SIZE = 6.0
MOTTLE_LEVEL, MOTTLE_RANGE = 128, 64  # from its mean upwards, gently: half of the ink is thinner
GRAIN_SIZES = (1.0, 2.0)  # but at least half a pixel of the photo for each of the field
GRAIN_LEVEL, GRAIN_RANGE = 120, 90
GAP_LENGTH, GAP_HEIGHT = 14.0, 2.0  # a pen gives out along the line of writing
GAP_LEVEL, GAP_RANGE = 150, 20  # in few places, but abruptly


class Ink(NamedTuple):
    """What the camera sees of a glyph.

    Attributes:
        cover: (h, w) uint8, how much of each pixel is inked.
        x: of its left edge in the photo.
        y: of its upper edge in the photo.
        box: of what is inked enough to be seen, in the photo.
        width: of the strokes, in the photo's pixels.
    """

    cover: MatLike
    x: int
    y: int
    box: Box
    width: float


def project_ink(strokes: StrokeField, view: Matrix, size: Size, pen: Pen, rng: Generator) -> Ink:
    """Project strokes into a photo, as ink on paper.

    Args:
        strokes: what is drawn on the page.
        view: (3, 3), the homography from the page to the photo.
        size: the photo's width and height; of ink outside it one pixel is left at its edge.
        pen: what drew the strokes.
        rng: what decides how the ink flows.
    """
    outline = strokes.outline(view)
    window = _window(outline, size)
    scale = _scale(strokes, outline)
    distance = scale * _projected(strokes, view, window)
    bulges = pen.bleed * _roughness(window, rng)
    cover = _coverage(distance + bulges)
    inked = _inked(cover)
    zoom = sqrt(np.linalg.det(view[:2, :2]))
    return Ink(
        cover=_uneven(cover, pen, scale, rng),
        x=window.x,
        y=window.y,
        box=inked._replace(x=window.x + inked.x, y=window.y + inked.y),
        width=strokes.width * zoom,
    )


def _window(outline: Matrix, size: Size) -> Box:
    """The photo's part that holds the `outline` (4, 2), at least a pixel of it."""
    low = outline.min(axis=0) - EDGE_MARGIN
    high = outline.max(axis=0) + EDGE_MARGIN
    last = np.array(size) - 1
    start = np.floor(low).clip(0, last)
    end = np.ceil(high).clip(start + 1, size)
    x, y = start.astype(int).tolist()
    right, bottom = end.astype(int).tolist()
    return Box(x, y, right - x, bottom - y)


def _projected(strokes: StrokeField, view: Matrix, window: Box) -> MatLike:
    """The field (h, w) float32 seen in the photo's `window`, still in the field's own pixels."""
    shift = affine(np.eye(2), np.array([-window.x, -window.y]))
    return cv2.warpPerspective(
        strokes.field,
        M=shift @ (view @ strokes.place),
        dsize=(window.width, window.height),
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=OUTSIDE,
    )


def _scale(strokes: StrokeField, outline: Matrix) -> float:
    """The photo's pixels in one of the field's, on the whole."""
    points = outline.astype(np.float32)
    projected = cv2.contourArea(points)
    _, _, width, height = strokes.inked
    own = width * height
    return sqrt(projected / own)


def _roughness(window: Box, rng: Generator) -> MatLike:
    """How far (h, w) float32 edges bulge, in -1..1."""
    bulge = rng.uniform(*ROUGHNESS)
    size = window.width, window.height
    values = centred_noise(size, bulge, rng)
    return values / NOISE_MEAN


def _coverage(distance: MatLike) -> MatLike:
    """How much of each pixel is inked (h, w) uint8, if its middle is so far inside a stroke."""
    share = distance + 0.5
    levels = np.clip(255 * share, 0, 255)
    return np.asarray(levels, np.uint8)


def _inked(cover: MatLike) -> Box:
    """The box in `cover` of what is inked enough to be seen; of faint ink the darker half."""
    half = cover.max() / 2
    level = min(INK_LEVEL, half)
    visible = (cover > level).astype(np.uint8)
    return Box(*cv2.boundingRect(visible))


def _uneven(cover: MatLike, pen: Pen, scale: float, rng: Generator) -> MatLike:
    """Let the paper show through `cover` (h, w) uint8 as ink, graphite and dry pens do."""
    height, width = cover.shape
    size = width, height
    coarsening = max(1, scale / 2)
    grain_size = rng.uniform(*GRAIN_SIZES) * coarsening
    weight = np.full(cover.shape, pen.strength, np.float32)
    if pen.mottle:
        texture = noise(size, MOTTLE_SIZE * scale, rng)
        weight *= _kept(pen.mottle, texture, MOTTLE_LEVEL, MOTTLE_RANGE)
    if pen.grain:
        texture = noise(size, grain_size, rng)
        weight *= _kept(pen.grain, texture, GRAIN_LEVEL, GRAIN_RANGE)
    if pen.gaps:
        gap_size = GAP_LENGTH * scale, GAP_HEIGHT * scale
        texture = noise(size, gap_size, rng)
        weight *= _kept(pen.gaps, texture, GAP_LEVEL, GAP_RANGE)
    return cv2.multiply(cover, weight, dtype=cv2.CV_8U)


def _kept(share: float, texture: MatLike, level: int, fade: int) -> MatLike:
    """The share of ink (h, w) that is left, in 0..1.

    All is left where `texture` is below `level`; from there it falls, over `fade` grey levels, to
    1 - `share`.
    """
    levels = texture.astype(np.float32)
    above = levels - level
    lost = np.clip(above / fade, 0, 1)
    most = np.float32(share)
    return 1 - lost * most
