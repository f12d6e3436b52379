"""Ruled lines go from an ink mask; the strokes that they cross stay."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from model.recognition.rule_removal import remove_rules
from tests.model.mnist_pages import Image, Placed, digit, page

WIDTH, HEIGHT = 640, 480


def mask(*placed: Placed) -> Image:
    inked = page(WIDTH, HEIGHT, placed)[:, :, 0] < 128
    return inked * np.uint8(255)


def rules(*offsets: int, degrees: float = 0, upright: bool = False, thickness: int = 3) -> Image:
    """Lines from edge to edge that pass at `offsets` from the middle of the mask."""
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    angle = np.deg2rad(degrees + 90 * upright)
    along, across = (
        np.array([np.cos(angle), np.sin(angle)]),
        np.array([-np.sin(angle), np.cos(angle)]),
    )
    for offset in offsets:
        middle = np.array([WIDTH / 2, HEIGHT / 2]) + offset * across
        start, stop = ((middle + way * 2000 * along).astype(int).tolist() for way in (-1, 1))
        cv2.line(drawn, start, stop, 255, thickness)
    return drawn


def cleaned(ink: Image) -> Image:
    return np.asarray(remove_rules(ink), np.uint8)


def left_of(drawn: Image, after: Image) -> float:
    """The share of what was `drawn` that is there `after`."""
    return float(np.count_nonzero(after & drawn) / np.count_nonzero(drawn))


def parts(lines: Image, ink: Image) -> tuple[float, float]:
    """What shares stay of the lines beside the ink, and of the ink."""
    after = cleaned(lines | ink)
    return left_of(lines & ~ink, after), left_of(ink, after)


MIDDLE = [Placed(digit(label), 240, 140, 200) for label in (2, 3, 5, 8)]


# --- rules and grids --------------------------------------------------------------------------


@pytest.mark.parametrize("degrees", [-8, -3.5, 0, 1, 8])
@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("placed", MIDDLE)
def test_a_line_through_a_digit_goes_and_the_digit_stays(
    placed: Placed, degrees: float, upright: bool
) -> None:
    line, ink = parts(rules(20, degrees=degrees, upright=upright), mask(placed))
    assert line < 0.1  # where it crosses the ink
    assert ink > 0.9


@pytest.mark.parametrize("degrees", [-8, 0, 3])
@pytest.mark.parametrize("thickness", [1, 2, 5])
@pytest.mark.parametrize("placed", MIDDLE)
def test_ruled_paper_goes(placed: Placed, thickness: int, degrees: float) -> None:
    ruled = rules(*range(-220, 240, 55), degrees=degrees, thickness=thickness)
    lines, ink = parts(ruled, mask(placed))
    assert lines < 0.05
    assert ink > 0.85


@pytest.mark.parametrize("degrees", [-6, 0, 3])
@pytest.mark.parametrize("placed", MIDDLE)
def test_squared_paper_goes(placed: Placed, degrees: float) -> None:
    sides = (
        rules(*range(-400, 400, 40), degrees=degrees, upright=way, thickness=2)
        for way in (False, True)
    )
    lines, ink = parts(np.bitwise_or(*sides), mask(placed))
    assert lines < 0.1
    assert ink > 0.75


# --- strokes that look like lines -------------------------------------------------------------


@pytest.mark.parametrize("side", [60, 200, 440])
@pytest.mark.parametrize("label", range(10))
def test_a_digit_of_any_size_stays(label: int, side: int) -> None:
    for nth in range(4):
        ink = mask(Placed(digit(label, nth), 60, 20, side))
        assert left_of(ink, cleaned(ink)) > 0.99


@pytest.mark.parametrize("thickness", [6, 14, 30])
@pytest.mark.parametrize("height", [150, 300, 420])
@pytest.mark.parametrize(
    "strokes",
    [
        [[(0.5, 0), (0.5, 1)]],
        [[(0.5, 0), (0.4, 1)]],
        [[(0, 0), (0.7, 0), (0.3, 1)]],
        [[(0, 0.2), (0.3, 0), (0.6, 0.2), (0, 1), (0.7, 1)]],
        [[(0.5, 1), (0.5, 0), (0, 0.7), (0.7, 0.7)]],
        [[(0.1, 0), (0.1, 1)], [(0.4, 0), (0.4, 1)], [(0.7, 0), (0.7, 1)]],
    ],
    ids=["1", "tilted 1", "7", "2", "4", "111"],
)
def test_straight_strokes_stay(
    strokes: list[list[tuple[float, float]]], height: int, thickness: int
) -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    for stroke in strokes:
        points = (np.array(stroke) * height + (150, (HEIGHT - height) / 2)).astype(np.int32)
        cv2.polylines(ink, [points], isClosed=False, color=255, thickness=thickness)
    assert left_of(ink, cleaned(ink)) > 0.97


# --- whatever the mask ------------------------------------------------------------------------


def holds(ink: Image) -> None:
    """Lines are taken out of a copy that is otherwise the same."""
    before = ink.copy()
    after = cleaned(ink)
    assert after.shape == ink.shape
    assert after.dtype == np.uint8
    assert (ink == before).all()
    assert not (after & ~ink).any()


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 2), (2, 1), (3, 1000), (1000, 3), (1, 3000), (3000, 1), (480, 640)]
)
def test_a_mask_may_have_any_size_and_hold_anything(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).random(shape) < 0.3
    for ink in (np.zeros(shape), np.ones(shape), noise):
        holds(ink.astype(np.uint8) * np.uint8(255))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    cells=arrays(np.bool_, st.tuples(st.integers(1, 30), st.integers(1, 30))),
    width=st.integers(1, 40),
    height=st.integers(1, 40),
)
def test_whatever_a_mask_shows_lines_go_from_a_copy(
    cells: NDArray[np.bool_], width: int, height: int
) -> None:
    holds(np.kron(cells, np.full((height, width), 255, np.uint8)).astype(np.uint8))
