"""How numbers, their marks and the lines they stand in are drawn onto a photo."""

import numpy as np
import pytest
from cv2.typing import MatLike

from model.cards import AMBER, GREEN, INK
from model.drawing import annotate
from model.lettering import WHITE
from model.reader import UNKNOWN, Box, Character, Line, Mark, Number, Reading
from model.recognition.decoding import Photo
from tests.model.test_drawing import GREY, digit, where


def photo_with(*lines: Line, size: tuple[int, int] = (600, 800)) -> Reading:
    """These lines on a grey photo of `size` (height, width)."""
    return Reading(lines, photo=Photo(np.full((*size, 3), GREY, np.uint8)))


def line(*numbers: tuple[Character, ...]) -> Line:
    return Line(tuple(map(Number, numbers)))


def colours(picture: MatLike) -> set[str]:
    """Which of the colours that mean something are in a picture."""
    named = {"green": GREEN, "amber": AMBER, "ink": INK}
    return {name for name, colour in named.items() if (picture == colour).all(axis=2).any()}


def test_a_number_has_one_label_and_a_box_for_each_digit_and_mark() -> None:
    point = Mark(Box(410, 340, 10, 10), ".")
    number = (digit((300, 200, 100, 150)), point, digit((430, 200, 100, 150)))
    picture = annotate(photo_with(line(number)))
    assert (picture[250, [300, 400, 430, 530]] == GREEN).all()
    around = picture[334:356, 404:426]
    assert colours(around) == {"green"}
    assert (around[8:14, 8:14] == GREY).all()  # the mark itself stays visible
    above = (picture[:190] == GREEN).all(axis=2).any(axis=0)
    assert np.flatnonzero(above)[0] == 300
    assert np.ptp(np.flatnonzero(above)) + 1 == above.sum()


def test_doubt_is_shown_where_it_is() -> None:
    sure, unsure = digit((100, 200, 80, 100)), digit((200, 200, 80, 100), 0.6)
    picture = annotate(photo_with(line((sure, unsure))))
    assert colours(picture[250:350, 90:110]) == {"green"}
    assert colours(picture[250:350, 270:290]) == {"amber"}
    assert colours(picture[:190]) == {"amber"}


def test_a_character_that_cannot_be_told_is_in_doubt() -> None:
    unknown = Mark(Box(200, 200, 80, 100), UNKNOWN)
    picture = annotate(photo_with(line((digit((100, 200, 80, 100)), unknown))))
    assert colours(picture[250:350, 90:110]) == {"green"}
    assert colours(picture[180:320, 280:300]) == {"amber"}
    assert colours(picture[:190]) == {"amber"}


def test_a_number_of_marks_alone_is_labelled_without_a_probability() -> None:
    def width(mark: str, *, brief: bool = False) -> int:
        picture = annotate(photo_with(line((Mark(Box(300, 200, 80, 100), mark),))), brief=brief)
        left, _, right, _ = where(picture[:190], AMBER if mark == UNKNOWN else GREEN)
        return right - left

    assert width("=") < 40
    assert width(UNKNOWN) < 40
    assert 1.5 * width("=") < width("=", brief=True) < 80


@pytest.mark.parametrize("mark", ["×", "÷"])
def test_every_mark_has_letters(mark: str) -> None:
    def label(text: str) -> MatLike:
        return annotate(photo_with(line((Mark(Box(300, 200, 80, 100), text),))))[:190]

    assert (label(mark) != label("x")).any()
    assert (label(mark) != label("\N{SNOWMAN}")).any()


def test_each_of_several_lines_is_underlined_from_its_first_number_to_its_last() -> None:
    first = line((digit((100, 100, 60, 80)),), (digit((500, 120, 60, 80)),))
    second = line((digit((100, 400, 60, 80)),))
    picture = annotate(photo_with(first, second))
    inked = (picture == INK).all(axis=2)
    assert inked[170:210, 165:495].any(axis=0).all()
    assert inked[480:490, 100:160].any(axis=0).all()
    assert not inked[:, 600:].any()
    assert "ink" not in colours(annotate(photo_with(first)))


def test_labels_of_several_numbers_fit_them() -> None:
    def height(*numbers: tuple[Character, ...]) -> int:
        picture = annotate(photo_with(line(*numbers), size=(1000, 1000)), brief=True)
        _, top, _, bottom = where(picture, WHITE)
        return bottom - top + 1

    small, other = (digit((100, 500, 20, 30)),), (digit((600, 500, 20, 30)),)
    large, another = (digit((100, 500, 200, 300)),), (digit((600, 500, 200, 300)),)
    assert height(small) == pytest.approx(44, abs=7)
    assert height(small, other) == pytest.approx(15, abs=3)
    assert height(large, another) == height(small)
