"""How a photo is read: what is refused, the sheet in it, and things.

The digits are rings, the network of digits a rule: a ring that stands on its feet is a digit. What
the line network would say is made by hand.
"""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.certainty import MOST_TOLD, ONE_CONVINCES, SEVERAL_CONVINCE
from model.recognition.character_set import UNKNOWN
from model.recognition.clear_digit import CLEAR
from model.recognition.components import MOST_COMPONENTS
from model.recognition.decoding import Photo
from model.recognition.ink import is_scene
from model.recognition.line_acceptance import LETTER
from model.recognition.recognizer import Result
from model.recognition.refusal import Refusal
from tests.model.mnist_pages import BLACK, page
from tests.model.recognition.ring_reading import (
    NEAR,
    WOOD,
    character,
    middles,
    recognize,
    says,
    standing,
    symbols,
    unasked,
)
from tests.model.recognition.rings import ROW, rings

# --- what is refused -----------------------------------------------------------------------------


def test_a_blank_page_says_nothing() -> None:
    assert recognize(page(640, 480), unasked) == Result([], Refusal.BLANK)


def test_where_nothing_is_asserted_it_is_told_what_was_looked_at() -> None:
    result = recognize(rings(ROW), says(), probability=0.5)
    assert result.refusal is Refusal.NOT_A_DIGIT
    [[seen]] = result.lines
    assert [each.box.middle for each in seen] == [pytest.approx(place, abs=5) for place in ROW]
    assert [each.certainty for each in seen] == pytest.approx([0.5] * 3)


def crowded(first: int = 20) -> MatLike:
    """A small page of strokes, more than are classified, so many of them in its first row."""
    photo = page(340, 320)
    for nth in [*range(first), *range(20, MOST_COMPONENTS + 22)]:
        x, y = 20 + 15 * (nth % 20), 20 + 40 * (nth // 20)
        cv2.line(photo, (x, y), (x, y + 20), BLACK, 3)
    return photo


STROKES = [Box(18 + 15 * nth, 18, 5, 25) for nth in range(20)]


def test_a_page_of_text_says_why() -> None:
    assert recognize(crowded(), says()) == Result([], Refusal.TOO_MANY_COMPONENTS)


def test_a_full_page_is_read_by_the_line_network_alone() -> None:
    said = [character(box, "1") for box in STROKES]
    result = recognize(crowded(), says(*said))
    assert symbols(result) == "1" * 20


@pytest.mark.parametrize("count", [2, 3])
def test_what_only_the_line_network_takes_for_numbers_must_be_sure(count: int) -> None:
    photo = crowded(count)
    doubtful = [character(box, "1", SEVERAL_CONVINCE - NEAR) for box in STROKES[:count]]
    assert recognize(photo, says(*doubtful)).refusal is Refusal.TOO_MANY_COMPONENTS
    sure = [character(box, "1", SEVERAL_CONVINCE + NEAR) for box in STROKES[:count]]
    assert symbols(recognize(photo, says(*sure))) == "1" * count


def test_what_only_it_takes_for_a_digit_and_stands_alone_may_be_a_letter() -> None:
    alone = character(STROKES[0], "1", 0.99)
    assert recognize(crowded(1), says(alone)).refusal is Refusal.TOO_MANY_COMPONENTS


@pytest.mark.parametrize(("text", "read"), [("1?11", ""), ("1?111", "1?111")])
def test_and_it_must_be_told_what_most_of_it_is(text: str, read: str) -> None:
    assert 3 / 4 <= MOST_TOLD < 4 / 5
    said = [character(STROKES[nth], symbol, 0.6) for nth, symbol in enumerate(text)]
    told = [each if each.symbol == UNKNOWN else each._replace(certainty=0.99) for each in said]
    assert symbols(recognize(crowded(len(text)), says(*told))) == read


@pytest.mark.parametrize(("certainty", "read"), [(LETTER - NEAR, "4?444"), (LETTER + NEAR, "")])
def test_digits_between_letters_are_letters_if_the_digit_network_sees_none(
    certainty: float, read: str
) -> None:
    places = [(80 + 100 * nth, 240) for nth in range(5)]
    boxes = [Box(x - 30, y - 45, 60, 90) for x, y in places]
    said = [character(box, "4") for box in boxes]
    said[1] = character(boxes[1], UNKNOWN, certainty)
    assert symbols(recognize(rings(places), says(*said), probability=0.5)) == read
    assert symbols(recognize(rings(places), says(*said))) == "40444"


# --- the paper in the photo ----------------------------------------------------------------------


def test_what_is_read_on_a_sheet_has_boxes_in_the_whole_photo() -> None:
    sheet = cv2.resize(rings(ROW), (320, 240), interpolation=cv2.INTER_AREA)
    photo = page(640, 480, paper=WOOD)
    photo[180:420, 240:560] = sheet
    result = recognize(Photo(photo, scale=2.0))
    assert result.refusal is None
    assert middles(result) == [pytest.approx((x, 600), abs=8) for x in (600, 720, 840)]


def test_where_nothing_is_on_the_sheet_the_whole_photo_is_read() -> None:
    photo = rings([(120, 240)], paper=page(640, 480, paper=WOOD))
    photo[:, 300:] = 255
    result = recognize(photo)
    assert symbols(result) == "0"
    assert middles(result) == [pytest.approx((120, 240), abs=5)]


@pytest.mark.parametrize(("symbol", "refusal"), [("1", Refusal.BLANK), ("7", None)])
def test_the_edges_of_an_empty_sheet_are_no_ones(symbol: str, refusal: Refusal | None) -> None:
    photo = rings([(120, 240)], paper=page(640, 480, paper=WOOD))
    photo[:, 300:] = 255
    result = recognize(photo, standing(symbol=symbol), value=int(symbol))
    assert result.refusal == refusal


def test_of_a_photo_that_is_refused_it_is_told_what_is_wrong_with_the_sheet() -> None:
    photo = page(640, 480, paper=WOOD)
    photo[:, 300:] = 255
    cv2.line(photo, (60, 100), (60, 400), BLACK, 20)
    assert recognize(photo, says()).refusal is Refusal.BLANK
    cv2.line(photo, (450, 100), (450, 400), BLACK, 20)
    assert recognize(photo, says()).refusal is Refusal.NOT_A_DIGIT


# --- things --------------------------------------------------------------------------------------


def chequered() -> MatLike:
    """Much that is lighter than what is around it, and much that is darker."""
    rows, columns = np.indices((480, 640)) // 16
    squares = np.where((rows + columns) % 2, 255, 225).astype(np.uint8)
    return np.repeat(squares[..., np.newaxis], 3, axis=2)


@pytest.mark.parametrize(
    ("count", "least"), [(1, ONE_CONVINCES), (2, SEVERAL_CONVINCE), (3, SEVERAL_CONVINCE)]
)
def test_among_things_digits_must_be_sure(count: int, least: float) -> None:
    photo = rings(ROW[:count], 14, chequered())
    assert is_scene(photo)
    doubtful = recognize(photo, standing(least - NEAR), CLEAR - NEAR)
    assert doubtful.refusal is Refusal.TOO_MANY_COMPONENTS
    sure = recognize(photo, standing(least + NEAR), CLEAR - NEAR)
    assert symbols(sure) == "0" * count
