"""When a photo shows one clear digit and nothing else: the line network is not asked then.

The digits are rings, the network of digits a rule: a ring that stands on its feet is a digit. What
the line network would say is made by hand.
"""

import cv2
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.clear_digit import CLEAR, SPECK
from model.recognition.components import PALE
from model.recognition.decoding import Photo
from model.recognition.recognizer import Recognizer
from tests.model.mnist_pages import BLACK, page
from tests.model.recognition.hand_made import Crop, Told, ToldLines
from tests.model.recognition.ring_reading import (
    NEAR,
    THRESHOLD,
    each_component,
    every,
    recognize,
    standing,
    symbols,
    unasked,
)
from tests.model.recognition.rings import rings


def one_ring(extra: Box | None = None, grey: int = 0) -> MatLike:
    """A ring 100 pixels high, and perhaps something beside it."""
    photo = rings([(320, 240)])
    if extra is not None:
        photo[extra.window] = grey
    return photo


def test_one_clear_digit_needs_no_line_network() -> None:
    result = recognize(one_ring(), unasked)
    assert symbols(result) == "0"
    [digit] = every(result.lines)
    assert digit.certainty == pytest.approx(0.99)
    assert digit.probabilities.argmax() == 0
    assert digit.box.middle == pytest.approx((320, 240), abs=5)


@pytest.mark.parametrize(("beyond", "asked"), [(NEAR, False), (-NEAR, True)])
def test_a_doubtful_digit_is_read_with_its_line(beyond: float, asked: bool) -> None:
    result = recognize(one_ring(), standing(symbol="7"), CLEAR + beyond)
    assert symbols(result) == ("7" if asked else "0")


@pytest.mark.parametrize(("share", "asked"), [(SPECK - 0.05, False), (SPECK + 0.05, True)])
def test_what_is_larger_than_dirt_beside_a_digit_may_be_a_mark(share: float, asked: bool) -> None:
    side = round(share * 106)
    photo = one_ring(Box(400, 280, side, side))
    assert symbols(recognize(photo, standing(symbol="7"))) == ("7" if asked else "0")


@pytest.mark.parametrize(("paler", "asked"), [(PALE * 0.8, True), (PALE * 1.3, False)])
def test_what_is_much_paler_is_none(paler: float, asked: bool) -> None:
    photo = one_ring(Box(400, 240, 20, 50), grey=255 - round(255 / paler))
    assert symbols(recognize(photo, standing(symbol="7"))) == ("7" if asked else "0")


@pytest.mark.parametrize(("width", "asked"), [(80, False), (110, False), (150, True)])
def test_what_is_much_broader_than_high_may_be_two_that_touch(width: int, asked: bool) -> None:
    photo = page(640, 480)
    cv2.ellipse(photo, (320, 240), (width // 2, 45), 0, 0, 360, BLACK, 8, cv2.LINE_AA)

    def always(_: Crop) -> tuple[int, float]:
        return 0, 0.99

    recognizer = Recognizer(Told(always), THRESHOLD, ToldLines(each_component("7")))
    assert symbols(recognizer.recognize(Photo(photo))) == ("7" if asked else "0")


@pytest.mark.parametrize(
    ("thickness", "paler", "asked"), [(2, 1, False), (4, 1, True), (4, PALE * 1.2, False)]
)
def test_where_a_frame_with_as_much_ink_was_taken_out_digits_may_touch_it(
    thickness: int, paler: float, asked: bool
) -> None:
    photo = page(640, 480)
    grey = 255 - round(255 / paler)
    # The ring has 3,000 pixels of ink, the frame 1,000 for each pixel of its thickness.
    cv2.rectangle(photo, (170, 140), (470, 340), (grey, grey, grey), thickness)
    photo = rings([(320, 240)], paper=photo)
    assert symbols(recognize(photo, standing(symbol="7"))) == ("7" if asked else "0")


@pytest.mark.parametrize(("value", "is_enough"), [(0, True), (1, False)])
def test_of_what_looks_like_a_1_a_small_copy_is_not_enough(value: int, is_enough: bool) -> None:
    seen = []

    def rule(crop: Crop) -> tuple[int, float]:
        seen.append(crop)
        return value, 0.99

    photo = one_ring(Box(400, 240, 20, 50), grey=255 - round(255 / (1.3 * PALE)))
    recognizer = Recognizer(Told(rule), THRESHOLD, ToldLines(unasked))
    recognizer.recognize(Photo(photo))
    assert (len(seen) == 2) == is_enough  # the digit, and a speck
