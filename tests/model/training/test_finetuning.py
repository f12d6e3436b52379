"""Learning from corrections: that they teach, and that nobody can poison them."""

from dataclasses import replace
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from model.evaluation import test_set
from model.mnist import NOT_A_DIGIT, Mnist, load
from model.recognition.normalization import normalize
from model.recognition.trained_files import ModelError, read_measured, read_metrics
from model.training.batches import Batches, targets
from model.training.calibration import refusal_threshold, threshold_digits
from model.training.comparison import ServedModel
from model.training.corrections import CorrectedCrops, split
from model.training.finetuning import BATCH, MixedBatches, finetune, optimizer
from model.training.recipes import RECIPES
from tests.model.mnist_pages import mnist
from tests.model.synthetic import few, few_test


def lying_eight(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A crop of an eight that somebody writes lying on its side."""
    canvas = np.zeros((112, 112), np.uint8)
    turn = np.linspace(0, 2 * np.pi, 24)
    points = np.stack([56 + 42 * np.sin(turn), 56 + 20 * np.sin(2 * turn)], axis=1)
    points += rng.normal(0, 2, points.shape)
    cv2.polylines(canvas, [points.round().astype(np.int32)], False, 255, 7, cv2.LINE_AA)
    return normalize(canvas)


def eights(people: int, each: int, seed: int) -> CorrectedCrops:
    rng = np.random.default_rng(seed)
    images = np.stack([lying_eight(rng) for _ in range(people * each)])
    users = np.repeat([f"user {seed} {person}" for person in range(people)], each)
    return CorrectedCrops(images, np.full(len(images), 8, np.uint8), users)


def poison() -> CorrectedCrops:
    images, labels = mnist()
    threes = images[labels == 3][:300]
    return CorrectedCrops(threes, np.full(300, 8, np.uint8), np.array(["poisoner"] * 300))


def together(one: CorrectedCrops, other: CorrectedCrops) -> CorrectedCrops:
    return CorrectedCrops(
        np.concatenate([one.images, other.images]),
        np.concatenate([one.labels, other.labels]),
        np.concatenate([one.users, other.users]),
    )


QUICK = replace(RECIPES["dense"], finetuning_steps=60)


def threes_said_to_be(digit: int, users: list[str]) -> CorrectedCrops:
    """Corrections of MNIST's threes by each of `users` in turn, who all name the same digit."""
    rest = mnist().select(np.arange(5000, 10_000))
    threes = rest.images[rest.labels == 3][:200]
    names = np.resize(users, len(threes))
    return CorrectedCrops(threes, np.full(len(threes), digit, np.uint8), names)


def people(*, held_back: bool) -> list[str]:
    """Names whose corrections are held back, or trained on."""
    names = [f"user {number}" for number in range(60)]
    nobodys = np.zeros((60, 28, 28), np.uint8)
    used, kept = split(CorrectedCrops(nobodys, np.zeros(60, np.uint8), np.array(names)))
    chosen = kept if held_back else used
    users: list[str] = chosen.users.tolist()
    return users


def test_what_reads_validation_digits_worse_is_not_saved(tmp_path: Path) -> None:
    wrong = threes_said_to_be(8, people(held_back=False))
    outcome = finetune(QUICK, few(), wrong, tmp_path / "new", seed=0)
    validation, held_back, learnt = outcome.comparisons
    assert validation.images == len(few().validation.labels)
    assert validation.worse
    assert not held_back.worse
    assert learnt.new > learnt.old
    assert not outcome.saved
    assert not (tmp_path / "new").exists()


def test_what_reads_corrections_that_were_held_back_worse_is_not_saved(tmp_path: Path) -> None:
    wrong = threes_said_to_be(8, people(held_back=False))
    right = threes_said_to_be(3, people(held_back=True))
    # Where no other digit is like a three, only those held back can tell.
    train, validation = few()
    data = Mnist(train, validation.select(np.isin(validation.labels, (0, 1, 6))))
    both = together(wrong.select(np.arange(200) < 150), right.select(np.arange(200) >= 150))
    outcome = finetune(QUICK, data, both, tmp_path / "new", seed=0)
    of_validation, held_back, _ = outcome.comparisons
    assert not of_validation.worse
    assert held_back.images == 50
    assert held_back.worse
    assert not outcome.saved
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_what_is_worse_at_nothing_is_saved_and_can_be_measured(tmp_path: Path) -> None:
    style = eights(8, 3, seed=1)
    data = few(2000)
    outcome = finetune(replace(QUICK, finetuning_steps=20), data, style, tmp_path, seed=0)
    assert outcome.saved
    made = read_metrics(tmp_path)
    assert made["corrections"] == outcome.comparisons[2].images > 0
    network = keras.models.load_model(tmp_path / "model.keras")
    digits = threshold_digits(QUICK, data.validation, seed=0)
    served = ServedModel(network, QUICK.slants)
    expected = refusal_threshold(served, digits)
    assert made["refusal_threshold"] == pytest.approx(expected, abs=1e-4)
    with pytest.raises(ModelError, match="is not the file that metrics"):
        read_measured(tmp_path, "")
    test_set.save(tmp_path, test_set.evaluate(tmp_path, few_test()))
    _, metrics = read_measured(tmp_path, "")
    assert metrics["images"] == len(few_test().labels)
    assert metrics["corrections"] == made["corrections"]


def test_the_rate_falls_from_less_than_a_tenth_of_trainings_to_nothing() -> None:
    rate = optimizer(100)._learning_rate
    rates = [float(rate(step)) for step in (0, 25, 50, 75, 100)]
    shares = [1, 0.8536, 0.5, 0.1464, 0]  # half a cosine
    assert rates == pytest.approx([3e-4 * share for share in shares], abs=1e-7)
    assert rates[0] < RECIPES["convolutional"].learning_rate / 10


@pytest.mark.slow
def test_the_dense_network_learns_a_style_and_a_poisoner_teaches_nothing(tmp_path: Path) -> None:
    both = together(eights(20, 3, 1), poison())
    outcome = finetune(RECIPES["dense"], few(4000), both, tmp_path, seed=0)
    test, held_back, _ = outcome.comparisons
    assert outcome.saved
    assert not test.worse
    assert held_back.new > held_back.old
    assert set(outcome.absurd) <= set(range(len(both.labels)))
    assert len([place for place in outcome.absurd if both.users[place] == "poisoner"]) > 150
    assert (tmp_path / "model.tflite").exists()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_convolutional_network_learns_a_style_and_a_poisoner_teaches_nothing(
    tmp_path: Path,
) -> None:
    both = together(eights(20, 3, 1), poison())
    recipe = replace(RECIPES["convolutional"], pages=5000)
    outcome = finetune(recipe, load(), both, tmp_path, seed=0)
    test, held_back, _ = outcome.comparisons
    assert outcome.saved
    assert not test.worse
    assert held_back.new > held_back.old


def test_a_batch_is_what_was_trained_on_and_then_corrections_by_their_weight() -> None:
    recipe = replace(RECIPES["dense"], batch_size=BATCH - 50)
    beside = Batches(few(500).train, None, recipe, seed=1)
    again = Batches(few(500).train, None, recipe, seed=1)
    never, seldom, often = mnist().images[:3]
    corrections = CorrectedCrops(
        np.stack([never, seldom, often]),
        np.array([4, NOT_A_DIGIT, 8], np.uint8),
        np.array(["a", "b", "c"]),
    )
    mixed = MixedBatches(corrections, np.array([0.0, 1.0, 9.0]), beside, seed=2)
    labels = []
    for step in range(5):
        images, wanted = mixed.batch(step)
        expected_images, expected_targets = again.batch(step % 2)
        assert images.shape == (BATCH, 28, 28)
        assert np.array_equal(images[:-50], expected_images)
        assert np.array_equal(wanted[:-50], expected_targets)
        labels += [row.tolist() for row in wanted[-50:]]
    none, eight = targets(np.array([NOT_A_DIGIT, 8], np.uint8)).tolist()
    assert labels.count(none) + labels.count(eight) == 250
    assert 0.04 < labels.count(none) / 250 < 0.18
