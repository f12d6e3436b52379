"""A photo's marks: where the ink is, which of it belongs together, in which order it is read."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.refusals import Refusal, RefusedError
from model.segmentation import MAX_MARKS, segment
from tests.model.pages import BLACK, WHITE, Colour, Placed, digit, page

Boxes = list[tuple[int, int, int, int]]


def boxes(photo: MatLike) -> Boxes:
    return [mark.box for mark in segment(photo)]


def refusal(photo: MatLike) -> Refusal | None:
    try:
        segment(photo)
    except RefusedError as error:
        return error.refusal
    return None


def close(found: Boxes, placed: list[Placed], tolerance: float = 0.08) -> bool:
    """Whether the same boxes come in the same order; the faint rim of a stroke may be left out."""
    return len(found) == len(placed) and all(
        np.abs(np.subtract(box, item.box)).max() <= max(3, tolerance * item.side)
        for box, item in zip(found, placed, strict=True)
    )


ONE = [Placed(digit(3), 220, 130, 200)]


# --- one digit --------------------------------------------------------------------------------


def test_a_digits_box_is_around_it() -> None:
    assert close(boxes(page(640, 480, ONE)), ONE)


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
    assert close(boxes(page(640, 480, ONE, paper, ink)), ONE)


@pytest.mark.parametrize("side", [16, 40, 100, 300, 440])
def test_a_digit_of_any_size_is_found(side: int) -> None:
    placed = [Placed(digit(2), 20, 20, side)]
    assert close(boxes(page(640, 480, placed)), placed)


def test_ink_says_how_far_each_pixel_departs_from_the_paper() -> None:
    [mark] = segment(page(640, 480, ONE))
    assert mark.ink.shape == mark.box[:1:-1]
    assert mark.ink.dtype == np.uint8
    assert mark.ink.max() > 200
    x, y, width, height = mark.box
    drawn = 255 - page(640, 480, ONE)[y : y + height, x : x + width, 0]
    assert np.abs(mark.ink.astype(int) - drawn).mean() < 10


def test_a_digit_whose_strokes_do_not_meet_is_one_digit() -> None:
    photo = page(640, 480, ONE)
    photo[226:230] = 255
    photo[:, 318:321] = 255
    assert close(boxes(photo), ONE)


# --- several ----------------------------------------------------------------------------------


def test_a_row_is_read_from_left_to_right() -> None:
    heights = (100, 120, 90, 110)
    placed = [
        Placed(digit(label), 60 + 150 * place, 100 + heights[place] % 37, heights[place])
        for place, label in enumerate((2, 0, 8, 6))
    ]
    assert close(boxes(page(680, 320, placed)), placed)


def test_two_rows_are_read_from_top_to_bottom() -> None:
    placed = [
        Placed(
            digit(label), 60 + 150 * column + 40 * line, 50 + 180 * line + 20 * (column % 2), 100
        )
        for line, labels in enumerate(((3, 8, 6), (2, 0, 9)))
        for column, label in enumerate(labels)
    ]
    assert close(boxes(page(640, 420, placed)), placed)


def test_a_row_may_climb() -> None:
    placed = [Placed(digit(3), 60 + 150 * place, 250 - 35 * place, 100) for place in range(5)]
    assert close(boxes(page(900, 420, placed)), placed)


def test_a_marks_ink_holds_nothing_of_its_neighbours() -> None:
    photo = np.full((300, 400, 3), 255, np.uint8)
    for left in (60, 160):
        cv2.line(photo, (left + 160, 40), (left, 260), (0, 0, 0), 14)
    first, second = segment(photo)
    assert first.box[0] + first.box[2] > second.box[0] + 40
    for mark in (first, second):
        assert cv2.connectedComponents((mark.ink > 127).astype(np.uint8))[0] == 2


def grid(count: int) -> list[Placed]:
    return [Placed(digit(3), 20 + 60 * (n % 10), 20 + 60 * (n // 10), 36) for n in range(count)]


def test_up_to_64_marks_are_taken_for_digits() -> None:
    assert MAX_MARKS == 64
    assert close(boxes(page(640, 480, grid(64))), grid(64))


def test_more_than_64_marks_are_no_digits() -> None:
    assert refusal(page(640, 480, grid(65))) is Refusal.TOO_MANY_MARKS


# --- what is not ink --------------------------------------------------------------------------


def test_a_blank_page_has_no_digit() -> None:
    for colour in (WHITE, BLACK, (40, 120, 200)):
        assert refusal(page(640, 480, paper=colour)) is Refusal.NO_DIGIT


def test_grain_is_no_ink() -> None:
    noise = np.random.default_rng(0).normal(180, 6, (480, 640, 3)).clip(0, 255).astype(np.uint8)
    assert refusal(noise) is Refusal.NO_DIGIT


def test_a_digit_is_found_in_the_grain() -> None:
    grain = np.random.default_rng(0).normal(0, 8, (480, 640, 3))
    photo = (page(640, 480, ONE, paper=(190, 190, 190)) + grain).clip(0, 255).astype(np.uint8)
    assert close(boxes(photo), ONE)


def test_a_shadow_is_no_ink() -> None:
    photo = page(640, 480, ONE).astype(np.float32)
    falling = np.linspace(0.45, 1, 640, dtype=np.float32)[None, :, None]
    assert close(boxes((photo * falling).astype(np.uint8)), ONE)


def test_dirt_is_no_digit() -> None:
    photo = page(640, 480, ONE)
    rng = np.random.default_rng(0)
    for x, y in rng.integers(5, (200, 470), (40, 2)).tolist():
        cv2.circle(photo, (x, y), int(rng.integers(0, 4)), (0, 0, 0), -1)
    assert close(boxes(photo), ONE)


@pytest.mark.parametrize("thickness", [1, 3, 6])
def test_the_frame_of_a_cell_is_no_digit(thickness: int) -> None:
    photo = page(200, 200, [Placed(digit(3), 70, 50, 100)])
    for place in (8, 190):
        photo[place : place + thickness] = 90
        photo[:, place : place + thickness] = 90
    assert close(boxes(photo), [Placed(digit(3), 70, 50, 100)])


def test_a_frame_with_nothing_in_it_has_no_digit() -> None:
    photo = page(200, 200)
    photo[8:11] = photo[:, 8:11] = photo[190:193] = photo[:, 190:193] = 0
    assert refusal(photo) is Refusal.NO_DIGIT


def test_ruled_lines_above_and_below_are_no_digits() -> None:
    photo = page(640, 480, ONE)
    for line in (60, 100, 360, 400, 440):
        photo[line : line + 3] = (200, 150, 120)
    assert close(boxes(photo), ONE)


def test_what_the_photos_edge_cuts_off_is_no_digit() -> None:
    photo = page(640, 480, ONE)
    photo[150:400, :30] = 0
    assert close(boxes(photo), ONE)
