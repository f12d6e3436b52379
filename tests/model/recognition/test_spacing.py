"""Where in a line one number ends and the next begins."""

from itertools import accumulate

import pytest

from model.boxes import Box
from model.recognition.spacing import find_numbers


def line(*gaps: int, width: int = 60, height: int = 100) -> list[Box]:
    """Boxes of equal size with these gaps between them."""
    lefts = accumulate((width + gap for gap in gaps), initial=10)
    return [Box(left, 0, width, height) for left in lefts]


def lengths(boxes: list[Box]) -> list[int]:
    """How many characters each number has, once it is sure that none is lost."""
    numbers = find_numbers(boxes)
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
