"""Text on pictures: where it stands, and labels that stay inside the picture."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.lettering import FONT, WHITE, draw_label, write

RED = (0, 0, 255)


def extent(picture: MatLike) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is not black."""
    x, y, width, height = cv2.boundingRect(picture.max(axis=2))
    return x, y, width, height


@pytest.mark.parametrize(("align", "middle"), [(0, 100 + 0.5), (0.5, 100), (1, 100 - 0.5)])
def test_text_begins_at_its_origin_stands_around_it_or_ends_at_it(
    align: float, middle: float
) -> None:
    picture = np.zeros((60, 200, 3), np.uint8)
    write(picture, "888", (100, 40), 1, WHITE, align)
    (length, _), _ = cv2.getTextSize("888", FONT, 1, 1)
    x, _, width, _ = extent(picture)
    assert x + width / 2 == pytest.approx(100 + (middle - 100) * length, abs=2)


def test_digits_are_22_pixels_high_at_size_1() -> None:
    picture = np.zeros((60, 200, 3), np.uint8)
    write(picture, "8", (10, 40), 1, WHITE)
    _, top, _, height = extent(picture)
    assert height == pytest.approx(22, abs=2)
    assert top + height == pytest.approx(40, abs=2)


@pytest.mark.parametrize("corner", [(-30, -30), (30, 60), (500, 60), (170, 99)])
def test_a_label_stays_inside_the_picture(corner: tuple[int, int]) -> None:
    picture = np.zeros((100, 200, 3), np.uint8)
    draw_label(picture, "88", corner, 1, RED)
    x, y, width, _ = extent(picture)
    (text_width, text_height), below = cv2.getTextSize("88", FONT, 1, 1)
    whole = text_width + 2 * 4
    assert width == pytest.approx(whole, abs=1)
    assert x == min(max(corner[0], 0), 200 - whole)
    assert y == max(corner[1] - text_height - below, 0)
    assert (picture == WHITE).all(axis=2).any()
