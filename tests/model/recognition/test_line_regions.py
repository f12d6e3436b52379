"""Where the line network looks: regions round components."""

from collections.abc import Sequence

import numpy as np
import pytest

from model.boxes import Box
from model.recognition.line_regions import (
    HIGHEST,
    LEAST_HEIGHT,
    LOWEST,
    MARGIN_X,
    MARGIN_Y,
    MOST_HEIGHT,
    MOST_REGIONS,
    WHOLE_PIXELS,
    Region,
    find_regions,
)
from model.recognition.scaled_ink import DIGIT_HEIGHT

SIZE = (1000, 800)  # width and height
WHOLE = Box(0, 0, *SIZE)
HEIGHT = 40.0  # of digits
PLACE = 5  # pixels of a place of the coarse map, if digits are so high
DIGIT = Box(500, 400, 30, 40)


def regions_of(
    *boxes: Box,
    filled: Sequence[bool] = (),
    strengths: list[float] | None = None,
    height: float = HEIGHT,
    size: tuple[int, int] = SIZE,
) -> list[Region]:
    array = np.array(boxes, np.int32).reshape(-1, 4)
    are_filled = np.array(filled or [False] * len(boxes), np.bool_)
    inks = np.array(strengths or [200.0] * len(boxes))
    return find_regions(array, are_filled, inks, height, size)


def region_of(*boxes: Box, strengths: list[float] | None = None, height: float = HEIGHT) -> Region:
    [region] = regions_of(*boxes, strengths=strengths, height=height)
    return region


def is_in(box: Box, outer: Box) -> bool:
    return box.shared_area(outer) == box.area


# --- where regions are -------------------------------------------------------------------------


def test_a_region_is_a_component_with_a_margin_round_it() -> None:
    box = region_of(DIGIT).box
    left, right = DIGIT.x - box.x, box.right - DIGIT.right
    above, below = DIGIT.y - box.y, box.bottom - DIGIT.bottom
    assert [left, right] == pytest.approx([MARGIN_X * HEIGHT] * 2, abs=PLACE)
    assert [above, below] == pytest.approx([MARGIN_Y * HEIGHT] * 2, abs=PLACE)


@pytest.mark.parametrize("corner", [(0, 0), (970, 0), (0, 760), (970, 760)])
def test_its_margin_ends_at_the_pictures_edge(corner: tuple[int, int]) -> None:
    component = Box(*corner, 30, 40)
    box = region_of(component).box
    assert is_in(component, box)
    assert is_in(box, WHOLE)
    assert box.width == pytest.approx(30 + MARGIN_X * HEIGHT, abs=PLACE)
    assert box.height == pytest.approx(40 + MARGIN_Y * HEIGHT, abs=PLACE)


@pytest.mark.parametrize(("places", "count"), [(-3, 1), (3, 2)])
def test_components_beside_each_other_share_a_region_where_their_margins_touch(
    places: int, count: int
) -> None:
    gap = round(2 * MARGIN_X * HEIGHT) + places * PLACE
    assert len(regions_of(DIGIT, DIGIT.moved(30 + gap, 0))) == count


@pytest.mark.parametrize(("places", "count"), [(-3, 1), (3, 2)])
def test_so_do_components_below_each_other(places: int, count: int) -> None:
    gap = round(2 * MARGIN_Y * HEIGHT) + places * PLACE
    assert len(regions_of(DIGIT, DIGIT.moved(0, 40 + gap))) == count


@pytest.mark.parametrize(
    ("height", "count"),
    [(LOWEST - 0.05, 0), (LOWEST + 0.05, 1), (HIGHEST - 0.05, 1), (HIGHEST + 0.05, 0)],
)
def test_what_is_no_digit_by_its_height_has_no_region(height: float, count: int) -> None:
    assert len(regions_of(Box(500, 400, 30, round(height * HEIGHT)))) == count


def test_a_point_beside_a_digit_is_in_its_region() -> None:
    point = Box(535, 435, 5, 5)
    assert is_in(point, region_of(DIGIT, point).box)


FAR = DIGIT.moved(-400, -300)  # apart from the other digit


def test_what_is_filled_with_ink_is_dirt_where_something_else_is_not() -> None:
    assert len(regions_of(DIGIT, FAR, filled=[False, True])) == 1


def test_dirt_beside_a_digit_leaves_its_region_as_it_is() -> None:
    [region] = regions_of(DIGIT, DIGIT.moved(40, 0), filled=[False, True])
    assert [region] == regions_of(DIGIT, DIGIT.moved(40, 0))


def test_where_all_is_filled_nothing_is_dirt() -> None:
    assert len(regions_of(DIGIT, FAR, filled=[True, True])) == 2


def test_without_components_there_is_no_region() -> None:
    assert regions_of() == []


@pytest.mark.parametrize("height", [6.0, 8.0, 12.0, 60.0])
def test_digits_may_have_any_height(height: float) -> None:
    component = Box(500, 300, round(0.7 * height), round(height))
    box = region_of(component, height=height).box
    assert is_in(component, box)
    assert box.width == pytest.approx((0.7 + 2 * MARGIN_X) * height, abs=0.25 * height + 4)
    assert box.height == pytest.approx((1 + 2 * MARGIN_Y) * height, abs=0.25 * height + 4)


@pytest.mark.parametrize(("factor", "is_whole"), [(0.98, True), (1.02, False)])
def test_of_a_small_picture_all_is_one_region(factor: float, is_whole: bool) -> None:
    side = round(factor * WHOLE_PIXELS**0.5)
    found = regions_of(Box(10, 10, 12, 24), height=DIGIT_HEIGHT, size=(side, side))
    assert (found == [Region(Box(0, 0, side, side), 24, 200)]) is is_whole


def test_a_small_picture_without_digits_has_none() -> None:
    assert regions_of(size=(50, 50)) == []


def dots(count: int) -> list[Box]:
    """Components 4 pixels high in rows, too far apart for a common region."""
    columns = SIZE[0] // 25
    return [Box(25 * (nth % columns), 15 * (nth // columns), 3, 4) for nth in range(count)]


def test_each_of_many_regions_stays() -> None:
    assert len(regions_of(*dots(MOST_REGIONS), height=4)) == MOST_REGIONS


def test_of_too_many_regions_one_is_made_of_all_of_the_picture() -> None:
    assert regions_of(*dots(MOST_REGIONS + 1), height=4) == [Region(WHOLE, 4, 200)]


# --- how high and dark its digits are ----------------------------------------------------------


@pytest.mark.parametrize("height", [20, 40, 80])
def test_a_region_has_digits_as_high_as_its_components(height: int) -> None:
    assert region_of(DIGIT._replace(height=height)).digit_height == height


def test_of_components_of_several_heights_the_higher_ones_count() -> None:
    row = [Box(300 + 40 * nth, 400, 30, height) for nth, height in enumerate((20, 30, 40, 50, 60))]
    assert region_of(*row).digit_height == 50


@pytest.mark.parametrize(
    ("height", "share"), [(LOWEST + 0.01, LEAST_HEIGHT), (HIGHEST - 0.01, MOST_HEIGHT)]
)
def test_it_does_not_differ_much_from_the_pages(height: float, share: float) -> None:
    region = region_of(Box(500, 100, 30, int(height * 100)), height=100)
    assert region.digit_height == pytest.approx(share * 100)


def test_its_strength_is_the_usual_one_of_its_components() -> None:
    row = [Box(300 + 40 * nth, 400, 30, 40) for nth in range(3)]
    assert region_of(*row, strengths=[100, 240, 120]).strength == 120
    assert region_of(*row[:2], strengths=[100, 240]).strength == 170


def test_what_is_no_digit_does_not_count() -> None:
    speck = Box(535, 400, 3, 3)
    assert region_of(speck, DIGIT, strengths=[20, 150]) == region_of(DIGIT, strengths=[150])


def test_each_region_has_its_own() -> None:
    found = regions_of(Box(100, 100, 30, 40), Box(100, 500, 60, 80), strengths=[90, 180])
    assert [(region.digit_height, region.strength) for region in found] == [(40, 90), (80, 180)]
