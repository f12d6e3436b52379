"""Drawn glyphs, distorted as another hand might have written them."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.synthesis.glyphs.distortion import distort
from model.synthesis.glyphs.glyph_images import trim
from model.synthesis.glyphs.handwriting import GLYPH_SIDE, MARGIN

MANY = 400


def bar(width: int = 12, height: int = 100) -> MatLike:
    """An upright bar somewhere on a canvas with more room than it needs."""
    return np.pad(np.full((height, width), 255, np.uint8), ((5, 30), (40, 10)))


def cross() -> MatLike:
    """Two lines across each other that fill a glyph."""
    image = np.zeros((100, 100), np.uint8)
    image[:, 46:54] = 255
    image[46:54] = 255
    return image


def many(
    image: MatLike, count: int = MANY, *, slant: float = 0, stretch: float = 0, wobble: float = 0
) -> list[MatLike]:
    rng = np.random.default_rng(0)
    return [distort(image, rng, slant=slant, stretch=stretch, wobble=wobble) for _ in range(count)]


def lean(image: MatLike) -> float:
    """How far the ink goes to the right a pixel down."""
    moments = cv2.moments(image)
    return moments["mu11"] / moments["mu02"]


def test_what_is_not_distorted_is_scaled_and_centred() -> None:
    [image] = many(bar(), 1)
    assert image.dtype == np.uint8
    assert image.shape == (GLYPH_SIDE + 2 * MARGIN, 14 + 2 * MARGIN)
    assert trim(image, 127).shape == pytest.approx((112, 13.4), abs=1)
    moments = cv2.moments(image)
    centre = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    assert centre == pytest.approx((19, 68), abs=0.7)


def test_the_wider_side_counts_too() -> None:
    [image] = many(bar(200, 20), 1)
    assert image.shape == (12 + 2 * MARGIN, GLYPH_SIDE + 2 * MARGIN)


def test_slants_vary_by_so_much() -> None:
    leans = [lean(image) for image in many(bar(), slant=0.2)]
    assert np.std(leans) == pytest.approx(0.2, rel=0.12)
    assert np.mean(leans) == pytest.approx(0, abs=0.03)


def test_a_slanted_glyph_is_still_of_its_size() -> None:
    for image in many(bar(60, 100), 30, slant=0.3):
        assert max(trim(image, 127).shape) == pytest.approx(GLYPH_SIDE, abs=3)
        assert not any(edge.any() for edge in (image[0], image[-1], image[:, 0], image[:, -1]))


def test_widths_vary_by_so_much() -> None:
    shapes = [trim(image, 127).shape for image in many(bar(50, 100), stretch=0.2)]
    ratios = [np.log(width / height) for height, width in shapes]
    assert np.std(ratios) == pytest.approx(0.2, rel=0.12)
    assert np.mean(ratios) == pytest.approx(np.log(0.5), abs=0.03)


def middles(image: MatLike) -> NDArray[np.float64]:
    """The middle of an upright bar in each row."""
    ink = trim(image).astype(float)
    rows: NDArray[np.float64] = ink @ np.arange(ink.shape[1]) / ink.sum(axis=1)
    return rows[5:-5]


def test_straight_lines_stay_straight_without_waves() -> None:
    [image] = many(bar(), 1)
    assert np.ptp(middles(image)) < 0.2


def test_waves_bend_lines_in_proportion() -> None:
    weak, strong = (
        np.mean([np.std(middles(image)) for image in many(bar(), 150, wobble=wobble)])
        for wobble in (1, 4)
    )
    assert weak == pytest.approx(0.75, rel=0.25)
    assert strong / weak == pytest.approx(4, rel=0.1)


def test_waves_bend_lying_lines_too() -> None:
    bent = [np.std(middles(image.T)) for image in many(bar().T.copy(), 150, wobble=1)]
    assert np.mean(bent) == pytest.approx(0.75, rel=0.25)


def test_ink_stays_in_one_piece_and_dark() -> None:
    for image in many(cross(), 30, slant=0.2, stretch=0.2, wobble=3):
        assert cv2.connectedComponents((image > 127).astype(np.uint8))[0] == 2
        assert image.max() > 250
