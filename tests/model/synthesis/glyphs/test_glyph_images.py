"""Glyphs enlarged and trimmed."""

import cv2
import numpy as np

from model.synthesis.glyphs.glyph_images import enlarge, trim
from tests.model.mnist_pages import digit


def test_an_enlarged_image_shrinks_back_to_the_original() -> None:
    for label in range(10):
        image = digit(label)
        large = enlarge(image)
        small = cv2.resize(large, (28, 28), interpolation=cv2.INTER_AREA)
        assert np.abs(small.astype(float) - image).mean() < 4


def test_an_enlarged_image_has_crisp_edges() -> None:
    large = enlarge(digit(3))
    assert np.isin(large, (0, 255)).mean() > 0.85


def test_a_trimmed_image_ends_where_its_ink_does() -> None:
    image = np.zeros((9, 12), np.uint8)
    image[2:5, 3:9] = 100
    image[4, 8] = 101
    assert np.array_equal(trim(image), image[2:5, 3:9])
    assert trim(image, 99).shape == (3, 6)
    assert trim(image, 100).tolist() == [[101]]
    assert trim(image, 101).size == 0
