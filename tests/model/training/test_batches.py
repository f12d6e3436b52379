"""What the network is shown while it trains."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from model.mnist import NOT_A_DIGIT, ONE_OR_SEVEN, Part
from model.training.batches import Batches, Numbers, grey, stream, targets
from model.training.recipes import RECIPES, Recipe
from tests.model.synthetic import crops_of, few


def labels(*values: int) -> NDArray[np.uint8]:
    return np.array(values, np.uint8)


DENSE = replace(RECIPES["dense"], batch_size=20)
# 25 of MNIST's digits in each batch, so that 200 make whole ones.
MIXED = replace(
    RECIPES["convolutional"], batch_size=50, augmented=False, crop_share=0.28, negative_share=0.22
)
# Grey all over, as no digit of MNIST is: crops of digits by their label, all else white.
CROPS = Part(
    np.repeat(labels(*range(100, 110), 255), 28 * 28).reshape(-1, 28, 28),
    labels(*range(10), NOT_A_DIGIT),
)


def batches(recipe: Recipe, made: Part | None = None, seed: int = 0) -> Batches:
    return Batches(few(200).train, made, recipe, seed)


def epoch(served: Batches) -> Iterator[tuple[Numbers, Numbers]]:
    """The images and targets of each batch."""
    yield from served.dataset().as_numpy_iterator()


def images_of(served: Batches) -> Numbers:
    return np.concatenate([images for images, _ in epoch(served)])


def kinds(images: Numbers) -> NDArray[np.uint8]:
    """Of each image: 0 for MNIST's, or the grey of a crop."""
    return (255 * images[:, 0, 0]).round().astype(np.uint8)


@pytest.mark.parametrize(("recipe", "made"), [(DENSE, None), (MIXED, CROPS)])
def test_an_epoch_shows_each_digit_of_mnist_once(recipe: Recipe, made: Part | None) -> None:
    seen, wanted = map(np.concatenate, zip(*epoch(batches(recipe, made)), strict=True))
    assert seen.dtype == wanted.dtype == np.float32
    images, wanted = seen[kinds(seen) == 0], wanted[kinds(seen) == 0]
    given = few(200).train
    known = dict(zip([image.tobytes() for image in grey(given.images)], given.labels, strict=True))
    assert len(images) == 200
    assert {image.tobytes() for image in images} == known.keys()
    assert wanted.argmax(axis=1).tolist() == [known[image.tobytes()] for image in images]


def test_what_fills_no_batch_waits_for_another_epoch() -> None:
    served = batches(replace(DENSE, batch_size=64))
    seen = [{image.tobytes() for image in images_of(served)} for _ in range(8)]
    assert {len(images) for images in seen} == {192}
    assert len(set.union(*seen)) == 200


def test_nothing_tunes_itself_which_an_epochs_end_would_wait_for() -> None:
    assert batches(DENSE).dataset().options().autotune.enabled is False


@pytest.mark.parametrize(("recipe", "made"), [(DENSE, None), (MIXED, CROPS)])
def test_the_next_epoch_has_another_order(recipe: Recipe, made: Part | None) -> None:
    served = batches(recipe, made)
    first, second = images_of(served), images_of(served)
    assert (first != second).any()


def test_an_epoch_can_be_begun_without_those_before_it() -> None:
    made = crops_of(few().validation, 100, seed=0)
    recipe = replace(MIXED, augmented=True)
    served = batches(recipe, made)
    first, second = images_of(served), images_of(served)
    resumed = batches(recipe, made)
    resumed.epoch = 1
    assert np.array_equal(images_of(resumed), second)
    assert resumed.epoch == 2
    resumed.epoch = 0
    assert np.array_equal(images_of(resumed), first)


def test_a_seed_decides_order_crops_and_redrawing() -> None:
    recipe = replace(MIXED, augmented=True)
    made = crops_of(few().validation, 100, seed=0)
    one, same, other = (images_of(batches(recipe, made, seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_each_batch_has_its_share_of_crops_and_of_what_is_no_digit() -> None:
    served = batches(MIXED, CROPS)
    shown = [kinds(images) for images, _ in epoch(served)]
    assert len(shown) == len(served) == 8
    for kind in shown:
        assert len(kind) == 50
        assert ((kind > 0) & (kind < 255)).mean() == pytest.approx(MIXED.crop_share)
        assert (kind == 255).mean() == pytest.approx(MIXED.negative_share)
    assert set(np.concatenate(shown)) == {0, *range(100, 110), 255}


def test_crops_of_digits_have_their_digits_as_targets_and_all_else_a_tenth_each() -> None:
    served = list(epoch(batches(MIXED, CROPS)))
    assert len(served) == 8
    for images, wanted in served:
        kind = kinds(images)
        digits = (kind > 0) & (kind < 255)
        assert (wanted[digits].argmax(axis=1) == kind[digits] - 100).all()
        assert wanted[kind == 255] == pytest.approx(0.1)
        assert wanted[kind < 255].max(axis=1) == pytest.approx(1 - 0.9 * MIXED.label_smoothing)
        assert wanted.sum(axis=1) == pytest.approx(1)


def test_crops_are_redrawn_as_all_images_are() -> None:
    recipe = replace(MIXED, augmented=True)
    images = np.concatenate([images for images, _ in epoch(batches(recipe, CROPS))])
    assert images.shape == (400, 28, 28)
    assert 0 <= images.min() < images.max() <= 1
    given = {
        image.tobytes() for image in grey(np.concatenate([few(200).train.images, CROPS.images]))
    }
    assert not given & {image.tobytes() for image in images}


def test_a_target_is_a_one_for_a_digit_and_is_shared_where_there_is_none_or_doubt() -> None:
    assert targets(labels(3, NOT_A_DIGIT, ONE_OR_SEVEN)).tolist() == [
        [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        pytest.approx([0.1] * 10),
        [0, 0.5, 0, 0, 0, 0, 0, 0.5, 0, 0],
    ]
    assert targets(labels(3)).dtype == np.float32


def test_grey_values_run_from_0_to_1() -> None:
    images = np.array([0, 51, 255], np.uint8).reshape(1, 1, 3)
    assert grey(images).ravel().tolist() == pytest.approx([0, 0.2, 1])
    assert grey(images).dtype == np.float32


def test_a_stream_serves_each_batch_once_in_order() -> None:
    def numbered(index: int) -> tuple[Numbers, Numbers]:
        return np.full((2, 28, 28), index, np.float32), np.zeros((2, 10), np.float32)

    served = stream(numbered, count=5, image_shape=(2, 28, 28), target_shape=(2, 10))
    numbers = [images.max() for images, _ in served.as_numpy_iterator()]
    assert numbers == [0, 1, 2, 3, 4]
    assert served.element_spec[0].shape == (2, 28, 28)
    assert served.element_spec[1].shape == (2, 10)
