"""A photo's components: which of its ink is writing, and which of it hangs together."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.components import MOST_COMPONENTS, PALE
from model.recognition.decoding import SMALL_SIDE, Photo
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.segmentation import (
    LARGE,
    MIN_SIDE,
    MOST_SPECKS,
    find_components,
    find_in_small_copy,
)
from tests.model.mnist_pages import BLACK, WHITE, Colour, Placed, digit, page
from tests.model.recognition.hand_made import blank, components, with_box

Corners = tuple[float, float, float, float]
ONE = Placed(digit(3), 220, 130, 200)


def covered(photo: MatLike) -> Corners:
    """Left, top, right and bottom of all that is found, in the photo's pixels."""
    components = find_components(Photo(photo))
    left, top = components.boxes[:, :2].min(axis=0) / components.scale
    right, bottom = (components.boxes[:, :2] + components.boxes[:, 2:]).max(
        axis=0
    ) / components.scale
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


def test_components_are_what_hangs_together() -> None:
    placed = [Placed(digit(3), 30 + 150 * place, 60, 100) for place in range(4)]
    components = find_components(Photo(page(640, 220, placed)))
    assert len(components.boxes) == len(components.ids) == 4
    for (x, y, width, height), component_id in zip(components.boxes, components.ids, strict=True):
        assert cv2.boundingRect((components.labels == component_id).astype(np.uint8)) == (
            x,
            y,
            width,
            height,
        )
        assert components.ink[components.labels == component_id].min() > 0


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


def test_up_to_64_components_may_be_digits() -> None:
    assert MOST_COMPONENTS == 64
    assert len(find_components(Photo(page(640, 480, grid(64)))).boxes) == 64


@pytest.mark.parametrize("count", [64, 65])
def test_more_than_64_components_are_many(count: int) -> None:
    components = find_components(Photo(page(640, 480, grid(count))))
    assert len(components.ids) == count
    assert components.are_many == (count > 64)


def dotted(photo: MatLike, side: int, step: int) -> MatLike:
    """The photo with a square dot of so many pixels at each step, but not on the digit."""
    left, top, across, down = ONE.box
    for y in range(10, 470, step):
        for x in range(10, 630, step):
            if not (left - 10 < x < left + across + 10 and top - 10 < y < top + down + 10):
                photo[y : y + side, x : x + side] = BLACK
    return photo


def test_many_dots_of_the_paper_are_no_ink() -> None:
    small = ONE._replace(side=40)
    photo = dotted(page(640, 480, [small]), MIN_SIDE - 2, 40)
    assert len(find_components(Photo(photo)).ids) == 1
    photo = dotted(page(640, 480, [small]), MIN_SIDE + 1, 40)
    assert len(find_components(Photo(photo)).ids) > MOST_COMPONENTS


def test_where_nothing_but_rules_is_high_the_photo_is_looked_at_closely() -> None:
    photo = page(1280, 960, [ONE._replace(side=60)])
    photo[300:500, 800:804] = BLACK
    assert find_components(Photo(photo)).scale == 1.0


def test_a_few_dots_may_be_marks() -> None:
    small = ONE._replace(side=40)
    photo = dotted(page(640, 480, [small]), MIN_SIDE - 2, 200)
    assert 1 < len(find_components(Photo(photo)).ids) <= MOST_COMPONENTS


@pytest.mark.parametrize("scale", [0.5, 0.8, 1.2])
def test_a_page_of_text_has_many(scale: float) -> None:
    photo = page(1280, 960)
    for line in range(int(60 * scale), 940, int(50 * scale)):
        text = "the quick brown fox jumps over the lazy dog " * 3
        cv2.putText(photo, text, (20, line), cv2.FONT_HERSHEY_SIMPLEX, scale, BLACK, 2, cv2.LINE_AA)
    assert find_components(Photo(photo)).are_many


# --- what is broader than a stroke ------------------------------------------------------------


def test_a_tinted_box_is_paper_to_the_fine_pass() -> None:
    photo = page(640, 480, [Placed(digit(3), 260, 190, 60)])
    cv2.rectangle(tinted := photo.copy(), (200, 170), (400, 270), (200, 190, 150), -1)
    photo = np.minimum(photo, tinted)
    [box] = find_components(Photo(photo), fine=True).boxes.tolist()
    assert box == pytest.approx([260, 190, 60, 60], abs=14)


# --- each side of every limit -----------------------------------------------------------------


def sizes(photo: MatLike) -> list[tuple[int, int]]:
    """Width and height of what is found, the highest first; none if it is refused."""
    try:
        found = find_components(Photo(photo))
    except RefusedError:
        return []
    return sorted(((int(w), int(h)) for _, _, w, h in found.boxes), key=lambda box: -box[1])


def test_digits_are_sought_at_640_pixels() -> None:
    found = find_components(Photo(with_box(blank(255, 1280, 960), 500, 300, 60, 300)))
    assert found.ink.shape == found.labels.shape == (480, 640)
    assert found.scale == 0.5
    assert found.boxes.tolist() == [[250, 150, 30, 150]]
    assert found.areas.tolist() == [30 * 150]


@pytest.mark.parametrize(("height", "shape"), [(44, (480, 640)), (36, (960, 1280))])
def test_what_is_lower_than_40_pixels_there_is_sought_again_at_full_size(
    height: int, shape: tuple[int, int]
) -> None:
    found = find_components(Photo(with_box(blank(255, 1280, 960), 500, 300, 16, 2 * height)))
    assert found.ink.shape == shape
    assert found.scale == shape[1] / 1280


def test_what_the_edge_cuts_off_does_not_tell_how_large_digits_are() -> None:
    photo = with_box(blank(255, 1280, 960), 500, 0, 16, 400)
    assert find_components(Photo(photo)).scale == 1


def test_the_scale_counts_from_the_file() -> None:
    photo = Photo(with_box(blank(255, 1280, 960), 500, 300, 60, 300), scale=2.5)
    assert find_components(photo).scale == pytest.approx(0.2)


@pytest.mark.parametrize(("contrast", "is_ink"), [(12, True), (8, False)])
def test_what_departs_by_less_than_10_grey_levels_is_paper(contrast: int, is_ink: bool) -> None:
    assert bool(sizes(with_box(blank(200), 200, 100, 20, 200, grey=200 - contrast))) == is_ink


@pytest.mark.parametrize(("share", "height"), [(0.42, 240), (0.28, 200)])
def test_on_clean_paper_the_end_of_a_stroke_may_be_faint(share: float, height: int) -> None:
    photo = with_box(blank(), 200, 100, 20, 200)
    end = with_box(photo, 200, 300, 20, 40, grey=round(255 * (1 - share)))
    assert sizes(end) == [(20, height)]


@pytest.mark.parametrize(("contrast", "height"), [(9, 240), (6, 200)])
def test_where_grain_hides_faint_ink_a_stroke_is_what_is_half_as_dark(
    contrast: int, height: int
) -> None:
    photo = with_box(blank(200), 200, 100, 20, 200, grey=200 - 14)
    assert sizes(with_box(photo, 200, 300, 20, 40, grey=200 - contrast)) == [(20, height)]


@pytest.mark.parametrize(("height", "is_ink"), [(9, True), (7, False)])
def test_what_is_smaller_than_8_pixels_is_no_digit(height: int, is_ink: bool) -> None:
    assert sizes(with_box(blank(), 200, 100, 5, height)) == ([(5, height)] if is_ink else [])


def test_a_digit_may_touch_the_edge_of_the_photo() -> None:
    assert sizes(with_box(blank(), 200, 0, 5, 60)) == [(5, 60)]


@pytest.mark.parametrize(("side", "is_ink"), [(28, True), (20, False)])
def test_what_is_an_eighth_as_large_as_the_longest_is_no_dirt(side: int, is_ink: bool) -> None:
    photo = with_box(with_box(blank(), 200, 100, 20, 200), 400, 200, side, side)
    assert sizes(photo) == [(20, 200), *([(side, side)] if is_ink else [])]


@pytest.mark.parametrize(
    ("width", "height", "is_ink"), [(3, 3, True), (2, 2, False), (4, 1, True), (3, 1, False)]
)
def test_less_than_3_pixels_across_or_4_of_them_is_dirt(
    width: int, height: int, is_ink: bool
) -> None:
    photo = with_box(with_box(blank(), 200, 100, 4, 12), 300, 106, width, height)
    assert sizes(photo) == [(4, 12), *([(width, height)] if is_ink else [])]


@pytest.mark.parametrize(("share", "count"), [(0.5, 60), (0.7, 80)])
def test_of_too_many_components_the_faint_ones_are_no_ink(share: float, count: int) -> None:
    photo = page(640, 480, grid(60))
    for place in range(20):
        photo = with_box(photo, 20 + 30 * place, 400, 8, 36, grey=round(255 * (1 - share)))
    assert len(find_components(Photo(photo)).ids) == count


def test_a_dark_table_round_the_paper_makes_no_writing_faint() -> None:
    paper = page(640, 480, grid(70), ink=(120, 120, 120))
    photo = with_box(paper, 0, 420, 640, 60, grey=0)
    found = find_components(Photo(photo))
    assert np.count_nonzero(found.inside) == 70


def test_few_components_may_be_faint() -> None:
    photo = with_box(page(640, 480, grid(10)), 300, 300, 8, 36, grey=128)
    assert len(find_components(Photo(photo)).ids) == 11


# --- the other ink ----------------------------------------------------------------------------


def test_inverse_ink_is_what_is_paper_at_first_sight() -> None:
    photo = with_box(blank(128), 100, 100, 20, 200, grey=0)
    photo = with_box(photo, 300, 150, 16, 120, grey=200)
    assert find_components(Photo(photo)).boxes.tolist() == [[100, 100, 20, 200]]
    assert [300, 150, 16, 120] in find_components(Photo(photo), inverse=True).boxes.tolist()


# --- where components are ----------------------------------------------------------------------


def test_inside_is_what_no_edge_of_the_photo_touches() -> None:
    boxes = [
        (0, 100, 20, 60), (620, 200, 20, 60), (200, 0, 20, 60), (300, 420, 20, 60),
        (1, 300, 20, 60), (619, 300, 20, 60), (400, 1, 20, 60), (450, 419, 20, 60),
    ]  # fmt: skip
    photo = blank()
    for box in boxes:
        photo = with_box(photo, *box)
    found = find_components(Photo(photo))
    inside = {tuple(box) for box in found.boxes[found.inside].tolist()}
    assert inside == set(boxes[4:])
    assert {tuple(end) for end in found.ends.tolist()} == {
        (x + width, y + height) for x, y, width, height in boxes
    }


# --- as fine as paper and colours are looked at --------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "contrast", "is_ink"), [(324, 244, 12, True), (320, 236, 11, False)]
)
def test_the_colours_of_80_pixels_tell_a_mark_of_8_pixels_that_is_not_too_faint(
    x: int, y: int, contrast: int, is_ink: bool
) -> None:
    assert bool(sizes(with_box(blank(200), x, y, 1, 8, grey=200 - contrast))) == is_ink


def test_what_departs_less_than_four_deviations_of_the_grain_is_paper() -> None:
    """Of ink at 20 grey levels in grain of 6, that is a good part."""
    grain = np.random.default_rng(0).normal(0, 6, (480, 640, 1))
    photo = with_box(blank(190), 200, 100, 20, 200, grey=170) + grain
    found = find_components(Photo(photo.clip(0, 255).astype(np.uint8)))
    assert len(found.ids) == 1
    assert 0.5 < found.areas[0] / (20 * 200) < 0.7


@pytest.mark.parametrize(
    ("box", "place"),
    [
        (Box(20, 40, 60, 100), Box(10, 20, 30, 50)),
        (Box(-20, 0, 60, 100), Box(0, 0, 20, 50)),
        (Box(180, 190, 60, 60), Box(90, 95, 10, 5)),
        (Box(300, 20, 10, 10), Box(99, 10, 1, 5)),
    ],
)
def test_a_box_of_the_photo_has_its_place_in_the_picture(box: Box, place: Box) -> None:
    ink = np.zeros((100, 100), np.uint8)
    assert components(ink, scale=0.5).place(box) == place


def test_the_palest_ink_of_a_pen_is_held_against_the_usual_component() -> None:
    means = np.array([17.0, 170.0, 250.0])
    assert components(np.zeros((9, 9), np.uint8)).palest(means) == pytest.approx(170 / PALE)


def bars(count: int, height: int, side: int = 2 * SMALL_SIDE) -> MatLike:
    """So many bars side by side on a page whose longer side is `side` pixels."""
    photo = page(side, side // 2)
    for nth in range(count):
        photo[40 : 40 + height, 40 + 40 * nth : 60 + 40 * nth] = BLACK
    return photo


def test_one_large_thing_is_found_in_a_small_copy() -> None:
    found = find_in_small_copy(Photo(bars(1, 120)))
    assert found is not None
    assert found.scale == 0.5
    assert found.boxes.tolist() == [[20, 20, 10, 60]]


@pytest.mark.parametrize(
    "photo",
    [
        bars(2, 120),
        bars(1, 2 * LARGE - 4),
        bars(1, 120, side=2 * SMALL_SIDE - 2),
        bars(0, 0),
    ],
    ids=["two things", "a small one", "on a small photo", "nothing"],
)
def test_nothing_else_is_found_in_a_small_copy(photo: MatLike) -> None:
    assert find_in_small_copy(Photo(photo)) is None


@pytest.mark.parametrize("specks", [MOST_SPECKS, MOST_SPECKS + 1])
def test_there_are_few_specks_in_a_small_copy(specks: int) -> None:
    photo = bars(1, 120)
    for nth in range(specks):
        photo[250:270, 40 + 60 * nth : 60 + 60 * nth] = BLACK
    are_few = find_in_small_copy(Photo(photo)) is not None
    assert are_few == (specks <= MOST_SPECKS)
