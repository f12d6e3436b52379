"""Light on a page: it fades, it is cut off by shadows, and creases turn it."""

import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.random import Generator

from model.synthesis.camera import lighting
from model.synthesis.camera.lighting import light
from model.synthesis.geometry import Size
from tests.model.synthesis.draws import draws

SIZE = (160, 120)
# What `random` gives, in turn: whether there is a shadow, whether the lens darkens the corners;
# then whether the paper is crumpled, then how soft the shadow is. With `uniform` at 0 light does
# not fade.
CLEAR = [1.0, 1.0]
SHADOWED = [0.0, 1.0]
X = np.linspace(-1, 1, 160)[None]
Y = np.linspace(-1, 1, 120)[:, None]


def lit(rng: Generator, *, shaded: bool = False, creased: bool = False) -> MatLike:
    return light(SIZE, rng, shaded=shaded, creased=creased).astype(float)


@pytest.mark.parametrize("size", [SIZE, (3, 700), (2, 1)])
@pytest.mark.parametrize("shaded", [False, True])
@pytest.mark.parametrize("creased", [False, True])
def test_light_falls_on_all_of_the_page(size: Size, *, shaded: bool, creased: bool) -> None:
    for seed in range(10):
        levels = light(size, np.random.default_rng(seed), shaded=shaded, creased=creased)
        assert levels.shape == size[::-1]
        assert levels.dtype == np.uint8
        assert levels.min() > 0


def test_even_light_is_as_bright_everywhere() -> None:
    assert (lit(draws(random=CLEAR, uniform=0)) == 255).all()


def test_large_photos_are_lit_as_small_ones() -> None:
    large = light((1600, 1200), draws(random=CLEAR, uniform=0.25), shaded=True, creased=False)
    small = lit(draws(random=CLEAR, uniform=0.25), shaded=True)
    assert np.abs(large[5::10, 5::10] - small).max() < 3


@pytest.mark.parametrize("shaded", [False, True])
@pytest.mark.parametrize("place", [0.25, 0.5, 0.75, 1])
def test_light_fades_from_one_side_to_the_other(place: float, *, shaded: bool) -> None:
    levels = lit(draws(random=CLEAR, uniform=place), shaded=shaded)
    toward = {0.25: Y, 0.5: -X, 0.75: -Y, 1: X}[place]
    # By three tenths at most, and in bad light by up to three quarters.
    depth = place * (0.3 + 0.45 * place if shaded else 0.3)
    ramp = (1 + toward / 2**0.5) / 2
    expected = 255 * (1 - depth * ramp ** (0.7 + 2.3 * place)) + 0 * (X + Y)
    assert np.abs(levels - expected).max() < 1.6


def test_the_smallest_photos_are_lit_in_all_their_pixels() -> None:
    levels = light((2, 2), draws(random=CLEAR, uniform=1), shaded=False, creased=False)
    left, right = ((1 - 0.5**0.5) / 2, (1 + 0.5**0.5) / 2)
    expected = [255 * (1 - 0.3 * ramp**3) for ramp in (left, right)]
    assert levels.tolist() == [pytest.approx(expected, abs=1)] * 2


def test_three_in_ten_lenses_darken_the_corners() -> None:
    darkened = lit(draws(random=[1.0, 0.29], uniform=1))
    share = darkened / lit(draws(random=[1.0, 0.3], uniform=1))
    assert np.abs(share - (1 - 0.6 * 0.3 * (X**2 + Y**2) / 2)).max() < 0.01
    assert np.array_equal(lit(draws(random=[1.0, 0.3])), lit(draws(random=CLEAR)))


@pytest.mark.parametrize(("shaded", "share"), [(False, 0.08), (True, 0.7)])
def test_what_stands_in_the_light_casts_a_shadow(share: float, *, shaded: bool) -> None:
    without = lit(draws(random=[share, 1.0, 0.0], uniform=0), shaded=shaded)
    assert (without == 255).all()
    shadowed = lit(draws(random=[share - 0.01, 1.0, 0.0], uniform=0), shaded=shaded)
    # Off the first corner: that is darker, and the opposite one is not.
    assert shadowed[0, 0] < 200
    assert shadowed[-1, -1] == 255


def shadow(uniform: float, softness: float = 0.0, **chosen: float) -> MatLike:
    """The share of light (h, w) that a shadow leaves."""
    clear = lit(draws(random=CLEAR, uniform=uniform))
    shadowed = lit(draws(random=[*SHADOWED, softness], uniform=uniform, **chosen))
    return np.asarray(shadowed / clear, np.float64)


@pytest.mark.parametrize(("uniform", "shade"), [(0, 0.4), (0.5, 0.625), (1, 0.85)])
def test_a_shadow_takes_a_part_of_the_light(uniform: float, shade: float) -> None:
    levels = shadow(uniform)
    assert levels[0, 0] == pytest.approx(shade, abs=0.01)
    assert levels.max() == 1 or uniform == 1
    inside = np.abs(levels - shade) < 0.02
    outside = np.abs(levels - 1) < 0.02
    assert (inside | outside).mean() > 0.95


@pytest.mark.parametrize(("uniform", "radius"), [(0, 0.4), (1, 0.8)])
def test_a_shadow_reaches_in_from_off_a_corner(uniform: float, radius: float) -> None:
    levels = shadow(uniform)
    dark = levels < (1 + levels[0, 0]) / 2
    # A circle around a place a tenth of each side outside the first corner.
    reach = radius * 160
    assert dark[0].sum() == pytest.approx((reach**2 - 12**2) ** 0.5 - 16, abs=3)
    assert dark[:, 0].sum() == pytest.approx(min(120, (reach**2 - 16**2) ** 0.5 - 12), abs=3)


def test_it_stands_near_any_corner() -> None:
    last = shadow(0, integer=0.9)
    assert last[-1, -1] == pytest.approx(0.4, abs=0.01)
    assert last[0, 0] == 1


def test_its_place_and_its_outline_vary() -> None:
    # A deviation of a fifth of the longer side, and of a quarter of the radius for the waves.
    near = shadow(0, normal=1.5) < 0.7
    assert near.sum() > 2 * (shadow(0) < 0.7).sum()
    contour = [int(line.sum()) for line in near]
    turns = np.diff(np.sign(np.diff(np.convolve(contour, np.ones(5), "valid"))))
    assert np.count_nonzero(turns) >= 1


@pytest.mark.parametrize(("softness", "pixels"), [(0, 3), (0.5, 17), (1, 60)])
def test_a_shadows_edge_is_sharp_to_soft(softness: float, pixels: int) -> None:
    # A deviation of 0.7 pixels, and of up to a tenth of the longer side beyond that.
    row = shadow(1, softness)[60]
    between = (row > 0.85 + 0.15 * 0.05) & (row < 1 - 0.15 * 0.05)
    assert between.sum() == pytest.approx(pixels, rel=0.25)


def creased(rng: Generator) -> MatLike:
    return lit(rng, creased=True)


FOLDED = [*CLEAR, 0.75]  # not crumpled
CRUMPLED = [*CLEAR, 0.74]


def test_a_fold_is_lighter_on_one_side_and_darker_on_the_other() -> None:
    # One fold, upright where x is -0.8: light by 0.03 on its right, dark on its left.
    levels = creased(draws(random=FOLDED, uniform=0))
    distance = X + 0.8
    field = 1 + 0.03 * np.sign(distance) * np.exp(-4 * np.abs(distance))
    expected = 255 * field / field.max() + 0 * Y
    off = np.abs(levels - expected)
    assert np.delete(off, [15, 16], axis=1).max() < 1.6


def test_folds_may_be_sharp_and_strong() -> None:
    clear = lit(draws(random=CLEAR, uniform=1))
    levels = creased(draws(random=FOLDED, uniform=1))
    # Upright again, turned by half a circle, where x is -0.8.
    ratio = (levels / clear)[60]
    assert ratio.max() / ratio.min() == pytest.approx(1.2 / 0.8, rel=0.15)
    near = np.flatnonzero(np.abs(ratio / ratio[100] - 1) > 0.2 / np.e)
    assert np.ptp(near) * 2 / 159 == pytest.approx(2 / 30, abs=0.03)
    assert near.mean() == pytest.approx(15.9, abs=2)


def test_there_are_one_to_three_folds() -> None:
    one = creased(draws(random=FOLDED, uniform=0))
    three = creased(draws(random=FOLDED, uniform=0, integer=0.99))
    # All in the same place, so they add up.
    low, high = one.min() / 255, three.min() / 255
    assert low == pytest.approx(0.97 / 1.03, abs=0.01)
    assert high == pytest.approx(0.91 / 1.09, abs=0.015)


def test_three_quarters_of_the_creased_pages_are_crumpled() -> None:
    folded = creased(draws(random=FOLDED, uniform=0, normal=1))
    crumpled = creased(draws(random=CRUMPLED, uniform=0, normal=1))
    assert not np.array_equal(folded, crumpled)
    assert np.array_equal(folded, creased(draws(random=[*CLEAR, 1.0], uniform=0)))


@pytest.mark.parametrize("normal", [-2, 1])
def test_a_facet_is_a_plane_turned_from_the_light(normal: float) -> None:
    # All points of facets are the same one, so there is only one facet.
    levels = creased(draws(random=CRUMPLED, uniform=0, normal=normal))
    distance = X + 0.8
    fold = 0.03 * np.sign(distance) * np.exp(-4 * np.abs(distance))
    field = 1 + 0.02 * normal * (0.5 + X + Y) + fold
    expected = 255 * field / max(1, field.max())
    off = np.abs(levels - expected)
    assert np.delete(off, [15, 16], axis=1).max() < 2


def test_facets_are_as_strong_as_crumpled_paper_has_them() -> None:
    tilted = creased(draws(random=CRUMPLED, uniform=1, normal=1))
    flat = creased(draws(random=FOLDED, uniform=1))
    plane = (tilted / flat)[:, 40:]
    slope = np.polyfit(Y[:, 0], plane.mean(axis=1) / plane.mean(), 1)[0]
    assert slope == pytest.approx(0.08, abs=0.03)


def test_crumpled_paper_has_many_facets_with_sharp_borders() -> None:
    strongest = []
    for seed in range(16):
        smooth = lit(np.random.default_rng(seed))
        rough = creased(np.random.default_rng(seed))
        strongest.append(
            np.abs(np.diff(rough, axis=1)).max() - np.abs(np.diff(smooth, axis=1)).max()
        )
    assert np.median(strongest) > 10


def facets_bent_by(noise: float, patch: pytest.MonkeyPatch) -> MatLike:
    """Facets alone, each place of which is bent by the same noise, in grey levels."""
    for name, value in {"DEPTH": 0, "SHADOWED": 0, "FOLD_STRENGTHS": (0, 0)}.items():
        patch.setattr(lighting, name, value)
    patch.setattr(lighting, "FACET_STRENGTHS", (0.05, 0.05))
    patch.setattr(lighting, "CRUMPLED_SHARE", 1)
    patch.setattr(lighting, "centred_noise", lambda size, *_: np.full(size[::-1], noise, "f4"))
    return creased(np.random.default_rng(2))


@pytest.mark.parametrize(("bend", "moved"), [(0.0, 0), (0.1, 1), (0.3, 3)])
def test_borders_of_facets_are_bent_by_parts_of_a_pixel_for_each_level_of_noise(
    bend: float, moved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lighting, "BENDS", (bend, bend))
    straight = facets_bent_by(0, monkeypatch)[20:-20, 20:-20]
    bent = facets_bent_by(10, monkeypatch)[20 - moved : -20 - moved, 20 - moved : -20 - moved]
    assert np.ptp(straight) > 30
    # Both are as bright as their brightest places allow, which may be cut off.
    ratio = bent / straight
    assert ratio == pytest.approx(np.median(ratio), abs=0.02)


def test_each_sixth_of_the_width_is_bent_in_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = []

    def note(size: Size, cell: float, _: Generator) -> MatLike:
        cells.append(cell)
        return np.zeros(size[::-1], np.float32)

    monkeypatch.setattr(lighting, "centred_noise", note)
    creased(draws(random=CRUMPLED, uniform=0))
    assert cells == pytest.approx([160 / 6, 160 / 6])
