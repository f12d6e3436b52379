"""Photos are turned round, and what is found there has its box in the photo as it was sent."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.components import Components
from model.recognition.decoding import Photo, decode
from model.recognition.recognizer import TURNS
from model.recognition.refusal import RefusedError
from model.recognition.segmentation import find_components
from model.recognition.turning import (
    LARGE,
    MOST_TURNED,
    TurnedPhoto,
    middle_part,
    turn,
    turned_components,
)
from tests.model.mnist_pages import encode
from tests.model.recognition.hand_made import blank, with_box

RIGHT_ANGLES = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
SIZES = [(60, 40), (61, 40), (60, 41), (61, 41)]


def noise(width: int, height: int) -> MatLike:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (height, width, 3)).astype(np.uint8)


def place_in(turned: TurnedPhoto) -> Box:
    """The box of what is black in a turned photo."""
    inked = (turned.photo.pixels[..., 0] < 128).astype(np.uint8)
    return Box(*cv2.boundingRect(inked))


# --- there -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("degrees", RIGHT_ANGLES)
def test_by_a_right_angle_no_pixel_is_lost_or_mixed(degrees: int, size: tuple[int, int]) -> None:
    photo = noise(*size)
    turned = turn(Photo(photo), degrees).photo.pixels
    expected = cv2.rotate(photo, RIGHT_ANGLES[degrees])
    assert turned.shape == expected.shape
    assert (turned == expected).all()


@pytest.mark.parametrize("size", SIZES)
def test_by_nothing_it_stays_as_it_is(size: tuple[int, int]) -> None:
    assert (turn(Photo(noise(*size)), 0).photo.pixels == noise(*size)).all()


@pytest.mark.parametrize(("degrees", "larger"), [(45, 2**0.5), (315, 2**0.5), (30, 1.366)])
def test_by_any_other_angle_all_of_it_is_in_a_larger_photo(degrees: int, larger: float) -> None:
    corner = with_box(blank(width=100, height=100), 0, 0, 4, 4)
    turned = turn(Photo(corner), degrees).photo.pixels
    assert turned.shape == (round(100 * larger), round(100 * larger), 3)
    ink = 255 - turned[..., 0].astype(int)
    assert ink.sum() > 0.9 * 16 * 255


def test_its_corners_are_filled_with_what_is_at_the_edges() -> None:
    grey = blank(90, width=100, height=60)
    assert (turn(Photo(grey), 45).photo.pixels == 90).all()


# --- and back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("degrees", RIGHT_ANGLES)
def test_by_a_right_angle_a_box_comes_back_to_the_pixel(
    degrees: int, size: tuple[int, int]
) -> None:
    width, height = size
    for box in (Box(12, 9, 20, 7), Box(0, 0, 3, 2), Box(width - 3, height - 2, 3, 2)):
        turned = turn(Photo(with_box(blank(width=width, height=height), *box)), degrees)
        there = place_in(turned)
        assert sorted(there[2:]) == sorted(box[2:])
        assert turned.turned_back(there) == box


@pytest.mark.parametrize("degrees", TURNS)
def test_by_every_angle_a_box_comes_back_round_what_it_held(degrees: float) -> None:
    box = Box(200, 150, 60, 40)
    turned = turn(Photo(with_box(blank(), *box)), degrees)
    back = turned.turned_back(place_in(turned))
    assert back.middle == pytest.approx(box.middle, abs=1)
    # Turned by an angle that is not right, the box is enlarged there and again on its way back.
    assert back.width >= box.width
    assert back.height >= box.height
    assert back.width + back.height <= 2 * (box.width + box.height) + 4


def test_half_a_right_angle_makes_a_square_of_a_squares_diagonal() -> None:
    turned = turn(Photo(blank(width=100, height=100)), 45)
    x, y, width, height = turned.turned_back(Box(60, 60, 21, 21))
    assert (width, height) == (30, 30)  # 21 times the root of 2
    assert (x + 15, y + 15) == pytest.approx((50, 50), abs=1)


@pytest.mark.parametrize("degrees", TURNS)
def test_boxes_are_in_pixels_of_a_photo_that_was_sent_larger(degrees: float) -> None:
    small = turn(Photo(blank()), degrees)
    large = turn(Photo(blank(), scale=4.0), degrees)
    assert large.photo.scale == 4.0
    box = Box(100, 130, 40, 60)
    x, y, width, height = large.turned_back(Box(*(4 * length for length in box)))
    expected = [4 * length for length in small.turned_back(box)]
    assert [x, y, width, height] == pytest.approx(expected, abs=8)
    assert large.back[:, :2] == pytest.approx(small.back[:, :2])
    assert large.back[:, 2] == pytest.approx(4 * small.back[:, 2])


def test_a_photo_is_turned_at_its_full_size() -> None:
    photo = decode(encode(noise(1400, 700), ".jpg"), side=640)
    assert max(photo.pixels.shape) == 640
    turned = turn(photo, 90)
    assert turned.photo.pixels.shape == (1280, 640, 3)
    assert turned.photo.scale == pytest.approx(1400 / 1280)
    # Its lower left corner lies in the upper left one.
    assert turned.turned_back(Box(0, 0, 70, 140)) == Box(0, 630, 140, 70)


def test_a_photo_that_cannot_be_decoded_again_is_refused() -> None:
    with pytest.raises(RefusedError):
        turn(Photo(blank(), data=b"no picture"), 90)


# --- a part of a page, and its components turned -------------------------------------------------


def strokes(*places: tuple[int, int]) -> Components:
    """Upright strokes, 6 by 40 pixels, that begin at these places of a page."""
    photo = np.full((480, 640, 3), 230, np.uint8)
    for x, y in places:
        photo[y : y + 40, x : x + 6] = 20
    return find_components(Photo(photo))


def sizes(components: Components) -> list[list[int]]:
    return sorted(components.boxes[:, 2:].tolist())


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_components_are_turned_as_if_they_were_found_again(degrees: float) -> None:
    there = strokes((100, 100), (200, 140))
    turned = turned_components(middle_part(there), degrees)
    across, down = there.boxes[:, 2:].T.tolist()
    swapped = degrees != 180
    expected = zip(down, across, strict=True) if swapped else zip(across, down, strict=True)
    assert sizes(turned) == sorted(map(list, expected))
    assert turned.ink[turned.labels > 0].min() > turned.ink[turned.labels == 0].mean()


def test_askew_they_are_as_many() -> None:
    there = strokes((100, 100), (200, 140))
    turned = turned_components(middle_part(there), 45)
    assert len(turned.ids) == 2
    assert sizes(turned) == [pytest.approx([34, 34], abs=4)] * 2


def test_a_part_holds_the_middle_components_and_what_is_near() -> None:
    grid = [(20 + 25 * column, 20 + 75 * row) for column in range(24) for row in range(6)]
    there = strokes(*grid)
    part = middle_part(there)
    assert part.mask.size < 0.6 * there.ink.size
    parted = turned_components(part, 180)
    assert MOST_TURNED <= len(parted.ids) < len(there.ids)


def test_what_is_large_is_made_smaller() -> None:
    photo = np.full((480, 640, 3), 230, np.uint8)
    photo[100:356, 300:320] = 20
    there = find_components(Photo(photo))
    part = middle_part(there)
    assert part.scale == pytest.approx(there.scale * LARGE / 256, rel=0.05)
    [[_, height]] = sizes(turned_components(part, 180))
    assert height == pytest.approx(LARGE, abs=2)
