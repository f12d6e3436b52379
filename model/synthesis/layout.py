"""Where glyphs are written on a page: in rows, or in printed cells.

A position is (3,): x and y of a glyph's middle, and its height, in the page's pixels; a shape is
(2,): a glyph's height and width in its own.
"""

from math import ceil, sqrt
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.geometry import Matrix, Size
from model.synthesis.sampling import log_uniform

# Rows; lengths are in digits' heights unless another unit is named. By eye.
LEAST_HEIGHT = 12.0  # pixels; of smaller digits nobody could tell which they are
HEIGHTS = (0.06, 0.85)  # of a digit alone, in shares of the photo's shorter side
FILL = 0.92  # of the photo's sides, at most
FILLED_SHARES = (0.35, 1.0)  # of that, which several digits fill
TALL = (0.93, 1.07)  # times their usual height, from digit to digit
WIDEST = 1.3  # times their height; wider glyphs are written smaller
GAPS = (0.1, 0.9)  # between digits: tight but not touching, to wide
GAP_CHANGES = (0.7, 1.3)  # times that gap, from digit to digit
PITCHES = (1.35, 2.2)  # from row to row
CLIMB = 0.03  # deviation of a row's slope, against the paper's lines
UNEVEN = 0.04  # deviation from the row

# Cells; lengths are in sides of a cell. By eye.
CELL_FILL = (0.42, 0.82)  # a digit's height
TALL_IN_CELLS = (0.9, 1.1)  # times their usual height, from digit to digit
TABLE_SHARES, LONE_CELL_SHARES = (0.8, 1.0), (0.8, 1.1)  # of the photo's side; one may be cut off
TABLE_DEVIATION = 0.03  # of the table from the photo's middle
OFF_MIDDLE = 0.7  # of the room around a digit, by which it is off the middle at most


Table = NDArray[np.int_]  # (2,): columns and rows


class Layout(NamedTuple):
    """Where all is.

    Attributes:
        positions: (n, 3), of the glyphs.
        cells: (n, 4), x, y, width and height of the printed boxes; (0, 4) if there are none.
    """

    positions: Matrix
    cells: Matrix


def in_rows(shapes: Matrix, size: Size, rng: Generator, rows: int, height: float | None) -> Layout:
    """Write glyphs in rows, from left to right and from top to bottom.

    Args:
        shapes: (n, 2), heights and widths of the glyphs; n is at least `rows`.
        size: the page's width and height in pixels.
        rng: what decides all that is left open.
        rows: in how many rows.
        height: of the digits in pixels; left open if None.
    """
    middles, heights, widths = _written(shapes, rng, rows)
    sizes = np.stack([widths, heights], axis=1)
    halves = sizes / 2
    low = (middles - halves).min(axis=0)
    high = (middles + halves).max(axis=0)
    block = high - low
    digit_height = height or _digit_height(block, len(shapes), size, rng)
    spare = size - digit_height * block
    middles = (middles - low) * digit_height + sample_corner(spare, rng)
    return Layout(
        positions=_positions(middles, heights * digit_height),
        cells=np.empty((0, 4)),
    )


def _positions(middles: Matrix, heights: Matrix) -> Matrix:
    """Positions (n, 3) of `middles` (n, 2) and `heights` (n,)."""
    return np.concatenate([middles, heights[:, None]], axis=1)


def sample_corner(spare: Matrix, rng: Generator) -> Matrix:
    """Where (2,) a block begins that leaves `spare` (2,): most people aim, if not well."""
    farthest = rng.uniform(-0.5, 0.5, 2)
    off = farthest * sqrt(rng.random())
    return spare * (0.5 + off)


def _written(shapes: Matrix, rng: Generator, rows: int) -> tuple[Matrix, Matrix, Matrix]:
    """Middles (n, 2), heights and widths (n,) in digits' heights, wherever they begin."""
    heights, widths = _sizes(shapes, rng)
    gap = log_uniform(GAPS, rng)
    pitch = rng.uniform(*PITCHES)
    climb = rng.normal(0, CLIMB)
    middles = np.zeros(shapes.shape)
    glyphs = np.arange(len(shapes))
    for row, members in enumerate(np.array_split(glyphs, rows)):
        x = _along(widths[members], gap, rng)
        level = row * pitch + climb * x
        sunk = (1 - heights[members]) / 2  # low digits stand on the row, too
        uneven = rng.normal(0, UNEVEN, len(members))
        middles[members, 0] = x
        middles[members, 1] = level + sunk + uneven
    return middles, heights, widths


def _sizes(shapes: Matrix, rng: Generator) -> tuple[Matrix, Matrix]:
    """Heights and widths (n,) in digits' heights."""
    tall, wide = shapes.T
    narrowness = tall / wide
    usual = np.minimum(1, WIDEST * narrowness)
    heights = usual * rng.uniform(*TALL, len(shapes))
    widths = heights * wide / tall
    return heights, widths


def _along(widths: Matrix, gap: float, rng: Generator) -> Matrix:
    """The middles (n,) of glyphs of such `widths` (n,) along a row."""
    gaps = gap * rng.uniform(*GAP_CHANGES, len(widths))
    indent = rng.uniform(0, gap)
    steps = widths + gaps
    ends = indent + np.cumsum(steps)
    return ends - steps + widths / 2


def _digit_height(block: Matrix, count: int, size: Size, rng: Generator) -> float:
    """Of the digits in pixels, if a `block` of them is so many times as wide and high as one."""
    room = FILL * np.array(size)
    fitting = room / block
    largest = float(fitting.min())
    if count > 1:
        return largest * rng.uniform(*FILLED_SHARES)
    low, high = HEIGHTS
    # The root makes large digits likelier than small ones.
    place = sqrt(rng.random())
    growth = (high / low) ** place
    usual = float(min(size) * low * growth)
    return min(largest, max(LEAST_HEIGHT, usual))


def in_cells(shapes: Matrix, size: Size, rng: Generator, rows: int, height: float | None) -> Layout:
    """Write each glyph into a square cell of its own; the cells touch each other.

    Args:
        shapes: (n, 2), heights and widths of the glyphs.
        size: the page's width and height in pixels.
        rng: what decides all that is left open.
        rows: of cells, which are filled from left to right and from top to bottom.
        height: of the digits in pixels; left open if None.
    """
    tall, wide = shapes.T
    table = _table(len(shapes), rows)
    fill = rng.uniform(*CELL_FILL)
    side = height / fill if height else _cell_side(table, size, rng)
    middles = _cell_middles(len(shapes), table, side, size)
    middles += rng.normal(0, TABLE_DEVIATION * side, 2)
    narrowing = np.minimum(1, tall / wide)
    usual = side * fill * narrowing
    heights = usual * rng.uniform(*TALL_IN_CELLS, len(shapes))
    spare = 1 - fill
    room = spare / 2 * side
    shares = rng.uniform(-OFF_MIDDLE, OFF_MIDDLE, middles.shape)
    off = room * shares
    return Layout(
        positions=_positions(middles + off, heights),
        cells=_squares(middles, side),
    )


def _table(count: int, rows: int) -> Table:
    """Columns and rows for `count` glyphs; the last row need not be full."""
    columns = ceil(count / rows)
    return np.array([columns, rows])


def _squares(middles: Matrix, side: float) -> Matrix:
    """Boxes (n, 4) of such `middles` (n, 2) and one `side`."""
    corners = middles - side / 2
    sides = np.full(middles.shape, side)
    return np.concatenate([corners, sides], axis=1)


def _cell_side(table: Table, size: Size, rng: Generator) -> float:
    """In pixels."""
    lone = table.prod() == 1
    shares = LONE_CELL_SHARES if lone else TABLE_SHARES
    room = np.array(size) / table
    return float(room.min() * rng.uniform(*shares))


def _cell_middles(count: int, table: Table, side: float, size: Size) -> Matrix:
    """Of the cells (n, 2), if the `table` is in the middle of the page."""
    cells = np.arange(count)
    rows, columns = np.divmod(cells, table[0])
    places = np.stack([columns, rows], axis=1)
    cell_middles = places + 0.5
    from_middle = cell_middles - table / 2
    page_middle = np.array(size) / 2
    return np.asarray(from_middle * side + page_middle)
