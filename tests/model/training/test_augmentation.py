"""What pens, paper and phones do to a digit leaves it that digit."""

import numpy as np
import pytest

from model.evaluation import test_set
from model.recognition import digit_network
from model.training.augmentation import augment
from tests.model.mnist_pages import Image, mnist


@pytest.fixture(scope="module")
def digits() -> Image:
    return mnist().images[:1000]


@pytest.fixture(scope="module")
def redrawn(digits: Image) -> Image:
    return augment(digits, np.random.default_rng(1))


def test_images_stay_images(digits: Image, redrawn: Image) -> None:
    assert redrawn.shape == digits.shape
    assert redrawn.dtype == np.uint8


def test_every_digit_is_redrawn(digits: Image, redrawn: Image) -> None:
    assert (redrawn != digits).any(axis=(1, 2)).all()


def test_the_same_seed_draws_the_same(digits: Image, redrawn: Image) -> None:
    assert (augment(digits, np.random.default_rng(1)) == redrawn).all()


def test_another_seed_draws_otherwise(digits: Image, redrawn: Image) -> None:
    assert (augment(digits, np.random.default_rng(2)) != redrawn).any(axis=(1, 2)).all()


def test_the_images_that_were_given_are_left_alone(digits: Image) -> None:
    before = digits.copy()
    augment(digits, np.random.default_rng(1))
    assert (digits == before).all()


def test_no_image_runs_into_its_neighbour(digits: Image) -> None:
    mixed = np.full_like(digits[:200], 255)
    mixed[::2] = 0
    redrawn = augment(mixed, np.random.default_rng(1))
    assert not redrawn[::2].any()
    assert redrawn[1::2].any(axis=(1, 2)).all()


@pytest.mark.parametrize("count", [1, 5000])
def test_a_batch_may_be_of_any_size(count: int) -> None:
    redrawn = augment(mnist().images[:count], np.random.default_rng(1))
    assert redrawn.shape == (count, 28, 28)
    assert redrawn.any(axis=(1, 2)).all()


def test_the_ink_stays_as_much_and_as_dark(digits: Image, redrawn: Image) -> None:
    before, after = (images.mean(axis=(1, 2)) for images in (digits, redrawn))
    assert 0.85 < after.mean() / before.mean() < 1.2
    # A stroke may become half as wide or half as wide again, not vanish or fill the image.
    assert (after / before).min() > 0.4
    assert (after / before).max() < 2.5
    assert np.median(redrawn.max(axis=(1, 2))) > 230


def test_the_digits_stay_in_the_middle(redrawn: Image) -> None:
    where = np.arange(28) - 13.5
    mass = redrawn.sum(axis=(1, 2))
    for axis in (1, 2):
        centre = (redrawn.sum(axis=axis) * where).sum(axis=1) / mass
        assert abs(centre.mean()) < 1
        assert np.abs(centre).max() < 6


def test_the_digits_are_still_read(redrawn: Image) -> None:
    answers = test_set.predict(digit_network.load().classifier, redrawn).argmax(axis=1)
    assert (answers == mnist().labels[:1000]).mean() >= 0.97
