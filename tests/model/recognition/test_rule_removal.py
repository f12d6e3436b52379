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


# --- where a rule begins and ends, each side of every limit ----------------------------------


def level_line(left: int, right: int, y: int = HEIGHT // 2, thickness: int = 2) -> Image:
    """A line from column `left` to before `right`, its upper edge in row `y`."""
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    drawn[y : y + thickness, left:right] = 255
    return drawn


def stays(ink: Image, long_enough: float = np.inf) -> float:
    """The share of the ink that stays."""
    return left_of(ink, np.asarray(remove_rules(ink, long_enough)))


@pytest.mark.parametrize(("thickness", "share"), [(36, 0), (50, 1)])
def test_what_is_thicker_than_9_percent_of_the_height_is_a_bar_and_stays(
    thickness: int, share: float
) -> None:
    assert stays(level_line(0, WIDTH, 200, thickness)) == share


@pytest.mark.parametrize(("below", "is_left"), [(4, False), (10, True)])
def test_ink_taller_than_one_and_a_half_times_the_rule_is_a_stroke_across_it(
    below: int, is_left: bool
) -> None:
    rule = level_line(0, WIDTH, 200, 10)
    stroke = np.zeros_like(rule)
    stroke[200 : 210 + below, 300:320] = 255
    after = cleaned(rule | stroke)
    assert left_of(stroke, after) == is_left
    assert left_of(rule & ~stroke, after) == 0


def test_a_stroke_that_begins_above_a_rule_is_whole_afterwards() -> None:
    rule, stroke = level_line(0, WIDTH, 200, 10), np.zeros((HEIGHT, WIDTH), np.uint8)
    stroke[150:206, 300:320] = 255
    assert left_of(stroke, cleaned(rule | stroke)) == 1


def test_a_stroke_may_stand_on_a_rule_and_hang_from_it() -> None:
    rule, strokes = level_line(0, WIDTH, 200, 4), np.zeros((HEIGHT, WIDTH), np.uint8)
    strokes[120:200, 200:210] = strokes[204:280, 400:410] = 255
    after = cleaned(rule | strokes)
    assert left_of(strokes, after) == 1
    assert np.count_nonzero(after & rule) == 4 * 20  # where they meet


@pytest.mark.parametrize(("inked", "share"), [(9, 0), (7, 1)])
def test_a_dashed_rule_is_one_if_four_fifths_of_it_are_ink(inked: int, share: float) -> None:
    rule = level_line(0, WIDTH)
    for column in range(inked * 2, WIDTH, 20):
        rule[:, column : column + 20 - 2 * inked] = 0
    rule[:, -20:] = level_line(0, WIDTH)[:, -20:]
    assert stays(rule) == share


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize(("inset", "share"), [(12, 0), (26, 1)])
def test_a_rule_reaches_the_edge_if_it_ends_3_percent_before_it(
    inset: int, share: float, upright: bool
) -> None:
    rule = level_line(inset, WIDTH - inset)
    assert stays(rule.T.copy() if upright else rule) == share
    one_end = level_line(inset, WIDTH)
    assert stays(one_end) == share


@pytest.mark.parametrize(("length", "share"), [(0.51, 0), (0.4, 1)])
@pytest.mark.parametrize("at_right", [False, True])
@pytest.mark.parametrize("y", [50, 430])
def test_a_rule_in_the_margin_may_end_in_the_photo_if_half_as_wide(
    length: float, share: float, at_right: bool, y: int
) -> None:
    end = round(length * WIDTH)
    rule = level_line(WIDTH - end, WIDTH, y) if at_right else level_line(0, end, y)
    assert stays(rule) == share


@pytest.mark.parametrize(("height", "share"), [(0.15, 0), (0.25, 1), (0.75, 1), (0.85, 0)])
def test_the_margin_is_a_fifth_of_the_height(height: float, share: float) -> None:
    assert stays(level_line(0, 400, round(height * HEIGHT))) == share


def test_a_line_in_the_margin_that_ends_in_the_photo_twice_stays() -> None:
    assert stays(level_line(60, 580, 50)) == 1


@pytest.mark.parametrize(("corner", "share"), [(400, 0), (240, 1)])
def test_a_rule_across_a_corner_is_half_as_long_as_the_photo_is_wide(
    corner: int, share: float
) -> None:
    """What is shorter may be a stroke of a digit that the photo cuts off."""
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.line(drawn, (0, round(0.2 * corner)), (corner, 0), 255, 2)
    assert (stays(drawn) > 0.9) == bool(share)


@pytest.mark.parametrize(("degrees", "is_rule"), [(11, True), (-11, True), (14, False)])
@pytest.mark.parametrize("upright", [False, True])
def test_a_rule_is_12_degrees_crooked_at_most(degrees: float, is_rule: bool, upright: bool) -> None:
    assert (stays(rules(0, degrees=degrees, upright=upright)) < 0.1) == is_rule


@pytest.mark.parametrize(("off", "share"), [(3, 0), (6, 1)])
def test_a_rule_leaves_the_straight_by_6_thousandths_of_the_longer_side(
    off: int, share: float
) -> None:
    for row in (HEIGHT // 2 - off, HEIGHT // 2 + off):
        ends = level_line(0, 200) | level_line(440, WIDTH)
        assert stays(ends | level_line(200, 440, row)) == share


@pytest.mark.parametrize(("off", "is_left"), [(5, False), (9, True)])
def test_in_a_tall_photo_the_longer_side_is_its_height(off: int, is_left: bool) -> None:
    for row in (500 - off, 500 + off):
        drawn = np.zeros((1084, 640), np.uint8)
        drawn[500:502] = 255
        drawn[500:502, 300:340] = 0
        drawn[row : row + 2, 300:340] = 255
        assert cleaned(drawn)[:, 300:340].any() == is_left


def test_a_wavy_line_that_is_straight_nowhere_stays() -> None:
    """No straight line meets a third of it, although all of it is near to one."""
    columns = np.arange(WIDTH)
    wave = np.zeros((HEIGHT, WIDTH), np.uint8)
    rows = 240 + np.rint(4 * np.abs(columns % 80 - 40) / 20 - 4).astype(int)
    wave[rows, columns] = wave[rows + 1, columns] = 255
    assert stays(wave) == 1


@pytest.mark.parametrize(("width", "thickness", "share"), [(1280, 1, 1), (1280, 2, 0), (960, 1, 0)])
def test_a_rule_is_thicker_than_a_thousandth_of_the_longer_side(
    width: int, thickness: int, share: float
) -> None:
    """Scaled down to 320 pixels, it covers more than a quarter of a row of them."""
    hair = np.zeros((600, width), np.uint8)
    hair[300 : 300 + thickness] = 255
    assert stays(hair) == share


# --- fine lines -------------------------------------------------------------------------------


def fine_lines(count: int = 4, length: float = 0.45, thickness: int = 2, apart: int = 60) -> Image:
    """Lines that end in the photo at both ends."""
    half = round(length * WIDTH / 2)
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    for nth in range(count):
        top = 120 + apart * nth
        drawn |= level_line(WIDTH // 2 - half, WIDTH // 2 + half, top, thickness)
    return drawn


@pytest.mark.parametrize(("count", "share"), [(3, 1), (4, 0), (6, 0)])
def test_four_fine_lines_are_a_ruled_page(count: int, share: float) -> None:
    assert stays(fine_lines(count)) == share


@pytest.mark.parametrize(("length", "share"), [(0.45, 0), (0.37, 1)])
def test_a_fine_line_is_four_tenths_of_the_width_long(length: float, share: float) -> None:
    assert stays(fine_lines(length=length)) == share


@pytest.mark.parametrize(("thickness", "share"), [(4, 0), (6, 1)])
def test_a_fine_line_is_60_times_as_long_as_thick(thickness: int, share: float) -> None:
    assert stays(fine_lines(thickness=thickness)) == share


@pytest.mark.parametrize(("apart", "share"), [(8, 0), (6, 1)])
def test_the_fine_lines_of_a_page_are_three_times_their_width_apart(
    apart: int, share: float
) -> None:
    """Those closer together are the two edges of a stroke."""
    assert stays(fine_lines(apart=apart)) == share


# --- frames -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "share"), [(0.4, 0), (0.3, 1)])
def test_a_line_that_is_long_enough_goes_wherever_it_ends(length: float, share: float) -> None:
    line = level_line(100, 100 + round(length * WIDTH))
    assert stays(line, 0.35) == share
    assert stays(line) == 1


@pytest.mark.parametrize(("length", "share"), [(9, 0), (7, 1)])
def test_what_is_shorter_than_8_pixels_is_no_line(length: int, share: float) -> None:
    small = np.zeros((20, 20), np.uint8)
    small[9, 5 : 5 + length] = 255
    assert stays(small, 0.35) == share


@pytest.mark.parametrize(("every", "share"), [(320, 0), (5, 1)])
def test_only_the_200_clearest_lines_are_followed(every: int, share: float) -> None:
    """A texture of broken lines must not take long: it hides a rule that is fainter than it."""
    texture = np.zeros((320, 320), np.uint8)
    texture[40:260:2, np.arange(320) % 20 < 15] = 255
    rule = np.zeros_like(texture)
    rule[20, :165] = 255
    rule[20, 8:157:every] = 0
    assert left_of(rule, cleaned(texture | rule)) == share
