"""The sheet of paper in a photo: found on a table or in a hand, and nowhere else."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.decoding import Photo, decode
from model.recognition.page import SIDE, Page, find_page, find_sheet
from model.recognition.refusal import RefusedError
from model.recognition.resizing import shrink
from model.synthesis.pages import render
from model.synthesis.paper.table import lay_on_table
from model.synthesis.styles import Style
from tests.model.mnist_pages import BLACK, WHITE, Colour, Placed, digit, page

WOOD, DARK_WOOD, DESK = (70, 110, 160), (45, 70, 105), (40, 40, 42)
PAPER = (225, 230, 235)
YELLOW_NOTE = (110, 225, 235)
SKIN = (120, 150, 205)
GREY_SHADOW = (105, 107, 110)  # 0.47 of the paper's light
MIDDLE = (320, 240)


def table(colour: Colour = WOOD) -> MatLike:
    return page(640, 480, paper=colour)


def lay_sheet(
    photo: MatLike,
    middle: tuple[int, int] = MIDDLE,
    size: tuple[int, int] = (300, 200),
    angle: float = 0,
    colour: Colour = PAPER,
) -> None:
    corners = cv2.boxPoints((middle, size, angle))
    cv2.fillPoly(photo, [corners.round().astype(np.int32)], colour, cv2.LINE_AA)


def on_table(angle: float = 0, colour: Colour = PAPER, below: Colour = WOOD) -> MatLike:
    """A blank sheet of 300 x 200 in the middle of a photo of a table."""
    photo = table(below)
    lay_sheet(photo, angle=angle, colour=colour)
    return photo


def found(photo: MatLike) -> Page:
    result = find_page(Photo(photo))
    assert result is not None
    return result


def has_sheet(photo: MatLike) -> bool:
    return find_sheet(shrink(photo, SIDE)) is not None


# --- where it is -------------------------------------------------------------------------------


@pytest.mark.parametrize("below", [WOOD, DARK_WOOD, DESK, BLACK])
def test_a_sheet_on_a_table_is_the_page(below: Colour) -> None:
    result = found(on_table(below=below))
    height, width, _ = result.photo.pixels.shape
    expected = Box(170, 140, 300, 200)
    assert Box(result.x, result.y, width, height).iou(expected) > 0.87
    assert (np.ptp(result.photo.pixels, axis=(0, 1)) == 0).all()


def test_a_coloured_note_is_found_too() -> None:
    assert has_sheet(on_table(colour=YELLOW_NOTE, below=DARK_WOOD))


@pytest.mark.parametrize("side", [(0, 240), (640, 240), (320, 0), (320, 480)])
def test_the_photo_may_cut_it_off(side: tuple[int, int]) -> None:
    photo = table()
    lay_sheet(photo, side, (400, 300))
    result = found(photo)
    middle_x, middle_y = side
    assert result.x == pytest.approx(max(0, middle_x - 200), abs=16)
    assert result.y == pytest.approx(max(0, middle_y - 150), abs=16)


def test_what_is_beside_an_askew_sheet_looks_like_its_paper() -> None:
    pixels = found(on_table(angle=20)).photo.pixels
    height, width, _ = pixels.shape
    assert width == pytest.approx(300 * 0.94 + 200 * 0.34, abs=32)
    assert height == pytest.approx(300 * 0.34 + 200 * 0.94, abs=32)
    assert np.abs(pixels.astype(int) - PAPER).max() <= 2


def test_the_paper_goes_on_in_the_light_that_falls_on_its_edge() -> None:
    photo = on_table(angle=20)
    fall_off = np.linspace(1, 0.7, 640)[None, :, None]
    pixels = found((photo * fall_off).astype(np.uint8)).photo.pixels
    left, right = pixels[2, 2], pixels[2, -3]
    assert (left > right * 1.1).all()
    steps = np.abs(np.diff(pixels.astype(int), axis=1))
    assert steps.max() <= 4


def test_ink_stays_where_it_is() -> None:
    photo = on_table(angle=10)
    cv2.line(photo, (300, 200), (310, 270), BLACK, 6, cv2.LINE_AA)
    result = found(photo)
    inner = photo[180:290, 280:340]
    same = result.photo.pixels[180 - result.y :, 280 - result.x :][:110, :60]
    assert (same == inner).all()


def test_ink_that_reaches_the_edge_of_the_paper_stays() -> None:
    photo = on_table()
    cv2.line(photo, (320, 120), (320, 240), BLACK, 30)
    pixels = found(photo).photo.pixels
    upper_row = pixels[0].max(axis=1)
    assert (upper_row < 60).sum() == pytest.approx(30, abs=2)


def test_ink_that_is_broader_inside_stays_whole() -> None:
    photo = on_table()
    cv2.line(photo, (320, 130), (320, 240), BLACK, 16)
    cv2.circle(photo, (320, 240), 55, BLACK, cv2.FILLED)
    result = found(photo)
    inner = photo[180:310, 250:390]
    same = result.photo.pixels[180 - result.y :, 250 - result.x :][:130, :140]
    assert (same == inner).all()


@pytest.mark.parametrize("side", [(165, 240), (475, 240), (320, 345)])
def test_a_finger_may_lie_on_its_edge(side: tuple[int, int]) -> None:
    photo = on_table(below=DARK_WOOD)
    cv2.circle(photo, side, 30, SKIN, cv2.FILLED)
    assert has_sheet(photo)


def test_a_dark_thing_beside_it_does_not_hide_it() -> None:
    photo = on_table()
    cv2.circle(photo, (60, 60), 50, BLACK, cv2.FILLED)
    result = found(photo)
    assert result.x == pytest.approx(170, abs=12)
    assert result.y == pytest.approx(140, abs=12)


def test_it_is_cut_out_of_the_photo_at_its_largest() -> None:
    large = cv2.resize(on_table(), (2560, 1920))
    data = cv2.imencode(".jpg", large)[1].tobytes()
    result = find_page(decode(data, 640))
    assert result is not None
    assert result.photo.scale == 2
    assert result.photo.full is result.photo
    assert result.photo.pixels.shape[1] == pytest.approx(600, abs=32)
    assert result.x == pytest.approx(680, abs=64)
    assert result.y == pytest.approx(560, abs=64)


def test_a_photo_that_cannot_be_decoded_again_is_refused() -> None:
    photo = Photo(on_table(), scale=4.0, data=b"\xff\xd8\xff broken")
    with pytest.raises(RefusedError):
        find_page(photo)
    assert find_page(replace(photo, pixels=page(640, 480))) is None


# --- rendered ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_rendered_page_alone_is_the_page(seed: int) -> None:
    rng = np.random.default_rng(seed)
    photo = render([digit(seed)], Style.CELL, (640, 480), rng).photo
    assert not has_sheet(photo)


def test_the_table_of_a_rendered_sheet_is_left_out() -> None:
    laid = 0
    for seed in range(20):
        photo = page(640, 480, paper=PAPER)
        lay_on_table(photo, [Box(240, 200, 160, 80)], np.random.default_rng(seed))
        result = find_page(Photo(photo))
        if result is None:
            continue  # the table is as light as the paper, or hardly to be seen
        laid += 1
        assert np.abs(result.photo.pixels.astype(int) - PAPER).max() <= 30
    assert laid >= 10


# --- what is no sheet on a table ---------------------------------------------------------------


def plain() -> MatLike:
    return page(640, 480, paper=PAPER)


def vignette() -> MatLike:
    """A page whose corners have a third of the light of its middle."""
    y, x = np.mgrid[-1:1:480j, -1:1:640j]
    light = 1 - (x**2 + y**2) / 3
    photo: MatLike = plain() * light[..., None]
    return photo.astype(np.uint8)


def shadow() -> MatLike:
    """A page with a shadow that has a sharp edge."""
    photo = plain()
    photo[:, :250] = GREY_SHADOW
    return photo


def two_sheets() -> MatLike:
    photo = table()
    lay_sheet(photo, (170, 240))
    lay_sheet(photo, (490, 240), angle=5)
    return photo


def dark_ring(thickness: int) -> MatLike:
    """A nought that fills the photo."""
    photo = plain()
    cv2.ellipse(photo, MIDDLE, (240, 200), 0, 0, 360, BLACK, thickness, cv2.LINE_AA)
    return photo


def light_digit(value: int) -> MatLike:
    """On a dark screen."""
    placed = Placed(digit(value), 120, 30, 420)
    return page(640, 480, [placed], paper=BLACK, ink=WHITE)


def cell() -> MatLike:
    """Of a sudoku, with parts of its neighbours."""
    photo = plain()
    cv2.rectangle(photo, (60, 50), (580, 430), BLACK, 40)
    return photo


def lone_cell() -> MatLike:
    """The broadest lines are all that is seen around it."""
    photo = plain()
    cv2.rectangle(photo, (0, 0), (639, 479), BLACK, 110)
    return photo


def tinted_box() -> MatLike:
    """A white box in a form's tinted field."""
    photo = table((195, 225, 235))
    lay_sheet(photo, colour=WHITE)
    return photo


def dark_note() -> MatLike:
    """A note on a table that is darker in two channels, but not in the least one."""
    photo = table((130, 140, 150))
    lay_sheet(photo, (450, 240), (360, 460), colour=(60, 185, 200))
    return photo


def small_label() -> MatLike:
    photo = table(DESK)
    lay_sheet(photo, size=(160, 120))
    return photo


def plate() -> MatLike:
    photo = table(DESK)
    cv2.circle(photo, MIDDLE, 200, WHITE, cv2.FILLED)
    return photo


def star() -> MatLike:
    photo = table(DESK)
    lay_sheet(photo, size=(440, 120))
    lay_sheet(photo, size=(120, 440))
    return photo


@pytest.mark.parametrize(
    "draw",
    [
        plain,
        table,
        vignette,
        shadow,
        two_sheets,
        cell,
        lone_cell,
        tinted_box,
        dark_note,
        small_label,
        plate,
        star,
    ],
)
def test_other_photos_stay_whole(draw: Callable[[], MatLike]) -> None:
    assert find_page(Photo(draw())) is None


@pytest.mark.parametrize("thickness", [20, 100])
def test_a_nought_that_fills_the_photo_is_no_sheet(thickness: int) -> None:
    assert not has_sheet(dark_ring(thickness))
    assert not has_sheet(cv2.bitwise_not(dark_ring(thickness)))


@pytest.mark.parametrize("value", range(10))
def test_a_light_digit_on_a_dark_screen_is_no_sheet(value: int) -> None:
    assert not has_sheet(light_digit(value))


@pytest.mark.parametrize("colour", [BLACK, WHITE, WOOD])
@pytest.mark.parametrize("size", [(1, 1), (160, 1), (3, 160), (160, 120)])
def test_a_picture_of_one_colour_has_no_sheet(size: tuple[int, int], colour: Colour) -> None:
    width, height = size
    assert find_sheet(page(width, height, paper=colour)) is None


def test_the_sheet_is_a_mask_without_its_blurred_edge() -> None:
    small = cv2.resize(on_table(), (160, 120), interpolation=cv2.INTER_AREA)
    sheet = find_sheet(small)
    assert sheet is not None
    assert set(np.unique(sheet)) == {0, 255}
    assert cv2.boundingRect(sheet) == pytest.approx((42 + 2, 35 + 2, 75 - 4, 50 - 4), abs=2)
    assert (small[sheet > 0] == PAPER).all()


def test_a_sheet_that_is_all_edge_is_none() -> None:
    specks = np.zeros((4, 2, 3), np.uint8)
    specks[2, 0, 2] = 1
    specks[3, 0, :2] = 2
    assert find_sheet(np.repeat(specks, 15, axis=1)) is None
