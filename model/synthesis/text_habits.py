"""How somebody sets lines: what stays the same all over a page.

Lengths are in digits' heights. By eye, from what people write, where no reason is given.
"""

from typing import NamedTuple

from numpy.random import Generator

from model.synthesis.sampling import log_uniform, pick

TOUCHING = 0.33  # share of the hands whose digits touch or overlap
OVERLAPS = (-0.14, 0.06)  # gaps between the digits of those
GAPS = (0.06, 0.55)  # of the others
SIZE_DEVIATIONS = (0.03, 0.07, 0.16)  # of the logarithm of a digit's height in a line
LEVEL_DEVIATIONS = (0.02, 0.05, 0.1)  # of a digit's place above or below the line
CLIMBS = (0.03, 0.03, 0.03, 0.12)  # deviations of a line's slope
BENDS = (0.0, 0.0, 0.1)  # deviations of how far a line is bent
PITCHES = (1.25, 2.6)  # from line to line
INDENTED = 0.3  # share of the hands whose lines each begin elsewhere
CELL_SIDES = (1.15, 1.8)  # of printed cells
CELL_PITCH = 1.02  # sides of a cell from line to line, at least


class Habits(NamedTuple):
    """How somebody sets lines.

    Attributes:
        gap: between digits; below 0 they overlap.
        size_deviation: of the logarithm of a digit's height.
        level_deviation: of a digit's place above or below the line.
        cell: side of the printed cells that are written into, 0 without any.
        pitch: from line to line.
        climb: of a line for its length, below 0 if it rises.
        bend: how far a line is off a straight one at most, to one side and the other.
        indented: whether each line begins elsewhere.
    """

    gap: float
    size_deviation: float
    level_deviation: float
    cell: float
    pitch: float
    climb: float
    bend: float
    indented: bool


def sample_habits(*, boxed: bool, rng: Generator) -> Habits:
    """Decide how a hand sets its lines; `boxed` is whether it writes into printed cells."""
    touching = rng.random() < TOUCHING
    gap = rng.uniform(*OVERLAPS) if touching else log_uniform(GAPS, rng)
    size_deviation = pick(SIZE_DEVIATIONS, rng)
    level_deviation = pick(LEVEL_DEVIATIONS, rng)
    cell = rng.uniform(*CELL_SIDES) if boxed else 0.0
    pitch = rng.uniform(*PITCHES)
    climb_deviation = pick(CLIMBS, rng)
    climb = rng.normal(0, climb_deviation)
    bend_deviation = pick(BENDS, rng)
    return Habits(
        gap=gap,
        size_deviation=size_deviation,
        level_deviation=level_deviation,
        cell=cell,
        pitch=max(pitch, CELL_PITCH * cell),
        climb=climb,
        bend=rng.normal(0, bend_deviation),
        indented=rng.random() < INDENTED,
    )
