"""What is known of components, and which of them no pen has drawn."""

import numpy as np
import pytest

from model.boxes import Box
from model.recognition.components import FILLED, LONG, MOST_COMPONENTS, THINNEST, are_inside
from tests.model.recognition.hand_made import blocks, components


def test_the_mean_ink_is_over_the_pixels_of_each_component() -> None:
    ink = np.zeros((100, 100), np.uint8)
    ink[10:20, 10:20] = 100
    ink[10:20, 15:20] = 200
    ink[50:60, 50:90] = 40
    found = components(ink)
    assert found.mean_ink(ink).tolist() == [150, 40]
    second = found._replace(boxes=found.boxes[1:], areas=found.areas[1:], ids=found.ids[1:])
    assert second.mean_ink(255 - ink).tolist() == [215]


def test_some_of_them_alone_keep_their_own_ink() -> None:
    three = blocks(Box(10, 10, 5, 5), Box(40, 10, 5, 9), Box(70, 10, 5, 5))
    some = three.only(np.array([2, 1]))
    assert some.boxes.tolist() == [[70, 10, 5, 5], [40, 10, 5, 9]]
    assert some.areas.tolist() == [25, 45]
    assert some.ids.tolist() == three.ids[[2, 1]].tolist()
    assert three.only(three.boxes[:, 3] > 5).boxes.tolist() == [[40, 10, 5, 9]]


def test_inside_is_what_the_edge_does_not_touch() -> None:
    boxes = np.array(
        [[1, 1, 8, 8], [0, 1, 8, 8], [1, 0, 8, 8], [2, 1, 8, 8], [1, 2, 8, 8]], np.int32
    )
    inside = are_inside(boxes, np.zeros((10, 10), np.uint8))
    assert inside.tolist() == [True, False, False, False, False]


def test_more_than_64_are_many() -> None:
    boxes = [Box(10 * x + 1, 10 * y + 1, 5, 5) for x in range(13) for y in range(5)]
    assert len(boxes) == MOST_COMPONENTS + 1
    assert blocks(*boxes).are_many
    assert not blocks(*boxes[1:]).are_many


@pytest.mark.parametrize(("width", "is_rule"), [(5, False), (4, True)])
def test_what_is_higher_and_thinner_than_any_1_is_a_piece_of_a_rule(
    width: int, is_rule: bool
) -> None:
    [found] = blocks(Box(100, 100, width, THINNEST * 4 + 1)).are_rules.tolist()
    assert found is is_rule


@pytest.mark.parametrize(
    ("box", "hole", "is_filled"),
    [
        (Box(100, 100, 40, 40), 0, True),
        (Box(100, 100, 40, round(40 * LONG)), 0, False),
        (Box(100, 100, round(40 * LONG) - 1, 40), 0, True),
        (Box(100, 100, 40, 40), round(40 * (1 - FILLED) ** 0.5) - 1, True),
        (Box(100, 100, 40, 40), round(40 * (1 - FILLED) ** 0.5) + 1, False),
    ],
)
def test_what_is_full_of_ink_and_round_no_pen_has_drawn(
    box: Box, hole: int, is_filled: bool
) -> None:
    ink = np.zeros((300, 300), np.uint8)
    ink[box.window] = 255
    ink[105 : 105 + hole, 103 : 103 + hole] = 0
    [found] = components(ink).are_filled.tolist()
    assert found is is_filled
