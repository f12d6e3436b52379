"""Ink is brought to one size and one strength, whatever the photo and the pen."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.recognition.ink import STROKE_LIMIT
from model.recognition.refusal import RefusedError
from model.recognition.scaled_ink import (
    BROADEST,
    DIGIT_HEIGHT,
    FULL,
    LEAST_FULL,
    rescaled,
    scaled_ink,
    strengthened,
    strengthened_from,
)
from tests.model.recognition.hand_made import blank, with_box


def stroke(width: int, height: int, *, digit_height: float, inverse: bool = False) -> MatLike:
    """The scaled ink of a stroke so large in the middle of a page of 640 x 480."""
    photo = with_box(blank(), 320 - width // 2, 240 - height // 2, width, height)
    if inverse:
        photo = 255 - photo
    return scaled_ink(photo, digit_height)


# --- size --------------------------------------------------------------------------------------


@pytest.mark.parametrize("height", [48, 96, 12])
def test_digits_get_the_height_that_the_network_knows(height: int) -> None:
    ink = stroke(height // 6, height, digit_height=height)
    factor = DIGIT_HEIGHT / height
    assert ink.shape == (480 * factor, 640 * factor)
    assert ink.dtype == np.uint8
    inked = (ink > FULL / 2).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(inked)
    assert (width, height) == pytest.approx((DIGIT_HEIGHT / 6, DIGIT_HEIGHT), abs=1)
    assert (x + width / 2, y + height / 2) == pytest.approx((320 * factor, 240 * factor), abs=1)


@pytest.mark.parametrize(
    ("factor", "shape"),
    [(2.0, (20, 60)), (0.5, (5, 15)), (0.26, (3, 8)), (0.04, (1, 1)), (0.001, (1, 1))],
)
def test_a_scaled_image_has_whole_pixels_and_at_least_one(
    factor: float, shape: tuple[int, int]
) -> None:
    image = np.full((10, 30), 7, np.uint8)
    assert (rescaled(image, factor) == np.full(shape, 7)).all()
    assert rescaled(image, factor).shape == shape


def test_fine_strokes_stay_where_an_image_becomes_smaller() -> None:
    stripes = np.zeros((8, 8), np.uint8)
    stripes[:, ::4] = 200
    assert (rescaled(stripes, 0.25) == np.full((2, 2), 50)).all()


def test_a_picture_is_scaled_in_all_its_channels() -> None:
    picture = np.zeros((4, 6, 3), np.uint8)
    picture[:, :] = (10, 20, 30)
    assert (rescaled(picture, 1.5) == np.full((6, 9, 3), (10, 20, 30))).all()


# --- strength ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pen", [int(LEAST_FULL), 40, 250])
def test_a_pale_pen_and_a_dark_one_get_the_same_strength(pen: int) -> None:
    ink = np.zeros((20, 20), np.uint8)
    ink[5:15, 8:12] = pen
    assert (strengthened(ink)[5:15, 8:12] == FULL).all()
    assert cv2.countNonZero(strengthened(ink)) == 40


def test_the_strength_is_that_of_the_strokes_cores() -> None:
    ink = np.zeros((20, 20), np.uint8)
    ink[5:15, 7:13] = 10  # the strokes' edges
    ink[5:15, 8:10] = 80
    ink[5:15, 10:12] = 120
    row = strengthened(ink)[10]
    assert row[7:13].tolist() == [20, 160, 160, 240, 240, 20]


def test_the_papers_grain_stays_fainter_than_ink() -> None:
    ink = np.zeros((20, 20), np.uint8)
    ink[::2, ::2] = 6
    assert strengthened(ink).max() == 6 / LEAST_FULL * FULL


@pytest.mark.parametrize(("core", "darkest"), [(50, 255), (100, 160), (200, 80), (1, 255)])
def test_the_strength_may_be_known(core: float, darkest: int) -> None:
    ink = np.zeros((5, 9), np.uint8)
    ink[2] = 80
    assert strengthened_from(ink, core).max() == darkest
    assert cv2.countNonZero(strengthened_from(ink, core)) == 9


def test_paper_stays_paper() -> None:
    assert not strengthened(np.zeros((5, 9), np.uint8)).any()


# --- what is ink ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "is_ink"), [(0.5, True), (1.5, False)])
def test_what_is_broader_than_strokes_of_such_digits_is_paper(share: float, is_ink: bool) -> None:
    photo = with_box(blank(), 100, 100, 6, 60)  # a stroke, so that there is ink
    side = round(share * BROADEST * 60)
    photo = with_box(photo, 300, 200, side, 200)
    ink = scaled_ink(photo, 60)
    factor = DIGIT_HEIGHT / 60
    middle = ink[round(300 * factor), round((300 + side / 2) * factor)]
    assert bool(middle > FULL / 2) is is_ink


def test_of_large_digits_strokes_are_as_broad_as_elsewhere() -> None:
    broad = round(0.8 * STROKE_LIMIT * 480)
    ink = stroke(broad, 400, digit_height=400)
    assert ink[ink.shape[0] // 2, ink.shape[1] // 2] > FULL / 2


def test_light_strokes_on_dark_are_ink_too() -> None:
    dark = stroke(8, 48, digit_height=48)
    light = stroke(8, 48, digit_height=48, inverse=True)
    assert light == pytest.approx(dark, abs=1)


def test_the_other_ink_can_be_asked_for() -> None:
    photo = with_box(blank(128), 100, 200, 8, 60, grey=0)
    photo = with_box(photo, 500, 200, 8, 60, grey=180)
    columns = [100 + 4, 500 + 4]
    at_first = scaled_ink(photo, DIGIT_HEIGHT)[230, columns]
    inverse = scaled_ink(photo, DIGIT_HEIGHT, inverse=True)[230, columns]
    assert (at_first > FULL / 2).tolist() == [True, False]
    assert (inverse > FULL / 2).tolist() == [False, True]


def test_a_photo_of_one_colour_is_refused() -> None:
    with pytest.raises(RefusedError):
        scaled_ink(blank(), 60)
