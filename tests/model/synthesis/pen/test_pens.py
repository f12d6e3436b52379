"""Pens: what kinds there are, and one of a kind."""

import numpy as np
import pytest

from model.synthesis.colours import Palette
from model.synthesis.pen.pens import (
    CANVAS,
    CHALKS,
    FORM_INKS,
    INKS,
    KINDS,
    PENCIL,
    PRINT,
    Kind,
    any_pen,
)
from tests.model.synthesis.draws import draws

KIND = Kind((0.05, 0.2), 0.4, 0.6, 0.5, 0.8, 0.3, 0.7, ((50, 60, 70),))


@pytest.mark.parametrize(
    ("palette", "average"),
    [
        (INKS, (95.6, 58, 58.1)),
        (PENCIL, (95, 92.7, 91.3)),
        (CHALKS, (214, 221, 226)),
        (PRINT, (55, 53, 51)),
        (CANVAS, (106.2, 105, 110)),
        (FORM_INKS, (149, 77.6, 75.6)),
    ],
)
def test_each_palette_has_the_average_that_phones_record(
    palette: Palette, average: tuple[float, float, float]
) -> None:
    assert np.mean(palette, axis=0) == pytest.approx(average, abs=0.06)


Row = tuple[str, float, float, float, float, float, float, float, float]
KIND_TABLE: list[Row] = [
    ("ballpoint", 0.02, 0.07, 0.9, 0.7, 0.3, 0.3, 0.3, 0.4),
    ("felt-tip", 0.06, 0.16, 0.75, 0.8, 0.4, 0.2, 0.1, 0.6),
    ("marker", 0.1, 0.3, 0.5, 0.8, 0.5, 0.3, 0.1, 0.7),
    ("pencil", 0.025, 0.09, 0.75, 0.5, 0.4, 1.0, 0.3, 0.5),
    ("fountain", 0.03, 0.1, 0.45, 0.75, 0.5, 0.0, 0.1, 0.5),
    ("chalk", 0.04, 0.2, 0.7, 0.7, 0.5, 0.8, 0.2, 0.8),
    ("biro", 0.04, 0.12, 0.75, 0.55, 0.4, 0.5, 0.5, 0.8),
    ("press", 0.08, 0.14, 1.0, 0.85, 0.2, 0.2, 0.0, 0.3),
    ("finger", 0.015, 0.22, 0.5, 0.7, 0.0, 0.0, 0.0, 0.0),
]


@pytest.mark.parametrize("row", KIND_TABLE, ids=[str(row[0]) for row in KIND_TABLE])
def test_a_pen_goes_as_far_as_its_kind(row: Row) -> None:
    name, fine, broad, nib, strength, mottle, grain, gaps, bleed = row
    least = any_pen(KINDS[name], 1000, draws(uniform=0, random=[0.35, 0.0, 0.0, 0.999, 0.0]))
    most = any_pen(
        KINDS[name], 1000, draws(uniform=1, random=[0.35, 1.0, 1.0, max(0, gaps - 0.001), 1.0])
    )
    assert least.width == pytest.approx(1000 * fine)
    assert most.width == pytest.approx(1000 * broad)
    assert (least.nib, most.nib) == (nib, 1)
    assert (least.strength, most.strength) == (strength, 1)
    assert (least.mottle, most.mottle) == (0, mottle)
    assert (least.grain, most.grain) == (0, grain)
    assert (least.gaps, most.gaps) == (0, 1 if gaps else 0)
    assert (least.bleed, most.bleed) == (0, bleed)
    assert least.colour.tolist() == list(KINDS[name].inks[0])


def test_every_kind_is_tested() -> None:
    assert [row[0] for row in KIND_TABLE] == list(KINDS)


def test_widths_are_spread_by_their_logarithm() -> None:
    assert any_pen(KIND, 100, draws(uniform=0.5)).width == pytest.approx(10)


def test_no_stroke_is_finer_than_a_photo_shows() -> None:
    assert any_pen(KIND, 20, draws(uniform=0)).width == 1.8
    assert any_pen(KIND, 40, draws(uniform=0)).width == pytest.approx(2)
    # In tiny digits such a stroke would be a blot.
    assert any_pen(KIND, 8, draws(uniform=0)).width == pytest.approx(1.2)


def test_a_third_of_the_pens_keeps_the_glyphs_own_strokes() -> None:
    keeping = any_pen(KIND, 100, draws(random=0.34, uniform=0))
    assert keeping.keeps
    assert keeping.nib == 1  # a glyph's strokes have their own nib in them
    assert not any_pen(KIND, 100, draws(random=0.35)).keeps


def test_a_nib_is_held_at_any_angle() -> None:
    angles = [any_pen(KIND, 100, draws(uniform=place)).angle for place in (0, 0.5, 1)]
    assert angles == pytest.approx([-np.pi / 2, 0, np.pi / 2])


def test_hands_slant_either_way() -> None:
    assert any_pen(KIND, 100, draws(normal=1)).slant == pytest.approx(0.12)
    assert any_pen(KIND, 100, draws(normal=-1)).slant == pytest.approx(-0.12)


def test_some_pens_leave_gaps_fainter_ones_in_small_digits() -> None:
    drawn = [1.0, 0.0, 0.0, 0.29, 0.5]  # own strokes, mottle, grain, whether gaps, how strong
    assert any_pen(KIND, 100, draws(random=drawn)).gaps == 0.5
    assert any_pen(KIND, 80, draws(random=drawn)).gaps == 0.5
    assert any_pen(KIND, 40, draws(random=drawn)).gaps == 0.25
    assert any_pen(KIND, 100, draws(random=[1.0, 0.0, 0.0, 0.3, 0.5])).gaps == 0


def test_each_of_its_inks_is_as_likely() -> None:
    rng = np.random.default_rng(0)
    pens = [any_pen(KINDS["pencil"], 100, rng) for _ in range(300)]
    near = [np.abs(np.subtract(PENCIL, pen.colour)).sum(axis=1).argmin() for pen in pens]
    assert np.bincount(near).min() > 50
