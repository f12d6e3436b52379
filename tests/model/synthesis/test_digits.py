"""Digits that MNIST lacks."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.synthesis import digits, fonts, handwriting, stroke_templates
from model.synthesis.digits import handwritten, printed, sample_digit
from model.synthesis.glyphs import trim

Made = tuple[list[MatLike], NDArray[np.int_]]
CLEAR_ANGLE = 25  # degrees: a one's flag is steeper, a seven's bar flatter


def sample(count: int) -> Made:
    rng = np.random.default_rng(0)
    glyphs, labels = zip(*(sample_digit(rng) for _ in range(count)), strict=True)
    return list(glyphs), np.array(labels)


@pytest.fixture(scope="module")
def made() -> Made:
    return sample(400)


def test_each_is_ink_on_a_canvas_just_round_it(made: Made) -> None:
    for glyph in made[0]:
        assert glyph.dtype == np.uint8
        assert glyph.ndim == 2
        assert glyph.max() == 255
        edges = (glyph[0], glyph[-1], glyph[:, 0], glyph[:, -1])
        assert not any(edge.any() for edge in edges)
        assert handwriting.GLYPH_SIDE - 27 <= max(trim(glyph).shape) <= handwriting.GLYPH_SIDE + 24


def test_every_digit_is_among_them_and_the_confused_ones_more_often(made: Made) -> None:
    counts = np.bincount(made[1], minlength=10)
    assert counts.min() > 10
    assert counts[[1, 4, 7, 9]].mean() > counts[[0, 2, 3, 5, 6, 8]].mean()


def test_the_same_seed_makes_the_same(made: Made) -> None:
    glyphs, labels = sample(400)
    assert (labels == made[1]).all()
    assert all(np.array_equal(*pair) for pair in zip(glyphs, made[0], strict=True))


def test_no_two_by_hand_are_alike() -> None:
    rng = np.random.default_rng(1)
    drawn = [handwritten(label, rng).tobytes() for label in range(10) for _ in range(10)]
    assert len(set(drawn)) == 100


def test_edges_are_smooth(made: Made) -> None:
    assert all(((glyph > 0) & (glyph < 255)).any() for glyph in made[0])


def top(glyph: MatLike) -> tuple[float, float]:
    """How wide the upper sixth of a glyph's ink is, and all of it, as shares of its height."""
    ink = trim(glyph)
    height = len(ink)
    upper = ink[: height // 6].any(axis=0)
    return float(np.ptp(np.flatnonzero(upper))) / height, ink.shape[1] / height


def test_a_one_is_pointed_where_a_seven_has_its_bar() -> None:
    rng = np.random.default_rng(2)
    ones, sevens = ([top(handwritten(label, rng))[0] for _ in range(100)] for label in (1, 7))
    assert np.quantile(ones, 0.9) < np.quantile(sevens, 0.1)


@pytest.mark.parametrize(("angle", "label"), [(40, 1), (60, 1), (5, 7), (10, 7)])
def test_a_flag_that_rises_makes_a_one_and_a_bar_that_lies_a_seven(angle: int, label: int) -> None:
    flag = 50 * np.array([-np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    stroke = np.array([flag, (0, 0), (-5, 100)])
    assert digits.is_unmistakable(label, stroke)
    assert not digits.is_unmistakable(8 - label, stroke)


def test_what_lies_between_is_neither() -> None:
    stroke = np.array([(-45, CLEAR_ANGLE), (0, 0), (-5, 100)])
    assert not digits.is_unmistakable(1, stroke)
    assert not digits.is_unmistakable(7, stroke)


def test_a_bare_stick_is_a_one() -> None:
    assert digits.is_unmistakable(1, np.array([(20, 0), (10, 100)]))


@pytest.mark.parametrize(
    ("label", "holes"), [(1, 0), (2, 0), (3, 0), (5, 0), (7, 0), (0, 1), (6, 1), (9, 1), (8, 2)]
)
def test_typefaces_print_digits_with_the_holes_digits_have(label: int, holes: int) -> None:
    rng = np.random.default_rng(3)
    found = []
    for _ in range(20):
        ink = (fonts.typeset(str(label), rng) > 127).astype(np.uint8)
        _, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        found.append(int((tree[0][:, 3] >= 0).sum()))
    assert np.median(found) == holes


def test_print_is_drawn_for_every_digit() -> None:
    rng = np.random.default_rng(4)
    assert all((printed(label, rng) > 127).any() for label in range(10) for _ in range(20))


def test_a_display_lights_seven_segments_for_an_eight_and_two_for_a_one() -> None:
    assert sorted(digits.LIT[8]) == sorted(digits.SEGMENTS)
    assert len(digits.LIT[1]) == 2
    assert len({frozenset(lit) for lit in digits.LIT}) == 10


def test_a_shape_runs_through_its_points() -> None:
    (curve,) = handwriting.write("0,0 50,0! 50,100", np.random.default_rng(5), jitter=0)
    corner = curve[(curve @ (1, -1)).argmax()]
    assert curve[-1][1] == pytest.approx(handwriting.GLYPH_SIDE, abs=4)
    assert corner[1] < 20
    assert corner[0] > curve[0][0] + 30


def test_a_lifted_pen_leaves_strokes_apart() -> None:
    strokes = handwriting.write("0,0 0,100 | 60,0 60,100", np.random.default_rng(6))
    assert len(strokes) == 2
    glyph = handwriting.draw(strokes, np.random.default_rng(6))
    assert cv2.connectedComponents((glyph > 127).astype(np.uint8))[0] == 3


@pytest.mark.parametrize(
    "table", [stroke_templates.DIGITS, stroke_templates.LETTERS, stroke_templates.MARKS]
)
def test_every_shape_can_be_drawn(table: dict[str, list[str]]) -> None:
    rng = np.random.default_rng(7)
    for forms in table.values():
        for form in forms:
            assert (handwriting.draw(handwriting.write(form, rng), rng) > 127).sum() > 100, form
