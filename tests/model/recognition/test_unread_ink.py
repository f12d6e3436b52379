"""Ink beside digits that nobody read: what is as tall and dark as they are is shown as unknown."""

import numpy as np
import pytest

from model.boxes import Box
from model.recognition.character_set import UNKNOWN
from model.recognition.components import PALE, Components
from model.recognition.fusion import ReadCharacter
from model.recognition.unread_ink import (
    BESIDE,
    BROAD,
    BROADEST,
    LEVEL,
    NEAR,
    TALL,
    unread_characters,
)
from tests.model.recognition.hand_made import blocks, components, probabilities

HEIGHT = 100
DIGIT = Box(100, 200, 60, HEIGHT)
UNREAD = Box(180, 200, 60, HEIGHT)
BEYOND = 2  # pixels beside a limit


def character(box: Box, symbol: str = "4") -> ReadCharacter:
    crop = np.zeros((28, 28), np.uint8)
    return ReadCharacter(box, symbol, 0.99, 0.99, probabilities(4, 0.99), crop)


def unread(page: Components, *read: Box) -> list[Box]:
    """Where there is unread ink beside these digits."""
    return [each.box for each in unread_characters(page, [character(box) for box in read])]


def beside(box: Box) -> list[Box]:
    """What is unread of a digit, which is read, and a block."""
    return unread(blocks(DIGIT, box), DIGIT)


def test_it_is_a_character_of_which_nothing_is_known() -> None:
    [found] = unread_characters(blocks(DIGIT, UNREAD), [character(DIGIT)])
    assert found.box == UNREAD
    assert found.symbol == UNKNOWN
    assert found.presence == 1
    assert found.certainty == 0
    assert found.probabilities.dtype == np.float32
    assert found.probabilities == pytest.approx([0.1] * 10)
    assert found.crop.shape == (28, 28)
    assert not found.crop.any()


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_its_box_is_in_pixels_of_the_photo_as_it_was_sent(scale: float) -> None:
    page = blocks(DIGIT, UNREAD)._replace(scale=scale)
    assert unread(page, DIGIT.downscaled(scale)) == [UNREAD.downscaled(scale)]


def test_each_such_block_is_one() -> None:
    before = UNREAD._replace(x=20)
    page = blocks(before, DIGIT, UNREAD)
    assert sorted(unread(page, DIGIT)) == [before, UNREAD]


# --- what is read --------------------------------------------------------------------------------


def test_ink_that_was_read_is_none() -> None:
    assert unread(blocks(DIGIT, UNREAD), DIGIT, UNREAD) == []


def test_ink_that_was_read_and_cannot_be_told_is_none_either() -> None:
    read = [character(DIGIT), character(UNREAD, UNKNOWN)]
    assert unread_characters(blocks(DIGIT, UNREAD), read) == []


def test_where_nothing_is_read_no_ink_is_unread() -> None:
    assert unread(blocks(DIGIT, UNREAD)) == []


@pytest.mark.parametrize("symbol", [UNKNOWN, "/", "("])
def test_what_stands_beside_no_digit_is_none(symbol: str) -> None:
    assert unread_characters(blocks(DIGIT, UNREAD), [character(DIGIT, symbol)]) == []


# --- how it must look ----------------------------------------------------------------------------


@pytest.mark.parametrize(("beyond", "count"), [(0, 1), (-BEYOND, 0)])
def test_it_is_about_as_tall_as_the_digits(beyond: int, count: int) -> None:
    height = round(TALL * HEIGHT) + beyond
    assert len(beside(UNREAD._replace(height=height))) == count


def test_that_is_as_the_usual_digit() -> None:
    small = Box(20, 250, 40, 40)
    another = Box(260, 200, 60, HEIGHT)
    low = UNREAD._replace(height=round(TALL * HEIGHT) - BEYOND)
    assert unread(blocks(small, DIGIT, low, another), small, DIGIT, another) == []
    assert unread(blocks(small, DIGIT, low), small, DIGIT) == [low]


@pytest.mark.parametrize(("beyond", "count"), [(0, 1), (-BEYOND, 0)])
def test_it_is_broader_than_the_end_of_a_stroke(beyond: int, count: int) -> None:
    width = round(BROAD * HEIGHT) + beyond
    # It does not end where the digit does, as a 1 would.
    assert len(beside(UNREAD._replace(width=width, height=70))) == count


STROKE, LAST = Box(180, 200, 12, HEIGHT), Box(210, 200, 60, HEIGHT)


@pytest.mark.parametrize(("beyond", "count"), [(0, 1), (BEYOND, 0)])
@pytest.mark.parametrize("direction", [-1, 1])
def test_a_narrow_one_is_a_stroke_that_is_level_with_a_digit(
    direction: int, beyond: int, count: int
) -> None:
    lower = direction * (round(LEVEL * HEIGHT) + beyond)
    stroke = STROKE.moved(0, lower)
    assert len(unread(blocks(DIGIT, stroke, LAST), DIGIT, LAST)) == count


def test_beside_one_digit_alone_it_is_a_rule() -> None:
    assert beside(STROKE) == []


def test_the_darkest_piece_of_a_rule_is_none() -> None:
    page = blocks(DIGIT, STROKE, LAST)
    page.ink[:, STROKE.x : STROKE.right] = np.maximum(page.ink[:, STROKE.x : STROKE.right], 100)
    assert unread(page, DIGIT, LAST) == []


def test_a_longer_one_is_a_rule() -> None:
    rule = Box(STROKE.x, STROKE.y - 30, STROKE.width, HEIGHT + 60)
    assert unread(blocks(DIGIT, rule, LAST), DIGIT, LAST) == []


@pytest.mark.parametrize(("beyond", "count"), [(0, 1), (BEYOND, 0)])
def test_it_is_no_broader_than_characters(beyond: int, count: int) -> None:
    width = round(BROADEST * HEIGHT) + beyond
    assert len(beside(UNREAD._replace(width=width))) == count


@pytest.mark.parametrize(("darker", "count"), [(5, 1), (-5, 0)])
def test_it_is_about_as_dark_as_the_usual_ink(darker: int, count: int) -> None:
    ink = np.zeros((500, 700), np.uint8)
    another = Box(400, 200, 60, HEIGHT)
    for box in (DIGIT, another):
        ink[box.window] = 255
    ink[UNREAD.window] = round(255 / PALE) + darker
    assert len(unread(components(ink), DIGIT, another)) == count


# --- where it must be ----------------------------------------------------------------------------


@pytest.mark.parametrize(("beyond", "count"), [(0, 1), (BEYOND, 0)])
def test_it_is_near_a_digit(beyond: int, count: int) -> None:
    gap = round(NEAR * HEIGHT) + beyond
    digit = DIGIT._replace(x=300)
    left = Box(digit.x - gap - 60, 200, 60, HEIGHT)
    right = Box(digit.right + gap, 200, 60, HEIGHT)
    assert len(unread(blocks(left, digit), digit)) == count
    assert len(unread(blocks(digit, right), digit)) == count


@pytest.mark.parametrize(("beyond", "count"), [(0, 1), (BEYOND, 0)])
@pytest.mark.parametrize("direction", [-1, 1])
def test_it_is_in_its_line(direction: int, beyond: int, count: int) -> None:
    down = round((1 - BESIDE) * HEIGHT) + beyond
    assert len(beside(UNREAD.moved(0, direction * down))) == count


def test_a_low_one_has_half_of_its_own_height_in_common() -> None:
    height = round(TALL * HEIGHT)
    common = round(BESIDE * height)
    hanging = Box(180, DIGIT.bottom - common, 60, height)
    assert beside(hanging) == [hanging]
    assert beside(hanging.moved(0, BEYOND)) == []


def test_one_digit_that_it_stands_beside_is_enough() -> None:
    above, below = DIGIT.moved(0, -150), DIGIT.moved(0, 150)
    assert unread(blocks(above, DIGIT, UNREAD, below), above, DIGIT, below) == [UNREAD]


@pytest.mark.parametrize(
    ("digit", "box", "inwards"),
    [
        (Box(80, 200, 60, 100), Box(0, 200, 60, 100), (1, 0)),
        (Box(560, 200, 60, 100), Box(640, 200, 60, 100), (-1, 0)),
        (Box(100, 10, 60, 100), Box(180, 0, 60, 100), (0, 1)),
        (Box(100, 390, 60, 100), Box(180, 400, 60, 100), (0, -1)),
    ],
)
def test_what_the_edge_cuts_off_is_none(digit: Box, box: Box, inwards: tuple[int, int]) -> None:
    assert unread(blocks(digit, box), digit) == []
    whole = box.moved(*inwards)
    assert unread(blocks(digit, whole), digit) == [whole]


# --- the unread part of a component --------------------------------------------------------------

WHOLE = Box(100, 200, 160, HEIGHT)
LEFT = Box(100, 200, 60, HEIGHT)
RIGHT = Box(200, 200, 60, HEIGHT)


@pytest.mark.parametrize(
    ("digits", "part"),
    [
        ([LEFT], Box(160, 200, 100, HEIGHT)),
        ([RIGHT], Box(100, 200, 100, HEIGHT)),
        ([LEFT, RIGHT], Box(160, 200, 40, HEIGHT)),
        ([RIGHT, LEFT], Box(160, 200, 40, HEIGHT)),
        # The broader part of two.
        ([Box(150, 200, 40, HEIGHT)], Box(190, 200, 70, HEIGHT)),
        ([Box(170, 200, 40, HEIGHT)], Box(100, 200, 70, HEIGHT)),
        # What is read may be larger than the ink, or inside another character.
        ([Box(90, 195, 70, 110)], Box(160, 200, 100, HEIGHT)),
        ([Box(190, 195, 80, 110)], Box(100, 200, 90, HEIGHT)),
        ([Box(100, 200, 100, HEIGHT), Box(120, 200, 20, HEIGHT)], Box(200, 200, 60, HEIGHT)),
    ],
)
def test_of_digits_that_touch_what_was_not_read_is_one(digits: list[Box], part: Box) -> None:
    assert unread(blocks(WHOLE), *digits) == [part]


def test_less_than_a_character_that_is_left_of_them_is_none() -> None:
    left = round(BROAD * HEIGHT)
    read = WHOLE._replace(width=WHOLE.width - left)
    assert unread(blocks(WHOLE), read) == [Box(read.right, 200, left, HEIGHT)]
    more = read._replace(width=read.width + BEYOND)
    assert unread(blocks(WHOLE), more) == []


@pytest.mark.parametrize(("beyond", "is_read"), [(0, True), (-BEYOND, False)])
def test_a_flat_mark_over_ink_does_not_read_it(beyond: int, is_read: bool) -> None:
    height = round(BESIDE * HEIGHT) + beyond
    mark = character(UNREAD._replace(height=height), "-")
    found = unread_characters(blocks(DIGIT, UNREAD), [character(DIGIT), mark])
    assert [each.box for each in found] == ([] if is_read else [UNREAD])


@pytest.mark.parametrize(("height", "count"), [(round(TALL * HEIGHT), 1), (50, 0), (10, 0)])
def test_a_low_mark_that_joins_two_digits_is_none(height: int, count: int) -> None:
    first, second = DIGIT, DIGIT.moved(110, 0)
    mark = Box(first.right, first.bottom - height, 50, height)
    assert len(unread(blocks(first, mark, second), first, second)) == count
