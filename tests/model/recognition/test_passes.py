"""Which passes look at a page, and when what they find is the number.

The digits are rings, the network a rule: a ring that is higher than broad, and
heavier at its foot, is a digit.
"""

from typing import NoReturn

import cv2
import pytest
from cv2.typing import MatLike

from model.recognition.components import MOST_COMPONENTS
from model.recognition.decoding import Photo
from model.recognition.passes import MOST_AGAIN, SegmentationReader, Segmented
from model.recognition.photo_ink import PhotoInk
from model.recognition.refusal import Refusal
from tests.model.mnist_pages import BLACK, Colour, page
from tests.model.recognition.hand_made import Crop, Told
from tests.model.recognition.rings import NO_DIGIT, ROW, crowd, ring_rule, rings

THRESHOLD = 0.6


def look(photo: MatLike, probability: float = 0.99, value: int = 0) -> Segmented:
    """Read with a network that takes rings on their feet for a `value` of this probability."""
    classifier = Told(ring_rule(probability, value))
    return SegmentationReader(classifier, THRESHOLD).read(PhotoInk(Photo(photo)))


def count(photo: MatLike, probability: float = 0.99, value: int = 0) -> int:
    """How many digits the number has."""
    return len(look(photo, probability, value).number)


# --- the first pass ----------------------------------------------------------------------------


def test_a_number_is_found_in_reading_order() -> None:
    result = look(rings(ROW[::-1]), 0.7)
    middles = [one.box.middle for one in result.number]
    assert middles == [pytest.approx(place, abs=5) for place in ROW]
    assert result.number == result.candidates
    assert result.components is not None
    assert len(result.components.ids) == 3


def test_what_is_less_sure_than_the_threshold_is_no_number() -> None:
    result = look(rings(ROW), 0.55)
    assert result.number == []
    assert len(result.candidates) == 3
    assert result.refusal is Refusal.NO_DIGIT


def test_a_blank_page_has_no_candidates_either() -> None:
    assert look(page(640, 480)) == Segmented([], [], None, Refusal.NO_DIGIT)


def test_too_many_components_are_left_to_others() -> None:
    crowded = page(640, 480)
    places = [(20 + 30 * column, 20 + 40 * row) for column in range(20) for row in range(11)]
    for x, y in places:
        cv2.line(crowded, (x, y), (x, y + 20), BLACK, 5)
    result = look(crowded)
    assert (result.number, result.candidates) == ([], [])
    assert result.refusal is Refusal.TOO_MANY_COMPONENTS
    assert result.components is not None
    assert len(result.components.ids) == len(places)


def test_boxes_are_in_pixels_of_a_photo_that_was_sent_larger() -> None:
    reader = SegmentationReader(Told(ring_rule(0.99)), THRESHOLD)
    number = reader.read(PhotoInk(Photo(rings(ROW), scale=2.0))).number
    middles = [one.box.middle for one in number]
    assert middles == [pytest.approx((2 * x, 2 * y), abs=10) for x, y in ROW]


# --- fine strokes and light ones ---------------------------------------------------------------


def tinted() -> MatLike:
    """A page with a dark box around the middle, which at first is the ink."""
    photo = page(640, 480)
    photo[175:305, 60:440] = 150
    return photo


@pytest.mark.parametrize(("thickness", "found"), [(11, 3), (19, 0)])
def test_in_a_tinted_box_fine_strokes_are_found(thickness: int, found: int) -> None:
    assert count(rings(ROW, thickness, tinted())) == found


@pytest.mark.parametrize(("probability", "found"), [(0.971, 3), (0.969, 0)])
def test_fine_strokes_must_leave_no_doubt(probability: float, found: int) -> None:
    assert count(rings(ROW, 12, tinted()), probability) == found


def test_what_the_first_pass_saw_is_told_all_the_same() -> None:
    result = look(rings(ROW, 12, tinted()))
    assert len(result.number) == 3
    assert len(result.candidates) == 1
    assert result.candidates[0].box.width > 300


def board(light: MatLike, paper: Colour = (240, 240, 240)) -> MatLike:
    """Light strokes on a dark board on a bright wall."""
    return cv2.copyMakeBorder(255 - light, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=paper)


def test_light_strokes_are_found_where_nothing_dark_is_a_number() -> None:
    assert count(board(rings(ROW, 14)), 0.7) == 3


def test_light_ones_are_none() -> None:
    assert count(board(rings(ROW, 14)), 0.7, value=1) == 0


@pytest.mark.parametrize("number", [MOST_AGAIN, MOST_AGAIN + 1])
def test_where_nothing_is_dark_light_strokes_are_looked_at_as_if_they_were(number: int) -> None:
    result = look(board(crowd(number)))
    assert result.components is not None
    assert len(result.components.ids) == number
    assert len(result.number) == len(result.candidates) == number


def test_light_strokes_that_were_looked_at_at_first_are_not_looked_at_again() -> None:
    asked = []

    def rule(crop: Crop) -> tuple[int, float]:
        asked.append(crop.tobytes())
        return 0, NO_DIGIT

    photo = board(crowd(MOST_AGAIN))
    result = SegmentationReader(Told(rule), THRESHOLD).read(PhotoInk(Photo(photo)))
    assert result.number == []
    assert len(asked) == len(set(asked)) >= MOST_AGAIN


@pytest.mark.parametrize(("dashes", "found"), [(MOST_AGAIN - 3, 3), (MOST_AGAIN - 2, 0)])
def test_more_than_are_written_in_a_number_are_not_looked_at_again(dashes: int, found: int) -> None:
    photo = rings(ROW, 11, tinted())
    places = [(x, y) for x in (175, 187, 295, 307) for y in range(182, 300, 19)]
    for x, y in places[:dashes]:
        photo[y : y + 13, x : x + 4] = 0
    assert count(photo) == found


class AskedError(Exception):
    """Somebody has asked for fine strokes."""


class Watched(PhotoInk):
    """A photo of whose fine strokes nobody may ask."""

    @property
    def fine(self) -> NoReturn:
        """Tell that it was asked for."""
        raise AskedError


def strokes(count: int) -> Watched:
    """A page of so many upright strokes."""
    photo = page(640, 480)
    for nth in range(count):
        x, y = 20 + 30 * (nth % 20), 20 + 40 * (nth // 20)
        cv2.line(photo, (x, y), (x, y + 20), BLACK, 5)
    return Watched(Photo(photo))


def test_a_page_with_very_much_ink_is_not_looked_at_more_closely() -> None:
    reader = SegmentationReader(Told(ring_rule(0.99)), THRESHOLD)
    with pytest.raises(AskedError):
        reader.read(strokes(MOST_COMPONENTS))
    result = reader.read(strokes(MOST_COMPONENTS + 1))
    assert result.is_crowded
    assert result.number == []
