"""How a share is written, and that it is written so wherever people see it."""

import html

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import predict
from bot.chat import answers
from bot.translations import for_code
from model.cards import AMBER, GREEN
from model.drawing import annotate
from model.lettering import FONT, PADDING
from model.percentages import counted, percent
from model.reader import SURE
from tests.model.test_drawing import digit, reading, where
from tests.readings import certain, in_a_line


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.0 %"),
        (0.1, "10.0 %"),
        (0.98765, "98.8 %"),
        (0.9994, "99.9 %"),
        (0.9995, "> 99.9 %"),
        (0.99996, "> 99.9 %"),
        (np.nextafter(1, 0), "> 99.9 %"),
        (float(np.nextafter(np.float32(1), np.float32(0))), "> 99.9 %"),
        (1.0, "> 99.9 %"),
    ],
)
def test_a_share_is_told_with_one_decimal_and_never_rounded_to_certainty(
    share: float, text: str
) -> None:
    assert percent(share) == text


@given(st.floats(0, 1))
def test_no_share_reads_as_100_percent(share: float) -> None:
    assert "100" not in percent(share)


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [(0, 1, "0.0 %"), (0.9995, 2, "99.95 %"), (1, 0, "100 %"), (1.25, 1, "125.0 %")],
)
def test_what_was_counted_may_be_all_of_it(share: float, decimals: int, text: str) -> None:
    assert counted(share, decimals) == text


def test_another_way_of_writing_gets_the_rounded_percentage() -> None:
    written: list[float] = []

    def write(percentage: float) -> str:
        written.append(percentage)
        return "so much"

    assert percent(0.12345, write) == "so much"
    assert percent(1, write) == "> so much"
    assert written == [12.3, 99.9]


@pytest.mark.parametrize("probability", [0.6, 0.9994, 1.0])
def test_chat_command_line_and_picture_write_the_same(probability: float) -> None:
    told = percent(probability)
    one = in_a_line(certain(7, probability))
    rows = answers.answer(for_code("en"), one).splitlines()
    assert any(row.startswith("7 ") and f" {told} " in row for row in unescaped(rows))
    assert predict.as_words("7.jpg", one, None) == f"7.jpg: 7 ({told})"
    assert width_of_label(probability) == width_of(f"7: {told}")


def unescaped(rows: list[str]) -> list[str]:
    return [html.unescape(row) for row in rows]


def width_of_label(probability: float) -> int:
    """That of the tag above a digit's box, in pixels without what is left free beside its text."""
    photo = reading(digit((100, 400, 20, 20), probability), size=(1000, 1000))
    colour = GREEN if probability >= SURE else AMBER
    left, _, right, _ = where(annotate(photo)[:395], colour)
    return right - left - 2 * PADDING


def width_of(text: str) -> int:
    return cv2.getTextSize(text, FONT, 1, 1)[0][0]
