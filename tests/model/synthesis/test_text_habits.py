"""How different people set lines."""

import numpy as np
import pytest

from model.synthesis.text_habits import Habits, sample_habits


def many_habits(*, boxed: bool = False) -> list[Habits]:
    generator = np.random.default_rng(0)
    return [sample_habits(boxed=boxed, rng=generator) for _ in range(1500)]


def test_a_third_of_the_hands_let_digits_touch() -> None:
    found = np.array([habits.gap for habits in many_habits()])
    assert (found < 0.06).mean() == pytest.approx(0.33, abs=0.04)
    assert found.min() == pytest.approx(-0.14, abs=0.01)
    assert found.max() == pytest.approx(0.55, abs=0.01)


def test_hands_are_more_or_less_even() -> None:
    found = many_habits()
    assert {habits.size_deviation for habits in found} == {0.03, 0.07, 0.16}
    assert {habits.level_deviation for habits in found} == {0.02, 0.05, 0.1}


def test_some_hands_climb_some_bend_some_indent() -> None:
    found = many_habits()
    climbs = np.array([habits.climb for habits in found])
    bends = np.array([habits.bend for habits in found])
    # Of three quarters the deviation is 0.03, of the others 0.12.
    assert climbs.std() == pytest.approx(np.sqrt(0.75 * 0.03**2 + 0.25 * 0.12**2), rel=0.15)
    assert (bends == 0).mean() == pytest.approx(2 / 3, abs=0.04)
    assert bends[bends != 0].std() == pytest.approx(0.1, rel=0.15)
    assert np.mean([habits.indented for habits in found]) == pytest.approx(0.3, abs=0.04)


def test_only_who_writes_into_boxes_has_cells_and_rows_of_them_do_not_overlap() -> None:
    assert {habits.cell for habits in many_habits()} == {0}
    boxed = many_habits(boxed=True)
    sides = [habits.cell for habits in boxed]
    assert min(sides) == pytest.approx(1.15, abs=0.01)
    assert max(sides) == pytest.approx(1.8, abs=0.01)
    assert min(habits.pitch / habits.cell for habits in boxed) == pytest.approx(1.02)


def test_lines_are_between_one_and_a_quarter_and_two_and_a_half_heights_apart() -> None:
    pitches = [habits.pitch for habits in many_habits()]
    assert min(pitches) == pytest.approx(1.25, abs=0.01)
    assert max(pitches) == pytest.approx(2.6, abs=0.01)
