"""Photos of numbers, with their labels."""

import re

import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.random import Generator

from model.evaluation.judgement import judge, parse
from model.mnist import Part
from model.synthesis import number_pages
from model.synthesis.glyphs.exemplars import Exemplars
from model.synthesis.glyphs.hands import MnistHand
from model.synthesis.layout import Layout
from model.synthesis.number_pages import KINDS, label_of, photograph_text
from model.synthesis.pages import Page
from model.synthesis.styles import Style
from tests.model.mnist_pages import mnist

EXEMPLARS = Exemplars(Part(mnist().images[:2000], mnist().labels[:2000]))
SIZE = (320, 240)


def rng(seed: int = 0) -> Generator:
    return np.random.default_rng(seed)


def hand(seed: int = 0) -> MnistHand:
    return MnistHand(EXEMPLARS, rng(seed))


# --- texts and labels -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("number", r"\d{2,12}"),
        ("negative", r"-\d{1,4}"),
        ("decimal", r"[-+]?[\d.,]*\d[.,]\d+"),
        ("date", r"\d+([./-])\d+(\1\d+)?"),
        ("time", r"\d\d?:\d\d(:\d\d)?"),
        ("sum", r"[\d(][-+×÷:=() \d]+[\d)]"),
        ("several", r"\d{1,3}( \d{1,3})+"),
        ("two-rows", r"\d{1,8}\n\d{1,8}"),
    ],
)
def test_each_kind_has_its_form(kind: str, pattern: str) -> None:
    generator = rng()
    texts = [KINDS[kind](generator) for _ in range(200)]
    assert [text for text in texts if not re.fullmatch(pattern, text)] == []


def test_numbers_have_two_to_twelve_digits() -> None:
    generator = rng()
    assert {len(number_pages.number(generator)) for _ in range(300)} == {*range(2, 13)}


def test_kinds_are_named_as_files_may_be() -> None:
    assert list(KINDS) == [
        "number", "negative", "decimal", "date", "time", "sum", "several", "two-rows",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("1254", "1254"),
        ("-7", "-7"),
        ("12.54", "12.54"),
        ("12 54", "12|54"),
        ("1 2 3", "1|2|3"),
        ("1254\n3067", "1254|3067"),
        ("12 5\n-7", "12|5|-7"),
        ("2×3", "2x3"),
        ("6÷3:1", "6:3:1"),
        ("(2 + 3) × 4 = 20", "(2+3)x4=20"),
        ("12/05", "12/05"),
    ],
)
def test_labels_have_breaks_between_numbers_and_marks_as_written(text: str, label: str) -> None:
    assert label_of(text) == label


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_reads_a_text_as_it_is_is_right(kind: str) -> None:
    generator = rng()
    for _ in range(100):
        text = KINDS[kind](generator)
        label = label_of(text)
        # A reading parts numbers only where they stand apart.
        reading = text if kind in {"several", "two-rows"} else text.replace(" ", "")
        judgement = judge(label, reading)
        assert judgement.right
        assert judgement.marks_exact in {True, None}
        assert parse(label).digits == re.sub(r"\D", "", text)


# --- photos -----------------------------------------------------------------------------------


@pytest.mark.parametrize("style", Style)
def test_a_photo_is_of_the_size_that_was_asked_for(style: Style) -> None:
    photo = photograph_text("12.5\n-7 3", hand(), style, SIZE, rng())
    assert photo.shape == (240, 320, 3)
    assert photo.dtype == np.uint8


def test_a_seed_decides_everything() -> None:
    one, same, other = (
        photograph_text("407", hand(), Style.PLAIN, SIZE, rng(seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> list[Layout]:
    """The layouts of the pages that were photographed."""
    found: list[Layout] = []

    def note(glyphs: list[MatLike], layout: Layout, *_: object, digit_height: float) -> Page:
        assert len(glyphs) == len(layout.positions)
        assert digit_height >= 12
        found.append(layout)
        return Page(np.zeros((240, 320, 3), np.uint8), [])

    monkeypatch.setattr(number_pages, "photograph", note)
    return found


def test_all_is_written_on_the_page(layouts: list[Layout]) -> None:
    for seed in range(50):
        photograph_text("12 5\n-7", hand(seed), Style.PLAIN, SIZE, rng(seed))
    for layout in layouts:
        x, y, _ = layout.positions.T
        assert x.shape == (5,)
        assert 0 < x.min() < x.max() < 320
        assert 0 < y.min() < y.max() < 240
        assert y[:3].max() < y[4]
        assert layout.cells.shape == (0, 4)


def test_whoever_writes_into_boxes_does_not_leave_them(layouts: list[Layout]) -> None:
    for seed in range(50):
        photograph_text("1254\n3067", hand(seed), Style.FORM, SIZE, rng(seed))
    for layout in layouts:
        corners, sides = layout.cells[:, :2], layout.cells[:, 2:]
        off = (layout.positions[:, :2] - corners - sides / 2) / sides
        assert len(np.unique(corners.round(3), axis=0)) == 8
        assert np.abs(off).max() < 0.5
        assert np.abs(off).mean() < 0.15


def test_digits_are_of_many_sizes(layouts: list[Layout]) -> None:
    for seed in range(60):
        photograph_text("88", hand(seed), Style.PLAIN, SIZE, rng(seed))
    heights = [float(layout.positions[:, 2].mean()) for layout in layouts]
    assert min(heights) < 25
    assert max(heights) > 120
