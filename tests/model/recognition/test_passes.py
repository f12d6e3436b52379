"""Which passes look at a photo, and when what they find is the number.

The digits are rings, the network a rule: a ring that is higher than broad, and
heavier at its foot, is a digit.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.recognition.decoding import Photo
from model.recognition.ink import is_scene
from model.recognition.passes import Recognizer
from model.recognition.refusal import Refusal
from tests.model.mnist_pages import BLACK, Colour, page
from tests.model.recognition.hand_made import Crop, Told

THRESHOLD = 0.6
WOOD = (70, 110, 160)
TURNS = (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE)


def recognizer(probability: float = 0.99, value: int = 0) -> Recognizer:
    """Takes rings that stand on their feet for a `value` of this probability, nothing else."""

    def rule(crop: Crop) -> tuple[int, float]:
        inked = (crop > 127).astype(np.uint8)
        _, top, width, height = cv2.boundingRect(inked)
        regions = cv2.connectedComponents(1 - inked, connectivity=4)[0] - 1
        middle = top + height // 2
        heavy = crop[middle:].mean() * len(crop[middle:]) > crop[:middle].mean() * middle
        is_digit = height > width and regions == 2 and heavy
        return (value, probability) if is_digit else (value, 0.3)

    return Recognizer(Told(rule), THRESHOLD)


def rings(
    places: Sequence[tuple[int, int]], thickness: int = 8, paper: MatLike | None = None
) -> MatLike:
    """Upright rings 60 wide and 90 high around these places."""
    photo = page(640, 480) if paper is None else paper.copy()
    for place in places:
        cv2.ellipse(photo, place, (30, 45), 0, 0, 360, BLACK, thickness, cv2.LINE_AA)
        cv2.ellipse(photo, place, (30, 45), 0, 30, 150, BLACK, 2 * thickness, cv2.LINE_AA)
    return photo


ROW = [(120, 240), (240, 240), (360, 240)]


def boxes(photo: MatLike, find: Recognizer) -> list[tuple[int, int]]:
    """The middles of the number's digits in hundreds of pixels."""
    number = find.recognize(Photo(photo)).number
    middles = [one.box.middle for one in number]
    return [(round(x / 10) * 10, round(y / 10) * 10) for x, y in middles]


def crowd(count: int) -> MatLike:
    """So many rings in rows of seven."""
    places = [(70 + 110 * (nth % 7), 70 + 150 * (nth // 7)) for nth in range(count)]
    return rings(places, paper=page(800, 640))


# --- the first pass ----------------------------------------------------------------------------


def test_a_number_is_found_in_reading_order_and_nothing_is_refused() -> None:
    result = recognizer(0.7).recognize(Photo(rings(ROW[::-1])))
    assert [one.box.x for one in result.number] == sorted(one.box.x for one in result.number)
    assert len(result.number) == 3
    assert result.number == result.candidates
    assert result.refusal is None


def test_what_is_less_sure_than_the_threshold_is_no_number() -> None:
    result = recognizer(0.55).recognize(Photo(rings(ROW)))
    assert result.number == []
    assert len(result.candidates) == 3
    assert result.refusal is Refusal.NO_DIGIT


def test_a_blank_page_has_no_candidates_either() -> None:
    assert recognizer().recognize(Photo(page(640, 480))) == ([], [], Refusal.NO_DIGIT)


def test_the_first_pass_says_why_there_is_no_number() -> None:
    places = [(20 + 30 * column, 20 + 40 * row) for column in range(20) for row in range(11)]
    crowded = page(640, 480)
    for x, y in places:
        cv2.line(crowded, (x, y), (x, y + 20), BLACK, 5)
    result = recognizer().recognize(Photo(crowded))
    assert result == ([], [], Refusal.TOO_MANY_COMPONENTS)


# --- the paper in the photo ----------------------------------------------------------------------


def test_what_is_read_on_a_sheet_has_boxes_in_the_whole_photo() -> None:
    sheet = cv2.resize(rings(ROW), (320, 240), interpolation=cv2.INTER_AREA)
    photo = page(640, 480, paper=WOOD)
    photo[180:420, 240:560] = sheet
    result = recognizer().recognize(Photo(photo, scale=2.0))
    middles = [one.box.middle for one in result.number]
    assert [x for x, _ in middles] == pytest.approx([600, 720, 840], abs=8)
    assert [y for _, y in middles] == pytest.approx([600] * 3, abs=8)
    assert result.candidates == result.number


def test_where_nothing_is_on_the_sheet_the_whole_photo_is_read() -> None:
    photo = rings([(120, 240)], paper=page(640, 480, paper=WOOD))
    photo[:, 300:] = 255
    assert boxes(photo, recognizer()) == [(120, 240)]


# --- lying on its side -------------------------------------------------------------------------


@pytest.mark.parametrize(("turn", "first"), [(TURNS[0], 120), (TURNS[1], 520)])
def test_a_number_that_lies_on_its_side_is_found_where_it_is(turn: int, first: int) -> None:
    lying = cv2.rotate(rings(ROW), turn)
    step = 120 if first < 240 else -120
    order = [(240, first + nth * step) for nth in range(3)]
    found = recognizer().recognize(Photo(lying))
    assert boxes(lying, recognizer()) == order
    assert [one.box.width > one.box.height for one in found.number] == [True] * 3
    assert found.refusal is None
    assert [one.probability for one in found.candidates] == pytest.approx([0.3] * 3)


def test_its_boxes_are_in_pixels_of_a_larger_photo() -> None:
    lying = cv2.rotate(rings(ROW), TURNS[0])
    number = recognizer().recognize(Photo(lying, scale=2.0)).number
    assert [one.box.middle[1] for one in number] == pytest.approx([240, 480, 720], abs=6)
    assert [one.box.middle[0] for one in number] == pytest.approx([480] * 3, abs=6)


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize(("probability", "found"), [(0.98, True), (0.95, False)])
def test_it_must_leave_no_doubt(probability: float, found: bool, turn: int) -> None:
    lying = cv2.rotate(rings(ROW), turn)
    assert bool(boxes(lying, recognizer(probability))) is found


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("count", [1, 2])
def test_one_digit_alone_does_not_lie(count: int, turn: int) -> None:
    lying = cv2.rotate(rings(ROW[:count]), turn)
    assert len(boxes(lying, recognizer())) == (0 if count == 1 else 2)


@pytest.mark.parametrize("turn", TURNS)
def test_ones_do_not_lie_since_dashes_do(turn: int) -> None:
    assert boxes(cv2.rotate(rings(ROW), turn), recognizer(value=1)) == []


@pytest.mark.parametrize(("count", "found"), [(24, 24), (25, 0)])
def test_more_than_24_candidates_are_not_turned(count: int, found: int) -> None:
    lying = cv2.rotate(crowd(count), TURNS[0])
    assert len(boxes(lying, recognizer())) == found


def test_a_column_of_digits_is_turned_too() -> None:
    seen: list[tuple[int, int]] = []

    def rule(crop: Crop) -> tuple[int, float]:
        _, _, width, height = cv2.boundingRect((crop > 127).astype(np.uint8))
        seen.append((width, height))
        return (0, 0.7) if width > height else (0, 0.99)

    lying = cv2.rotate(rings(ROW), TURNS[0])
    number = Recognizer(Told(rule), THRESHOLD).recognize(Photo(lying)).number
    # As it is the column would be a number, too; the surer one is taken.
    assert [one.probability for one in number] == pytest.approx([0.99] * 3)
    row = rings(ROW)
    seen.clear()
    Recognizer(Told(rule), THRESHOLD).recognize(Photo(row))
    assert {width > height for width, height in seen} == {False}


# --- fine strokes and light ones ---------------------------------------------------------------


def tinted() -> MatLike:
    """A page with a dark box around the middle, which at first is the ink."""
    photo = page(640, 480)
    photo[175:305, 60:440] = 150
    return photo


@pytest.mark.parametrize(("thickness", "found"), [(11, 3), (19, 0)])
def test_in_a_tinted_box_fine_strokes_are_found(thickness: int, found: int) -> None:
    assert len(boxes(rings(ROW, thickness, tinted()), recognizer())) == found


@pytest.mark.parametrize(("probability", "found"), [(0.98, 3), (0.95, 0)])
def test_fine_strokes_must_leave_no_doubt(probability: float, found: int) -> None:
    assert len(boxes(rings(ROW, 12, tinted()), recognizer(probability))) == found


def board(paper: Colour = (240, 240, 240)) -> MatLike:
    """Light rings on a dark board on a bright wall."""
    chalk = 255 - rings(ROW, 14)
    return cv2.copyMakeBorder(chalk, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=paper)


def test_light_strokes_are_found_where_nothing_dark_is_a_number() -> None:
    assert len(boxes(board(), recognizer(0.7))) == 3


def test_light_ones_are_none() -> None:
    assert boxes(board(), recognizer(0.7, value=1)) == []


# --- things ------------------------------------------------------------------------------------


def chequered() -> MatLike:
    """Much that is lighter than what is around it, and much that is darker."""
    rows, columns = np.indices((480, 640)) // 16
    squares = np.where((rows + columns) % 2, 255, 225).astype(np.uint8)
    return np.repeat(squares[..., np.newaxis], 3, axis=2)


@pytest.mark.parametrize(("probability", "found"), [(0.91, 3), (0.89, 0)])
def test_among_things_each_digit_must_be_sure(probability: float, found: int) -> None:
    photo = rings(ROW, 14, chequered())
    assert is_scene(photo)
    result = recognizer(probability).recognize(Photo(photo))
    assert len(result.number) == found
    assert result.refusal is (None if found else Refusal.NO_DIGIT)
