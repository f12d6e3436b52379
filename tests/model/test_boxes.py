"""Boxes: their edges, what they share, and what holds them all."""

import numpy as np
import pytest

from model.boxes import Box, hull

BOX = Box(10, 20, 30, 40)


def test_a_box_knows_its_edges_its_middle_and_its_area() -> None:
    assert BOX.right == 40
    assert BOX.bottom == 60
    assert BOX.middle == (25, 40)
    assert Box(0, 0, 3, 5).middle == (1.5, 2.5)
    assert BOX.area == 1200


def test_a_box_is_a_window_of_an_image() -> None:
    image = np.zeros((100, 80), np.uint8)
    image[BOX.window] = 1
    assert image.sum() == 1200
    assert image[20:60, 10:40].all()


def test_a_box_can_be_moved() -> None:
    assert BOX.moved(3, -5) == Box(13, 15, 30, 40)


def test_a_box_can_be_grown_on_all_sides() -> None:
    assert BOX.grown(3) == Box(7, 17, 36, 46)
    assert BOX.grown(0) == BOX


def test_a_box_in_a_smaller_picture_is_in_whole_pixels() -> None:
    assert Box(10, 21, 29, 40).downscaled(2.5) == Box(4, 8, 12, 16)
    assert Box(10, 20, 30, 40).downscaled(0.5) == Box(20, 40, 60, 80)


SHARED = [
    pytest.param(Box(10, 20, 30, 40), 1200, id="itself"),
    pytest.param(Box(10, 20, 30, 20), 600, id="its upper half"),
    pytest.param(Box(25, 20, 30, 40), 600, id="moved to the right"),
    pytest.param(Box(10, 10, 30, 40), 900, id="moved up"),
    pytest.param(Box(0, 0, 100, 120), 1200, id="around it"),
    pytest.param(Box(39, 59, 5, 5), 1, id="one pixel"),
    pytest.param(Box(40, 20, 30, 40), 0, id="beside it"),
    pytest.param(Box(10, 60, 30, 40), 0, id="below it"),
    pytest.param(Box(90, 90, 30, 40), 0, id="away from it"),
]


@pytest.mark.parametrize(("other", "shared"), SHARED)
def test_what_two_boxes_share(other: Box, shared: int) -> None:
    assert BOX.shared_area(other) == other.shared_area(BOX) == shared
    union = 1200 + other.width * other.height - shared
    assert BOX.iou(other) == other.iou(BOX) == pytest.approx(shared / union)
    assert BOX.coverage(other) == pytest.approx(shared / 1200)


def test_coverage_is_a_share_of_the_covered_box() -> None:
    large = Box(0, 0, 100, 120)
    assert BOX.coverage(large) == 1
    assert large.coverage(BOX) == pytest.approx(0.1)


def test_the_hull_holds_all_boxes_and_no_more() -> None:
    assert hull([BOX]) == BOX
    assert hull([BOX, Box(35, 5, 10, 20)]) == Box(10, 5, 35, 55)
    assert hull([Box(35, 5, 10, 20), BOX, Box(0, 58, 1, 7)]) == Box(0, 5, 45, 60)


@pytest.mark.parametrize(
    ("box", "clipped"),
    [
        (Box(10, 20, 30, 40), Box(10, 20, 30, 40)),
        (Box(-5, -6, 30, 40), Box(0, 0, 25, 34)),
        (Box(90, 70, 30, 40), Box(90, 70, 10, 10)),
        (Box(-50, 20, 30, 40), Box(0, 20, 1, 40)),
        (Box(120, 90, 30, 40), Box(99, 79, 1, 1)),
    ],
)
def test_a_box_is_clipped_to_the_picture(box: Box, clipped: Box) -> None:
    assert box.clipped(100, 80) == clipped
