"""Paper with printed boxes that digits are written into: a puzzle's grid, a form's frames."""

from collections.abc import Sequence

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator

from model.synthesis.colours import Colour, pick_colour
from model.synthesis.geometry import (
    SUBPIXEL_BITS,
    Matrix,
    Size,
    corners,
    project_points,
    subpixel,
)
from model.synthesis.paper.backgrounds import blank
from model.synthesis.paper.printed_lines import Line, print_lines
from model.synthesis.sampling import pick
from model.synthesis.scene import Scene

# Colours (blue, green, red) as phones and scanners record them, averaged by eye.
PUZZLE_PAPERS = (
    (240, 242, 243), (222, 226, 226), (195, 205, 212), (150, 170, 182), (215, 205, 198),
)  # fmt: skip
GRID_BLACK = ((45, 42, 40),)
GRID_SPREAD = 15.0  # grey levels
TINTS = ((200, 200, 200), (205, 175, 145), (165, 190, 205), (190, 215, 190), (170, 170, 240))
TINT_SPREAD = 12.0  # grey levels
FORMS = ((254, 254, 254), (246, 248, 250), (225, 238, 250), (238, 232, 248), (235, 245, 235))
FORM_SPREAD = 2.0  # grey levels; a scanner's white is even
FORM_GRAIN = 0.5  # as `blank` takes it
FRAMES = ((130, 180, 250), (190, 160, 245), (165, 215, 160), (235, 195, 150), (180, 180, 180))
FRAME_SPREAD = 15.0  # grey levels
NEIGHBOURS = ((150, 70, 40), (50, 50, 50))  # inks of what is written in the next cell

# A puzzle's grid; lengths are shares of a cell's side, all by eye.
THIN_LINES, THICK_LINES = (0.004, 0.02), (0.02, 0.07)
THICK_SHARE = 0.4  # of the lines, as around a sudoku's blocks
FAINTEST_GRID = 0.75  # of the black that is printed at least
TINTED_SHARE = 0.25  # of the grids
HALFTONE_SHARE = 0.5  # of the tints
HALFTONE_PITCHES = (2.5, 5.0)  # pixels from dot to dot
HALFTONE_LEVELS = (0.2, 1.0)  # of two cosines' sum: above it paper shows between the dots
NEIGHBOUR_SHARE = 0.3  # of the lone cells
NEIGHBOUR_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))  # x and y, in cells
NEIGHBOUR_RADII = (0.2, 0.44)
NEIGHBOUR_PENS = (0.04, 0.1)  # width of the stroke
NEIGHBOUR_ARCS = (180, 360)  # degrees
BORDER_DECIMALS = 3  # of a pixel; borders that differ by less are the same

# A form's frames; by eye.
DROPPED_SHARE = 0.25  # of the forms: the scanner does not see the frames' colour
GROUND_SHARE = 0.4  # of the other forms have white boxes on a coloured ground
GROUND_STRENGTHS = (0.3, 0.7)  # of the frames' colour
FRAME_WIDTHS = (0.005, 0.04)  # of a cell's side


def cell(scene: Scene, rng: Generator) -> MatLike:
    """A printed puzzle's grid (h, w, 3) uint8, each glyph in a cell of its own.

    Args:
        scene: with at least one cell; all are squares of one size, side by side.
        rng: what decides all that is left open.
    """
    colour = pick_colour(PUZZLE_PAPERS, rng)
    surface = blank(scene, colour, rng)
    if rng.random() < TINTED_SHARE:
        _tint_cells(surface, scene, rng)
    _print_grid(surface, scene, rng)
    lone = len(scene.cells) == 1
    if lone and rng.random() < NEIGHBOUR_SHARE:
        _write_neighbour(surface, scene, rng)
    return surface


def _print_grid(surface: MatLike, scene: Scene, rng: Generator) -> None:
    """Print all cells' borders, some of them thick."""
    side = _cell_side(scene)
    black = pick_colour(GRID_BLACK, rng, GRID_SPREAD)
    thin = side * rng.uniform(*THIN_LINES)
    thick = side * rng.uniform(*THICK_LINES)
    for border in _borders(scene):
        thickness = thick if rng.random() < THICK_SHARE else thin
        strength = rng.uniform(FAINTEST_GRID, 1)
        style = Line(black, max(1, round(thickness)), strength)
        lines = border[None]
        print_lines(surface, scene, lines, style)


def _cell_side(scene: Scene) -> float:
    """In the page's pixels."""
    return float(scene.cells[0, 3])


def _borders(scene: Scene) -> Matrix:
    """Lines (n, 2, 2) along all cells' borders, and along those of the cells around them."""
    (left, top), (right, bottom) = scene.extent
    x, y, width, height = scene.cells.T
    columns = _steps(x, width)
    rows = _steps(y, height)
    uprights = [[(column, top), (column, bottom)] for column in columns]
    levels = [[(left, row), (right, row)] for row in rows]
    return np.array([*uprights, *levels])


def _steps(starts: Matrix, sides: Matrix) -> Matrix:
    """Where cells of such `starts` and `sides` (n,) begin and end, and those on both sides."""
    steps = np.arange(-1, 3).reshape(-1, 1)
    borders = starts + steps * sides
    rounded = borders.round(BORDER_DECIMALS)
    # Cells touch: the same border is not drawn twice.
    return np.unique(rounded)


def _tint_cells(surface: MatLike, scene: Scene, rng: Generator) -> None:
    """Print a tint over the cells: flat, or as a halftone of dots."""
    colour = pick_colour(TINTS, rng, TINT_SPREAD)
    print_colour = np.full_like(surface, colour.astype(np.uint8))
    layer = cv2.multiply(surface, print_colour, scale=1 / 255)
    if rng.random() < HALFTONE_SHARE:
        gaps = _halftone_gaps(scene.size, rng)
        cv2.copyTo(surface, gaps, layer)
    cells = corners(scene.cells)
    quads = project_points(cells, scene.view)
    mask = np.zeros(surface.shape[:2], np.uint8)
    for quad in np.rint(quads).astype(np.int32):
        cv2.fillConvexPoly(mask, quad, 1)
    cv2.copyTo(layer, mask, surface)


def _halftone_gaps(size: Size, rng: Generator) -> MatLike:
    """Where (h, w) paper shows between a halftone's dots: uint8, 1 there, else 0."""
    width, height = size
    pitch = rng.uniform(*HALFTONE_PITCHES)
    frequency = 2 * np.pi / pitch
    across = np.cos(np.arange(width) * frequency)
    down = np.cos(np.arange(height) * frequency)
    waves = np.add.outer(down, across)
    level = rng.uniform(*HALFTONE_LEVELS)
    gaps = waves > level
    return np.asarray(gaps, np.uint8)


def _write_neighbour(surface: MatLike, scene: Scene, rng: Generator) -> None:
    """Write an arc into the next cell, where the photo shows that at all."""
    side = _cell_side(scene)
    direction = pick(NEIGHBOUR_SIDES, rng)
    step = 0.5 + np.array(direction)
    middle = project_points(scene.cells[0, :2] + side * step, scene.view)
    radii = side * rng.uniform(*NEIGHBOUR_RADII, 2)
    colour = rng.choice(NEIGHBOURS)
    thickness = side * rng.uniform(*NEIGHBOUR_PENS)
    cv2.ellipse(
        surface,
        center=np.rint(middle).astype(int).tolist(),
        axes=np.rint(radii).astype(int).tolist(),
        angle=0,
        startAngle=0,
        endAngle=int(rng.integers(*NEIGHBOUR_ARCS)),
        color=colour.tolist(),
        thickness=max(1, round(thickness)),
        lineType=cv2.LINE_AA,
    )


def form(scene: Scene, rng: Generator) -> MatLike:
    """A scanned form (h, w, 3) uint8: boxes in a pale colour, which some scanners drop.

    Args:
        scene: with at least one cell.
        rng: what decides all that is left open.
    """
    white = pick_colour(FORMS, rng, FORM_SPREAD)
    surface = blank(scene, white, rng, FORM_GRAIN)
    if rng.random() < DROPPED_SHARE:
        return surface
    colour = pick_colour(FRAMES, rng, FRAME_SPREAD)
    frames = project_points(corners(scene.cells), scene.view)
    boxes = list(subpixel(frames))
    if rng.random() < GROUND_SHARE:
        strength = rng.uniform(*GROUND_STRENGTHS)
        _colour_ground(surface, boxes, colour, strength)
    thickness = _cell_side(scene) * rng.uniform(*FRAME_WIDTHS)
    cv2.polylines(
        surface,
        boxes,
        isClosed=True,
        color=colour.tolist(),
        thickness=max(1, round(thickness)),
        lineType=cv2.LINE_AA,
        shift=SUBPIXEL_BITS,
    )
    return surface


def _colour_ground(
    surface: MatLike,
    boxes: Sequence[MatLike],
    colour: Colour,
    strength: float,
) -> None:
    """Colour all but the `boxes`, each (4, 2) int32 as `subpixel` makes it."""
    white = surface.copy()
    ground = np.full_like(surface, colour)
    cv2.addWeighted(surface, 1 - strength, ground, strength, gamma=0, dst=surface)
    mask = np.zeros(surface.shape[:2], np.uint8)
    cv2.fillPoly(mask, boxes, color=1, shift=SUBPIXEL_BITS)
    cv2.copyTo(white, mask, surface)
