"""Points and commas that the line network hardly believes count where they have ink."""

import numpy as np
import pytest

from model.boxes import Box
from model.recognition.components import PALE, Components
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import MARK
from model.recognition.low_marks import BACKED, HARDLY, LEAST_AREA, with_backed_marks
from tests.model.recognition.hand_made import components
from tests.model.recognition.ring_reading import NEAR, character

INK = 200
DIGITS = (Box(100, 100, 60, 100), Box(200, 100, 60, 100))
POINT = Box(174, 190, 12, 12)
DOUBTED = (HARDLY + MARK) / 2


def page(point: Box = POINT, ink: int = INK, scale: float = 1.0) -> Components:
    """Two digits, and between them a point of so much ink."""
    image = np.zeros((400, 400), np.uint8)
    for digit in DIGITS:
        image[digit.window] = INK
    image[point.window] = ink
    return components(image, scale)


def point(certainty: float = DOUBTED, symbol: str = ".", box: Box = POINT) -> ReadCharacter:
    return character(box, symbol, certainty)


def certainty_of(read: ReadCharacter, photo: Components) -> float:
    [found] = with_backed_marks([read], photo)
    assert found._replace(certainty=0) == read._replace(certainty=0)
    return found.certainty


@pytest.mark.parametrize("symbol", [".", ","])
def test_a_mark_with_ink_of_its_own_is_surer(symbol: str) -> None:
    assert certainty_of(point(symbol=symbol), page()) == BACKED


@pytest.mark.parametrize("symbol", ["-", ":", "1", "?", "/"])
def test_no_other_character_is(symbol: str) -> None:
    assert certainty_of(point(symbol=symbol), page()) == DOUBTED


@pytest.mark.parametrize("certainty", [HARDLY - NEAR, MARK, 0.9])
def test_nor_is_one_that_is_not_believed_at_all_or_that_is_told_anyway(certainty: float) -> None:
    assert certainty_of(point(certainty), page()) == certainty


@pytest.mark.parametrize("certainty", [HARDLY, MARK - NEAR])
def test_all_between_these_is(certainty: float) -> None:
    assert certainty_of(point(certainty), page()) == BACKED


def test_paper_is_no_ink() -> None:
    assert certainty_of(point(), page(POINT.moved(0, 100))) == DOUBTED


def test_ink_that_goes_on_is_a_part_of_something_else() -> None:
    assert certainty_of(point(box=Box(154, 190, 12, 12)), page()) == DOUBTED
    long = Box(162, 190, 36, 12)
    assert certainty_of(point(), page(long)) == DOUBTED


@pytest.mark.parametrize(("darker", "certainty"), [(2, BACKED), (-2, DOUBTED)])
def test_its_ink_is_not_much_paler_than_the_digits(darker: int, certainty: float) -> None:
    assert certainty_of(point(), page(ink=round(INK / PALE) + darker)) == certainty


@pytest.mark.parametrize(("width", "certainty"), [(LEAST_AREA, BACKED), (LEAST_AREA - 1, DOUBTED)])
def test_a_few_pixels_are_no_mark(width: int, certainty: float) -> None:
    assert certainty_of(point(), page(Box(178, 196, width, 1))) == certainty


def test_boxes_are_in_pixels_of_the_photo_as_it_was_sent() -> None:
    twice = Box(*(2 * value for value in POINT))
    assert certainty_of(point(box=twice), page(scale=0.5)) == BACKED
    assert certainty_of(point(), page(scale=0.5)) == DOUBTED


@pytest.mark.parametrize("beyond", [Box(395, 395, 12, 12), Box(-20, -20, 12, 12)])
def test_a_box_may_be_beyond_the_photo(beyond: Box) -> None:
    assert certainty_of(point(box=beyond), page()) == DOUBTED


def test_all_characters_come_back_in_their_order() -> None:
    read = [character(DIGITS[0], "4", 0.9), point(), character(DIGITS[1], "7", 0.9)]
    found = with_backed_marks(read, page())
    assert [each.symbol for each in found] == ["4", ".", "7"]
    assert with_backed_marks([], page()) == []
