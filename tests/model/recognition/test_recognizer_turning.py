"""How a page is turned that lies on its side, upside down or askew."""

import cv2
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.decoding import Photo
from model.recognition.fusion import ReadCharacter
from model.recognition.glance import BRIEF
from model.recognition.line_packing import MOST_PIXELS
from model.recognition.recognizer import (
    DOUBTFUL,
    TURNED,
    TURNS,
)
from model.recognition.refusal import Refusal
from model.recognition.turning import turn
from tests.model.recognition.hand_made import Asked, LineRule
from tests.model.recognition.ring_reading import (
    FIVE,
    NEAR,
    SIDEWAYS,
    boxes,
    character,
    every,
    is_broad,
    middles,
    recognize,
    standing,
    symbols,
)
from tests.model.recognition.rings import NO_DIGIT, ROW, rings


@pytest.mark.parametrize(
    ("lying", "places"),
    [
        (cv2.ROTATE_90_CLOCKWISE, [(240, 120), (240, 240), (240, 360)]),
        (cv2.ROTATE_90_COUNTERCLOCKWISE, [(240, 520), (240, 400), (240, 280)]),
        (cv2.ROTATE_180, [(520, 240), (400, 240), (280, 240)]),
    ],
)
def test_a_number_that_lies_otherwise_is_found_where_it_is(
    lying: int, places: list[tuple[int, int]]
) -> None:
    result = recognize(cv2.rotate(rings(ROW), lying))
    assert symbols(result) == "000"
    assert middles(result) == [pytest.approx(place, abs=6) for place in places]
    across = [each.box.width > each.box.height for each in every(result.lines)]
    assert across == [lying in SIDEWAYS] * 3


@pytest.mark.parametrize("degrees", [45, 315])
def test_so_is_one_that_is_held_askew(degrees: float) -> None:
    askew = turn(Photo(rings(ROW)), degrees)
    result = recognize(askew.photo)
    assert symbols(result) == "000"
    back = [askew.turned_back(each.box).middle for each in every(result.lines)]
    assert back == [pytest.approx(place, abs=6) for place in ROW]


def test_its_boxes_are_in_pixels_of_a_larger_photo() -> None:
    photo = cv2.rotate(rings(ROW), cv2.ROTATE_180)
    found = middles(recognize(Photo(photo, scale=2.0)))
    assert found == [pytest.approx((2 * x, 480), abs=12) for x in (520, 400, 280)]


@pytest.mark.parametrize(("beyond", "found"), [(NEAR, "000"), (-NEAR, "")])
def test_it_must_leave_no_doubt(beyond: float, found: str) -> None:
    photo = cv2.rotate(rings(ROW), cv2.ROTATE_180)
    assert symbols(recognize(photo, standing(TURNED + beyond))) == found


def test_one_digit_alone_does_not_lie() -> None:
    result = recognize(cv2.rotate(rings(ROW[:1]), cv2.ROTATE_180))
    assert result.refusal is Refusal.TURNED
    assert [each.certainty for each in every(result.lines)] == pytest.approx([NO_DIGIT])


@pytest.mark.parametrize(("beyond", "told"), [(NEAR, Refusal.TURNED), (-NEAR, Refusal.NOT_A_DIGIT)])
def test_what_would_surely_be_a_digit_if_it_were_turned_is_told(
    beyond: float, told: Refusal
) -> None:
    photo = cv2.rotate(rings(ROW[:1]), cv2.ROTATE_180)
    assert recognize(photo, standing(TURNED + beyond)).refusal is told


def test_what_would_be_a_digit_if_it_were_askew_is_rather_a_letter() -> None:
    askew = turn(Photo(rings(ROW[:1])), 45)
    assert recognize(askew.photo).refusal is Refusal.NOT_A_DIGIT


def test_a_dark_page_is_not_told_to_be_turned() -> None:
    dark = cv2.convertScaleAbs(cv2.rotate(rings(ROW[:1]), cv2.ROTATE_180), alpha=0.2)
    assert recognize(dark).refusal is Refusal.TOO_DARK


def lying_or_standing(upright: float) -> LineRule:
    """Reads a page of a row as 1s, so sure, and a page of a column, as it is turned, as 0s."""

    def rule(asked: Asked) -> list[ReadCharacter]:
        symbol, certainty = ("1", upright) if is_broad(asked) else ("0", 0.99)
        return [character(box, symbol, certainty) for box in boxes(asked)]

    return rule


@pytest.mark.parametrize(("beyond", "symbol"), [(NEAR, "1"), (-NEAR, "0")])
def test_a_page_that_is_read_in_doubt_may_lie_otherwise(beyond: float, symbol: str) -> None:
    result = recognize(rings(ROW), lying_or_standing(DOUBTFUL + beyond))
    assert {each.symbol for each in every(result.lines)} == {symbol}


@pytest.mark.parametrize(("count", "read"), [(3, "11111"), (4, "0000")])
def test_of_a_page_as_it_lies_and_turned_the_better_reading_is_taken(count: int, read: str) -> None:
    def rule(asked: Asked) -> list[ReadCharacter]:
        if is_broad(asked):
            return [character(box, "1", DOUBTFUL - NEAR) for box in boxes(asked)]
        return [character(box, "0", 0.99) for box in boxes(asked)[:count]]

    # Four sure digits of a page that is turned say more than five of 0.79, by one that is sure.
    assert symbols(recognize(rings(FIVE), rule, probability=0.62)) == read


@pytest.mark.parametrize(("beyond", "found"), [(NEAR, "000"), (-NEAR, "")])
def test_only_what_a_probe_leaves_in_little_doubt_is_read_turned(beyond: float, found: str) -> None:
    def rule(asked: Asked) -> list[ReadCharacter]:
        certainty = DOUBTFUL + beyond if asked.most_pixels == BRIEF else 0.99
        return standing(certainty)(asked)

    assert symbols(recognize(cv2.rotate(rings(ROW), cv2.ROTATE_180), rule)) == found


@pytest.mark.parametrize(("count", "found"), [(1, ""), (2, "00")])
def test_a_probe_must_find_several_digits(count: int, found: str) -> None:
    photo = cv2.rotate(rings(ROW[:2]), cv2.ROTATE_180)

    def rule(asked: Asked) -> list[ReadCharacter]:
        every = standing()(asked)
        return every[:count] if asked.most_pixels == BRIEF else every

    assert symbols(recognize(photo, rule)) == found


@pytest.mark.parametrize(("lying", "askew", "read"), [(3, 2, "111"), (2, 3, "222")])
def test_it_is_turned_to_where_it_says_most(lying: int, askew: int, read: str) -> None:
    def rule(asked: Asked) -> list[ReadCharacter]:
        height, width = asked.components.ink.shape
        if width > height:
            return []
        symbol, count = ("1", lying) if width < height else ("2", askew)
        places = [Box(100 + 80 * nth, 100, 60, 90) for nth in range(count)]
        return [character(place, symbol) for place in places]

    assert symbols(recognize(rings(ROW), rule, probability=0.5)) == read


def pixels_asked_for(photo: MatLike, lines: LineRule) -> list[int]:
    """How many pixels the line network may read, each time that it is asked."""
    asked_for = []

    def rule(asked: Asked) -> list[ReadCharacter]:
        asked_for.append(asked.most_pixels)
        return lines(asked)

    recognize(photo, rule)
    return asked_for


def test_a_clear_page_is_read_once() -> None:
    assert pixels_asked_for(rings(ROW), standing()) == [MOST_PIXELS]


def test_a_doubtful_page_of_fine_strokes_is_read_once_and_probed_each_way() -> None:
    unread = cv2.rotate(rings(ROW[:1]), cv2.ROTATE_180)
    assert pixels_asked_for(unread, standing()) == [MOST_PIXELS] + [BRIEF] * len(TURNS)


def test_only_one_way_is_read_whole() -> None:
    lying = cv2.rotate(rings(ROW), cv2.ROTATE_180)
    first = [MOST_PIXELS] + [BRIEF] * len(TURNS)
    assert pixels_asked_for(lying, standing()) == [*first, MOST_PIXELS]


def test_where_a_doubtful_page_cannot_be_turned_it_is_read_as_it_lies() -> None:
    lines = standing(DOUBTFUL - NEAR)
    photo = Photo(rings(FIVE), data=b"cannot be decoded again")
    assert symbols(recognize(photo, lines)) == "00000"
