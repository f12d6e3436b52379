"""Where a component is cut: every limit, on blocks made by hand.

All digits are 100 pixels high, so a pixel is a hundredth of a height.
"""

import numpy as np
import pytest

from model.boxes import Box
from model.recognition.components import Components
from model.recognition.slicing import component_box, slice_component
from tests.model.recognition.hand_made import blocks, components, joined


def parts(components: Components) -> list[Box]:
    """The boxes of the segments of the only component."""
    segments = slice_component(components, 0, 100)
    assert {segment.component for segment in segments} == {components.ids[0]}
    return [segment.box for segment in segments]


def test_a_components_box_is_the_one_at_its_index() -> None:
    found = blocks(Box(20, 20, 30, 100), Box(80, 25, 40, 90))
    assert [component_box(found, 0), component_box(found, 1)] == [
        Box(20, 20, 30, 100),
        Box(80, 25, 40, 90),
    ]


def test_what_is_no_broader_than_a_digit_stays_whole() -> None:
    assert parts(joined(30, 30, 30, thickness=10)) == [Box(20, 20, 90, 100)]


@pytest.mark.parametrize(("bridge", "cut"), [(33, False), (35, False), (36, True)])
def test_what_is_nearly_as_broad_as_high_may_be_two_digits(bridge: int, cut: bool) -> None:
    assert (len(parts(joined(30, bridge, 30, thickness=10))) > 1) is cut


@pytest.mark.parametrize(("thickness", "cut"), [(34, True), (40, True), (46, False), (70, False)])
def test_a_cut_goes_through_two_fifths_of_the_height_at_most(thickness: int, cut: bool) -> None:
    assert (len(parts(joined(50, 30, 50, thickness=thickness))) > 1) is cut


def test_the_parts_are_at_least_a_quarter_of_the_height_broad() -> None:
    widths = [box.width for box in parts(joined(60, 110, 60, thickness=10))]
    assert sum(widths) == 230
    assert 25 <= min(widths) < 30


def test_the_parts_cover_the_component_and_hold_its_ink() -> None:
    component = joined(60, 60, 60, thickness=10)
    boxes = parts(component)
    assert len(boxes) > 2
    assert boxes[0].x == 20
    assert boxes[-1].right == 200
    assert [left.right for left in boxes[:-1]] == [right.x for right in boxes[1:]]
    assert {(box.y, box.height) for box in (boxes[0], boxes[-1])} == {(20, 100)}
    assert {(box.y, box.height) for box in boxes[1:-1]} == {(65, 10)}
    for box in boxes:
        ink = component.ink[box.window]
        assert ink.any(axis=0).all()
        assert ink.any(axis=1).all()


def test_there_are_at_most_two_cuts_for_each_height_of_width_and_twelve_in_all() -> None:
    assert len(parts(joined(20, 160, 20, thickness=10))) == 5
    long = blocks(Box(20, 20, 20, 100), Box(40, 65, 500, 10), size=(700, 200))
    assert len(parts(long)) == 11
    longer = blocks(Box(20, 20, 20, 100), Box(40, 65, 900, 10), size=(1100, 200))
    assert len(parts(longer)) == 13


@pytest.mark.parametrize(("notch", "cut"), [(3, False), (5, True)])
def test_a_notch_narrower_than_a_hundredth_of_the_width_is_no_place_to_cut(
    notch: int, cut: bool
) -> None:
    assert (len(parts(notched(notch))) > 1) is cut


def notched(notch: int) -> Components:
    """A bar 320 wide with a mast of 100; a notch of so many columns leaves 5 of 60 pixels."""
    ink = np.zeros((200, 400), np.uint8)
    ink[50:110, 20:340] = 255
    ink[20:120, 20:60] = 255
    ink[50:105, 200 : 200 + notch] = 0
    return components(ink)


def test_a_component_with_a_blank_in_it_is_cut_into_parts_with_ink() -> None:
    # As the removal of a rule may leave it: one component, whose halves do not touch.
    torn = joined(40, 120, 40, thickness=10)
    torn.ink[:, 70:170] = 0
    torn.labels[:, 70:170] = 0
    boxes = parts(torn)
    assert boxes
    assert min(box.height for box in boxes) > 0
