"""Which boxes stand in one line, and in which order they are read."""

from math import cos, pi
from time import process_time

import numpy as np
import pytest

from model.boxes import Box
from model.recognition.lines import find_lines, line_slope, page_layout

Lines = list[list[Box]]


def found(boxes: list[Box]) -> Lines:
    """The lines of these boxes, which are handed in in any order."""
    shuffled = np.random.default_rng(1).permutation(len(boxes)).tolist()
    lines = find_lines([boxes[place] for place in shuffled])
    return [[boxes[shuffled[index]] for index in line] for line in lines]


def flat(lines: Lines) -> list[Box]:
    return [box for line in lines for box in line]


def digits(*places: tuple[float, float], height: int = 100) -> list[Box]:
    """Boxes of one height whose upper left corners these are."""
    return [Box(round(x), round(y), round(0.6 * height), height) for x, y in places]


def page(rows: int, columns: int, slope: float = 0, bend: float = 0, pitch: int = 140) -> Lines:
    """Lines of digits 100 high, in arcs that are `bend` pixels deep, on a page held crooked."""
    lines = []
    for row in range(rows):
        places = []
        for column in range(columns):
            x = 90 * column
            arc = bend * cos(2 * pi * column / columns)
            places.append((x, 1000 + row * pitch + slope * x + arc))
        lines.append(digits(*places))
    return lines


@pytest.mark.parametrize(
    "lines",
    [
        page(1, 1),
        page(2, 3),
        [digits((0, 0), (90, 10)), digits((5, 200), (80, 190))],
        [digits(*[(100 * place, 250 - 35 * place) for place in range(6)])],  # climbing
        [digits((50, 0), (300, 5)), digits((0, 160))],  # a line further in
        [digits((400, 0)), digits((0, 160)), digits((200, 320))],  # one digit each
        [[Box(0, 20, 30, 60), Box(60, 0, 60, 100), Box(160, 30, 20, 50)]],  # of several sizes
        [digits(*[(90 * place, 70 * (place < 2)) for place in range(5)])],  # in boxes, uneven
        [digits((0, 0), (900, 20), (1800, 0)), digits((0, 150), (900, 170))],  # columns
        [],
    ],
)
def test_digits_are_read_line_by_line_from_left_to_right(lines: Lines) -> None:
    assert found(flat(lines)) == lines


@pytest.mark.parametrize("slope", [-0.5, -0.3, 0.1, 0.5])
def test_lines_of_a_tilted_photo_are_not_mixed(slope: float) -> None:
    lines = page(3, 12, slope)
    assert found(flat(lines)) == lines


@pytest.mark.parametrize("bend", [40, 75])
def test_lines_may_be_bent_by_more_than_they_are_apart(bend: float) -> None:
    lines = page(4, 16, bend=bend)
    assert found(flat(lines)) == lines


def test_lines_may_be_as_close_as_their_digits_are_uneven() -> None:
    rng = np.random.default_rng(5)
    lines = []
    for row in range(6):
        uneven = rng.uniform(-10, 10, 10)
        lines.append(digits(*[(90 * place, 125 * row + uneven[place]) for place in range(10)]))
    assert found(flat(lines)) == lines


def test_each_line_may_have_a_size_of_its_own() -> None:
    large = digits((0, 0), (150, 10), (300, 0), height=200)
    small = digits((0, 230), (30, 228), (60, 231), (90, 230), height=40)
    smallest = digits((0, 300), (15, 300), height=20)
    lines = [large, small, smallest]
    assert found(flat(lines)) == lines


@pytest.mark.parametrize(("fall", "lines"), [(49, 1), (50, 2)])
def test_a_digit_half_a_height_below_another_begins_a_line(fall: int, lines: int) -> None:
    assert len(found([Box(100, 0, 40, 100), Box(110, fall, 40, 100)])) == lines


@pytest.mark.parametrize(("fall", "lines"), [(80, 1), (81, 2)])
def test_beside_another_a_digit_continues_its_line_if_they_share_a_fifth_of_a_height(
    fall: int, lines: int
) -> None:
    assert len(found([Box(100, 0, 40, 100), Box(150, fall, 40, 100)])) == lines


@pytest.mark.parametrize(("x", "lines"), [(120, 2), (121, 1)])
def test_digits_stand_above_each_other_if_they_share_half_a_width(x: int, lines: int) -> None:
    assert len(found([Box(100, 0, 40, 100), Box(x, 70, 40, 100)])) == lines


# --- marks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark",
    [
        Box(70, 90, 10, 10),  # a point
        Box(65, 90, 15, 40),  # a comma
        Box(62, 45, 30, 8),  # a dash
        Box(70, 30, 10, 10),  # the upper point of a colon
        Box(-60, 45, 40, 8),  # a sign
        Box(200, 95, 10, 10),  # a point at the end
    ],
)
def test_a_mark_belongs_to_the_line_of_the_digit_beside_it(mark: Box) -> None:
    first = digits((0, 0), (110, 0))
    second = digits((0, 130), (110, 130))
    lines = found([mark, *first, *second])
    assert lines[1:] == [second]
    assert lines[0] == sorted([mark, *first], key=lambda box: box.middle)


def test_marks_do_not_bend_a_line() -> None:
    places = [(90 * place, 25 * place) for place in range(8)]
    line = digits(*places)
    points = [Box(box.right + 10, box.bottom - 10, 10, 10) for box in line]
    assert len(found([*line, *points])) == 1


@pytest.mark.parametrize(("y", "lines"), [(125, 1), (140, 2)])
def test_what_is_low_is_a_line_of_its_own_below_the_marks_of_another(y: int, lines: int) -> None:
    assert len(found([*digits((0, 0), (90, 0)), Box(40, y, 16, 20)])) == lines


def test_points_alone_are_a_line() -> None:
    points = [Box(20 * place, 0, 4, 4) for place in range(3)]
    assert found(points) == [points]


# --- numbers in lines -------------------------------------------------------------------------


def test_a_page_has_lines_of_numbers_of_characters() -> None:
    first = [*digits((0, 0), (70, 0)), Box(140, 90, 10, 10), *digits((160, 0), (400, 0), (470, 5))]
    second = digits((0, 150))
    boxes = [*second, *first]
    assert page_layout(boxes) == [[[1, 2, 3, 4], [5, 6]], [[0]]]
    assert page_layout([]) == []


def test_uprights_between_neighbours_part_numbers() -> None:
    boxes = digits((0, 0), (80, 0), (175, 0), (255, 0), (0, 200))
    asked = []

    def has_upright(before: Box, after: Box) -> bool:
        asked.append((before, after))
        return after.x == 175

    assert page_layout(boxes) == [[[0, 1, 2, 3]], [[4]]]
    assert page_layout(boxes, has_upright) == [[[0, 1], [2, 3]], [[4]]]
    assert asked == [(boxes[0], boxes[1]), (boxes[1], boxes[2]), (boxes[2], boxes[3])]


def test_a_page_of_a_thousand_boxes_takes_some_milliseconds() -> None:
    boxes = flat(page(32, 32, slope=0.05))
    began = process_time()
    layout = page_layout(boxes)
    assert process_time() - began < 0.1
    assert [len(line) for line in layout] == [1] * 32


# --- how the photo is held ---------------------------------------------------------------------


def climbing(slope: float, pitch: int = 100, count: int = 5) -> list[Box]:
    """Boxes 50 wide and 100 high, `pitch` pixels apart, in a line that falls so much."""
    return [
        Box(pitch * place, round(500 + slope * pitch * place), 50, 100) for place in range(count)
    ]


@pytest.mark.parametrize("slope", [-0.55, -0.3, 0, 0.1, 0.55])
@pytest.mark.parametrize("count", [2, 5, 500])
def test_the_slope_of_a_line_is_measured(slope: float, count: int) -> None:
    assert line_slope(climbing(slope, count=count)) == pytest.approx(slope, abs=0.01)


@pytest.mark.parametrize("slope", [-0.65, 0.65, 2])
def test_no_line_is_so_steep(slope: float) -> None:
    assert line_slope(climbing(slope)) == 0


@pytest.mark.parametrize(("pitch", "slope"), [(390, 0.2), (400, 0), (410, 0)])
def test_the_next_box_of_a_line_is_at_most_four_heights_away(pitch: int, slope: float) -> None:
    assert line_slope(climbing(0.2, pitch)) == pytest.approx(slope)


def test_the_slope_is_that_of_most_boxes() -> None:
    odd = Box(500, 940, 50, 100)
    assert line_slope([*climbing(0.1), odd]) == pytest.approx(0.1)


def test_the_next_box_is_the_nearest_one_to_the_right() -> None:
    first, above, below = Box(0, 100, 50, 100), Box(60, 0, 50, 100), Box(70, 120, 50, 100)
    assert line_slope([first, above, below]) == pytest.approx(20 / 70)


def test_one_box_or_none_have_no_slope() -> None:
    assert line_slope([]) == line_slope([Box(3, 4, 5, 6)]) == 0
