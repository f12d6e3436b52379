"""The picture of a confusion matrix: what is coloured, how strongly, and what is written."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.cards import PAPER
from model.confusion_picture import CELL, EDGE, FEW, MANY, RIGHT, SIDE, draw_confusion

Counts = NDArray[np.int64]


def drawn(counts: Counts) -> MatLike:
    """The picture of these counts."""
    picture = cv2.imdecode(np.frombuffer(draw_confusion(counts), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (SIDE, SIDE, 3)
    return picture


def cell(picture: MatLike, row: int, column: int) -> MatLike:
    """What is inside the lines around a cell."""
    top, left = row * CELL, EDGE + column * CELL
    return picture[top + 2 : top + CELL - 2, left + 2 : left + CELL - 2]


def background(picture: MatLike, row: int, column: int) -> list[int]:
    """Blue, green and red of a cell's corner."""
    colour: list[int] = cell(picture, row, column)[0, 0].tolist()
    return colour


def is_written_in(picture: MatLike, row: int, column: int) -> bool:
    """Whether a cell is of more than one colour."""
    return bool(cell(picture, row, column).std(axis=(0, 1)).any())


def counts(**of: int) -> Counts:
    """A matrix with these counts, by row and column: `_71=3` is a 7 that was read as a 1."""
    matrix = np.zeros((10, 10), np.int64)
    for name, count in of.items():
        matrix[int(name[1]), int(name[2])] = count
    return matrix


def test_a_mistake_is_coloured_where_the_true_digits_row_meets_the_answers_column() -> None:
    picture = drawn(counts(_71=3, _77=900))
    coloured = [
        (row, column)
        for row in range(10)
        for column in range(10)
        if background(picture, row, column) != [*PAPER]
    ]
    assert coloured == [(7, 1)]
    written = [(r, c) for r in range(10) for c in range(10) if is_written_in(picture, r, c)]
    assert written == [(7, 1), (7, 7)]


def test_the_more_mistakes_the_stronger_the_colour() -> None:
    picture = drawn(counts(_71=1, _72=3, _73=40, _74=400))
    greens = [background(picture, 7, column)[1] for column in (1, 2, 3, 4)]
    assert greens == sorted(greens, reverse=True)
    assert len(set(greens)) == 4
    assert background(picture, 7, 4) == MANY.tolist()


def test_nothing_judged_is_an_empty_table() -> None:
    picture = drawn(counts())
    assert not any(is_written_in(picture, row, column) for row in range(10) for column in range(10))


@pytest.mark.parametrize("count", [1, 99, 12_345, 9_999_999])
def test_a_count_stays_in_its_cell_however_long_it_is(count: int) -> None:
    inside = cell(drawn(counts(_71=count)), 7, 1)
    edges = [inside[0], inside[-1], inside[:, 0], inside[:, -1]]
    assert all((edge == edge[0]).all() for edge in edges)


def luminance(colour: tuple[int, ...]) -> float:
    """The relative luminance of blue, green and red as the Web Content Guidelines define it."""
    channels = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    blue, green, red = channels
    return 0.0722 * blue + 0.7152 * green + 0.2126 * red


@pytest.mark.parametrize(
    ("letters", "behind"), [(RIGHT, PAPER), ((32, 32, 32), tuple(MANY)), ((32, 32, 32), tuple(FEW))]
)
def test_what_is_written_can_be_read(letters: tuple[int, ...], behind: tuple[int, ...]) -> None:
    assert (luminance(behind) + 0.05) / (luminance(letters) + 0.05) >= 4.5
