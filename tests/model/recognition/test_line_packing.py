"""Regions are packed into pictures for the line network, and what it sees is brought back."""

from collections.abc import Sequence
from itertools import combinations

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.character_set import CHARACTERS
from model.recognition.line_network import Characters
from model.recognition.line_packing import (
    CORE,
    MOST_PIXELS,
    PICTURE_PIXELS,
    SEAM,
    Placed,
    own_characters,
    pack,
    picture,
)
from model.recognition.line_regions import Region, find_regions
from model.recognition.scaled_ink import DIGIT_HEIGHT, FULL

SIZE = (1000, 800)  # width and height
FULL_INK = 255 / CORE  # the strength of a region whose strokes' cores are black


def region(*box: int, height: float = 48.0, strength: float = FULL_INK) -> Region:
    return Region(Box(*box), height, strength)


def page(*boxes: Box) -> MatLike:
    """Ink that is full in these boxes."""
    ink = np.zeros(SIZE[::-1], np.uint8)
    for box in boxes:
        ink[box.window] = 255
    return ink


def is_in(box: Box, outer: Box) -> bool:
    return box.shared_area(outer) == box.area


# --- pictures ----------------------------------------------------------------------------------


def many(count: int, width: int = 70, height: int = 50) -> list[Region]:
    """Regions in rows on a picture of `SIZE`, of several sizes."""
    across = SIZE[0] // width
    return [
        region(
            width * (nth % across),
            height * (nth // across),
            width - nth % 7,
            height - nth % 5,
            height=24.0 + nth % 3,
        )
        for nth in range(count)
    ]


def pictures(regions: Sequence[Region], ink: MatLike | None = None) -> list[list[Placed]]:
    return list(pack(page() if ink is None else ink, regions))


def test_one_region_is_a_picture_of_its_own_at_the_networks_size() -> None:
    alone = region(100, 200, 120, 80)
    [[placed]] = pack(page(Box(140, 210, 12, 48)), [alone])
    assert (placed.region, placed.x, placed.y) == (alone, 0, 0)
    drawn = picture([placed])
    assert drawn.shape == (80 * DIGIT_HEIGHT / 48, 120 * DIGIT_HEIGHT / 48)
    assert drawn.dtype == np.uint8
    inked = (drawn == FULL).astype(np.uint8)
    assert cv2.boundingRect(inked) == (20, 5, 6, 24)
    assert cv2.countNonZero(drawn) == 6 * 24


def test_each_region_is_strengthened_by_its_own_ink() -> None:
    pale, dark = Box(140, 210, 12, 48), Box(540, 210, 12, 48)
    ink = page(pale, dark)
    ink[pale.window] = 66
    regions = [region(100, 200, 120, 80, strength=66 / CORE), region(500, 200, 120, 80)]
    [placed] = pack(ink, regions)
    assert [each.ink.max() for each in placed] == [FULL, FULL]


@pytest.mark.parametrize("count", [1, 7, 40, 200])
def test_no_region_is_lost_and_none_lies_on_another(count: int) -> None:
    regions = many(count)
    packed = pictures(regions)
    placed = [each for part in packed for each in part]
    assert sorted(each.region for each in placed) == sorted(regions)
    for part in packed:
        whole = Box(0, 0, *picture(part).shape[::-1])
        boxes = [each.box for each in part]
        assert all(is_in(box, whole) for box in boxes)
        assert sum(one.shared_area(other) for one, other in combinations(boxes, 2)) == 0


def test_between_regions_there_is_paper() -> None:
    [placed] = pictures(many(10))
    boxes = sorted(each.box for each in placed)
    for one, other in combinations(boxes, 2):
        across = max(one.x, other.x) - min(one.right, other.right)
        down = max(one.y, other.y) - min(one.bottom, other.bottom)
        assert max(across, down) >= SEAM
    rows = [each for each in placed if each.y == 0]
    assert rows[1].x - rows[0].box.right == SEAM


def test_the_highest_regions_come_first() -> None:
    heights = [each.ink.shape[0] for part in pictures(many(60)) for each in part]
    assert heights == sorted(heights, reverse=True)


def test_what_is_in_the_regions_is_in_the_picture() -> None:
    rng = np.random.default_rng(0)
    ink = rng.integers(0, 256, SIZE[::-1]).astype(np.uint8)
    for part in pictures(many(40), ink):
        drawn = picture(part)
        for each in part:
            assert (drawn[each.box.window] == each.ink).all()
            drawn[each.box.window] = 0
        assert not drawn.any()


def test_a_picture_is_not_larger_than_it_takes_time_to_read() -> None:
    packed = pictures(many(200))
    assert len(packed) > 2
    for part in packed:
        assert picture(part).size <= PICTURE_PIXELS


@pytest.mark.parametrize("size", [(1000, 300), (300, 800)])
def test_unless_one_region_alone_is_larger(size: tuple[int, int]) -> None:
    large = region(0, 0, *size, height=24.0)
    small = many(5)
    packed = pictures([*small, large])
    assert sum(len(part) for part in packed) == 6
    assert max(picture(part).size for part in packed) >= large.box.area


def test_without_regions_there_is_no_picture() -> None:
    assert pictures([]) == []


# --- limits ------------------------------------------------------------------------------------


def read_pixels(regions: Sequence[Region]) -> int:
    return sum(picture(part).size for part in pictures(regions))


@pytest.mark.parametrize("height", [4.0, 10.0, 24.0])
def test_a_page_of_noise_is_scaled_down_to_what_is_read_in_time(height: float) -> None:
    whole = region(0, 0, *SIZE, height=height)
    assert read_pixels([whole]) == pytest.approx(MOST_PIXELS, rel=0.02)


@pytest.mark.parametrize("height", [8.0, 16.0])
def test_so_is_a_page_of_many_regions_with_the_paper_between_them(height: float) -> None:
    regions = [each._replace(digit_height=height) for each in many(200)]
    # Their last column of shelves is not quite full.
    assert 0.8 * MOST_PIXELS < read_pixels(regions) < 1.15 * MOST_PIXELS


def test_what_is_less_is_not_scaled_down() -> None:
    [[placed]] = pictures([region(0, 0, 900, 400, height=24.0)])
    assert placed.ink.shape == (400, 900)


# --- the way back ------------------------------------------------------------------------------


def characters(*boxes: tuple[float, float, float, float]) -> Characters:
    count = len(boxes)
    middles = np.linspace(0.5, 0.9, count, dtype=np.float32)
    probabilities = np.eye(count, len(CHARACTERS), dtype=np.float32)
    return Characters(np.array(boxes, np.float32).reshape(-1, 4), middles, probabilities)


def placed_at(x: int, y: int, place: Region) -> Placed:
    """A region that is 60 wide and 40 high in the picture."""
    return Placed(place, np.zeros((40, 60), np.uint8), x, y)


def test_a_characters_box_is_in_pixels_of_the_photo() -> None:
    placed = placed_at(100, 50, region(400, 300, 120, 80))
    found = own_characters(characters((130, 60, 12, 24)), placed)
    assert found.boxes.tolist() == [[400 + 60, 300 + 20, 24, 48]]
    assert found.boxes.dtype == np.float32


def test_width_and_height_are_scaled_as_the_region_was() -> None:
    placed = placed_at(0, 0, region(0, 0, 60 * 3, 40 * 2))
    assert own_characters(characters((10, 10, 12, 24)), placed).boxes.tolist() == [[30, 20, 36, 48]]


@pytest.mark.parametrize(
    ("middle", "count"),
    [
        ((100, 50), 1),
        ((99.9, 50), 0),
        ((100, 49.9), 0),
        ((159.9, 89.9), 1),
        ((160, 89), 0),
        ((159, 90), 0),
    ],
)
def test_it_belongs_to_the_region_in_which_its_middle_is(
    middle: tuple[float, float], count: int
) -> None:
    placed = placed_at(100, 50, region(400, 300, 120, 80))
    found = own_characters(characters((*middle, 12, 24)), placed)
    assert [len(values) for values in found] == [count] * 3


def test_what_is_known_of_it_stays_with_it() -> None:
    placed = placed_at(100, 50, region(400, 300, 120, 80))
    three = characters((10, 10, 5, 5), (120, 70, 5, 5), (300, 70, 5, 5))
    found = own_characters(three, placed)
    assert found.middles.tolist() == three.middles[1:2].tolist()
    assert found.probabilities.tolist() == three.probabilities[1:2].tolist()


@pytest.mark.parametrize("height", [12.0, 24.0, 48.0, 31.0])
def test_every_digit_comes_back_to_where_it_is(height: float) -> None:
    width = round(height / 2)
    columns, rows = range(40, 900, 400), range(60, 700, 150)
    digits = [Box(x, y, width, round(height)) for y in rows for x in columns]
    strengths = np.full(len(digits), FULL_INK)
    boxes = np.array(digits, np.int32)
    are_filled = np.zeros(len(digits), np.bool_)
    regions = find_regions(boxes, are_filled, strengths, height, SIZE)
    back = []
    for part in pictures(regions, page(*digits)):
        _, _, stats, middles = cv2.connectedComponentsWithStats(
            (picture(part) > FULL / 2).astype(np.uint8)
        )
        boxes = np.hstack([middles[1:] + 0.5, stats[1:, 2:4]])
        seen = characters(*boxes.tolist())
        back += [box for each in part for box in own_characters(seen, each).boxes.tolist()]
    assert len(back) == len(digits)
    back.sort(key=lambda box: (round(box[1] / 10), box[0]))
    expected = [[*digit.middle, digit.width, digit.height] for digit in digits]
    pixel = max(1.0, height / DIGIT_HEIGHT)
    assert np.array(back) == pytest.approx(np.array(expected), abs=pixel)
