"""A hand and its pen: templates of a few points, drawn as somebody might have written them.

A template is a text: `x,y` are points that a curve runs through, 100 units from top to bottom; `!`
makes a point a corner, `low~high` leaves a coordinate to the hand, `|` lifts the pen. A European
one: `0~30,30~80 40,0! 40,100`.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from model.synthesis.geometry import SUBPIXEL_BITS, rotation, subpixel

Points = NDArray[np.float64]

GLYPH_SIDE = 112  # pixels of its longer side: four times MNIST's, so that edges are smooth
MARGIN = 12  # pixels round it: room for half the widest stroke and for wobble
STROKE_WIDTHS = (3.0, 16.0)  # of strokes in pixels: from a ball pen on a large digit to a felt-tip

# How hands differ from the templates, in their units; by eye, from what people write.
JITTER = 2.2  # deviation of each point
LIFTED = 1.8  # deviation of a stroke against the others: gaps and overlaps
OVERSHOT = 3.0  # deviation of a stroke's ends along it
# Slow waves bend straight lines a little: how many, the deviations of their rates (radians a unit)
# and of their heights.
WAVES, WAVE_RATE, WAVE_HEIGHT = 3, 0.05, 0.9
SLANT = (0.12, 0.14)  # mean and deviation of the shear: most hands lean to the right
TURN = 0.05  # radians, deviation
STRETCH = 0.16  # deviation of the logarithm of width / height
PRESSURE = 0.18  # share by which a stroke's width changes along it, at most
PRESSURE_SWING = (1, 5)  # radians of a sine from one end of a stroke to the other: slow changes

SHORTEST = 1.0  # units; two points that fall together have no direction
SAMPLES = 10  # of a curve between two points of its template: no corner is seen
# Added to each step of a spline's time, so that two points at one place have different times.
TIME_STEP = 0.1
CLOSED_POINTS = 5  # a nought has at least so many points; what has fewer is a short stroke


class Stroke(NamedTuple):
    """What the pen does until it is lifted.

    `low` and `high` (n, 2) are the ranges of its points; `corners` are the indices of those where
    it turns sharply.
    """

    low: Points
    high: Points
    corners: tuple[int, ...]


def parse_templates(text: str) -> dict[str, list[str]]:
    """Read lines of a name, a space and a template; a name may have many templates.

    Raises:
        ValueError: a line has no space.
    """
    templates = defaultdict(list)
    for line in text.strip().splitlines():
        name, template = line.split(maxsplit=1)
        templates[name].append(template)
    return dict(templates)


@cache
def _parse(template: str) -> tuple[Stroke, ...]:
    return tuple(_parse_stroke(stroke.split()) for stroke in template.split("|"))


def _parse_stroke(points: Sequence[str]) -> Stroke:
    low = []
    high = []
    corners = []
    for index, point in enumerate(points):
        x, y = point.removesuffix("!").split(",")
        left, right = _parse_range(x)
        top, bottom = _parse_range(y)
        low.append((left, top))
        high.append((right, bottom))
        if point.endswith("!"):
            corners.append(index)
    return Stroke(np.array(low), np.array(high), tuple(corners))


def _parse_range(text: str) -> tuple[float, float]:
    """`low~high`, or one number for both."""
    low, _, high = text.partition("~")
    return float(low), float(high or low)


def write(template: str, rng: Generator, jitter: float = JITTER) -> list[Points]:
    """Write a template as one hand would.

    Args:
        template: a text as this module reads it.
        rng: decides everything.
        jitter: deviation of its points, in its units.

    Returns:
        The curves (n, 2) of its strokes, x and y in pixels: the larger extent from 0 to
        `GLYPH_SIDE`, the other from 0.
    """
    strokes = _parse(template)
    curves = [_curve(stroke, rng, jitter) for stroke in strokes]
    points = np.concatenate(curves)
    points += waves(points, rng)
    hand = _hand(rng)
    points = points @ hand.T
    points -= points.min(axis=0)
    scale = GLYPH_SIDE / points.max()
    points *= scale
    lengths = [len(curve) for curve in curves]
    ends = np.cumsum(lengths)
    return np.split(points, ends[:-1])


def _curve(stroke: Stroke, rng: Generator, jitter: float) -> Points:
    """A smooth line through a stroke's points, sharp at its corners only."""
    points = rng.uniform(stroke.low, stroke.high)
    jitters = rng.normal(0, jitter, points.shape)
    lift = rng.normal(0, LIFTED, 2)
    points += jitters + lift
    points[0] += _overshoot(points[0], points[1], rng)
    points[-1] += _overshoot(points[-1], points[-2], rng)
    last = len(points) - 1
    bounds = [0, *stroke.corners, last]
    parts = []
    for start, end in pairwise(bounds):
        part = points[start : end + 1]
        parts.append(_smooth(part))
    return np.concatenate(parts)


def _overshoot(end: Points, inner: Points, rng: Generator) -> Points:
    """How much further a stroke's end lies from the point next to it; often nearer."""
    ahead = end - inner
    distance = float(np.hypot(*ahead))
    length = max(distance, SHORTEST)
    overshot = rng.normal(0, OVERSHOT)
    return overshot * ahead / length


def _smooth(points: Points) -> Points:
    """A cubic spline; the root of the distances as its time keeps it from looping."""
    across, down = np.diff(points, axis=0).T
    distances = np.hypot(across, down)
    durations = np.sqrt(distances) + TIME_STEP
    ends = np.cumsum(durations)
    times = np.append(0, ends)
    # A long curve begins and ends in a bend, so that a nought has no tip; a short one straight.
    is_long = len(points) >= CLOSED_POINTS
    kind = "not-a-knot" if is_long else "natural"
    spline = CubicSpline(times, points, bc_type=kind)
    count = SAMPLES * len(distances) + 1
    samples = np.linspace(0, times[-1], count)
    return np.asarray(spline(samples))


def waves(points: Points, rng: Generator) -> Points:
    """Slow random displacements, nearly the same for near points.

    Args:
        points: (n, 2) in templates' units.
        rng: decides the waves.

    Returns:
        (n, 2) in the same units.
    """
    rates = rng.normal(0, WAVE_RATE, (2, WAVES))
    heights = rng.normal(0, WAVE_HEIGHT, (WAVES, 2))
    starts = rng.uniform(0, 2 * np.pi, WAVES)
    phases = points @ rates
    phases += starts
    swings = np.sin(phases)
    return np.asarray(swings @ heights)


def _hand(rng: Generator) -> Points:
    """A hand's slant, turn and width as a matrix (2, 2)."""
    turn = rng.normal(0, TURN)
    stretch = rng.normal(0, STRETCH)
    width = np.exp(stretch)
    slant = rng.normal(*SLANT)
    upright = rotation(turn)
    slanted = np.array([[width, -slant], [0, 1]])
    return np.asarray(upright @ slanted)


def draw(curves: Sequence[Points], rng: Generator) -> MatLike:
    """Draw curves with a pen.

    Args:
        curves: (n, 2) each, x and y in pixels, wherever they begin.
        rng: decides the pen's width and its pressure.

    Returns:
        The canvas just round them and their `MARGIN`, (h, w) uint8, ink 255 on 0.
    """
    points = np.concatenate(curves)
    origin = points.min(axis=0) - MARGIN
    extent = points.max(axis=0) - origin
    extent = np.ceil(extent).astype(int)
    width, height = extent + MARGIN
    canvas = np.zeros((height, width), np.uint8)
    thickness = rng.uniform(*STROKE_WIDTHS)
    for curve in curves:
        placed = curve - origin
        _trace(canvas, placed, thickness, rng)
    return canvas


def draw_template(template: str, rng: Generator, jitter: float = JITTER) -> MatLike:
    """Write a template, as `write` takes it, with a pen: a glyph as `draw` makes it."""
    curves = write(template, rng, jitter)
    return draw(curves, rng)


def _trace(canvas: MatLike, curve: Points, thickness: float, rng: Generator) -> None:
    """Draw one stroke with a pressure that changes along it."""
    points = subpixel(curve).tolist()
    widths = _widths(len(curve), thickness, rng)
    for index, width in enumerate(widths[:-1]):
        start = points[index]
        end = points[index + 1]
        cv2.line(canvas, start, end, (255,), width, cv2.LINE_AA, SUBPIXEL_BITS)


def _widths(count: int, thickness: float, rng: Generator) -> list[int]:
    """A pen's widths at `count` points along a stroke, at least one pixel."""
    swing = rng.uniform(*PRESSURE_SWING)
    start = rng.uniform(0, 2 * np.pi)
    phases = np.linspace(0, swing, count)
    phases += start
    change = rng.uniform(0, PRESSURE)
    pressures = change * np.sin(phases)
    widths = thickness * (1 + pressures)
    widths = np.maximum(1, widths)
    whole = widths.round().astype(int)
    return list(whole.tolist())
