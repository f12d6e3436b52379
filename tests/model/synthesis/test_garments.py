"""Pictures of garments, as Fashion-MNIST has them."""

import numpy as np
import pytest

from model.synthesis.garments import DARKEST, OUTLINES, TEST, VALIDATION, Wardrobe, garments
from model.synthesis.glyphs.photographs import SCENES

EVERY = pytest.mark.parametrize("wardrobe", [VALIDATION, TEST], ids=["validation", "test"])


@EVERY
def test_they_are_grey_images_as_the_network_takes_them(wardrobe: Wardrobe) -> None:
    images = garments(wardrobe, 20, np.random.default_rng(0))
    assert images.shape == (20, 28, 28)
    assert images.dtype == np.uint8
    for image in images:
        is_garment = image > 0
        assert 0.1 < is_garment.mean() < 0.9  # on black, which stays black round it
        assert len(np.unique(image)) > 10  # grey, not black and white


@EVERY
def test_the_whole_outline_shows(wardrobe: Wardrobe) -> None:
    images = garments(wardrobe, 20, np.random.default_rng(1))
    inside = images[images > 0]
    assert np.quantile(inside, 0.1) > 0.6 * DARKEST * 255  # but for the edges


def test_the_generator_decides_everything() -> None:
    first, same, other = (garments(TEST, 5, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_neither_outline_nor_cloth_is_in_both_or_trained_on() -> None:
    assert set(VALIDATION.outlines).isdisjoint(TEST.outlines)
    assert {*VALIDATION.outlines, *TEST.outlines} == set(OUTLINES)
    assert set(VALIDATION.cloths).isdisjoint(TEST.cloths)
    assert {*VALIDATION.cloths, *TEST.cloths}.isdisjoint(SCENES)
