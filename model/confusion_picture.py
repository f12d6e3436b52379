"""A confusion matrix -> picture, drawn with OpenCV: numbers only, its words stand beside it."""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import ArrayLike

from model.cards import GROOVE, INK, PAPER
from model.lettering import DIGIT_HEIGHT, FONT, Colour, write

# By eye: pixels of a picture that a phone shows half as large.
CELL = 66
EDGE = 60  # of the strip on the left and below, in which the digits of rows and columns stand
SIDE = EDGE + 10 * CELL
NAME_SIZE, COUNT_SIZE = 1.3, 1.2  # OpenCV's sizes; a long count is smaller
NAME_HEIGHT = round(NAME_SIZE * DIGIT_HEIGHT)
RIGHT = (96, 96, 96)  # 5.9 to 1 on paper
# From one mistake to as many as there are at most; ink on either has 7 to 1 or more.
FEW, MANY = np.array((190, 250, 255)), np.array((60, 140, 255))


def draw_confusion(confusion: ArrayLike) -> bytes:
    """Draw how often digits were read as others: a row for each true digit, a column an answer.

    Args:
        confusion: (10, 10) integers, not negative.

    Returns:
        A PNG, `SIDE` pixels wide and high; mistakes are coloured, the more the stronger.
    """
    counts = np.asarray(confusion)
    picture = np.full((SIDE, SIDE, 3), PAPER, np.uint8)
    mistakes = counts * (1 - np.eye(10, dtype=np.int64))
    # Logarithmic: a digit mistaken 2 times must show beside one mistaken 20 times.
    strengths = np.log1p(mistakes) / np.log1p(max(10, int(mistakes.max())))
    for (row, column), count in np.ndenumerate(counts):
        cell = _cell(picture, row, column)
        if count and row != column:
            cell[:] = FEW + strengths[row, column] * (MANY - FEW)
        cv2.rectangle(cell, (0, 0), (CELL - 1, CELL - 1), GROOVE)
        if count:
            _write_count(cell, int(count), is_right=row == column)
    for digit in range(10):
        middle = digit * CELL + (CELL + NAME_HEIGHT) // 2
        write(picture, str(digit), (EDGE // 2, middle), NAME_SIZE, INK, align=0.5)
        foot = SIDE - (EDGE - NAME_HEIGHT) // 2
        across = EDGE + digit * CELL + CELL // 2
        write(picture, str(digit), (across, foot), NAME_SIZE, INK, align=0.5)
    _, data = cv2.imencode(".png", picture)
    return data.tobytes()


def _cell(picture: MatLike, row: int, column: int) -> MatLike:
    top, left = row * CELL, EDGE + column * CELL
    return picture[top : top + CELL, left : left + CELL]


def _write_count(cell: MatLike, count: int, *, is_right: bool) -> None:
    """Write a number in the middle of its cell, smaller if it is long."""
    colour: Colour = RIGHT if is_right else INK
    text = str(count)
    (width, _), _ = cv2.getTextSize(text, FONT, COUNT_SIZE, 1)
    size = min(COUNT_SIZE, COUNT_SIZE * (CELL - 6) / width)
    foot = (CELL + round(size * DIGIT_HEIGHT)) // 2
    write(cell, text, (CELL // 2, foot), size, colour, align=0.5)
