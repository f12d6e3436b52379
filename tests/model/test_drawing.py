"""What is drawn onto a photo."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.cards import AMBER, GREEN, PAPER
from model.drawing import annotate, explain
from model.lettering import WHITE, Colour
from model.reader import Box, Digit, Reading, Refusal
from model.recognition.decoding import Photo
from tests.readings import certain, in_a_line

GREY = 128


def digit(box: tuple[int, int, int, int], probability: float = 0.99) -> Digit:
    """A 7 at this box."""
    return certain(7, probability, Box(*box))


def reading(*digits: Digit, size: tuple[int, int] = (600, 800), scale: float = 1.0) -> Reading:
    """These digits on a grey photo of `size` (height, width), which is `scale` times smaller."""
    photo = Photo(np.full((*size, 3), GREY, np.uint8), scale)
    return replace(in_a_line(*digits), photo=photo)


def where(picture: MatLike, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """The (left, top, right, bottom) of all that has exactly this colour."""
    rows, columns = np.nonzero((picture == colour).all(axis=2))
    return columns.min(), rows.min(), columns.max(), rows.max()


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.15])
def test_a_box_is_drawn_where_the_digit_is_at_the_photos_working_size(scale: float) -> None:
    box = [round(length * scale) for length in (300, 200, 100, 150)]
    picture = annotate(reading(digit((box[0], box[1], box[2], box[3])), scale=scale))
    left, _, right, bottom = where(picture, GREEN)
    assert (left, right, bottom) == pytest.approx((300, 400, 350), abs=3)
    assert (picture[220:330, 320:380] == GREY).all()
    assert (picture[200:350, 300] == GREEN).all()


def test_the_picture_keeps_the_photos_size_and_the_photo_its_pixels() -> None:
    for size in ((600, 800), (1280, 960), (9, 7), (1, 1)):
        one = reading(digit((0, 0, size[1], size[0])), size=size)
        assert annotate(one).shape == (*size, 3)
        assert one.photo
        assert (one.photo.pixels == GREY).all()


def test_nothing_is_drawn_where_nothing_was_found() -> None:
    assert (annotate(reading()) == GREY).all()


def test_a_reading_without_a_photo_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="no photo"):
        annotate(Reading(refused=Refusal.NOT_A_PICTURE))


@pytest.mark.parametrize(
    ("probability", "colour"), [(0.99, GREEN), (0.901, GREEN), (0.89, AMBER), (0.3, AMBER)]
)
def test_unsure_digits_stand_out_by_colour(
    probability: float, colour: tuple[int, int, int]
) -> None:
    picture = annotate(reading(digit((300, 200, 100, 150), probability)))
    other = AMBER if colour == GREEN else GREEN
    assert (picture == colour).all(axis=2).any()
    assert not (picture == other).all(axis=2).any()


@pytest.mark.parametrize(
    "box",
    [(0, 0, 80, 90), (720, 0, 80, 90), (0, 510, 80, 90), (720, 510, 80, 90), (790, 590, 10, 10)],
    ids=["top left", "top right", "bottom left", "bottom right", "corner"],
)
def test_the_label_of_a_digit_at_the_border_is_whole(box: tuple[int, int, int, int]) -> None:
    def letters(box: tuple[int, int, int, int]) -> int:
        return int((annotate(reading(digit(box))) == WHITE).all(axis=2).sum())

    assert letters(box) == letters((300, 200, 100, 150)) > 0


def test_labels_grow_with_the_picture_so_that_they_stay_readable() -> None:
    def height(size: tuple[int, int]) -> int:
        middle = size[1] // 2, size[0] // 2
        _, top, _, bottom = where(annotate(reading(digit((*middle, 20, 20)), size=size)), WHITE)
        return bottom - top

    assert height((1280, 1280)) > 1.5 * height((600, 600)) > 0


@given(
    size=st.tuples(st.integers(1, 60), st.integers(1, 60)),
    box=st.tuples(*[st.integers(0, 80)] * 4),
    scale=st.floats(1, 40),
)
def test_no_box_and_no_picture_is_too_small_to_draw(
    size: tuple[int, int], box: tuple[int, int, int, int], scale: float
) -> None:
    assert annotate(reading(digit(box), size=size, scale=scale)).shape == (*size, 3)


# --- sizes and colours ------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "height"), [((1000, 1000), 22), ((2000, 900), 44)])
def test_a_labels_digits_are_22_pixels_high_for_each_1000_of_the_photo(
    size: tuple[int, int], height: int
) -> None:
    box = size[1] // 2, size[0] // 2, 10, 10
    _, top, _, bottom = where(annotate(reading(digit(box), size=size)), WHITE)
    assert bottom - top + 1 == pytest.approx(height, abs=0.16 * height)


def test_labels_of_small_photos_are_as_large_as_on_one_of_400_pixels() -> None:
    def height(side: int) -> int:
        picture = annotate(reading(digit((side, side, 5, 5)), size=(side, side)))
        _, top, _, bottom = where(picture, GREEN)
        return bottom - top

    assert height(50) == height(400) < height(600)


@pytest.mark.parametrize(("size", "width"), [(1000, 2), (2000, 4), (3000, 6)])
def test_the_boxs_lines_grow_with_the_photo(size: int, width: int) -> None:
    picture = annotate(reading(digit((400, 400, 400, 400)), size=(size, size)))
    row = picture[600, 300:600]
    coloured = (row == GREEN).all(axis=1)
    light = (row == PAPER).all(axis=1)
    # OpenCV draws lines of an even width a pixel broader.
    assert width <= coloured.sum() <= width + 1
    assert 2 * width <= light.sum() <= 2 * width + 2


def test_a_label_leaves_four_pixels_on_both_sides_of_its_text() -> None:
    picture = annotate(reading(digit((400, 400, 400, 400)), size=(1000, 1000)), brief=True)
    text = cv2.getTextSize("7", cv2.FONT_HERSHEY_SIMPLEX, 2, 1)[0][0]
    tag = (picture[380] == GREEN).all(axis=1)
    assert np.flatnonzero(tag)[[0, -1]].tolist() == [400, 400 + text + 2 * 8]


def test_a_brief_label_is_larger_and_asks_where_it_is_unsure() -> None:
    def letters(probability: float, *, brief: bool) -> int:
        picture = annotate(reading(digit((300, 200, 100, 150), probability)), brief=brief)
        return int((picture == WHITE).all(axis=2).sum())

    assert letters(0.99, brief=True) < letters(0.6, brief=True)
    assert letters(0.99, brief=True) > letters(0.99, brief=False) / 2


# --- an explanation ---------------------------------------------------------------------------


def explained(
    *digits: Digit, refused: Refusal | None = None, size: tuple[int, int] = (360, 720)
) -> MatLike:
    """The picture, decoded."""
    photo = Photo(np.full((*size, 3), GREY, np.uint8))
    one = replace(in_a_line(*digits, refused=refused), photo=photo)
    picture = cv2.imdecode(np.frombuffer(explain(one), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


SEVEN = digit((10, 10, 60, 90))
FOOT = 48


@pytest.mark.parametrize(
    ("count", "height"),
    [
        (0, 360 + FOOT),
        (1, 360 + (24 + 224) + FOOT),
        (2, 360 + 2 * (24 + 224) + FOOT),
        (3, 360 + (24 + 122) + FOOT),
        (12, 360 + 3 * (24 + 122) + FOOT),
        (13, 360 + 3 * (24 + 122) + FOOT),
    ],
)
def test_up_to_two_digits_have_large_cards_and_up_to_twelve_small_ones(
    count: int, height: int
) -> None:
    assert explained(*[SEVEN] * count).shape == (height, 720, 3)


def test_without_a_photo_there_is_nothing_to_explain() -> None:
    with pytest.raises(ValueError, match="no photo"):
        explain(in_a_line(SEVEN))


@pytest.mark.parametrize("size", [(1440, 720), (100, 50)])
def test_the_photo_is_as_high_as_wide_at_most_and_in_the_middle(size: tuple[int, int]) -> None:
    picture = explained(size=size)
    assert picture.shape == (720 + FOOT, 720, 3)
    assert like(picture[:720, :175], PAPER).all()
    assert like(picture[:720, 185:535], (GREY, GREY, GREY)).all()
    assert like(picture[:720, 545:], PAPER).all()


@pytest.mark.parametrize("size", [(1280, 960), (960, 1280), (1280, 300), (50, 1280), (9, 7)])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 12, 40])
def test_a_phone_shows_the_picture_as_wide_as_it_can(count: int, size: tuple[int, int]) -> None:
    doubtful = digit((2, 2, 5, 5), 0.5)
    picture = explained(*[doubtful] * count, size=size)
    height, width = picture.shape[:2]
    # What Telegram for Android leaves a picture on a phone of 360 dp.
    assert height / width <= 352 / 252
    assert width == 720


@pytest.mark.parametrize("count", [0, 1, 2, 12])
def test_nothing_stands_where_telegram_puts_the_time(count: int) -> None:
    at_the_corner = digit((600, 200, 119, 159), 0.5)
    picture = explained(*[at_the_corner] * count)
    time = picture[-40:, -120:]  # 60 by 20 where the picture is 360 wide
    assert like(time, PAPER).all()


def like(picture: MatLike, colour: Colour) -> NDArray[np.bool_]:
    """Where a picture has nearly this colour; JPEG changes it a little."""
    return np.asarray(np.abs(picture.astype(int) - colour).max(axis=-1) < 12)


def test_of_many_digits_the_least_sure_are_explained_in_reading_order() -> None:
    sure = [digit((10, 10, 60, 90), 0.999)] * 12
    unsure = digit((10, 10, 60, 90), 0.3)
    row, doubtful_row = 24 + 122, 24 + 156
    first = explained(unsure, *sure)[360:]
    assert like(first[:doubtful_row], AMBER).any()
    assert not like(first[doubtful_row:], AMBER).any()
    last = explained(*sure, unsure)[360:]
    assert not like(last[: 2 * row], AMBER).any()
    assert like(last[2 * row :], AMBER).any()


def test_of_a_refused_reading_the_nearest_digits_are_shown_and_boxed() -> None:
    far = [digit((10, 10, 60, 90), 0.2)] * 12
    near = digit((400, 100, 200, 200), 0.8)
    for refused in (Refusal.NO_DIGIT, None):
        picture = explained(*far, near, refused=refused)
        assert not like(picture[150:250, 600], (GREY, GREY, GREY)).any()
    cards = [
        explained(*order, refused=Refusal.NO_DIGIT)[360 + 8 :]
        for order in ((far[0], near), (near, far[0]))
    ]
    assert (cards[0] == cards[1]).all()
