"""Why nothing is read on a page, which tells its sender what helps in this case."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.recognition.components import MOST_COMPONENTS, Components
from model.recognition.decoding import Photo
from model.recognition.passes import Segmented
from model.recognition.photo_ink import PhotoInk
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.refusal_reason import DARK, FILLING, TINY, reason_of_refusal
from model.recognition.segmentation import SMALL, find_components
from tests.model.mnist_pages import BLACK, WHITE, page


def reason(photo: MatLike) -> Refusal:
    """Why nothing is read, of a page whose ink nobody takes for a digit."""
    ink = PhotoInk(Photo(photo))
    components: Components | None
    try:
        components = find_components(ink.photo)
    except RefusedError:
        components = ink.inverse
    return reason_of_refusal(photo, Segmented([], [], components, Refusal.NO_DIGIT))


def letter(height: int, photo: MatLike | None = None, colour: tuple[int, ...] = BLACK) -> MatLike:
    """An L with strokes an eighth of its height broad, at least 3 pixels."""
    drawn = page(640, 480) if photo is None else photo.copy()
    broad = max(3, height // 8)
    width = height * 2 // 3
    left, top = 100, 20
    cv2.rectangle(drawn, (left, top), (left + broad - 1, top + height - 1), colour, -1)
    foot = top + height - broad
    cv2.rectangle(drawn, (left, foot), (left + width - 1, top + height - 1), colour, -1)
    return drawn


@pytest.mark.parametrize("paper", [WHITE, (120, 120, 120), (40, 200, 200)])
def test_an_empty_page_is_blank(paper: tuple[int, int, int]) -> None:
    assert reason(page(640, 480, paper=paper)) is Refusal.BLANK


@pytest.mark.parametrize(
    ("light", "expected"), [(DARK - 1, Refusal.TOO_DARK), (DARK, Refusal.NOT_A_DIGIT)]
)
def test_a_page_is_dark_if_even_its_paper_is(light: int, expected: Refusal) -> None:
    photo = page(640, 480, paper=(light, light, light))
    assert reason(letter(200, photo)) is expected


def test_a_dark_page_on_which_nothing_is_seen_may_hold_something() -> None:
    assert reason(page(640, 480, paper=(20, 20, 20))) is Refusal.TOO_DARK


def test_light_ink_on_black_paper_is_not_dark() -> None:
    assert reason(letter(200, page(640, 480, paper=BLACK), WHITE)) is Refusal.NOT_A_DIGIT


@pytest.mark.parametrize("height", [SMALL, 100, 400])
def test_what_is_large_and_sharp_is_no_digit(height: int) -> None:
    assert reason(letter(height)) is Refusal.NOT_A_DIGIT


@pytest.mark.parametrize(
    ("height", "expected"),
    [
        (TINY - 1, Refusal.TOO_SMALL),
        (TINY, Refusal.NO_DIGIT),
        (SMALL - 1, Refusal.NO_DIGIT),
        (SMALL, Refusal.NOT_A_DIGIT),
    ],
)
def test_what_is_small_could_be_photographed_from_nearer(height: int, expected: Refusal) -> None:
    assert reason(letter(height)) is expected


@pytest.mark.parametrize(("height", "farther"), [(18, Refusal.TOO_SMALL), (30, Refusal.NO_DIGIT)])
def test_but_not_if_it_fills_the_picture(height: int, farther: Refusal) -> None:
    high = round(height / FILLING)
    assert reason(letter(height, page(200, high))) is Refusal.NOT_A_DIGIT
    assert reason(letter(height, page(200, high + 4))) is farther


@pytest.mark.parametrize(
    ("radius", "expected"), [(0.5, Refusal.NOT_A_DIGIT), (8, Refusal.NO_DIGIT)]
)
def test_what_is_blurred_may_be_anything(radius: float, expected: Refusal) -> None:
    assert reason(cv2.GaussianBlur(letter(200), (0, 0), radius)) is expected


def test_a_broad_pen_is_no_less_sharp() -> None:
    photo = page(640, 480)
    cv2.circle(photo, (320, 240), 60, BLACK, 60)
    assert reason(photo) is Refusal.NOT_A_DIGIT


@pytest.mark.parametrize(
    ("count", "expected"),
    [(MOST_COMPONENTS, Refusal.NOT_A_DIGIT), (MOST_COMPONENTS + 1, Refusal.TOO_MANY_COMPONENTS)],
)
def test_too_many_components_are_told(count: int, expected: Refusal) -> None:
    photo = page(640, 480)
    for nth in range(count):
        x, y = 30 + 50 * (nth % 12), 15 + 75 * (nth // 12)
        cv2.rectangle(photo, (x, y), (x + 8, y + 50), BLACK, -1)
    assert reason(photo) is expected


def test_things_are_too_many_though_few_of_them_are_ink() -> None:
    rows, columns = np.indices((480, 640)) // 16
    squares = np.where((rows + columns) % 2, 255, 225).astype(np.uint8)
    photo = np.repeat(squares[..., np.newaxis], 3, axis=2)
    assert reason(letter(200, photo)) is Refusal.TOO_MANY_COMPONENTS


@pytest.mark.parametrize("shape", [(1, 300), (300, 1), (1, 1), (2, 640)])
def test_a_picture_may_be_as_thin_as_a_line(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert reason(noise) in set(Refusal)
