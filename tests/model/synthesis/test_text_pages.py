"""Photos of lines of writing, and where each character is."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.boxes import Box, hull
from model.mnist import Part
from model.recognition.character_set import MARKS
from model.synthesis import text_pages
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.exemplars import Exemplars
from model.synthesis.glyphs.hands import MnistHand, Writers
from model.synthesis.paper.printed_lines import Line, PrintedLines
from model.synthesis.styles import Style
from model.synthesis.text_habits import Habits, sample_habits
from model.synthesis.text_layout import Placed
from model.synthesis.text_pages import (
    TextPage,
    aspects,
    sample_text_page,
    write_character,
    write_lines,
)
from tests.model.mnist_pages import mnist
from tests.model.synthetic import typefaces

EXEMPLARS = Exemplars(Part(mnist().images[:2000], mnist().labels[:2000]))
WRITERS = Writers(EXEMPLARS, [*typefaces(), *fonts.bundled()])


def written(
    lines: list[str], style: Style = Style.SCREEN, height: float = 40, seed: int = 0
) -> TextPage:
    rng = np.random.default_rng(seed)
    return write_lines(lines, MnistHand(EXEMPLARS, rng), style, height, rng)


def ink_of(photo: MatLike) -> NDArray[np.uint8]:
    """Whatever departs from the commonest colour (h, w), as a mask of 0 and 1."""
    paper = np.median(photo, axis=(0, 1))
    departure = np.abs(photo - paper).max(axis=2)
    return np.asarray(departure > 0.3 * departure.max(), np.uint8)


@pytest.fixture
def unframed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be printed round lines."""
    monkeypatch.setattr(text_pages, "sample_frames", lambda *_: [])


# --- lines that are given ---------------------------------------------------------------------


@pytest.mark.parametrize("style", Style)
def test_lines_are_written_on_every_style(style: Style) -> None:
    page = written(["12.5", "-7"], style)
    height, width, channels = page.photo.shape
    assert channels == 3
    assert page.photo.dtype == np.uint8
    assert len(page.boxes) == 6
    for box in page.boxes:
        assert 0 <= box.x < box.right <= width
        assert 0 <= box.y < box.bottom <= height


def test_characters_are_named_in_reading_order_with_their_line() -> None:
    page = written(["12 a3", "€(4)"])
    assert page.symbols == ["1", "2", "?", "3", "?", "(", "4", ")"]
    assert page.rows == [0, 0, 0, 0, 1, 1, 1, 1]
    assert page.digit_height == 40


@pytest.mark.parametrize("mark", MARKS)
def test_each_mark_is_written(mark: str) -> None:
    page = written([f"1{mark}2"])
    assert page.symbols == ["1", mark, "2"]
    assert page.boxes[0].x < page.boxes[1].x < page.boxes[2].x


def test_digits_are_as_high_as_asked() -> None:
    for height in (12, 40):
        heights = [
            box.height
            for seed in range(6)
            for box in written(["808"], height=height, seed=seed).boxes
        ]
        assert np.median(heights) == pytest.approx(height, rel=0.12)


@pytest.mark.usefixtures("unframed")
def test_boxes_are_where_the_ink_is() -> None:
    for seed in range(6):
        page = written(["407-", "12:30"], seed=seed)
        ink = ink_of(page.photo)
        outside = ink.copy()
        for x, y, width, height in page.boxes:
            inside = ink[y : y + height, x : x + width]
            assert cv2.boundingRect(inside) == pytest.approx((0, 0, width, height), abs=2)
            outside[max(0, y - 2) : y + height + 2, max(0, x - 2) : x + width + 2] = 0
        assert outside.sum() == 0
        _, _, width, height = hull(page.boxes)
        assert cv2.boundingRect(ink)[2:] == pytest.approx((width, height), abs=3)


def test_a_page_is_hardly_larger_than_its_lines() -> None:
    for seed in range(6):
        page = written(["123456"], seed=seed)
        whole = hull(page.boxes)
        height, width, _ = page.photo.shape
        # At most 1.2 heights of paper to each side, and what the lens takes.
        assert width < whole.width + 2 * 1.2 * 40 + 20
        assert height < whole.height + 2 * 1.2 * 40 + 20


def test_printed_lines_are_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    black = Line(np.zeros(3, np.float32), 3, 1)

    def print_one(_: Placed, height: float, __: Generator) -> list[PrintedLines]:
        assert height == 40
        return [PrintedLines(np.array([[[0.0, 3], [999, 3]]]), black)]

    monkeypatch.setattr(text_pages, "sample_frames", print_one)
    page = written(["11"], Style.SCREEN)
    assert page.photo[2:5].mean() < 40 < page.photo[8:].mean()


def test_only_boxed_styles_have_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def note(*, boxed: bool, rng: Generator) -> Habits:
        asked.append(boxed)
        return sample_habits(boxed=boxed, rng=rng)

    monkeypatch.setattr(text_pages, "sample_habits", note)
    styles = [style for style in Style if written(["1"], style) and asked[-1]]
    assert styles == [Style.CELL, Style.FORM]


def test_a_crossed_out_digit_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_pages, "CROSSED_OUT", 1)
    page = written(["1-a2"])
    assert page.symbols == ["?", "-", "?", "?"]
    assert page.boxes[0].width > 8


def test_few_digits_are_crossed_out() -> None:
    symbols = "".join(
        "".join(written(["1" * 50], height=10, seed=seed).symbols) for seed in range(8)
    )
    assert 0 <= symbols.count("?") < 15
    assert set(symbols) <= {"1", "?"}


class _Scribe:
    """Writes each digit as high as it is, and any letter one pixel high."""

    def digit(self, label: int, _: Generator) -> MatLike:
        return np.full((10 + label, 5), 255, np.uint8)

    def letter(self, _: str, __: Generator) -> MatLike:
        return np.full((1, 5), 255, np.uint8)


@pytest.mark.parametrize(("character", "height"), [("0", 10), ("7", 17), ("a", 1), ("€", 1)])
def test_a_hand_writes_digits_and_letters(character: str, height: int) -> None:
    glyph = write_character(character, _Scribe(), np.random.default_rng(0))
    assert glyph.shape == (height, 5)


@pytest.mark.parametrize("mark", MARKS)
def test_marks_are_everybodys(mark: str) -> None:
    glyph = write_character(mark, _Scribe(), np.random.default_rng(0))
    assert max(glyph.shape) > 100


def test_aspects_are_widths_for_heights() -> None:
    assert aspects([np.zeros((10, 5)), np.zeros((4, 8))]) == [0.5, 2]


# --- pages of all kinds -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages() -> Sequence[TextPage]:
    rng = np.random.default_rng(3)
    return [sample_text_page(WRITERS, rng) for _ in range(60)]


def test_each_character_has_a_box_a_symbol_and_a_row(pages: Sequence[TextPage]) -> None:
    for page in pages:
        assert len(page.boxes) == len(page.symbols) == len(page.rows)
        assert page.rows == sorted(page.rows)
        assert set(page.symbols) <= {*"0123456789?", *MARKS}


def test_pages_have_one_to_four_lines_of_at_most_14_characters(pages: Sequence[TextPage]) -> None:
    counts = {len(set(page.rows)) for page in pages}
    assert counts == {0, 1, 2, 3, 4}
    lengths = [page.rows.count(row) for page in pages for row in set(page.rows)]
    assert max(lengths) <= 14
    assert min(lengths) >= 1


def test_digits_are_10_to_52_pixels_high(pages: Sequence[TextPage]) -> None:
    heights = [page.digit_height for page in pages]
    assert 10 < min(heights) < 14
    assert 44 < max(heights) < 52


def test_a_few_pages_are_photos_of_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_pages, "PICTURE", 1)
    rng = np.random.default_rng(0)
    for _ in range(5):
        page = sample_text_page(WRITERS, rng)
        assert not page.boxes
        assert not page.symbols
        assert not page.rows
        assert page.photo.ndim == 3
        assert 100 <= min(page.photo.shape[:2]) <= max(page.photo.shape[:2]) < 500


def test_a_page_is_by_one_hand_on_one_style(monkeypatch: pytest.MonkeyPatch) -> None:
    written_by: list[object] = []

    def note(lines: list[str], hand: object, *_: object) -> TextPage:
        assert lines == [line.strip() for line in lines]
        written_by.append(hand)
        return TextPage(np.zeros((9, 9, 3), np.uint8), [Box(0, 0, 1, 1)], ["1"], [0], 20)

    monkeypatch.setattr(text_pages, "write_lines", note)
    rng = np.random.default_rng(0)
    pages = [sample_text_page(WRITERS, rng) for _ in range(400)]
    empty = [page for page in pages if not page.boxes]
    assert len(empty) / 400 == pytest.approx(0.05, abs=0.03)
    assert len({id(hand) for hand in written_by}) == len(written_by) == 400 - len(empty)


def test_a_seed_decides_everything() -> None:
    one, same, other = (
        sample_text_page(WRITERS, np.random.default_rng(seed)) for seed in (5, 5, 6)
    )
    assert np.array_equal(one.photo, same.photo)
    assert one[1:] == same[1:]
    assert one[1:] != other[1:]
