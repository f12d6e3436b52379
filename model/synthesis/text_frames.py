"""Lines that are printed round writing: a frame, a table, underlines, a margin.

Lengths are in digits' heights unless another unit is named. By eye, from what people write on.
"""

from itertools import pairwise

import numpy as np
from numpy.random import Generator

from model.synthesis.colours import pick_colour
from model.synthesis.geometry import Matrix, corners
from model.synthesis.paper.printed_lines import Line, PrintedLines
from model.synthesis.sampling import log_uniform, pick
from model.synthesis.text_layout import Placed

FRAMED = 0.22  # share of the pages that have any, beside those of their paper
# Blue, green, red: black, greys, blues.
FRAME_COLOURS = ((45, 42, 40), (120, 115, 110), (170, 165, 160), (150, 90, 70), (190, 150, 120))
FRAME_SPREAD = 15.0  # grey levels
THICKNESSES = (0.015, 0.12)
STRENGTHS = (0.5, 1.0)  # of a line's colour that is printed
ROOM = (0.05, 0.6)  # between digits and a frame; a frame may touch what sticks out
COLUMN_GAP = 0.1  # between two characters with a table's upright between them, at least
COLUMN_SHARES = (0.2, 1.0)  # of such gaps that have one
UNDERLINES = (0.35, 0.8)  # below a row's middle; the higher ones cut through it
BEYOND = 3.0  # by which a margin is longer than the writing, to each side
ON_THE_LEFT = 0.5  # share of the margins

Ends = list[tuple[float, float]]  # x and y of a line's start and of its end


def sample_frames(placed: Placed, digit_height: float, rng: Generator) -> list[PrintedLines]:
    """Print something round lines, or nothing.

    Args:
        placed: where the characters are, in pixels.
        digit_height: in pixels.
        rng: decides everything.
    """
    if rng.random() >= FRAMED:
        return []
    colour = pick_colour(FRAME_COLOURS, rng, FRAME_SPREAD)
    thickness = digit_height * log_uniform(THICKNESSES, rng)
    strength = rng.uniform(*STRENGTHS)
    style = Line(colour, max(1, round(thickness)), strength)
    draw = pick((_frame, _table, _underlines, _margin), rng)
    lines = draw(placed, digit_height, rng)
    return [PrintedLines(lines, style)]


def _frame(placed: Placed, digit_height: float, rng: Generator) -> Matrix:
    """A rectangle round all, of which the photo may show a part."""
    left, top, right, bottom = _surroundings(placed, digit_height, rng)
    box = np.array([left, top, right - left, bottom - top])
    starts = corners(box)
    ends = np.roll(starts, -1, axis=0)
    return np.stack([starts, ends], axis=1)


def _table(placed: Placed, digit_height: float, rng: Generator) -> Matrix:
    """Uprights round all and between some characters, levels round all and between rows."""
    left, top, right, bottom = _surroundings(placed, digit_height, rng)
    gaps = _free_gaps(placed, COLUMN_GAP * digit_height)
    draws = rng.random(len(gaps))
    share = rng.uniform(*COLUMN_SHARES)
    columns = [left, *gaps[draws < share], right]
    rows = [top, bottom, *_between_rows(placed)]
    uprights = [_upright(x, top, bottom) for x in columns]
    levels = [_level(y, left, right) for y in rows]
    return np.array(uprights + levels)


def _underlines(placed: Placed, digit_height: float, rng: Generator) -> Matrix:
    """A line below each row, which may cut through it."""
    left, _, right, _ = _surroundings(placed, digit_height, rng)
    below = digit_height * rng.uniform(*UNDERLINES)
    levels = [_level(middle + below, left, right) for middle in _row_middles(placed)]
    return np.array(levels)


def _margin(placed: Placed, digit_height: float, rng: Generator) -> Matrix:
    """One upright beside all, along the page."""
    left, top, right, bottom = _surroundings(placed, digit_height, rng)
    x = left if rng.random() < ON_THE_LEFT else right
    beyond = BEYOND * digit_height
    margin = _upright(x, top - beyond, bottom + beyond)
    return np.array([margin])


def _upright(x: float, top: float, bottom: float) -> Ends:
    """A line downwards."""
    return [(x, top), (x, bottom)]


def _level(y: float, left: float, right: float) -> Ends:
    """A line to the right."""
    return [(left, y), (right, y)]


def _surroundings(placed: Placed, digit_height: float, rng: Generator) -> list[float]:
    """Left, top, right and bottom of the characters with some room."""
    low, high = placed.extent
    rooms = rng.uniform(*ROOM, 4) * digit_height
    before, after = rooms.reshape(2, 2)
    return [*(low - before), *(high + after)]


def _free_gaps(placed: Placed, least: float) -> Matrix:
    """The x (n,) of the middles of gaps broader than `least` between characters, of all rows."""
    order = np.argsort(placed.middles[:, 0])
    x = placed.middles[order, 0]
    half = placed.sizes[order, 0] / 2
    ends = (x + half)[:-1]
    starts = (x - half)[1:]
    middles = (ends + starts) / 2
    is_free = starts - ends > least
    return np.asarray(middles[is_free])


def _row_middles(placed: Placed) -> list[float]:
    """The mean y of each row's characters."""
    levels = placed.middles[:, 1]
    middles = []
    for row in np.unique(placed.rows):
        members = levels[placed.rows == row]
        middles.append(float(members.mean()))
    return middles


def _between_rows(placed: Placed) -> list[float]:
    """The y half way from each row to the next."""
    neighbours = pairwise(_row_middles(placed))
    return [(upper + lower) / 2 for upper, lower in neighbours]
