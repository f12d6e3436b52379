"""Which boxes stand in one line, and in which order they are read."""

import numpy as np
import pytest

from model.boxes import Box
from model.recognition.lines import reading_order


@pytest.mark.parametrize(
    "boxes",
    [
        [Box(0, 0, 40, 100), Box(90, 10, 40, 90), Box(5, 200, 40, 100), Box(80, 190, 40, 100)],
        [Box(100 * place, 250 - 35 * place, 60, 100) for place in range(6)],  # climbing
        [Box(50, 0, 40, 100), Box(300, 5, 40, 95), Box(0, 160, 40, 100)],  # a row further in
        [Box(0, 20, 30, 60), Box(60, 0, 60, 100), Box(160, 30, 20, 50)],  # of several sizes
        [Box(90 * place, 70 * (place < 2), 40, 100) for place in range(5)],  # in boxes, uneven
        [Box(7, 7, 7, 7)],
        [],
    ],
)
def test_digits_are_read_row_by_row_from_left_to_right(boxes: list[Box]) -> None:
    shuffled = np.random.default_rng(1).permutation(len(boxes)).tolist()
    order = reading_order([boxes[place] for place in shuffled])
    assert [shuffled[place] for place in order] == list(range(len(boxes)))
