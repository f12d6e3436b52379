"""What hands write: the table of templates, held against what makes each digit that digit."""

from itertools import chain

import numpy as np
import pytest

from model.recognition import character_set
from model.synthesis.glyphs import handwriting
from model.synthesis.glyphs.handwriting import Points, draw_template, write
from model.synthesis.glyphs.stroke_templates import DIGITS, LETTERS, MARKS, SYMBOLS

CROSSED_SEVENS = [template for template in DIGITS["7"] if "|" in template]
SLASHED_NOUGHTS = [template for template in DIGITS["0"] if "|" in template]
ONES_WITH_A_BASE = [template for template in DIGITS["1"] if "|" in template]
FLAGGED_ONES = [template for template in DIGITS["1"] if template.count("!")]


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a hand that writes exactly what the template says."""
    for habit in ("LIFTED", "OVERSHOT", "WAVE_HEIGHT", "TURN", "STRETCH"):
        monkeypatch.setattr(handwriting, habit, 0)
    monkeypatch.setattr(handwriting, "SLANT", (0, 0))


def strokes(template: str) -> list[Points]:
    return write(template, np.random.default_rng(0), jitter=0)


def crossings(one: Points, other: Points) -> list[Points]:
    """Where two curves come nearest to each other, if they meet: one point for each meeting."""
    distances = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1))
    near = distances.min(axis=1) < 4
    starts = np.flatnonzero(near & ~np.append(False, near[:-1]))
    return [one[start] for start in starts]


def test_all_digits_have_several_forms() -> None:
    assert sorted(DIGITS) == list("0123456789")
    assert all(len(forms) >= 5 for forms in DIGITS.values())


@pytest.mark.parametrize("table", [DIGITS, LETTERS, SYMBOLS, MARKS])
def test_every_template_can_be_drawn(table: dict[str, list[str]]) -> None:
    rng = np.random.default_rng(7)
    for template in chain(*table.values()):
        assert (draw_template(template, rng) > 127).sum() > 100, template


def test_no_letter_is_one_that_a_hand_writes_as_a_digit() -> None:
    assert not set("OoIlSsZzbgqiJj") & set(LETTERS)


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("template", list(chain(*DIGITS.values())))
def test_a_digit_is_higher_than_wide(template: str) -> None:
    points = np.concatenate(strokes(template))
    width, height = np.ptp(points, axis=0)
    assert height > width


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("template", CROSSED_SEVENS)
def test_a_crossed_seven_has_a_bar_across_its_stem(template: str) -> None:
    stem, bar = strokes(template)
    [crossing] = crossings(bar, stem)
    height = np.ptp(stem[:, 1])
    assert 0.35 * height < crossing[1] - stem[:, 1].min() < 0.65 * height
    assert bar[:, 0].min() < crossing[0] - 5
    assert bar[:, 0].max() > crossing[0] + 5


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("template", SLASHED_NOUGHTS)
def test_a_slash_crosses_a_nought_on_both_sides(template: str) -> None:
    ring, slash = strokes(template)
    assert len(crossings(slash, ring)) == 2


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("template", FLAGGED_ONES)
def test_a_flagged_one_has_an_upstroke_of_at_least_32_degrees(template: str) -> None:
    stroke = strokes(template)[0]
    apex = stroke[stroke[:, 1].argmin()]
    across, up = apex[0] - stroke[0, 0], stroke[0, 1] - apex[1]
    assert across > 10
    assert up > across * np.tan(np.radians(32))


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("template", ONES_WITH_A_BASE)
def test_a_base_lies_under_the_stem(template: str) -> None:
    stem, base = strokes(template)
    assert base[:, 1] == pytest.approx(stem[-1, 1], abs=2)
    assert base[:, 0].min() < stem[-1, 0] < base[:, 0].max()


@pytest.mark.parametrize("forms", [CROSSED_SEVENS, SLASHED_NOUGHTS, ONES_WITH_A_BASE, FLAGGED_ONES])
def test_european_forms_are_among_them(forms: list[str]) -> None:
    assert forms


# --- marks ------------------------------------------------------------------------------------


def test_every_mark_that_is_read_has_several_forms() -> None:
    assert sorted(MARKS) == sorted(character_set.MARKS)
    assert all(len(forms) >= 2 for forms in MARKS.values())


def sides(points: Points, line: Points) -> list[bool]:
    """On which side of a stroke from its first point to its last one points (n, 2) lie."""
    across, down = line[-1] - line[0]
    x, y = (points - line[0]).T
    return [bool(side > 0) for side in across * y - down * x]


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("template", [*MARKS["+"], *MARKS["×"]])
def test_the_strokes_of_plus_and_times_cross(template: str) -> None:
    one, other = strokes(template)
    assert len(set(sides(one[[0, -1]], other))) == 2
    assert len(set(sides(other[[0, -1]], one))) == 2


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize(
    ("mark", "steepness"), [("-", 0), ("=", 0), ("+", 0), ("×", 45), ("/", 60), (":", None)]
)
def test_first_strokes_go_the_marks_way(mark: str, steepness: float | None) -> None:
    for template in MARKS[mark]:
        first, *_ = strokes(template)
        across, down = np.abs(first[-1] - first[0])
        if steepness is None:
            assert max(across, down) < 0.2 * 112
        else:
            assert np.degrees(np.arctan2(down, across)) == pytest.approx(steepness, abs=20)


@pytest.mark.usefixtures("steady")
def test_a_slash_rises_to_the_right_and_a_comma_ends_on_the_left() -> None:
    for template in MARKS["/"]:
        [stroke] = strokes(template)
        assert stroke[0, 0] > stroke[-1, 0]
        assert stroke[0, 1] < stroke[-1, 1]
    for template in MARKS[","]:
        [stroke] = strokes(template)
        lowest = stroke[stroke[:, 1].argmax()]
        assert lowest[0] < stroke[:, 0].max() - 5


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize(("mark", "side"), [("(", -1), (")", 1)])
def test_brackets_bulge_outwards(mark: str, side: int) -> None:
    for template in MARKS[mark]:
        [stroke] = strokes(template)
        middle = stroke[len(stroke) // 2]
        ends = (stroke[0] + stroke[-1]) / 2
        assert side * (middle[0] - ends[0]) > 8


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize(("mark", "count"), [(":", 2), ("=", 2), ("÷", 3)])
def test_parts_of_a_mark_lie_above_each_other(mark: str, count: int) -> None:
    for template in MARKS[mark]:
        levels = sorted(float(stroke[:, 1].mean()) for stroke in strokes(template))
        assert len(levels) == count
        assert min(np.diff(levels)) > 0.15 * 112
