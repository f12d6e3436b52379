"""What is drawn onto a photo."""

import numpy as np
import pytest
from cv2.typing import MatLike
from hypothesis import given
from hypothesis import strategies as st

from model.drawing import AMBER, GREEN, WHITE, annotate
from model.reader import SURE, Box, Digit, Reading, Refusal
from model.recognition.decoding import Photo

GREY = 128


def digit(box: tuple[int, int, int, int], probability: float = 0.99) -> Digit:
    """A 7 at this box."""
    probabilities = np.full(10, (1 - probability) / 9, np.float32)
    probabilities[7] = probability
    return Digit(Box(*box), np.zeros((28, 28), np.uint8), probabilities)


def reading(*digits: Digit, size: tuple[int, int] = (600, 800), scale: float = 1.0) -> Reading:
    """These digits on a grey photo of `size` (height, width), which is `scale` times smaller."""
    return Reading(digits, photo=Photo(np.full((*size, 3), GREY, np.uint8), scale))


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
    ("probability", "colour"), [(0.99, GREEN), (SURE + 0.001, GREEN), (0.89, AMBER), (0.3, AMBER)]
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
