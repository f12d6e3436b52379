"""Rendered pages: the right size, the ink where the boxes say, legible on every paper."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.synthesis.glyphs import enlarge
from model.synthesis.pages import Page, Style, render
from tests.model.mnist_pages import digit

SIZES = [(320, 240), (97, 131)]


def glyphs(count: int) -> list[MatLike]:
    return [enlarge(digit(label % 10)) for label in range(count)]


def rendered(count: int, style: Style, size: tuple[int, int] = (320, 240), seed: int = 0) -> Page:
    return render(glyphs(count), style, size, np.random.default_rng(seed))


def departure(photo: MatLike) -> NDArray[np.float32]:
    """How far each pixel is from the photo's commonest colour (h, w)."""
    paper = np.median(photo, axis=(0, 1))
    return np.asarray(np.abs(photo - paper).max(axis=2), np.float32)


def outside(shape: Sequence[int], boxes: Sequence[Box]) -> NDArray[np.bool_]:
    """What is not within a few pixels of any box: JPEG leaves rings that far."""
    mask = np.ones(shape[:2], bool)
    for x, y, width, height in boxes:
        mask[max(0, y - 16) : y + height + 16, max(0, x - 16) : x + width + 16] = False
    return mask


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("size", SIZES)
def test_every_style_renders_in_the_given_size(
    style: Style, count: int, size: tuple[int, int]
) -> None:
    photo, boxes = rendered(count, style, size)
    assert photo.shape == (size[1], size[0], 3)
    assert photo.dtype == np.uint8
    assert len(boxes) == count


def test_a_page_may_be_as_large_as_telegram_sends() -> None:
    assert rendered(5, Style.SQUARED, (1280, 960)).photo.shape == (960, 1280, 3)


@pytest.mark.parametrize("style", Style)
def test_a_seed_decides_everything(style: Style) -> None:
    one, same, other = (rendered(2, style, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.photo, same.photo)
    assert one.boxes == same.boxes
    assert not np.array_equal(one.photo, other.photo)


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("count", [1, 5])
def test_boxes_lie_inside_the_photo(style: Style, count: int) -> None:
    for seed in range(5):
        for x, y, width, height in rendered(count, style, seed=seed).boxes:
            assert 0 <= x < x + width <= 320
            assert 0 <= y < y + height <= 240


@pytest.mark.parametrize("count", [1, 5])
def test_ink_is_in_the_boxes_and_nowhere_else(count: int) -> None:
    for seed in range(12):
        photo, boxes = rendered(count, Style.SCREEN, seed=seed)
        ink = departure(photo)
        assert ink[outside(photo.shape, boxes)].max() < 25
        for x, y, width, height in boxes:
            inside = ink[y : y + height, x : x + width]
            assert inside.max() > 30
            # The box is tight: the ink reaches all of its sides.
            edges = [inside[:2], inside[-2:], inside[:, :2], inside[:, -2:]]
            assert min(edge.max() for edge in edges) > 0.15 * inside.max()


@pytest.mark.parametrize("style", Style)
def test_ink_departs_from_every_paper(style: Style) -> None:
    for seed in range(10):
        photo, [(x, y, width, height)] = rendered(1, style, seed=seed)
        grey = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
        darkest, lightest = np.percentile(grey[y : y + height, x : x + width], (2, 98))
        assert lightest - darkest > 30


def test_a_row_reads_from_left_to_right_and_rows_from_top_to_bottom() -> None:
    page = render(glyphs(6), Style.PLAIN, (640, 480), np.random.default_rng(3), rows=2)
    first, second = page.boxes[:3], page.boxes[3:]
    for row in (first, second):
        for left, right in pairwise(row):
            assert left[0] + left[2] < right[0]
    assert max(y + height for _, y, _, height in first) < min(y for _, y, _, _ in second)


@pytest.mark.parametrize("style", [Style.PLAIN, Style.CELL, Style.FORM, Style.SCREEN])
def test_digits_are_about_as_high_as_asked(style: Style) -> None:
    for seed in range(10):
        page = render(glyphs(1), style, (400, 400), np.random.default_rng(seed), height=150)
        assert page.boxes[0][3] == pytest.approx(150, rel=0.3)
