"""Boxes, circles and grids go from an ink mask; what they are around stays."""

import cv2
import numpy as np
import pytest

from model.recognition.frame_removal import remove_frames_and_rules
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
