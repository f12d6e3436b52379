"""Glyphs -> strokes of any pen -> their ink in a photo.

Each glyph becomes a field: how far inside (above 0) or outside (below 0) the stroke a point is.
The camera looks at the field, not at pixels of ink, so strokes have crisp edges at every size, and
a pen of any width draws them.
"""

from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from model.boxes import Box
from model.recognition.normalization import stroke_width
from model.synthesis.backgrounds import Colour, Numbers, Palette, noise, pick_colour
from model.synthesis.geometry import Matrix, Size, affine, corners, project_points, rotation

FIELD_SIDE = 84  # pixels of a glyph's longer side while it is redrawn
FINEST_OWN = 5.0  # pixels; of a finer stroke too little is left to redraw
OWN_WIDTHS = (0.9, 1.3)  # times its own; a writer's finest strokes have to survive being thinned
SMOOTHING = 2.0  # pixels; a skeleton's stairs vanish, its bends stay
SMOOTHING_OWN = 1.4  # pixels; more would break a stroke's thinnest parts
OUTSIDE = -1e3  # what the field is where there is no glyph
NARROWEST_HOLE = 3.5  # pixels; a smaller one is a flaw, not a digit's loop
INK_LEVEL = 64  # of 255; coverage from which a pixel counts as a glyph's
LEAST_STROKE = 1.8  # pixels
KEPT_SHARE = 0.35  # of the pages show glyphs' own strokes
UNSTEADY = (0.93, 1.07)  # times a pen's width, from glyph to glyph

# Colours (blue, green, red) as phones record them.
INKS = (
    (35, 32, 30), (50, 48, 48), (35, 32, 30),  # black
    (165, 65, 35), (130, 45, 30), (185, 85, 60), (140, 50, 65),  # blue, the last violet
    (50, 45, 190), (70, 120, 35),  # red, green
)  # fmt: skip
PENCIL = ((95, 92, 90), (75, 74, 74), (115, 112, 110))
CHALKS = ((240, 240, 240), (225, 230, 235), (160, 225, 240), (210, 190, 245), (235, 220, 170))
PRINT = ((40, 38, 36), (70, 68, 66))
CANVAS = (
    (0, 0, 0), (0, 0, 0), (30, 30, 30), (255, 255, 255),
    (200, 90, 60), (50, 50, 220), (60, 160, 60), (255, 255, 255),
)  # fmt: skip
FORM_INKS = ((190, 90, 95), (225, 110, 95), (150, 70, 80), (120, 60, 50), (60, 58, 58))


class Kind(NamedTuple):
    """A kind of pen: the range of its widths as shares of the digits' height, and the extremes."""

    widths: tuple[float, float]
    nib: float
    strength: float
    mottle: float
    grain: float
    gaps: float
    bleed: float
    inks: Palette = INKS


KINDS = {
    "ballpoint": Kind((0.02, 0.07), 0.9, 0.7, 0.3, 0.3, 0.3, 0.4),
    "felt-tip": Kind((0.06, 0.16), 0.75, 0.8, 0.4, 0.2, 0.1, 0.6),
    "marker": Kind((0.1, 0.25), 0.5, 0.8, 0.5, 0.3, 0.1, 0.7),
    "pencil": Kind((0.025, 0.09), 0.75, 0.5, 0.4, 1.0, 0.3, 0.5, PENCIL),
    "fountain": Kind((0.03, 0.1), 0.45, 0.75, 0.5, 0.0, 0.1, 0.5),
    "chalk": Kind((0.04, 0.2), 0.7, 0.7, 0.5, 0.8, 0.2, 0.8, CHALKS),
    "biro": Kind((0.04, 0.12), 0.75, 0.55, 0.4, 0.5, 0.5, 0.8, FORM_INKS),
    "press": Kind((0.08, 0.14), 1.0, 0.85, 0.2, 0.2, 0.0, 0.3, PRINT),
    "finger": Kind((0.015, 0.22), 0.5, 0.7, 0.0, 0.0, 0.0, 0.0, CANVAS),
}


class Pen(NamedTuple):
    """What draws the strokes.

    `width` is in the page's pixels; with `keeps`, a glyph's own strokes are only moved towards it.
    The nib is `nib` times as narrow across `angle`; `slant` is the writer's. `strength` is how
    much of the paper the ink covers, `mottle` how unevenly, `grain` and `gaps` how much shows
    through, `bleed` how rough the edges are: all in 0..1.
    """

    width: float
    keeps: bool
    nib: float
    angle: float
    slant: float
    strength: float
    mottle: float
    grain: float
    gaps: float
    bleed: float
    colour: Colour


class Glyph(NamedTuple):
    """A field (h, w) float32, which `place` (3, 3) maps to the page; `width` of strokes there."""

    field: Numbers
    place: Matrix
    width: float

    @property
    def inked(self) -> Matrix:
        """The part of the field with ink, or just beside it: x, y, width, height."""
        return np.array(cv2.boundingRect((self.field > -1).astype(np.uint8)), np.float64)

    def outline(self, view: Matrix) -> Matrix:
        """The corners (4, 2) of the inked part, seen through `view` (3, 3)."""
        return project_points(corners(self.inked), view @ self.place)


class Ink(NamedTuple):
    """What the camera sees of a glyph: its `cover` (h, w) uint8 lies at `x`, `y` of the photo."""

    cover: MatLike
    x: int
    y: int
    box: Box
    width: float


def _traced(glyph: MatLike, width: float) -> Numbers:
    """The field of a pen `width` wide that follows the middle of the strokes."""
    skeleton = skeletonize(glyph > 127).astype(np.uint8)  # type: ignore[no-untyped-call]
    distance = cv2.distanceTransform(1 - skeleton, cv2.DIST_L2, 5)
    # Smoothed squares, less what smoothing adds to a parabola, smooth the line but keep its place.
    squares = cv2.GaussianBlur(distance * distance, (0, 0), SMOOTHING) - SMOOTHING**2
    radius = min(width / 2, _widest_radius(skeleton, distance))
    return np.asarray(radius - np.sqrt(np.maximum(squares, 0)), np.float32)


def _widest_radius(skeleton: MatLike, distance: MatLike) -> float:
    """Of a pen that leaves all loops open: what tells 8 from 1 must stay."""
    count, labels = cv2.connectedComponents(1 - skeleton, connectivity=4)
    depths = [float(distance[labels == label].max()) for label in range(2, count)]
    return min((0.75 * depth for depth in depths if depth > NARROWEST_HOLE), default=np.inf)


def _own(glyph: MatLike, broader: float) -> Numbers:
    """The field of the strokes as they are, made `broader` pixels broader."""
    mask = (glyph > 127).astype(np.uint8)
    inside, outside = (cv2.distanceTransform(side, cv2.DIST_L2, 5) for side in (mask, 1 - mask))
    return np.asarray(cv2.GaussianBlur(inside - outside, (0, 0), SMOOTHING_OWN) + broader / 2)


def _coverage(field: MatLike) -> NDArray[np.uint8]:
    """How much of each pixel is inked, in 0..255, if the `field` is measured in pixels."""
    return np.asarray(np.clip(255 * (field + 0.5), 0, 255), np.uint8)


def any_pen(kind: Kind, digit_height: float, rng: np.random.Generator) -> Pen:
    """A pen of that kind, as broad as it happens to be for digits `digit_height` pixels high."""
    share = np.exp(rng.uniform(*np.log(kind.widths)))
    keeps = rng.random() < KEPT_SHARE
    return Pen(
        # Nobody writes digits so small that their own pen blots them.
        width=max(share * digit_height, min(LEAST_STROKE, 0.15 * digit_height)),
        keeps=keeps,
        nib=1.0 if keeps else rng.uniform(kind.nib, 1),
        angle=rng.uniform(-np.pi / 2, np.pi / 2),
        slant=rng.normal(0, 0.12),
        strength=rng.uniform(kind.strength, 1),
        mottle=kind.mottle * rng.random(),
        grain=kind.grain * rng.random(),
        # In small digits a gap takes a stroke away.
        gaps=rng.random() * min(1.0, digit_height / 80) if rng.random() < kind.gaps else 0.0,
        bleed=kind.bleed * rng.random() if kind.bleed else 0.0,
        colour=pick_colour(kind.inks, rng),
    )


def draw(glyph: MatLike, position: Matrix, pen: Pen, rng: np.random.Generator) -> Glyph:
    """Draw `glyph` (h, w) uint8, ink 255, on the page.

    Args:
        glyph: its ink reaches all sides of the image.
        position: (3,): x and y of its middle on the page, and its height there.
        pen: what it is drawn with.
        rng: what decides the rest.
    """
    size, tall = np.array(glyph.shape[::-1]), position[2]
    shrink = FIELD_SIDE / max(glyph.shape)
    scale = tall / (size[1] * shrink)  # the page's pixels in one of the field's
    broad = pen.width * rng.uniform(*UNSTEADY) / scale
    nib = rotation(-pen.angle) @ np.diag([1, pen.nib]) @ rotation(pen.angle)
    work, canvas = _framed(shrink * nib, size, broad / 2 + 4)
    squeezed = cv2.warpAffine(glyph, work[:2], canvas, flags=cv2.INTER_LINEAR)
    broad *= np.sqrt(pen.nib)
    own = stroke_width(squeezed)
    if pen.keeps and own > FINEST_OWN:
        broad = float(np.clip(broad, *np.multiply(OWN_WIDTHS, own)))
        field = _own(squeezed, broad - own)
    else:
        field = _traced(squeezed, broad)
    hand = np.array([[tall, -pen.slant * tall], [0, tall]]) / size[1]
    place = affine(hand, position[:2] - hand @ (size / 2))
    return Glyph(field, place @ np.linalg.inv(work), broad * scale)


def _framed(change: Matrix, size: Matrix, margin: float) -> tuple[Matrix, Size]:
    """The linear `change` (2, 2) with a shift that shows all of `size`, and the new size."""
    moved = corners(np.array([0, 0, *size])) @ change.T
    low, high = moved.min(axis=0) - margin, moved.max(axis=0) + margin
    across, down = np.ceil(high - low).astype(int).tolist()
    return affine(change, -low), (across, down)


def project_ink(glyph: Glyph, view: Matrix, size: Size, pen: Pen, rng: np.random.Generator) -> Ink:
    """See `glyph` through `view` (3, 3) in a photo of `size`, as paper takes the ink of `pen`."""
    quad = glyph.outline(view)
    low = np.clip(np.floor(quad.min(axis=0) - 1), 0, np.array(size) - 1).astype(int)
    high = np.clip(np.ceil(quad.max(axis=0) + 1), low + 1, size).astype(int)
    part, place = (high - low).tolist(), affine(np.eye(2), -low) @ (view @ glyph.place)
    field = cv2.warpPerspective(
        glyph.field, place, part, borderMode=cv2.BORDER_CONSTANT, borderValue=OUTSIDE
    )
    scale = float(np.sqrt(cv2.contourArea(quad.astype(np.float32)) / glyph.inked[2:].prod()))
    rough = (noise(part, rng.uniform(1.5, 4), rng).astype(np.float32) - 128) / 128
    cover = _coverage(scale * field + pen.bleed * rough)
    x, y = low.tolist()
    left, top, across, down = cv2.boundingRect(
        (cover > min(INK_LEVEL, cover.max() / 2)).astype(np.uint8)
    )
    width = glyph.width * float(np.sqrt(np.linalg.det(view[:2, :2])))
    return Ink(_uneven(cover, pen, scale, rng), x, y, Box(x + left, y + top, across, down), width)


def _uneven(cover: MatLike, pen: Pen, scale: float, rng: np.random.Generator) -> MatLike:
    """Let the paper show through `cover` (h, w) uint8 as ink, graphite and dry pens do."""
    coarse, long = rng.uniform(1, 2) * max(1, scale / 2), (14 * scale, 2 * scale)
    weight = np.full(cover.shape, pen.strength, np.float32)
    # From `start` to `width` above it, noise takes away more and more of the ink.
    for share, cell, start, width in (
        (pen.mottle, 6 * scale, 128, 64),
        (pen.grain, coarse, 120, 90),
        (pen.gaps, long, 150, 20),
    ):
        if share:
            texture = noise(cover.shape[::-1], cell, rng).astype(np.float32)
            weight *= 1 - np.float32(share) * np.clip((texture - start) / width, 0, 1)
    return cv2.multiply(cover, weight, dtype=cv2.CV_8U)
