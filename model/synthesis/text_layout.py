"""Where the characters of written lines stand.

Lengths are in digits' heights unless another unit is named; y points down. By eye, from what people
write, where no reason is given.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.geometry import Matrix, Size
from model.synthesis.layout import FILL, LEAST_HEIGHT, Layout, sample_corner
from model.synthesis.sampling import log_uniform
from model.synthesis.text_habits import Habits

UNEVEN_GAPS = 0.05  # deviation of a gap from the line's
CLOSEST_DIGITS = -0.18  # the least gap between two, uneven as gaps are
# The least gap beside a mark, which would be a part of a digit otherwise: strokes are broadened to
# the pen's width, which is up to a quarter of a digit's height, on both sides of the gap.
CLOSEST_MARK = 0.12
CLOSE_GAPS = (0.12, 0.35)  # at most, beside `CLOSE_MARKS`
SPACES = (0.7, 1.8)  # beside the gap, between numbers that stand apart
WIDEST = 1.4  # of a digit or a letter
MARK_LEVEL_SHARE = 0.5  # of that deviation, for marks
BEND_LENGTH = 6.0  # along the line in which a bend turns by a radian
INDENTS = (0.0, 2.0)  # where indented lines begin
RAGGED = 0.1  # deviation of where other lines begin
CELL_DEVIATION = 0.08  # of a digit from the middle of its cell
MARGINS = (0.05, 1.2)  # of paper round all
LEAST_SIDE = 16  # pixels of a page
FILLED_SHARES = (0.1, 1.0)  # of the part of a photo that lines could fill, which they do fill


class MarkShape(NamedTuple):
    """How a mark is written.

    Attributes:
        lengths: of its longer side.
        levels: where its middle stands between the upper end of digits (0) and the lower one (1).
    """

    lengths: tuple[float, float]
    levels: tuple[float, float]


MARK_SHAPES = {
    ".": MarkShape((0.05, 0.15), (0.9, 1.02)),
    ",": MarkShape((0.14, 0.36), (0.93, 1.12)),
    "-": MarkShape((0.25, 0.7), (0.4, 0.64)),
    "+": MarkShape((0.35, 0.75), (0.4, 0.64)),
    "×": MarkShape((0.3, 0.7), (0.42, 0.68)),
    "÷": MarkShape((0.4, 0.75), (0.42, 0.62)),
    "/": MarkShape((0.9, 1.35), (0.45, 0.6)),
    ":": MarkShape((0.35, 0.7), (0.5, 0.68)),
    "=": MarkShape((0.3, 0.65), (0.4, 0.62)),
    "(": MarkShape((1.0, 1.4), (0.45, 0.58)),
    ")": MarkShape((1.0, 1.4), (0.45, 0.58)),
}
CLOSE_MARKS = ".,:"  # stand near the digits beside them
LOW_LETTERS = "acemnruvwy"
LOW_LETTER = 0.68  # times as high as other characters


class Placed(NamedTuple):
    """Characters in their places, wherever they begin, in digits' heights or in pixels.

    Attributes:
        middles: (n, 2), x and y.
        sizes: (n, 2), width and height.
        cells: (n, 4), the printed cells of all characters; (0, 4) if there are none.
        rows: (n,), the line of each character.
    """

    middles: Matrix
    sizes: Matrix
    cells: Matrix
    rows: NDArray[np.int_]

    @property
    def extent(self) -> Matrix:
        """The least and the greatest x and y of all characters (2, 2)."""
        halves = self.sizes / 2
        low = (self.middles - halves).min(axis=0)
        high = (self.middles + halves).max(axis=0)
        return np.array([low, high])

    @property
    def layout(self) -> Layout:
        """The same as pages take it."""
        heights = self.sizes[:, 1:]
        positions = np.concatenate([self.middles, heights], axis=1)
        return Layout(positions, self.cells)

    def scaled(self, shift: Matrix, scale: float) -> "Placed":
        """The same moved by `shift` (2,), then enlarged `scale` times."""
        cells = self.cells.copy()
        cells[:, :2] += shift
        return Placed(
            middles=(self.middles + shift) * scale,
            sizes=self.sizes * scale,
            cells=cells * scale,
            rows=self.rows,
        )


class _Place(NamedTuple):
    """Where a character stands: its middle, and its size."""

    x: float
    y: float
    width: float
    height: float


def place(lines: Sequence[str], aspects: Sequence[float], habits: Habits, rng: Generator) -> Placed:
    """Put the characters of `lines` in their places.

    Args:
        lines: each with at least one character that is no space.
        aspects: width / height of each character but spaces, in the order of the lines.
        habits: of the hand.
        rng: decides what the habits leave open.
    """
    places: list[_Place] = []
    rows: list[int] = []
    remaining = iter(aspects)
    for row, line in enumerate(lines):
        start = rng.uniform(*INDENTS) if habits.indented else rng.normal(0, RAGGED)
        for each in _set(line, start, remaining, habits, rng):
            level = row * habits.pitch + each.y
            fall = _fall(each.x - start, habits)
            places.append(each._replace(y=level + fall))
            rows.append(row)
    boxes = np.array(places)
    row_numbers = np.array(rows)
    middles = boxes[:, :2]
    return Placed(
        middles=middles,
        sizes=boxes[:, 2:],
        cells=_cells(middles[:, 0], row_numbers * habits.pitch, habits.cell),
        rows=row_numbers,
    )


def _set(
    line: str, start: float, aspects: Iterator[float], habits: Habits, rng: Generator
) -> Iterator[_Place]:
    """Places along one line that begins at `start` and whose middle is at 0."""
    x = start
    for index, character in enumerate(line):
        if character == " ":
            x += habits.cell or rng.uniform(*SPACES)
            continue
        aspect = next(aspects)
        width, height, y = _shape(character, aspect, habits, rng)
        if habits.cell:
            middle = x + habits.cell / 2
            yield _Place(middle + rng.normal(0, CELL_DEVIATION), y, width, height)
            x += habits.cell
        else:
            yield _Place(x + width / 2, y, width, height)
            x += width + _gap(line, index, habits, rng)


def _fall(along: float, habits: Habits) -> float:
    """How far a line has come down at a place `along` it."""
    wave = float(np.sin(along / BEND_LENGTH))
    return habits.climb * along + habits.bend * wave


def _shape(
    character: str, aspect: float, habits: Habits, rng: Generator
) -> tuple[float, float, float]:
    """Width and height of a character, and how far its middle is below a line's middle."""
    uneven = rng.normal(0, habits.level_deviation)
    if character in MARK_SHAPES:
        lengths, levels = MARK_SHAPES[character]
        longer = rng.uniform(*lengths)
        height = longer / max(1.0, aspect)
        level = rng.uniform(*levels) - 0.5
        return height * aspect, height, level + MARK_LEVEL_SHARE * uneven
    size = rng.normal(0, habits.size_deviation)
    height = float(np.exp(size))
    sunk = 0.0
    if character in LOW_LETTERS:
        height *= LOW_LETTER
        sunk = (1 - LOW_LETTER) / 2
    height = min(height, WIDEST / aspect)
    return height * aspect, height, sunk + uneven


def _gap(line: str, index: int, habits: Habits, rng: Generator) -> float:
    """Between the character at `index` and the next one."""
    gap = habits.gap + rng.normal(0, UNEVEN_GAPS)
    beside = set(line[index : index + 2])
    if beside & set(CLOSE_MARKS):
        widest = rng.uniform(*CLOSE_GAPS)
        return max(CLOSEST_MARK, min(gap, widest))
    if beside & set(MARK_SHAPES):
        return max(CLOSEST_MARK, gap)
    return max(CLOSEST_DIGITS, gap)


def _cells(x: Matrix, levels: Matrix, side: float) -> Matrix:
    """The cells (n, 4) of characters at `x` (n,) in rows at `levels` (n,); none without a side."""
    if not side:
        return np.empty((0, 4))
    columns = np.floor(x / side)
    left = columns * side
    top = levels - side / 2
    sides = np.full(len(x), side)
    return np.stack([left, top, sides, sides], axis=1)


def fit_page(placed: Placed, digit_height: float, rng: Generator) -> tuple[Placed, Size]:
    """Scale characters to pixels, and the page (width and height) that holds them with margins."""
    low, high = placed.extent
    before = _margins(rng)
    after = _margins(rng)
    needed = (high - low + before + after) * digit_height
    sides = needed.round().astype(int)
    width, height = np.maximum(LEAST_SIDE, sides).tolist()
    moved = placed.scaled(before - low, digit_height)
    return moved, (width, height)


def fit_photo(placed: Placed, size: Size, rng: Generator) -> tuple[Placed, float]:
    """Scale characters to pixels so that a photo holds them, and move them to where people aim.

    Args:
        placed: in digits' heights.
        size: the photo's width and height.
        rng: decides how large they are, and where.

    Returns:
        The characters in pixels, and the digits' height there.
    """
    low, high = placed.extent
    block = high - low
    fitting = FILL * np.array(size) / block
    largest = float(fitting.min())
    usual = largest * log_uniform(FILLED_SHARES, rng)
    digit_height = min(largest, max(LEAST_HEIGHT, usual))
    spare = np.array(size) / digit_height - block
    corner = sample_corner(spare, rng)
    return placed.scaled(corner - low, digit_height), digit_height


def _margins(rng: Generator) -> Matrix:
    """Of paper across and down (2,)."""
    across = log_uniform(MARGINS, rng)
    down = log_uniform(MARGINS, rng)
    return np.array([across, down])
