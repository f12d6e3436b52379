"""Ruled, squared and dotted paper: printed where the camera sees the page's lines."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.paper.printed_lines import (
    MARGIN_RED,
    RULES,
    Line,
    any_white,
    dotted,
    print_lines,
    ruled,
    squared,
)
from model.synthesis.scene import Scene
from tests.model.synthesis.draws import draws

VIEW = np.array([[1, 0.1, -5], [-0.1, 1, 8], [1e-4, 0, 1]])
SCENE = Scene((160, 120), np.eye(3), 30, np.empty((0, 4)))
# What `random` gives for smooth clean paper; then come where lines begin, and whether there is a
# margin.
CLEAN = [0.0, 1.0]
Surface = Callable[[Scene, Generator], MatLike]


def places(line: MatLike) -> list[int]:
    """Where runs of true values begin."""
    return np.flatnonzero(np.diff(line.astype(int), prepend=0) > 0).tolist()


def printed(sheet: MatLike) -> NDArray[np.bool_]:
    """Where (h, w) something is printed on white paper without texture."""
    return np.asarray((sheet != 252).any(axis=2))


def levels(sheet: MatLike) -> list[int]:
    """The first rows of level lines."""
    return places(printed(sheet).mean(axis=1) > 0.9)


def uprights(sheet: MatLike) -> list[int]:
    """The first columns of upright lines."""
    return places(printed(sheet).mean(axis=0) > 0.9)


@pytest.mark.parametrize("surface", [ruled, squared, dotted, any_white])
def test_a_surface_fills_the_photo(surface: Surface) -> None:
    for seed in range(5):
        sheet = surface(SCENE._replace(view=VIEW), np.random.default_rng(seed))
        assert sheet.shape == (120, 160, 3)
        assert sheet.dtype == np.uint8


def test_colours_are_on_average_as_phones_record_them() -> None:
    assert np.mean(RULES, axis=0) == pytest.approx([183, 161, 156])
    assert MARGIN_RED == ((110, 110, 225),)


SPACINGS = pytest.mark.parametrize(
    ("digit_height", "uniform", "spacing"),
    [
        (20, 0.5, 20 * 0.9**0.5),  # the middle of the range, by its logarithm
        (10, 1.0, 30),  # three times the digits' height
        (60, 0.0, 18),  # three tenths of it
        (10, 0.0, 7),  # but no closer than this
    ],
)


@SPACINGS
def test_ruled_paper_has_parallel_lines_at_its_spacing(
    digit_height: float, uniform: float, spacing: float
) -> None:
    scene = SCENE._replace(digit_height=digit_height)
    sheet = ruled(scene, draws(uniform=uniform, random=[*CLEAN, 0.5, 1.0]))
    assert levels(sheet)[0] == pytest.approx(spacing / 2, abs=1)
    assert np.diff(levels(sheet)) == pytest.approx(spacing, abs=1)
    assert len(levels(sheet)) == pytest.approx(120 / spacing, abs=1)
    assert not uprights(sheet)


@SPACINGS
def test_squared_paper_has_lines_both_ways(
    digit_height: float, uniform: float, spacing: float
) -> None:
    scene = SCENE._replace(digit_height=digit_height)
    sheet = squared(scene, draws(uniform=uniform, random=[*CLEAN, 0.5, 0.25]))
    assert levels(sheet)[0] == pytest.approx(spacing / 2, abs=1)
    assert uprights(sheet)[0] == pytest.approx(spacing / 4, abs=1)
    for lines in (levels(sheet), uprights(sheet)):
        assert np.diff(lines) == pytest.approx(spacing, abs=1)
    assert len(uprights(sheet)) == pytest.approx(160 / spacing, abs=1)


@SPACINGS
def test_dotted_paper_has_dots_at_a_lattice(
    digit_height: float, uniform: float, spacing: float
) -> None:
    scene = SCENE._replace(digit_height=digit_height)
    dots = printed(dotted(scene, draws(uniform=uniform, random=CLEAN))).astype(np.uint8)
    count, _, _, middles = cv2.connectedComponentsWithStats(dots)
    columns, rows = 160 / spacing, 120 / spacing
    assert count - 1 == pytest.approx(columns * rows, abs=1.5 * (columns + rows))
    for axis, side in ((0, 160), (1, 120)):
        inner = (middles[1:, axis] > 4) & (middles[1:, axis] < side - 4)
        off = (middles[1:, axis][inner] + spacing / 2) % spacing - spacing / 2
        assert np.abs(off).max() < 1


def test_dots_are_small_against_their_spacing() -> None:
    def share(uniform: float) -> float:
        scene = Scene((400, 400), np.eye(3), 40 if uniform else 400, np.empty((0, 4)))
        ink = 252 - dotted(scene, draws(uniform=uniform, random=CLEAN))[60:180, 60:180, 0]
        return float(ink.sum() / ink.max())

    # One dot each, in squares of 120: radii of 0.06 and 0.02 of that, and a blurred edge.
    assert share(1) == pytest.approx(np.pi * 7.7**2, rel=0.05)
    assert share(0) == pytest.approx(np.pi * 2.6**2, rel=0.05)


def test_the_smallest_dots_do_not_vanish() -> None:
    scene = SCENE._replace(digit_height=10)
    dots = dotted(scene, draws(uniform=0, random=CLEAN))
    assert 252 - int(dots[14, 14, 2]) > 30


def test_lines_are_not_too_close_in_large_photos_nor_too_far_apart_in_any() -> None:
    large = Scene((900, 600), np.eye(3), 10, np.empty((0, 4)))
    close = ruled(large, draws(uniform=0, random=[*CLEAN, 0.5, 1.0]))
    assert np.diff(levels(close)) == pytest.approx(15, abs=1)
    high = Scene((60, 160), np.eye(3), 100, np.empty((0, 4)))
    far = ruled(high, draws(uniform=1, random=[*CLEAN, 0.25, 1.0]))
    assert levels(far) == pytest.approx([24, 120], abs=1)


def test_four_in_ten_ruled_pages_have_a_red_margin() -> None:
    scene = SCENE._replace(digit_height=10)
    sheet = ruled(scene, draws(uniform=1, random=[*CLEAN, 0.5, 0.39, 0.5]))
    [column] = uprights(sheet)
    assert column == pytest.approx(48, abs=1)  # half of 0.6 of the photo's width
    assert sheet[4, column:, :].min(axis=0)[0] < sheet[4, column:, :].min(axis=0)[2]
    without = ruled(scene, draws(uniform=1, random=[*CLEAN, 0.5, 0.4, 0.5]))
    assert not uprights(without)


def test_a_margin_varies_more_than_lines() -> None:
    scene = SCENE._replace(digit_height=10)
    rng = draws(uniform=1, normal=-1, random=[*CLEAN, 0.5, 0.0, 0.5])
    sheet = ruled(scene, rng)
    # Red (110, 110, 225), twenty levels darker and ten in each channel; a line is a bit paler.
    assert sheet[4, 48].tolist() == pytest.approx([80 + 14, 80 + 14, 195 + 4], abs=2)


@pytest.mark.parametrize(
    ("digit_height", "integer", "rows"),
    [(20, 0, 3), (20, 0.99, 7), (12, 0.99, 7), (7, 0.99, 5), (3, 0.99, 3)],
)
def test_lines_are_as_thick_as_suits_their_spacing(
    digit_height: float, integer: float, rows: int
) -> None:
    # A pixel takes three rows with its soft edge, two take five, three and four take seven.
    scene = Scene((160, 160), np.eye(3), digit_height, np.empty((0, 4)))
    rng = draws(uniform=1, integer=integer, random=[*CLEAN, 0.5, 1.0])
    assert broadest(ruled(scene, rng)) == rows


@pytest.mark.parametrize(("thickness", "ink"), [(1, 1.35), (2, 3.4), (4, 5.4), (5, 7.4)])
def test_a_line_is_printed_as_thick_as_its_style_says(thickness: int, ink: float) -> None:
    surface = np.full((40, 160, 3), 255, np.uint8)
    style = Line(np.zeros(3, np.float32), thickness, 1)
    print_lines(surface, SCENE, np.array([[[0.0, 20], [160, 20]]]), style)
    assert (255 - surface[:, 80, 0].astype(float)).sum() / 255 == pytest.approx(ink, abs=0.1)


def broadest(sheet: MatLike) -> int:
    """How many rows the broadest line has."""
    lines = (sheet[:, 80, 0] < sheet[0, 0, 0]).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(lines[:, None])
    return int(stats[1:, cv2.CC_STAT_HEIGHT].max())


@pytest.mark.parametrize(("uniform", "strength"), [(0, 0.4), (0.5, 0.7), (1, 1)])
def test_lines_may_be_faint(uniform: float, strength: float) -> None:
    sheet = ruled(SCENE._replace(digit_height=33), draws(uniform=uniform, random=[*CLEAN, 0.5, 1]))
    deepest = 252 - sheet[:, 80].min(axis=0).astype(float)
    assert deepest == pytest.approx(strength * np.subtract(252, RULES[0]), rel=0.12)


def test_lines_are_printed_where_the_camera_sees_them() -> None:
    surface = np.full((120, 160, 3), 250, np.uint8)
    black = Line(np.zeros(3, np.float32), 1, 0.5)
    shifted = SCENE._replace(view=np.array([[2.0, 0, 10], [0, 2, 20], [0, 0, 1]]))
    print_lines(surface, shifted, np.array([[[10.0, 10], [60, 10]]]), black)
    assert surface[40, 32:128].astype(int) == pytest.approx(125, abs=12)
    assert (surface[:38] == 250).all()
    assert (surface[43:] == 250).all()
    assert (surface[:, 133:] == 250).all()
    assert (surface[:, :28] == 250).all()


def test_slight_slopes_do_not_become_stairs() -> None:
    surface = np.full((120, 160, 3), 255, np.uint8)
    sloped = np.array([[[0.0, 60], [160, 61]]])
    print_lines(surface, SCENE, sloped, Line(np.zeros(3, np.float32), 1, 1.0))
    assert len(np.unique(surface[60, :, 0])) > 8


def test_any_white_paper_is_plain_in_half_of_the_pages() -> None:
    def lines(integer: float) -> tuple[bool, bool]:
        sheet = any_white(SCENE, draws(integer=integer, uniform=1, random=[*CLEAN, 0.5, 1.0]))
        marked = sheet != sheet[0, 0]
        return bool(marked.all(axis=(1, 2)).any()), bool(marked.all(axis=(0, 2)).any())

    assert lines(0) == lines(0.49) == (False, False)
    assert lines(0.5) == (True, False)
    assert lines(0.99) == (True, True)
