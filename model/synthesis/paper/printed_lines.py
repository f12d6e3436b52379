"""Paper with printed lines or dots: ruled, squared, dotted.

Everything is drawn straight into the photo's pixels, where the camera sees the page's lines, so
that nothing is resampled and lines stay as sharp as they are on paper.
"""

from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator

from model.synthesis.colours import SPREAD, Colour, Palette, pick_colour
from model.synthesis.geometry import (
    SUBPIXEL_BITS,
    SUBPIXEL_STEPS,
    Matrix,
    project_points,
    subpixel,
)
from model.synthesis.paper.backgrounds import plain
from model.synthesis.sampling import log_uniform, pick
from model.synthesis.scene import Scene

# Colours (blue, green, red) as phones record them, averaged by eye.
RULES = ((225, 195, 165), (205, 165, 130), (175, 175, 175), (190, 160, 205), (120, 110, 105))
MARGIN_RED = ((110, 110, 225),)
MARGIN_SPREAD = 20.0  # grey levels

# By eye where no reason is given.
SPACINGS = (0.3, 3.0)  # of lines, in digits' heights: people write within one, or across many
CLOSEST = 7.0  # pixels between lines; nearer ones blur into grey
MOST_LINES = 60  # along the photo's longer side, of paper that is not graph paper
WIDEST_SPACING = 0.6  # of the photo's longer side, so that a line is seen at all
MARGIN_SHARE = 0.4  # of the ruled pages
MARGIN_PLACE = 0.6  # of the photo's longer side, at most, from the page's left end
SPACING_RATIO = 10  # between lines' spacing and their thickness, at least
THICKEST = 4  # pixels
FAINTEST = 0.4  # of a line's colour that is printed at least
DOT_RADII = (0.02, 0.06)  # of the spacing; by eye
SMALLEST_DOT = 0.6  # pixels of radius; smaller ones vanish


class Line(NamedTuple):
    """How a line is printed: `thickness` in pixels, `strength` 0..1 of its colour."""

    colour: Colour
    thickness: int
    strength: float


class PrintedLines(NamedTuple):
    """Lines (n, 2, 2) by the x and y of their ends on the page, and how all of them are printed."""

    lines: Matrix
    style: Line


def ruled(scene: Scene, rng: Generator) -> MatLike:
    """Paper with ruled lines, at times with a margin (h, w, 3) uint8."""
    surface = plain(scene, rng)
    spacing = _spacing(scene, rng)
    levels = _parallels(scene, spacing, rng)
    style = _rule(RULES, spacing, rng)
    print_lines(surface, scene, levels, style)
    if rng.random() < MARGIN_SHARE:
        margin = _parallels(scene, MARGIN_PLACE * max(scene.size), rng)[:1]
        style = _rule(MARGIN_RED, spacing, rng, MARGIN_SPREAD)
        print_lines(surface, scene, _upright(margin), style)
    return surface


def squared(scene: Scene, rng: Generator) -> MatLike:
    """Paper with a square grid (h, w, 3) uint8."""
    surface = plain(scene, rng)
    spacing = _spacing(scene, rng)
    levels = _parallels(scene, spacing, rng)
    uprights = _upright(_parallels(scene, spacing, rng))
    style = _rule(RULES, spacing, rng)
    print_lines(surface, scene, np.concatenate([levels, uprights]), style)
    return surface


def dotted(scene: Scene, rng: Generator) -> MatLike:
    """Paper with a grid of dots (h, w, 3) uint8."""
    surface = plain(scene, rng)
    spacing = _spacing(scene, rng)
    radius = max(SMALLEST_DOT, spacing * rng.uniform(*DOT_RADII))
    colour = pick_colour(RULES, rng).tolist()
    dots = project_points(_lattice(scene, spacing), scene.view)
    for dot in subpixel(dots).tolist():
        cv2.circle(
            surface,
            center=dot,
            radius=round(radius * SUBPIXEL_STEPS),
            color=colour,
            thickness=cv2.FILLED,
            lineType=cv2.LINE_AA,
            shift=SUBPIXEL_BITS,
        )
    return surface


def _lattice(scene: Scene, spacing: float) -> Matrix:
    """The points (n, 2) of a square lattice over all of the page that is seen."""
    (left, top), (right, bottom) = scene.extent
    columns = np.arange(left, right, spacing)
    rows = np.arange(top, bottom, spacing)
    grid = np.meshgrid(columns, rows)
    points = np.stack(grid, axis=-1)
    return points.reshape(-1, 2)


def any_white(scene: Scene, rng: Generator) -> MatLike:
    """White paper (h, w, 3) uint8, plain, ruled or squared, to be creased or shaded."""
    surface = pick((plain, plain, ruled, squared), rng)
    return surface(scene, rng)


def print_lines(surface: MatLike, scene: Scene, lines: Matrix, style: Line) -> None:
    """Print straight lines on a surface.

    Args:
        surface: (h, w, 3) uint8, changed in place.
        scene: how the page is seen.
        lines: (n, 2, 2), the two ends of each, x and y on the page.
        style: how they are printed.
    """
    drawn = surface.copy()
    ends = project_points(lines, scene.view)
    for start, end in subpixel(ends).tolist():
        cv2.line(
            drawn,
            start,
            end,
            color=style.colour.tolist(),
            thickness=style.thickness,
            lineType=cv2.LINE_AA,
            shift=SUBPIXEL_BITS,
        )
    strength = style.strength
    cv2.addWeighted(drawn, strength, surface, 1 - strength, gamma=0, dst=surface)


def _spacing(scene: Scene, rng: Generator) -> float:
    """Between two lines, in pixels."""
    side = max(scene.size)
    closest = max(CLOSEST, side / MOST_LINES)
    widest = WIDEST_SPACING * side
    spacing = scene.digit_height * log_uniform(SPACINGS, rng)
    return min(max(closest, spacing), widest)


def _parallels(scene: Scene, spacing: float, rng: Generator) -> Matrix:
    """Level lines (n, 2 ends, x and y) over all of the page that is seen."""
    extent = scene.extent
    start = extent.min()
    end = extent.max()
    first = start + spacing * rng.random()
    levels = np.arange(first, end, spacing)
    grid = np.meshgrid([start, end], levels)
    return np.stack(grid, axis=-1)


def _upright(lines: Matrix) -> Matrix:
    """The level `lines` (n, 2, 2), with x and y swapped."""
    return lines[:, :, ::-1]


def _rule(palette: Palette, spacing: float, rng: Generator, spread: float = SPREAD) -> Line:
    """A line of a thickness that suits the `spacing`."""
    colour = pick_colour(palette, rng, spread)
    suitable = int(spacing / SPACING_RATIO)
    thickest = min(max(1, suitable), THICKEST)
    thickness = int(rng.integers(1, thickest + 1))
    strength = rng.uniform(FAINTEST, 1)
    return Line(colour, thickness, strength)
