"""Where in a line one number ends and the next begins."""

from collections.abc import Sequence
from itertools import accumulate

import pytest

from model.boxes import Box
from model.recognition.spacing import find_numbers


def line(*gaps: int, width: int = 60, height: int = 100) -> list[Box]:
    """Boxes of equal size with these gaps between them."""
    lefts = accumulate((width + gap for gap in gaps), initial=10)
    return [Box(left, 0, width, height) for left in lefts]


def lengths(boxes: list[Box], uprights: Sequence[bool] = ()) -> list[int]:
    """How many characters each number has, once it is sure that none is lost."""
    numbers = find_numbers(boxes, uprights)
    assert [place for number in numbers for place in number] == list(range(len(boxes)))
    return [len(number) for number in numbers]


@pytest.mark.parametrize(("gap", "numbers"), [(-10, [4]), (28, [4]), (60, [4]), (61, [2, 2])])
def test_a_gap_wider_than_six_tenths_of_a_height_parts_two_numbers(
    gap: int, numbers: list[int]
) -> None:
    assert lengths(line(28, gap, 28)) == numbers


@pytest.mark.parametrize(("gap", "numbers"), [(29, [4]), (30, [2, 2])])
def test_a_narrower_gap_does_if_it_is_clearly_wider_than_those_within(
    gap: int, numbers: list[int]
) -> None:
    assert lengths(line(10, gap, 5)) == numbers


@pytest.mark.parametrize(("gap", "numbers"), [(43, [4]), (45, [2, 2])])
def test_it_is_clearly_wider_if_it_is_more_than_twice_as_wide(gap: int, numbers: list[int]) -> None:
    assert lengths(line(20, gap, 20)) == numbers


def test_one_gap_alone_is_not_wider_than_others() -> None:
    assert lengths(line(50)) == [2]


@pytest.mark.parametrize(("height", "numbers"), [(100, [1, 1]), (150, [2])])
def test_gaps_are_measured_by_the_height_of_the_digits(height: int, numbers: list[int]) -> None:
    assert lengths(line(80, height=height)) == numbers


@pytest.mark.parametrize(
    ("gap", "numbers"), [(50, [5]), (100, [5]), (160, [5]), (161, [1, 1, 1, 1, 1])]
)
def test_evenly_spaced_characters_are_one_number_up_to_a_gap_of_sixteen_tenths(
    gap: int, numbers: list[int]
) -> None:
    assert lengths(line(gap, gap, gap, gap)) == numbers


@pytest.mark.parametrize(("wider", "numbers"), [(135, [4]), (136, [1, 1, 1, 1])])
def test_evenly_spaced_they_are_if_the_longest_way_is_half_as_long_again_as_the_shortest(
    wider: int, numbers: list[int]
) -> None:
    # From middle to middle the ways are 60 longer than the gaps.
    assert lengths(line(70, wider, 70)) == numbers


@pytest.mark.parametrize(("wider", "numbers"), [(62, [4]), (63, [2, 2])])
def test_and_if_the_widest_gap_is_twice_the_median_one(wider: int, numbers: list[int]) -> None:
    assert lengths(line(31, wider, 31)) == numbers


def test_two_characters_are_not_evenly_spaced() -> None:
    assert lengths(line(70)) == [1, 1]
    assert lengths(line(70, 70)) == [3]


def test_a_narrow_digit_in_the_cell_of_a_form_is_as_far_from_the_others() -> None:
    narrow = Box(150 + 25, 0, 10, 100)
    cells = [Box(0, 0, 60, 100), narrow, Box(300, 0, 60, 100), Box(450, 0, 60, 100)]
    assert lengths(cells) == [4]


def test_marks_do_not_count_as_the_height_of_the_digits() -> None:
    point, dash = Box(75, 90, 10, 10), Box(300, 45, 40, 8)
    digits = [Box(10, 0, 60, 100), Box(90, 0, 60, 100), Box(350, 0, 60, 100)]
    assert lengths([digits[0], point, digits[1], dash, digits[2]]) == [3, 2]


def test_a_box_within_another_ends_no_number() -> None:
    overlapping = [Box(0, 0, 200, 100), Box(50, 80, 10, 15), Box(205, 0, 60, 100)]
    assert lengths(overlapping) == [3]


def test_one_character_is_a_number() -> None:
    assert lengths(line()) == [1]


# --- marks among evenly spaced digits ---------------------------------------------------------


def point(left: int) -> Box:
    return Box(left, 90, 10, 10)


@pytest.mark.parametrize("gap", [70, 100, 160])
def test_a_mark_between_evenly_spaced_digits_does_not_part_them(gap: int) -> None:
    digits = line(gap, gap, gap)
    assert lengths([digits[0], point(digits[0].right + 5), *digits[1:]]) == [5]


def test_a_mark_may_have_a_place_of_its_own_among_them() -> None:
    digits = line(70, 70, 70, 70)
    assert lengths([*digits[:2], point(digits[2].x + 25), *digits[3:]]) == [5]


def test_nor_does_one_before_or_after_them() -> None:
    digits = line(70, 70, 70)
    before, after = point(digits[0].x - 80), point(digits[-1].right + 70)
    assert lengths([before, *digits, after]) == [6]


def test_farther_away_a_mark_belongs_to_no_number() -> None:
    digits = line(70, 70, 70)
    assert lengths([*digits, point(digits[-1].right + 170)]) == [4, 1]


# --- uprights ---------------------------------------------------------------------------------

PAIRS = (False, True, False, True, False)


def test_uprights_part_the_numbers_of_a_table() -> None:
    cells = line(35, 55, 35, 55, 35)
    assert lengths(cells) == [6]
    assert lengths(cells, PAIRS) == [2, 2, 2]


def test_a_cell_may_be_loosely_written() -> None:
    cells = line(20, 100, 75, 100, 20)
    assert lengths(cells) == [2, 1, 1, 2]
    assert lengths(cells, PAIRS) == [2, 2, 2]


@pytest.mark.parametrize(("gap", "numbers"), [(80, [2, 2, 4]), (81, [2, 2, 2, 2])])
def test_a_gap_as_wide_as_eight_tenths_of_those_with_an_upright_parts_numbers(
    gap: int, numbers: list[int]
) -> None:
    uprights = (False, True, False, True, False, False, False)
    assert lengths(line(20, 100, 20, 100, 20, gap, 20), uprights) == numbers


def test_beside_one_upright_alone_other_gaps_part_numbers_as_everywhere() -> None:
    gaps = (20, 100, 20, 70, 20)
    assert lengths(line(*gaps)) == [2, 2, 2]
    assert lengths(line(*gaps), (False, True, False, False, False)) == [2, 2, 2]
    assert lengths(line(*gaps), (False, True, False, True, False)) == [2, 2, 2]


def test_in_the_boxes_of_a_form_uprights_part_nothing() -> None:
    assert lengths(line(70, 70, 70), (True, True, True)) == [4]


@pytest.mark.parametrize(("gap", "numbers"), [(220, [3]), (221, [1, 1, 1])])
def test_there_evenly_spaced_digits_may_be_farther_apart(gap: int, numbers: list[int]) -> None:
    boxed = line(gap, gap)
    assert lengths(boxed, (True, True)) == numbers
    assert lengths(boxed, (True, False)) == [1, 1, 1]


@pytest.mark.parametrize(("wider", "numbers"), [(44, [6]), (45, [2, 2, 2])])
def test_nor_do_they_on_squared_paper_where_gaps_are_alike(wider: int, numbers: list[int]) -> None:
    assert lengths(line(30, wider, 30, wider, 30), PAIRS) == numbers


def test_cells_of_one_and_of_several_digits_are_a_table_if_half_have_several() -> None:
    gaps = (70, 20, 70, 20, 70)
    uprights = (True, False, True, False, True)
    assert lengths(line(*gaps), uprights) == [1, 2, 2, 1]
    assert lengths(line(70, 70, 20), (True, True, False)) == [1, 1, 2]
