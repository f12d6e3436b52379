"""Which boxes stand in one line, and in which order they are read."""

import numpy as np
import pytest

from model.boxes import Box
from model.recognition.lines import reading_order, row_slope


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


@pytest.mark.parametrize("slope", [-0.4, 0.4])
def test_rows_of_a_tilted_photo_are_not_mixed(slope: float) -> None:
    rows = [
        Box(100 * column, round(600 + 130 * row + slope * 100 * column), 60, 100)
        for row in range(3)
        for column in range(6)
    ]
    shuffled = np.random.default_rng(2).permutation(len(rows)).tolist()
    order = reading_order([rows[place] for place in shuffled])
    assert [shuffled[place] for place in order] == list(range(len(rows)))


# Below: a box that begins to the left of the first one is read first only if it is in its row.


@pytest.mark.parametrize(
    ("fall", "order"), [(45, [1, 0]), (49, [1, 0]), (50, [0, 1]), (55, [0, 1])]
)
def test_half_a_height_below_another_box_a_new_row_begins(fall: int, order: list[int]) -> None:
    assert reading_order([Box(110, 0, 40, 100), Box(100, fall, 40, 100)]) == order


@pytest.mark.parametrize(("fall", "order"), [(90, [1, 0]), (110, [0, 1])])
def test_beside_all_boxes_a_new_row_begins_a_whole_height_below(
    fall: int, order: list[int]
) -> None:
    assert reading_order([Box(145, 0, 40, 100), Box(100, fall, 40, 100)]) == order


@pytest.mark.parametrize(("x", "order"), [(60, [1, 0]), (61, [0, 1]), (139, [0, 1])])
def test_boxes_stand_above_each_other_if_they_share_a_column(x: int, order: list[int]) -> None:
    assert reading_order([Box(100, 0, 40, 100), Box(x, 70, 40, 100)]) == order
    assert reading_order([Box(140, 0, 40, 100), Box(100, 70, 40, 100)]) == [1, 0]


def test_the_height_of_a_row_is_that_of_the_higher_box() -> None:
    assert reading_order([Box(150, 0, 40, 100), Box(100, 110, 40, 40)]) == [1, 0]
    assert reading_order([Box(150, 0, 40, 40), Box(100, 50, 40, 100)]) == [1, 0]


# --- how the photo is held ---------------------------------------------------------------------


def climbing(slope: float, pitch: int = 100) -> list[Box]:
    """Five boxes 50 wide and 100 high, `pitch` pixels apart, in a row that falls so much."""
    return [Box(pitch * place, round(500 + slope * pitch * place), 50, 100) for place in range(5)]


@pytest.mark.parametrize("slope", [-0.55, -0.3, 0, 0.1, 0.55])
def test_the_slope_of_a_row_is_measured(slope: float) -> None:
    assert row_slope(climbing(slope)) == pytest.approx(slope, abs=0.01)


@pytest.mark.parametrize("slope", [-0.65, 0.65, 2])
def test_no_row_is_so_steep(slope: float) -> None:
    assert row_slope(climbing(slope)) == 0


@pytest.mark.parametrize(("pitch", "slope"), [(390, 0.2), (400, 0), (410, 0)])
def test_the_next_box_of_a_row_is_at_most_four_heights_away(pitch: int, slope: float) -> None:
    assert row_slope(climbing(0.2, pitch)) == pytest.approx(slope)


def test_the_slope_is_that_of_most_boxes() -> None:
    odd = Box(500, 940, 50, 100)
    assert row_slope([*climbing(0.1), odd]) == pytest.approx(0.1)


def test_the_next_box_is_the_nearest_one_to_the_right() -> None:
    first, above, below = Box(0, 100, 50, 100), Box(60, 0, 50, 100), Box(70, 120, 50, 100)
    assert row_slope([first, above, below]) == pytest.approx(20 / 70)


def test_one_box_or_none_have_no_slope() -> None:
    assert row_slope([]) == row_slope([Box(3, 4, 5, 6)]) == 0
