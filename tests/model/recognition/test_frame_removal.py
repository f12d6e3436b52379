"""Boxes, circles and grids go from an ink mask; what they are around stays."""

import cv2
import numpy as np
import pytest

from model.recognition.frame_removal import label_components, remove_frames_and_rules
from tests.model.mnist_pages import Image, Placed, digit, page

WIDTH, HEIGHT = 640, 480


def mask(*placed: Placed) -> Image:
    inked = page(WIDTH, HEIGHT, placed)[:, :, 0] < 128
    return inked * np.uint8(255)


def cleaned(ink: Image) -> Image:
    left = remove_frames_and_rules(ink)
    return np.where(left.labels, np.uint8(255), np.uint8(0))


def left_of(drawn: Image, after: Image) -> float:
    """The share of what was `drawn` that is there `after`."""
    return float(np.count_nonzero(after & drawn) / np.count_nonzero(drawn))


def parts(lines: Image, ink: Image) -> tuple[float, float]:
    """What shares stay of the lines beside the ink, and of the ink."""
    after = cleaned(lines | ink)
    return left_of(lines & ~ink, after), left_of(ink, after)


MIDDLE = [Placed(digit(label), 240, 140, 200) for label in (2, 3, 5, 8)]


# --- frames -----------------------------------------------------------------------------------


@pytest.mark.parametrize("thickness", [2, 6, 12])
@pytest.mark.parametrize("degrees", [-5, 0, 5])
def test_a_printed_frame_goes(thickness: int, degrees: float) -> None:
    frame = np.zeros((HEIGHT, WIDTH), np.uint8)
    corners = cv2.boxPoints(((340, 240), (300, 290), degrees)).astype(np.int32)
    cv2.polylines(frame, [corners], isClosed=True, color=255, thickness=thickness)
    for placed in MIDDLE:
        left, ink = parts(frame, mask(placed))
        assert left < 0.01
        assert ink > 0.99


def circle(start: int = 0, length: int = 360) -> Image:
    """A circle as a hand draws it, some degrees long."""
    turn = np.deg2rad(np.arange(start, start + length, 4))
    radius = 150 + 8 * np.sin(3 * turn)
    points = np.stack([330 + 1.1 * radius * np.cos(turn), 240 + radius * np.sin(turn)], axis=1)
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.polylines(drawn, [points.astype(np.int32)], isClosed=False, color=255, thickness=8)
    return drawn


@pytest.mark.parametrize("sunk", [0, 6, 12])
def test_a_small_row_of_boxes_goes_and_digits_that_touch_it_stay(sunk: int) -> None:
    boxes = np.zeros((HEIGHT, WIDTH), np.uint8)
    for left in range(120, 520, 80):
        cv2.rectangle(boxes, (left, 200), (left + 80, 280), 255, 2)
    touching = [Placed(digit(label), 130 + 80 * label, 222 + sunk, 50) for label in (0, 2, 4)]
    line, ink = parts(boxes, mask(*touching, *(Placed(digit(8), x, 220, 40) for x in (230, 390))))
    assert line <= 0.2
    assert ink >= 0.9


@pytest.mark.parametrize("start", range(0, 360, 45))
@pytest.mark.parametrize("length", [345, 360, 400])
def test_a_circle_around_a_digit_goes(start: int, length: int) -> None:
    for placed in MIDDLE:
        assert parts(circle(start, length), mask(placed)) == (0, 1)


def test_a_circle_around_nothing_stays() -> None:
    assert left_of(circle(), cleaned(circle())) == 1


def test_a_grid_may_be_a_few_pixels_wide() -> None:
    """Scaled down, its window is one pixel wide."""
    grid = np.zeros((1280, 600), np.uint8)
    cv2.rectangle(grid, (100, 0), (104, 1279), 255)
    inside = np.zeros_like(grid)
    inside[100:500, 102] = inside[600:1000, 102] = 255
    assert left_of(inside, cleaned(grid | inside)) == 1


def large_grid() -> Image:
    """Eight rows of cells in three columns; no line is fine, or runs from edge to edge."""
    grid = np.zeros((HEIGHT, WIDTH), np.uint8)
    for row in range(9):
        cv2.line(grid, (100, 40 + 50 * row), (550, 40 + 50 * row), 255, 8)
    for column in range(4):
        cv2.line(grid, (100 + 150 * column, 40), (100 + 150 * column, 440), 255, 8)
    return grid


@pytest.mark.parametrize(("count", "is_frame"), [(3, True), (2, False)])
def test_what_is_around_three_things_is_a_grid_however_low_they_are(
    count: int, is_frame: bool
) -> None:
    inside = [bar(30, x=175 + 150 * (n % 3), y=65 + 50 * (n // 3)) for n in range(count)]
    left, ink = parts(large_grid(), np.bitwise_or.reduce(inside))
    assert left < 0.05 if is_frame else left == 1
    assert ink == 1


def test_squared_paper_that_runs_out_of_the_photo_is_no_such_grid() -> None:
    inside = np.bitwise_or.reduce([bar(30, x=175 + 150 * n, y=65) for n in range(3)])
    grid = large_grid()[:, 100:]
    after = cleaned(grid | inside[:, 100:])
    # Only the rules near the margins go.
    assert left_of(grid, after) > 0.5


def test_a_digit_that_touches_a_grid_stays() -> None:
    inside = [bar(30, x=175 + 150 * (n % 3), y=65 + 50 * (n // 3)) for n in range(6)]
    touching = bar(40, x=175, y=240)
    left, ink = parts(large_grid(), np.bitwise_or.reduce([*inside, touching]))
    assert left < 0.05
    assert ink > 0.9


# --- what a frame is, each side of every limit -------------------------------------------------


def ring(radius: int, x: int = 330, y: int = 240, thickness: int = 3) -> Image:
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.circle(drawn, (x, y), radius, 255, thickness)
    return drawn


def bar(height: int, x: int = 330, y: int = 240, width: int = 6) -> Image:
    """An upright stroke around a middle."""
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    top, left = y - height // 2, x - width // 2
    drawn[top : top + height, left : left + width] = 255
    return drawn


@pytest.mark.parametrize(("height", "is_frame"), [(70, True), (50, False)])
def test_what_is_framed_is_a_fifth_as_high_as_the_frame(height: int, is_frame: bool) -> None:
    circle, inside = ring(150), bar(height)
    assert parts(circle, inside) == (0 if is_frame else 1, 1)


@pytest.mark.parametrize(("height", "is_frame"), [(9, True), (7, False)])
def test_what_is_framed_is_8_pixels_high(height: int, is_frame: bool) -> None:
    circle, inside = ring(14, thickness=2), bar(height, width=3)
    assert parts(circle, inside) == (0 if is_frame else 1, 1)


@pytest.mark.parametrize(("count", "is_frame"), [(60, True), (70, False)])
def test_only_the_64_highest_are_asked_for_their_frames(count: int, is_frame: bool) -> None:
    circle, inside = ring(40, x=580, y=420), bar(20, x=580, y=420)
    others = [bar(60, x=20 + 30 * (n % 20), y=50 + 80 * (n // 20), width=10) for n in range(count)]
    after = cleaned(np.bitwise_or.reduce([circle, inside, *others]))
    assert left_of(circle, after) == (0 if is_frame else 1)
    assert left_of(inside, after) == 1


def framed_with_something_touching(share: float, side: int) -> tuple[Image, Image, Image]:
    """A frame around a stroke, its width and height so large a share of the mask's; and a square.

    The square, `side` pixels wide, is attached to the frame from outside.
    """
    frame = np.zeros((HEIGHT, WIDTH), np.uint8)
    left, top = 100, 100
    right, bottom = left + round(share * WIDTH), top + round(share * HEIGHT)
    cv2.rectangle(frame, (left, top), (right, bottom), 255, 3)
    square = np.zeros_like(frame)
    square[bottom + 2 : bottom + 2 + side, left + 50 : left + 50 + side] = 255
    return frame, bar(80, x=(left + right) // 2, y=(top + bottom) // 2), square


@pytest.mark.parametrize(("share", "is_left"), [(0.4, True), (0.3, False)])
def test_the_sides_of_a_frame_are_as_long_as_a_third_of_the_photos(
    share: float, is_left: bool
) -> None:
    """From there they are lines, and what they touch is told apart from them."""
    frame, inside, touching = framed_with_something_touching(share, 60)
    after = cleaned(frame | inside | touching)
    assert left_of(inside, after) == 1
    assert left_of(touching, after) == is_left
    assert left_of(frame & ~touching, after) < 0.1


@pytest.mark.parametrize(("side", "is_left"), [(47, True), (32, False)])
def test_what_touches_a_frame_has_a_third_of_its_ink(side: int, is_left: bool) -> None:
    """Less is a corner that is left of it."""
    frame, inside, touching = framed_with_something_touching(0.4, side)
    after = cleaned(frame | inside | touching)
    assert left_of(inside, after) == 1
    assert left_of(touching, after) == is_left


@pytest.mark.parametrize(("height", "is_left"), [(14, True), (20, False)])
@pytest.mark.parametrize("upright", [False, True])
def test_a_photo_of_less_than_16_pixels_has_no_rules(
    height: int, is_left: bool, upright: bool
) -> None:
    small = np.zeros((height, 60), np.uint8)
    small[height // 2] = 255
    if upright:
        small = small.T.copy()
    assert left_of(small, cleaned(small)) == is_left


@pytest.mark.parametrize("beyond", ["left", "right", "above", "below", "a corner"])
def test_a_frame_may_run_out_of_the_photo(beyond: str) -> None:
    places = {
        "left": (0, 240), "right": (639, 240), "above": (330, 0), "below": (330, 479),
        "a corner": (0, 0),
    }  # fmt: skip
    x, y = places[beyond]
    circle = ring(150, x, y)
    inside = bar(80, x=min(max(x, 40), 600), y=min(max(y, 60), 420))
    assert parts(circle, inside) == (0, 1)


def test_an_arc_on_one_side_is_no_frame() -> None:
    """It is met on one side only, although it runs out of the photo."""
    arc = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(arc, (400, 240), (200, 200), 0, 120, 240, 255, 3)
    assert parts(arc, bar(120, x=300)) == (1, 1)


def test_components_are_what_hangs_together_if_only_by_a_corner() -> None:
    drawn = np.zeros((30, 40), np.uint8)
    drawn[3:5, 6:9] = 255
    drawn[5:9, 9:11] = 255
    drawn[20, 30] = 255
    found = label_components(drawn)
    assert found.boxes[1:].tolist() == [[6, 3, 5, 6], [30, 20, 1, 1]]
    assert found.areas[1:].tolist() == [14, 1]
    assert np.array_equal(found.labels > 0, drawn > 0)
    assert found.labels[8, 10] == found.labels[3, 6] == 1
    assert found.labels[20, 30] == 2


def test_an_empty_mask_has_no_components() -> None:
    found = remove_frames_and_rules(np.zeros((30, 40), np.uint8))
    assert found.boxes.tolist() == [[0, 0, 0, 0]]
    assert found.areas.tolist() == [0]
    assert not found.labels.any()


def test_of_a_frame_no_box_and_no_area_is_left() -> None:
    found = remove_frames_and_rules(ring(150) | bar(120))
    kept = found.boxes[:, 3] > 0
    assert found.boxes[kept][-1].tolist() == [327, 180, 6, 120]
    assert found.areas[kept][-1] == 720
    assert found.labels[240, 330] == np.flatnonzero(kept)[-1]
    assert (found.areas[1:] > 0).sum() == 1


def test_a_mask_is_not_changed() -> None:
    drawn = ring(150) | bar(120)
    before = drawn.copy()
    remove_frames_and_rules(drawn)
    assert np.array_equal(drawn, before)
