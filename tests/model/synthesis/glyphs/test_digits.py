"""Digits that MNIST lacks: by hand, in print and on displays."""

from collections import Counter
from functools import partial

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.mnist import ONE_OR_SEVEN
from model.synthesis.glyphs import digits, fonts, handwriting
from model.synthesis.glyphs.digits import (
    displayed,
    handwritten,
    is_unmistakable,
    one_or_seven,
    printed,
    sample_digit,
)
from model.synthesis.glyphs.glyph_images import trim
from model.synthesis.glyphs.handwriting import GLYPH_SIDE, MARGIN, Points

MANY = 4000
BAR = np.full((100, 20), 255, np.uint8)
# What seven-segment displays show, and where the middles of their segments are.
DISPLAYS = {
    0: "abcdef", 1: "bc", 2: "abdeg", 3: "abcdg", 4: "bcfg",
    5: "acdfg", 6: "acdefg", 7: "abc", 8: "abcdefg", 9: "abcdfg",
}  # fmt: skip
MIDDLES = {
    "a": (25, 0), "b": (50, 25), "c": (50, 75), "d": (25, 100), "e": (0, 75), "f": (0, 25),
    "g": (25, 50),
}  # fmt: skip


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def made() -> list[tuple[MatLike, int]]:
    generator = rng()
    return [sample_digit(generator) for _ in range(150)]


# --- all kinds --------------------------------------------------------------------------------


def test_each_is_ink_on_a_canvas_just_round_it(made: list[tuple[MatLike, int]]) -> None:
    for glyph, _ in made:
        assert glyph.dtype == np.uint8
        assert glyph.ndim == 2
        assert glyph.max() == 255
        edges = (glyph[0], glyph[-1], glyph[:, 0], glyph[:, -1])
        assert not any(edge.any() for edge in edges)
        assert GLYPH_SIDE - 27 <= max(trim(glyph).shape) <= GLYPH_SIDE + 24
        assert ((glyph > 0) & (glyph < 255)).any()


def test_the_same_seed_makes_the_same(made: list[tuple[MatLike, int]]) -> None:
    generator = rng()
    for glyph, label in made[:20]:
        again, same_label = sample_digit(generator)
        assert np.array_equal(again, glyph)
        assert same_label == label


def mark(label: int, _: np.random.Generator) -> MatLike:
    """A stand-in for a glyph, which holds its label."""
    return np.full((1, 1), label, np.uint8)


def test_the_digits_that_networks_confuse_are_made_more_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for maker in ("handwritten", "printed"):
        monkeypatch.setattr(digits, maker, mark)
    monkeypatch.setattr(digits, "one_or_seven", partial(mark, ONE_OR_SEVEN))
    generator = rng()
    samples = [sample_digit(generator) for _ in range(20_000)]
    assert all(glyph[0, 0] == label for glyph, label in samples)
    counts = Counter(label for _, label in samples)
    usual = sum(counts[label] for label in (0, 3, 5, 6, 8)) / 5
    ratios = [counts[label] / usual for label in range(10)]
    assert ratios == pytest.approx([1, 6, 1.2, 1, 2, 1, 1, 5, 1, 2], rel=0.12)
    assert counts[ONE_OR_SEVEN] / 20_000 == pytest.approx(0.06, abs=0.006)


def test_somewhat_more_are_handwritten_than_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits, "handwritten", lambda *_: "hand")
    monkeypatch.setattr(digits, "printed", lambda *_: "print")
    generator = rng()
    monkeypatch.setattr(digits, "one_or_seven", lambda _: "either")
    kinds = Counter(str(sample_digit(generator)[0]) for _ in range(MANY))
    assert kinds["hand"] / (kinds["hand"] + kinds["print"]) == pytest.approx(0.55, abs=0.03)


# --- by hand ----------------------------------------------------------------------------------


@pytest.mark.parametrize("label", range(10))
def test_no_two_by_hand_are_alike(label: int) -> None:
    generator = rng(1)
    assert len({handwritten(label, generator).tobytes() for _ in range(10)}) == 10


def top_width(glyph: MatLike) -> float:
    """How wide the upper sixth of a glyph's ink is, as a share of its height."""
    ink = trim(glyph)
    height = len(ink)
    upper = ink[: height // 6].any(axis=0)
    return float(np.ptp(np.flatnonzero(upper))) / height


def test_a_one_is_pointed_where_a_seven_has_its_bar() -> None:
    generator = rng(2)
    ones, sevens = (
        [top_width(handwritten(label, generator)) for _ in range(60)] for label in (1, 7)
    )
    assert np.quantile(ones, 0.9) < np.quantile(sevens, 0.1)


def one(degrees: float) -> Points:
    """A one's stroke with a flag that rises by so much."""
    angle = np.radians(degrees)
    return np.array([(-50 * np.cos(angle), 50 * np.sin(angle)), (0, 0), (-5, 100)])


def seven(degrees: float, length: float) -> Points:
    """A seven's stroke with a bar that rises by so much and is so long across."""
    return np.array([(-length, length * np.tan(np.radians(degrees))), (0, 0), (-30, 100)])


@pytest.mark.parametrize(("degrees", "clear"), [(60, True), (33, True), (31, False), (5, False)])
def test_a_flag_that_rises_steeply_makes_a_one(degrees: float, clear: bool) -> None:
    assert is_unmistakable(1, one(degrees)) is clear


@pytest.mark.parametrize(
    ("degrees", "length", "clear"),
    [
        (5, 60, True),
        (12, 60, True),
        (14, 60, False),
        (40, 60, False),
        (-20, 60, True),  # it falls, which no one's flag does
        (5, 0.43 * GLYPH_SIDE, True),
        (5, 0.41 * GLYPH_SIDE, False),
    ],
)
def test_a_long_level_bar_makes_a_seven(degrees: float, length: float, clear: bool) -> None:
    assert is_unmistakable(7, seven(degrees, length)) is clear


def test_a_bare_stick_is_a_one() -> None:
    assert is_unmistakable(1, np.array([(20, 0), (10, 100)]))


def test_a_seven_whose_bar_has_a_hook_is_one() -> None:
    assert is_unmistakable(7, np.array([(2, 20), (0, 2), (56, 0), (20, 100)]))
    assert not is_unmistakable(7, np.array([(0, 0), (5, 40), (10, 100)]))


@pytest.mark.parametrize("label", [0, 2, 3, 4, 5, 6, 8, 9])
def test_other_digits_are_never_in_doubt(label: int) -> None:
    assert is_unmistakable(label, one(20))


def test_only_unmistakable_ones_and_sevens_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    strokes: list[Points] = []

    def refuse_two(_: int, stroke: Points) -> bool:
        strokes.append(stroke)
        return len(strokes) == 3

    monkeypatch.setattr(digits, "is_unmistakable", refuse_two)
    handwritten(7, rng())
    assert len(strokes) == 3


def test_what_may_be_a_one_or_a_seven_is_clearly_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Points] = []
    monkeypatch.setattr(handwriting, "draw", lambda curves, _: drawn.extend(curves))
    generator = rng()
    for _ in range(50):
        one_or_seven(generator)
    assert len(drawn) == 50
    for stroke in drawn:
        assert not is_unmistakable(1, stroke)
        assert not is_unmistakable(7, stroke)
        assert np.ptp(stroke[:, 0]) > 0.3 * GLYPH_SIDE  # the flag is long


# --- in print ---------------------------------------------------------------------------------


def test_print_is_drawn_for_every_digit() -> None:
    generator = rng(4)
    for label in range(10):
        assert (printed(label, generator) > 127).sum() > 300


def test_few_of_the_printed_are_on_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int] = []
    monkeypatch.setattr(digits, "displayed", lambda label, _: shown.append(label))
    monkeypatch.setattr(fonts, "typeset", lambda *_: BAR)
    generator = rng()
    for _ in range(600):
        printed(6, generator)
    assert len(shown) / 600 == pytest.approx(0.08, abs=0.03)
    assert set(shown) == {6}


def test_the_label_is_what_is_typeset(monkeypatch: pytest.MonkeyPatch) -> None:
    typeset: list[str] = []

    def set_bar(character: str, _: np.random.Generator) -> MatLike:
        typeset.append(character)
        return BAR

    monkeypatch.setattr(fonts, "typeset", set_bar)
    monkeypatch.setattr(digits, "DISPLAYED", 0)
    for label in range(10):
        printed(label, rng())
    assert "".join(typeset) == "0123456789"


def test_print_is_slanted_stretched_and_bent_a_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "typeset", lambda *_: BAR)
    monkeypatch.setattr(digits, "DISPLAYED", 0)
    generator = rng()
    leans, widths, bends = [], [], []
    for _ in range(400):
        ink = trim(printed(1, generator)).astype(float)
        middles = (ink @ np.arange(ink.shape[1]) / ink.sum(axis=1))[6:-6]
        slope, _offset = line = np.polyfit(np.arange(len(middles)), middles, 1)
        leans.append(slope)
        widths.append(np.log(np.median((ink > 127).sum(axis=1))))
        bends.append(np.std(middles - np.polyval(line, np.arange(len(middles)))))
    assert np.std(leans) == pytest.approx(0.1, rel=0.2)
    assert np.std(widths) == pytest.approx(0.12, rel=0.25)
    assert 0.1 < np.mean(bends) < 0.6


# --- on a display -----------------------------------------------------------------------------


@pytest.mark.parametrize("label", range(10))
def test_a_display_lights_a_digits_segments(label: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits, "DISPLAY_SLANT", 0)
    glyph = displayed(label, rng())
    ends = np.array([digits.SEGMENTS[name] for name in DISPLAYS[label]]).reshape(-1, 2)
    origin = ends.min(axis=0)
    lit = set()
    for name, middle in MIDDLES.items():
        x, y = (1.12 * (np.array(middle) - origin) + MARGIN).round().astype(int)
        inside = 0 <= x < glyph.shape[1] and 0 <= y < glyph.shape[0]
        if inside and glyph[y, x] > 127:
            lit.add(name)
    assert lit == set(DISPLAYS[label])


def test_segments_do_not_touch_when_they_are_thin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.synthesis.glyphs.handwriting.STROKE_WIDTHS", (2, 2))
    ink = (displayed(8, rng()) > 127).astype(np.uint8)
    assert cv2.connectedComponents(ink)[0] - 1 == 7


def test_displays_lean_to_the_right_if_at_all() -> None:
    generator = rng()
    leans = []
    for _ in range(150):
        moments = cv2.moments(displayed(1, generator))
        leans.append(-moments["mu11"] / moments["mu02"])
    assert min(leans) == pytest.approx(0, abs=0.02)
    assert max(leans) == pytest.approx(0.2, abs=0.02)


def test_a_display_is_as_high_as_a_glyph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.synthesis.glyphs.handwriting.STROKE_WIDTHS", (4, 4))
    assert len(trim(displayed(8, rng()), 127)) == pytest.approx(GLYPH_SIDE + 5, abs=2)
