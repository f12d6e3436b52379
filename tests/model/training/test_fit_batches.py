"""What the network is shown while it trains, and then to be calibrated by."""

from collections.abc import Iterator
from dataclasses import replace

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from model.mnist import NOT_A_DIGIT, Part
from model.synthesis import crops
from model.training import fit
from model.training.augmentation import augment
from model.training.fit import (
    RECIPES,
    Batches,
    Numbers,
    Recipe,
    calibrate,
    grey,
    refusal_part,
    targets,
)
from tests.model.synthetic import crops_of, few
from tests.model.training.test_fit import QUICK


def labels(*values: int) -> NDArray[np.uint8]:
    return np.array(values, np.uint8)


DENSE = replace(RECIPES["dense"], batch_size=20)
# 25 of MNIST's digits in each batch, so that 200 make whole ones.
MIXED = replace(
    RECIPES["convolutional"], batch_size=50, augmented=False, crop_share=0.28, outlier_share=0.22
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
        assert (kind == 255).mean() == pytest.approx(MIXED.outlier_share)
    assert set(np.concatenate(shown)) == {0, *range(100, 110), 255}


def test_crops_of_digits_have_their_digits_as_targets_and_all_else_a_tenth_each() -> None:
    for images, wanted in epoch(batches(MIXED, CROPS)):
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


def test_a_target_is_a_one_for_a_digit_and_a_tenth_each_for_none() -> None:
    assert targets(labels(3, NOT_A_DIGIT)).tolist() == [
        [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        pytest.approx([0.1] * 10),
    ]
    assert targets(labels(3)).dtype == np.float32


def test_accuracy_counts_only_what_has_a_right_answer() -> None:
    metric = fit.DigitAccuracy()
    wanted = targets(labels(3, 4, 5, 6, NOT_A_DIGIT, NOT_A_DIGIT))
    answers = targets(labels(3, 4, 5, 1, 0, 7))
    metric.update_state(wanted, answers)
    assert float(metric.result()) == pytest.approx(0.75)


# --- calibration ------------------------------------------------------------------------------


def test_the_dense_network_is_calibrated_by_redrawn_digits() -> None:
    validation = few().validation
    shown, again = (refusal_part(QUICK, validation, seed=7) for _ in range(2))
    assert np.array_equal(shown.images, again.images)
    assert np.array_equal(shown.images, augment(validation.images, np.random.default_rng(7)))
    assert np.array_equal(shown.labels, validation.labels)


def test_the_convolutional_networks_threshold_is_fitted_on_the_digits_on_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crops, "load", crops_of)
    monkeypatch.setattr(fit, "VALIDATION_PAGES", 40)
    shown = refusal_part(RECIPES["convolutional"], few().validation, seed=7)
    made = crops_of(few().validation, 40, seed=7)
    assert np.array_equal(shown.images, made.images[:40])
    assert np.array_equal(shown.labels, made.labels[:40])


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> keras.Model:
    return fit.fit(QUICK, few(), tmp_path_factory.mktemp("fitted"), seed=0)


def sharpened(model: keras.Model, factor: float) -> keras.Model:
    copy = QUICK.network()
    copy.set_weights(model.get_weights())
    copy.layers[-1].set_weights([weights * factor for weights in model.layers[-1].get_weights()])
    return copy


def loss(model: keras.Model) -> float:
    images, labels = few().validation
    probabilities = model.predict(grey(images), verbose=0)[np.arange(len(labels)), labels]
    return float(-np.log(probabilities.clip(1e-12)).mean())


@pytest.mark.parametrize("factor", [0.3, 1, 4])
def test_calibration_lowers_the_loss_and_keeps_every_answer(
    factor: float, fitted: keras.Model
) -> None:
    model, images = sharpened(fitted, factor), grey(few().test.images)
    calibrated = calibrate(model, QUICK, few().validation)
    assert loss(calibrated) <= loss(model) + 1e-6
    answers, before = (each.predict(images, verbose=0) for each in (calibrated, model))
    assert (answers.argmax(axis=1) == before.argmax(axis=1)).all()


def test_calibration_finds_how_much_too_sure_a_network_is(fitted: keras.Model) -> None:
    images = grey(few().test.images)
    own, other = (
        calibrate(model, QUICK, few().validation).predict(images, verbose=0)
        for model in (fitted, sharpened(fitted, 3))
    )
    assert np.abs(own - other).max() < 0.01


def test_the_threshold_gives_up_as_many_digits_as_it_says(fitted: keras.Model) -> None:
    shown = few().validation
    surest = fitted.predict(grey(shown.images), verbose=0).max(axis=1)
    threshold = fit.refusal_threshold(fitted, shown)
    assert (surest < threshold).mean() == pytest.approx(fit.REFUSED_DIGITS, abs=1 / 300)
