"""A photo's strokes: where its ink is, which of it hangs together, how far apart the pieces are."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.recognition.decoding import Photo
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.segmentation import MOST_COMPONENTS, find_components, gaps, ink_map, is_scene
from tests.model.mnist_pages import BLACK, WHITE, Colour, Placed, digit, page

Corners = tuple[float, float, float, float]
ONE = Placed(digit(3), 220, 130, 200)


def covered(photo: MatLike) -> Corners:
    """Left, top, right and bottom of all that is found, in the photo's pixels."""
    strokes = find_components(Photo(photo))
    left, top = strokes.boxes[:, :2].min(axis=0) / strokes.scale
    right, bottom = (strokes.boxes[:, :2] + strokes.boxes[:, 2:]).max(axis=0) / strokes.scale
    return float(left), float(top), float(right), float(bottom)


def close(found: Corners, placed: Placed, tolerance: float = 0.08) -> bool:
    """Whether the box is the digit's; the faint rim of a stroke may be left out."""
    x, y, width, height = placed.box
    far = np.abs(np.subtract(found, (x, y, x + width, y + height))).max()
    return bool(far <= max(3, tolerance * placed.side))


def refusal(photo: MatLike) -> Refusal | None:
    try:
        find_components(Photo(photo))
    except RefusedError as error:
        return error.refusal
    return None


# --- ink on paper -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paper", "ink"),
    [
        (WHITE, BLACK),
        (BLACK, WHITE),
        ((200, 235, 245), (140, 60, 30)),  # a blue pen on cream paper
        (WHITE, (60, 60, 220)),  # a red one
        (WHITE, (140, 240, 250)),  # a yellow one
        ((90, 40, 20), (80, 230, 250)),  # yellow chalk on a blue board
        ((120, 120, 120), (180, 180, 180)),
        ((118, 118, 118), (20, 90, 220)),  # both as bright as each other
        ((160, 160, 160), (115, 115, 115)),
    ],
)
def test_ink_of_any_colour_is_found_on_paper_of_any_other(paper: Colour, ink: Colour) -> None:
    assert close(covered(page(640, 480, [ONE], paper, ink)), ONE)


@pytest.mark.parametrize("side", [16, 40, 100, 300, 440])
@pytest.mark.parametrize("width", [640, 1280])
def test_a_digit_of_any_size_is_found(side: int, width: int) -> None:
    placed = Placed(digit(2), 20, 20, side)
    assert close(covered(page(width, 480, [placed])), placed)


def test_ink_says_how_far_each_pixel_departs_from_the_paper() -> None:
    photo = page(640, 480, [ONE])
    ink = ink_map(photo)
    assert ink.shape == photo.shape[:2]
    assert ink.dtype == np.uint8
    assert np.abs(ink.astype(int) - (255 - photo[:, :, 0])).mean() < 3


def test_pieces_are_what_hangs_together() -> None:
    placed = [Placed(digit(3), 30 + 150 * place, 60, 100) for place in range(4)]
    strokes = find_components(Photo(page(640, 220, placed)))
    assert len(strokes.boxes) == len(strokes.ids) == 4
    for (x, y, width, height), name in zip(strokes.boxes, strokes.ids, strict=True):
        assert cv2.boundingRect((strokes.labels == name).astype(np.uint8)) == (x, y, width, height)
        assert strokes.ink[strokes.labels == name].min() > 0


# --- light ------------------------------------------------------------------------------------


@pytest.mark.parametrize("darkest", [0.3, 0.6])
@pytest.mark.parametrize("degrees", [0, 60, 200])
@pytest.mark.parametrize("pen", [(WHITE, BLACK), (BLACK, WHITE), (WHITE, (140, 60, 30))])
def test_falling_light_is_no_ink(
    pen: tuple[Colour, Colour], degrees: float, darkest: float
) -> None:
    y, x = np.mgrid[0:480, 0:640] / 640 - 0.5
    falling = x * np.cos(np.deg2rad(degrees)) + y * np.sin(np.deg2rad(degrees))
    light = np.interp(falling, (falling.min(), falling.max()), (darkest, 1))[:, :, None]
    assert close(covered((page(640, 480, [ONE], *pen) * light).astype(np.uint8)), ONE)


@pytest.mark.parametrize("edge", [250, 320, 390])  # beside, through the digit
@pytest.mark.parametrize("blur", [9, 61])
def test_a_shadow_across_is_no_ink(edge: int, blur: int) -> None:
    sharp = np.ones((480, 640, 1), np.float32)
    cv2.fillPoly(sharp, [np.array([(0, 0), (edge, 0), (edge + 60, 480), (0, 480)])], 0.55)
    light = cv2.GaussianBlur(sharp, (blur, blur), 0)[:, :, None]
    assert close(covered((page(640, 480, [ONE]) * light).astype(np.uint8)), ONE)


def test_a_digit_is_found_in_the_grain() -> None:
    grain = np.random.default_rng(0).normal(0, 8, (480, 640, 3))
    photo = (page(640, 480, [ONE], paper=(190, 190, 190)) + grain).clip(0, 255).astype(np.uint8)
    assert close(covered(photo), ONE)


# --- what is no ink ---------------------------------------------------------------------------


@pytest.mark.parametrize("colour", [WHITE, BLACK, (40, 120, 200), (128, 128, 128), (0, 0, 255)])
@pytest.mark.parametrize("size", [(1, 1), (640, 480), (1280, 960)])
def test_blank_paper_has_no_digit(colour: Colour, size: tuple[int, int]) -> None:
    assert refusal(page(*size, paper=colour)) is Refusal.NO_DIGIT


@pytest.mark.parametrize("strength", [2, 6, 20])
@pytest.mark.parametrize("brightness", [40, 128, 200])
def test_grain_is_no_ink(brightness: int, strength: float) -> None:
    noise = np.random.default_rng(0).normal(brightness, strength, (480, 640, 3))
    assert refusal(noise.clip(0, 255).astype(np.uint8)) is Refusal.NO_DIGIT


def test_dirt_beside_a_digit_is_no_ink() -> None:
    photo = page(640, 480, [ONE])
    rng = np.random.default_rng(0)
    for x, y in rng.integers(5, (200, 470), (40, 2)).tolist():
        cv2.circle(photo, (x, y), int(rng.integers(0, 4)), BLACK, -1)
    assert close(covered(photo), ONE)


@pytest.mark.parametrize("thickness", [1, 3, 6])
def test_the_frame_of_a_cell_is_no_ink(thickness: int) -> None:
    placed = Placed(digit(3), 70, 50, 100)
    photo = page(200, 200, [placed])
    for place in (8, 190):
        photo[place : place + thickness] = 90
        photo[:, place : place + thickness] = 90
    assert close(covered(photo), placed)


def test_ruled_lines_are_no_ink() -> None:
    photo = page(640, 480, [ONE])
    for line in (60, 140, 220, 300, 380):
        photo[line : line + 3] = np.minimum(photo[line : line + 3], (200, 150, 120))
    assert close(covered(photo), ONE)


def grid(count: int) -> list[Placed]:
    return [Placed(digit(3), 20 + 60 * (n % 10), 20 + 60 * (n // 10), 36) for n in range(count)]


def test_up_to_64_pieces_may_be_digits() -> None:
    assert MOST_COMPONENTS == 64
    assert len(find_components(Photo(page(640, 480, grid(64)))).boxes) == 64


def test_more_than_64_pieces_are_no_digits() -> None:
    assert refusal(page(640, 480, grid(65))) is Refusal.TOO_MANY_MARKS


@pytest.mark.parametrize("scale", [0.5, 0.8, 1.2])
def test_a_page_of_text_is_refused(scale: float) -> None:
    photo = page(1280, 960)
    for line in range(int(60 * scale), 940, int(50 * scale)):
        text = "the quick brown fox jumps over the lazy dog " * 3
        cv2.putText(photo, text, (20, line), cv2.FONT_HERSHEY_SIMPLEX, scale, BLACK, 2, cv2.LINE_AA)
    assert refusal(photo) in (Refusal.TOO_MANY_MARKS, Refusal.NO_DIGIT)


# --- gaps -------------------------------------------------------------------------------------


def bars(*lefts: int, width: int = 20) -> MatLike:
    photo = page(600, 300)
    for left in lefts:
        photo[80:220, left : left + width] = 0
    return photo


@pytest.mark.parametrize("gap", [3, 10, 60, 200])
def test_a_gap_is_as_wide_as_the_paper_between_two_pieces(gap: int) -> None:
    assert gaps(find_components(Photo(bars(100, 120 + gap)))) == {(0, 1): pytest.approx(gap, abs=2)}


def test_gaps_are_between_neighbours_only() -> None:
    strokes = find_components(Photo(bars(100, 160, 240)))
    first, second, third = np.argsort(strokes.boxes[:, 0]).tolist()
    found = {frozenset(pair): gap for pair, gap in gaps(strokes).items()}
    assert found[frozenset((first, second))] == pytest.approx(40, abs=2)
    assert found[frozenset((second, third))] == pytest.approx(60, abs=2)
    # Above and below the middle one the outer ones see each other, but from afar.
    assert found.get(frozenset((first, third)), 999) > 100


def test_a_single_piece_has_no_gaps() -> None:
    assert gaps(find_components(Photo(bars(100)))) == {}


# --- what is broader than a stroke ------------------------------------------------------------


def test_a_tinted_box_is_paper_to_the_second_look() -> None:
    photo = page(640, 480, [Placed(digit(3), 260, 190, 60)])
    cv2.rectangle(tinted := photo.copy(), (200, 170), (400, 270), (200, 190, 150), -1)
    photo = np.minimum(photo, tinted)
    [box] = find_components(Photo(photo), fine=True).boxes.tolist()
    assert box == pytest.approx([260, 190, 60, 60], abs=14)


@pytest.mark.parametrize(("paper", "ink"), [(WHITE, BLACK), (BLACK, WHITE)])
@pytest.mark.parametrize("side", [40, 200, 440])
def test_a_page_is_no_scene(paper: Colour, ink: Colour, side: int) -> None:
    assert not is_scene(page(640, 480, [Placed(digit(8), 100, 20, side)], paper, ink))


def test_things_of_every_shade_are_a_scene() -> None:
    things = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)
    assert is_scene(cv2.resize(things, (640, 480), interpolation=cv2.INTER_NEAREST))
