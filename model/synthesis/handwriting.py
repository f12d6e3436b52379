"""A hand and its pen: shapes told by a few points, drawn as somebody might have written them.

A shape is a text: `x,y` are points that a curve runs through, 100 units from top to bottom; `!`
makes a point a corner, `low~high` leaves a coordinate to the hand, `|` lifts the pen. A European
one: `0~30,30~80 40,0! 40,100`.
"""

from collections import defaultdict
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from model.synthesis.glyphs import trim

Points = NDArray[np.float64]

GLYPH_SIDE = 112  # pixels of its longer side: four times MNIST's, so that edges are smooth
MARGIN = 12  # pixels round it: room for half the widest stroke and for wobble
STROKE_WIDTHS = (3.0, 16.0)  # of strokes in pixels: from a ball pen on a large digit to a felt-tip

# How hands differ from the table; in its units, most by sight of what people write.
JITTER = 2.2  # of each point
LIFTED = 1.8  # of a stroke against the others: gaps and overlaps
OVERSHOT = 3.0  # of a stroke's ends
WAVES, WAVE_RATE, WAVE_HEIGHT = 3, 0.05, 0.9  # of slow waves that bend straight lines a little
SLANT = (0.12, 0.14)  # mean and deviation: most hands lean to the right
TURN = 0.05  # radians
STRETCH = 0.16  # of the logarithm of width / height
PRESSURE = 0.18  # share by which a stroke's width changes along it
SAMPLES = 10  # of a curve between two points of the table: no corner is seen
SUBPIXEL = 4  # bits that OpenCV draws with: without them a slow curve becomes a stair


class Stroke(NamedTuple):
    """What the pen does until it is lifted: the ranges (n, 2) of its points, where it turns."""

    low: Points
    high: Points
    corners: tuple[int, ...]


def parse_templates(text: str) -> dict[str, list[str]]:
    """Read lines of `name shape`; a name may have many shapes."""
    shapes = defaultdict(list)
    for line in text.strip().splitlines():
        name, shape = line.split(maxsplit=1)
        shapes[name].append(shape)
    return dict(shapes)


@cache
def _strokes(shape: str) -> tuple[Stroke, ...]:
    return tuple(_stroke(stroke.split()) for stroke in shape.split("|"))


def _stroke(points: list[str]) -> Stroke:
    ranges = [
        [[float(end) for end in (part.split("~") * 2)[:2]] for part in point.rstrip("!").split(",")]
        for point in points
    ]
    low, high = np.moveaxis(np.array(ranges), 2, 0)
    corners = (place for place, point in enumerate(points) if point.endswith("!"))
    return Stroke(low, high, tuple(corners))


def write(shape: str, rng: np.random.Generator, jitter: float = JITTER) -> list[Points]:
    """Write a shape as one hand would: curves (n, 2) in pixels, `GLYPH_SIDE` high or wide.

    Args:
        shape: a text as this module reads it.
        rng: decides everything.
        jitter: deviation of its points, in its units.
    """
    curves = [_curve(stroke, rng, jitter) for stroke in _strokes(shape)]
    lengths = [len(curve) for curve in curves]
    points = np.concatenate(curves)
    points = (points + waves(points, rng)) @ _hand(rng).T
    points -= points.min(axis=0)
    points *= GLYPH_SIDE / points.max()
    return np.split(points, np.cumsum(lengths)[:-1])


def _curve(stroke: Stroke, rng: np.random.Generator, jitter: float) -> Points:
    """A smooth line through a stroke's points, sharp at its corners only."""
    points = rng.uniform(stroke.low, stroke.high)
    points += rng.normal(0, jitter, points.shape) + rng.normal(0, LIFTED, 2)
    for end, inner in ((0, 1), (-1, -2)):
        ahead = points[end] - points[inner]
        points[end] += rng.normal(0, OVERSHOT) * ahead / max(float(np.hypot(*ahead)), 1.0)
    bounds = [0, *stroke.corners, len(points) - 1]
    return np.concatenate([_smooth(points[start : end + 1]) for start, end in pairwise(bounds)])


def _smooth(points: Points) -> Points:
    """A cubic spline; the root of the distances as its time keeps it from looping."""
    distances = np.hypot(*np.diff(points, axis=0).T)
    time = np.append(0, np.cumsum(np.sqrt(distances) + 0.1))
    # A long curve begins and ends in a bend, so that a nought has no tip; a short one straight.
    ends = "not-a-knot" if len(points) > 4 else "natural"
    spline = CubicSpline(time, points, bc_type=ends)
    return np.asarray(spline(np.linspace(0, time[-1], SAMPLES * len(distances) + 1)))


def waves(points: Points, rng: np.random.Generator) -> Points:
    """Slow random displacements (n, 2) in units of the table, the same for near points."""
    rates = rng.normal(0, WAVE_RATE, (2, WAVES))
    heights = rng.normal(0, WAVE_HEIGHT, (WAVES, 2))
    return np.asarray(np.sin(points @ rates + rng.uniform(0, 2 * np.pi, WAVES)) @ heights)


def _hand(rng: np.random.Generator) -> Points:
    """A hand's slant, turn and width as a matrix (2, 2)."""
    turn, width = rng.normal(0, TURN), np.exp(rng.normal(0, STRETCH))
    slant = np.array([[width, -rng.normal(*SLANT)], [0, 1]])
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(turned @ slant)


def draw(curves: list[Points], rng: np.random.Generator) -> MatLike:
    """Draw curves (n, 2) in pixels on a canvas just round them, (h, w) uint8, ink 255."""
    points = np.concatenate(curves)
    origin = points.min(axis=0) - MARGIN
    width, height = np.ceil(points.max(axis=0) - origin).astype(int) + MARGIN
    canvas = np.zeros((height, width), np.uint8)
    thickness = rng.uniform(*STROKE_WIDTHS)
    for curve in curves:
        _trace(canvas, curve - origin, thickness, rng)
    return canvas


def _trace(canvas: MatLike, curve: Points, thickness: float, rng: np.random.Generator) -> None:
    """Draw one stroke with a pressure that changes along it."""
    swing = np.sin(np.linspace(0, rng.uniform(1, 5), len(curve)) + rng.uniform(0, 2 * np.pi))
    widths = np.maximum(1, thickness * (1 + rng.uniform(0, PRESSURE) * swing)).round().astype(int)
    corners = (curve * 2**SUBPIXEL).round().astype(int).tolist()
    for (start, end), width in zip(pairwise(corners), widths.tolist(), strict=False):
        cv2.line(canvas, start, end, (255,), width, cv2.LINE_AA, SUBPIXEL)


def distort(
    image: MatLike, rng: np.random.Generator, *, slant: float, stretch: float, wobble: float
) -> MatLike:
    """Slant, stretch and bend a drawn glyph (h, w) uint8 ; `GLYPH_SIDE` high or wide.

    Args:
        image: ink 255 on 0.
        rng: decides everything.
        slant: deviation of the shear.
        stretch: deviation of the logarithm of width / height.
        wobble: how many times as much as a hand's own waves straight lines are bent.
    """
    ink = trim(image)
    forward = np.array([[np.exp(rng.normal(0, stretch)), rng.normal(0, slant)], [0, 1]])
    extent = np.abs(forward) @ ink.shape[::-1]
    forward *= GLYPH_SIDE / extent.max()
    width, height = np.ceil(extent * GLYPH_SIDE / extent.max()).astype(int) + 2 * MARGIN
    # Waves are slow: a coarse grid of them tells the rest.
    coarse = np.stack(np.meshgrid(np.linspace(0, width, 12), np.linspace(0, height, 12)), axis=-1)
    bent = wobble * waves(coarse.reshape(-1, 2), rng).reshape(coarse.shape)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    place = np.stack([columns - width / 2, rows - height / 2], axis=-1)
    place += cv2.resize(bent.astype(np.float32), (int(width), int(height)))
    source = place @ np.linalg.inv(forward).T + np.array(ink.shape[::-1]) / 2
    x, y = np.moveaxis(source.astype(np.float32), 2, 0)
    return cv2.remap(ink, x, y, cv2.INTER_LINEAR)
