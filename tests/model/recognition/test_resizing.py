"""Scaled images keep their proportions and their content."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.recognition.resizing import fit, shrink

Scale = Callable[[MatLike, int], MatLike]


def ramp(width: int, height: int) -> MatLike:
    """Grey that rises from left to right."""
    levels = np.linspace(0, 255, width).round().astype(np.uint8)
    return np.repeat(levels[None], height, axis=0)


@pytest.mark.parametrize("scale", [fit, shrink])
@pytest.mark.parametrize(
    ("shape", "side", "expected"),
    [
        ((400, 300), 200, (200, 150)),
        ((300, 400, 3), 200, (150, 200, 3)),
        ((1000, 3000), 200, (67, 200)),
        ((1001, 401), 500, (500, 200)),
        ((7, 7), 3, (3, 3)),
    ],
)
def test_the_longer_side_is_as_long_as_wanted(
    scale: Scale, shape: tuple[int, ...], side: int, expected: tuple[int, ...]
) -> None:
    assert scale(np.zeros(shape, np.uint8), side).shape == expected


@pytest.mark.parametrize("scale", [fit, shrink])
@pytest.mark.parametrize(("shape", "expected"), [((1, 5000), (1, 100)), ((900, 1), (100, 1))])
def test_no_side_vanishes(scale: Scale, shape: tuple[int, int], expected: tuple[int, int]) -> None:
    assert scale(np.zeros(shape, np.uint8), 100).shape == expected


@pytest.mark.parametrize("scale", [fit, shrink])
@pytest.mark.parametrize("side", [90, 200, 333, 799])
def test_what_is_scaled_down_looks_as_before(scale: Scale, side: int) -> None:
    scaled = scale(ramp(800, 600), side)
    assert np.abs(scaled.astype(int) - ramp(side, len(scaled))).max() <= 2


def test_fit_enlarges_smoothly_what_is_small() -> None:
    enlarged = fit(ramp(50, 20), 200)
    assert enlarged.shape == (80, 200)
    assert np.diff(enlarged[40].astype(int)).max() <= 2
    assert np.abs(enlarged.astype(int) - ramp(200, 80)).max() <= 4


@pytest.mark.parametrize("side", [50, 51, 5000])
def test_shrink_enlarges_nothing(side: int) -> None:
    image = ramp(50, 20)
    shrunk = shrink(image, side)
    assert np.array_equal(shrunk, image)
    assert shrunk is not image


@pytest.mark.parametrize("scale", [fit, shrink])
@pytest.mark.parametrize("side", [100, 111, 200, 220, 399])
def test_every_pixel_counts(scale: Scale, side: int) -> None:
    """A thin line fades when it is scaled down, but wherever it is, it is seen."""
    for column in range(200, 210):
        image = np.zeros((400, 400), np.uint8)
        image[:, column] = 255
        assert scale(image, side)[side // 2].max() > 0


def test_types_are_kept() -> None:
    for dtype in (np.uint8, np.uint16, np.float32):
        assert shrink(np.zeros((80, 60, 4), dtype), 10).dtype == dtype
        assert fit(np.zeros((80, 60, 4), dtype), 10).dtype == dtype


def test_a_shrunk_line_is_as_dark_as_the_same_line_averaged() -> None:
    image = np.zeros((640, 640), np.uint8)
    cv2.line(image, (100, 50), (500, 600), 255, 9)
    mean = float(image.mean())
    for side in (40, 80, 160, 320):
        assert shrink(image, side).mean() == pytest.approx(mean, rel=0.03)
