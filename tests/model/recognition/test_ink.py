"""A photo's ink: how far its pixels depart from the paper, whatever the colours and the light."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.recognition.decoding import Photo
from model.recognition.ink import ink_map, is_scene
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.segmentation import find_components
from tests.model.mnist_pages import BLACK, WHITE, Colour, Placed, digit, page
from tests.model.recognition.hand_made import blank, with_box

ONE = Placed(digit(3), 220, 130, 200)


def test_ink_says_how_far_each_pixel_departs_from_the_paper() -> None:
    photo = page(640, 480, [ONE])
    ink = ink_map(photo)
    assert ink.shape == photo.shape[:2]
    assert ink.dtype == np.uint8
    assert np.abs(ink.astype(int) - (255 - photo[:, :, 0])).mean() < 3


def half_in_shadow(paper: int, shadow: int) -> tuple[float, float]:
    """The ink of a black stroke in the light, and of one in a shadow on a part of the paper."""
    photo = blank(paper)
    photo[:, 440:] = shadow
    photo = with_box(with_box(photo, 200, 100, 20, 200), 540, 100, 20, 200)
    ink = ink_map(photo)
    return float(ink[200, 210]), float(ink[200, 550])


def test_a_stroke_in_a_shadow_is_as_dark_as_in_the_light() -> None:
    in_light, in_shadow = half_in_shadow(240, 120)
    assert in_light == pytest.approx(240, abs=3)
    assert in_shadow == pytest.approx(240, abs=6)


def test_a_shadow_that_leaves_less_than_three_tenths_of_the_light_is_no_paper() -> None:
    assert half_in_shadow(240, 40)[1] == pytest.approx(40 / 0.3, abs=6)


@pytest.mark.parametrize(("paper", "in_shadow"), [(100, 50), (160, 160)])
def test_on_paper_darker_than_grey_a_shadow_makes_no_ink_fainter(
    paper: int, in_shadow: float
) -> None:
    assert half_in_shadow(paper, paper // 2)[1] == pytest.approx(in_shadow, abs=5)


@pytest.mark.parametrize(("beside", "ink"), [(10, 80), (4, 0)])
def test_the_paper_of_160_pixels_ends_6_pixels_beside_a_dark_table(beside: int, ink: int) -> None:
    """Faint ink is told from the table's seam only beyond it."""
    photo = with_box(with_box(blank(240), 0, 0, 200, 480, grey=100), 400, 100, 12, 200)
    photo = with_box(photo, 200 + beside, 150, 4, 180, grey=160)
    assert ink_map(photo)[240, 202 + beside] == ink


def is_ink_throughout(width: int, *, fine: bool = False) -> bool:
    """Whether a black bar of a width is ink up to its middle."""
    bar = with_box(blank(), 200, 60, width, 360)
    try:
        found = find_components(Photo(bar), fine=fine)
    except RefusedError:
        return False
    return bool(found.ink[240, 200 + width // 2] > 128)


@pytest.mark.parametrize(("width", "is_ink"), [(105, True), (180, False)])
def test_ink_is_no_broader_than_three_tenths_of_the_photo(width: int, is_ink: bool) -> None:
    assert is_ink_throughout(width) == is_ink


@pytest.mark.parametrize(("width", "is_ink"), [(33, True), (62, False)])
def test_fine_ink_is_no_broader_than_a_tenth_of_the_photo(width: int, is_ink: bool) -> None:
    assert is_ink_throughout(width, fine=True) == is_ink


def test_a_photo_of_one_colour_has_no_ink() -> None:
    with pytest.raises(RefusedError, match=Refusal.NO_DIGIT):
        ink_map(blank(90))


# --- things rather than a page ----------------------------------------------------------------


@pytest.mark.parametrize(("paper", "ink"), [(WHITE, BLACK), (BLACK, WHITE)])
@pytest.mark.parametrize("side", [40, 200, 440])
def test_a_page_is_no_scene(paper: Colour, ink: Colour, side: int) -> None:
    assert not is_scene(page(640, 480, [Placed(digit(8), 100, 20, side)], paper, ink))


def test_things_of_every_shade_are_a_scene() -> None:
    things = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)
    assert is_scene(cv2.resize(things, (640, 480), interpolation=cv2.INTER_NEAREST))


def chequered(contrast: int, share: float = 1) -> MatLike:
    """Squares of two greys on the upper `share` of a photo."""
    rows, columns = np.mgrid[0:480, 0:640] // 20
    squares = (rows + columns) % 2 * contrast + 100
    squares[round(share * 480) :] = 100
    return np.dstack([squares.astype(np.uint8)] * 3)


@pytest.mark.parametrize(("contrast", "expected"), [(20, True), (12, False)])
def test_things_differ_by_more_than_15_grey_levels(contrast: int, expected: bool) -> None:
    assert is_scene(chequered(contrast)) is expected


@pytest.mark.parametrize(("share", "expected"), [(0.93, True), (0.7, False)])
def test_four_tenths_of_a_scene_are_lighter_and_four_tenths_darker(
    share: float, expected: bool
) -> None:
    assert is_scene(chequered(60, share)) is expected
