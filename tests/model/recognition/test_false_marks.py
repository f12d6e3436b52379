"""Pieces of rules and of characters that look like marks or like 1s."""

import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.character_set import UNKNOWN
from model.recognition.false_marks import (
    SURE,
    WITHIN,
    without_creases,
    without_parts,
    without_rules,
)
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import LOW_MARKS
from tests.model.recognition.hand_made import classified, components
from tests.model.recognition.ring_reading import character

FIRST, SECOND = Box(100, 100, 60, 100), Box(300, 100, 60, 100)
ON_RULE = Box(220, 204, 12, 12)  # a place on the level rule
ON_UPRIGHT = Box(226, 120, 12, 12)  # and one on the upright one
BOXED = Box(226, 105, 12, 90)  # a piece of that as high as a digit
FIVE = Box(200, 100, 60, 100)
DASH = Box(205, 120, 40, 12)


def page(*boxes: Box) -> MatLike:
    """Ink of full rectangles."""
    ink = np.zeros((320, 460), np.uint8)
    for box in boxes:
        ink[box.window] = 200
    return ink


def ruled() -> MatLike:
    """Two digits above a level rule, and an upright one between them."""
    rules = Box(0, 208, 460, 4), Box(230, 0, 4, 320)
    return page(FIRST, SECOND, *rules)


def kept(ink: MatLike, suspect: ReadCharacter) -> bool:
    """Whether a character stays beside the two digits."""
    digits = [character(FIRST), character(SECOND)]
    found = without_rules([*digits, suspect], components(ink))
    assert found[:2] == digits
    return found[2:] == [suspect]


@pytest.mark.parametrize("symbol", LOW_MARKS)
@pytest.mark.parametrize("place", [ON_RULE, ON_UPRIGHT])
def test_a_low_mark_that_is_a_piece_of_a_rule_is_none(symbol: str, place: Box) -> None:
    assert not kept(ruled(), character(place, symbol))


def test_a_point_on_a_rule_stays() -> None:
    ink = ruled()
    ink[ON_RULE.window] = 200
    assert kept(ink, character(ON_RULE, "."))


def test_the_strokes_of_digits_that_touch_a_mark_are_no_rule() -> None:
    base = Box(100, 190, 260, 8)
    mark = character(Box(220, 188, 20, 12), ".")
    between = Box(160, 100, 60, 100), Box(240, 100, 60, 100)
    digits = [character(box) for box in between]
    touching = components(page(base, *between))
    assert without_rules([*digits, mark], touching) == [*digits, mark]
    assert without_rules([character(FIRST.moved(0, -90)), mark], touching)[1:] == []


def test_a_mark_that_stands_free_stays() -> None:
    ink = page(FIRST, SECOND, DASH)
    assert kept(ink, character(DASH, "-"))


@pytest.mark.parametrize("symbol", ["1", "/", "(", ")"])
def test_a_stroke_that_is_a_piece_of_an_upright_rule_is_none(symbol: str) -> None:
    assert not kept(ruled(), character(BOXED, symbol))
    assert kept(page(FIRST, SECOND, BOXED), character(BOXED, symbol))


def test_a_stroke_between_digits_that_touch_is_no_level_rule() -> None:
    bridge = Box(FIRST.right, 100, SECOND.x - FIRST.right, 100)
    assert kept(page(FIRST, SECOND, bridge), character(BOXED, "1"))


@pytest.mark.parametrize("symbol", ["0", "4", "7", UNKNOWN])
def test_other_characters_are_no_rules(symbol: str) -> None:
    assert kept(ruled(), character(BOXED, symbol))


def test_without_digits_nobody_knows_how_far_a_rule_reaches() -> None:
    mark = character(ON_RULE, ".")
    assert without_rules([mark], components(ruled())) == [mark]
    assert without_rules([], components(ruled())) == []


# --- parts of other characters --------------------------------------------------------------------


def parted(ink: MatLike, mark: ReadCharacter, scale: float = 1.0) -> bool:
    """Whether a mark is dropped for a part of an unread character."""
    unread = character(FIVE.downscaled(scale), UNKNOWN)
    found = without_parts([mark], [unread], components(ink, scale))
    assert found in ([], [mark])
    return not found


@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_a_low_mark_in_an_unread_character_is_a_part_of_it(scale: float) -> None:
    assert parted(page(FIVE), character(DASH.downscaled(scale), "-"), scale)


def test_a_digit_is_not() -> None:
    assert not parted(page(FIVE), character(DASH, "1"))


def test_a_mark_of_its_own_ink_stays() -> None:
    ink = page(Box(200, 100, 60, 10), Box(250, 100, 10, 100), DASH)
    assert not parted(ink, character(DASH, "-"))


@pytest.mark.parametrize(("inside", "dropped"), [(WITHIN + 0.1, True), (WITHIN - 0.1, False)])
def test_most_of_it_lies_in_the_character(inside: float, dropped: bool) -> None:
    mark = Box(FIVE.right - round(40 * inside), 120, 40, 12)
    assert parted(page(FIVE, mark), character(mark, "-")) == dropped


def test_a_mark_without_ink_stays() -> None:
    assert not parted(page(FIRST), character(DASH, "-"))
    assert without_parts([], [], components(page(FIRST))) == []


# --- creases --------------------------------------------------------------------------------------

CREASE = Box(226, 0, 12, 320)
PIECE = Box(226, 100, 12, 100)  # of the crease
UNSURE = SURE - 0.01


@pytest.mark.parametrize("text", ["1", "11", "1.1", "/", "(1)"])
def test_a_line_of_pieces_of_creases_is_dropped(text: str) -> None:
    crease = [[character(PIECE, symbol, UNSURE) for symbol in text]]
    digit = [[character(FIRST)]]
    found = components(page(CREASE, FIRST))
    assert without_creases([crease], found, []) == []
    assert without_creases([digit, crease], found, []) == [digit]


def test_one_that_is_sure_stays() -> None:
    line = [[character(PIECE, "1", SURE)], [character(PIECE, "1", SURE)]]
    assert without_creases([line], components(page(CREASE)), []) == [line]


@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_one_with_a_stroke_of_its_own_stays(scale: float) -> None:
    strokes = [PIECE.downscaled(scale), CREASE.moved(-90, 0).downscaled(scale)]
    line = [[character(box, "1", UNSURE) for box in strokes]]
    assert without_creases([line], components(page(PIECE), scale), []) == [line]


def test_so_does_one_that_the_segmentation_puts_together() -> None:
    line = [[character(PIECE, "1", UNSURE)]]
    halves = PIECE._replace(height=45), PIECE._replace(y=155, height=45)
    found = components(page(*halves))
    assert without_creases([line], found, [classified(PIECE, 1)]) == [line]
    assert without_creases([line], found, [classified(FIRST, 1)]) == []


@pytest.mark.parametrize("other", ["7", UNKNOWN])
def test_one_with_another_character_stays(other: str) -> None:
    line = [[character(PIECE, "1", UNSURE)], [character(FIRST, other, UNSURE)]]
    assert without_creases([line], components(page(CREASE)), []) == [line]
    assert without_creases([], components(page(CREASE)), []) == []
