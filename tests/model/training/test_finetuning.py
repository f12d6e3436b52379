"""Learning from corrections: which are used, that they teach, and that nobody can poison them."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.mnist import NOT_A_DIGIT, load
from model.recognition.normalization import normalize
from model.training.finetuning import (
    FEW,
    MOST_OF_USERS,
    Comparison,
    Corrections,
    capped,
    finetune,
    split,
    usable,
)
from tests.model.mnist_pages import mnist
from tests.model.synthetic import few


def said(images: NDArray[np.uint8], labels: list[int], users: list[str]) -> Corrections:
    return Corrections(images, np.array(labels, np.uint8), np.array(users))


def test_of_the_same_crop_one_is_used_and_none_if_they_contradict() -> None:
    images = mnist()[0][[0, 1, 0, 2, 1, 3]]
    chosen = usable(said(images, [7, 2, 7, 1, 3, NOT_A_DIGIT], list("abcdef")))
    assert chosen.tolist() == [True, False, False, True, False, True]


def test_a_persons_corrections_are_wholly_used_or_wholly_held_back() -> None:
    users = [f"user {place % 40}" for place in range(200)]
    used, held_back = split(said(mnist()[0][:200], [0] * 200, users))
    assert not set(used.users) & set(held_back.users)
    assert len(used.users) + len(held_back.users) == 200
    assert len(held_back.users) > 0


def test_nobodys_corrections_are_more_than_a_share() -> None:
    users = np.array(["loud"] * 300 + [f"user {place}" for place in range(60)])
    kept = users[capped(users)]
    assert (kept == "loud").sum() == int(MOST_OF_USERS * len(kept))
    assert (kept != "loud").sum() == 60


def test_a_few_corrections_of_one_person_are_used_where_there_are_hardly_any_others() -> None:
    users = np.array(["loud"] * 300 + ["quiet"])
    assert capped(users).sum() == FEW + 1
    assert capped(np.array([], str)).tolist() == []


@pytest.mark.parametrize(
    ("only_old", "only_new", "worse"),
    [(0, 0, False), (3, 0, False), (5, 0, True), (20, 15, False), (40, 15, True), (0, 40, False)],
)
def test_worse_is_what_chance_does_not_explain(only_old: int, only_new: int, worse: bool) -> None:
    assert Comparison("", 100, 50, 50 - only_old + only_new, only_old, only_new).worse == worse


def lying_eight(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A crop of an eight that somebody writes lying on its side."""
    canvas = np.zeros((112, 112), np.uint8)
    turn = np.linspace(0, 2 * np.pi, 24)
    points = np.stack([56 + 42 * np.sin(turn), 56 + 20 * np.sin(2 * turn)], axis=1)
    points += rng.normal(0, 2, points.shape)
    cv2.polylines(canvas, [points.round().astype(np.int32)], False, 255, 7, cv2.LINE_AA)
    return normalize(canvas)


def eights(people: int, each: int, seed: int) -> Corrections:
    rng = np.random.default_rng(seed)
    images = np.stack([lying_eight(rng) for _ in range(people * each)])
    users = np.repeat([f"user {seed} {person}" for person in range(people)], each)
    return Corrections(images, np.full(len(images), 8, np.uint8), users)


def poison() -> Corrections:
    images, labels = mnist()
    threes = images[labels == 3][:300]
    return Corrections(threes, np.full(300, 8, np.uint8), np.array(["poisoner"] * 300))


def together(one: Corrections, other: Corrections) -> Corrections:
    return Corrections(
        np.concatenate([one.images, other.images]),
        np.concatenate([one.labels, other.labels]),
        np.concatenate([one.users, other.users]),
    )


@pytest.mark.slow
def test_the_dense_network_learns_a_style_and_a_poisoner_teaches_nothing(tmp_path: Path) -> None:
    both = together(eights(20, 3, 1), poison())
    outcome = finetune("dense", few(4000, 300, 300), both, tmp_path, seed=0)
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
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = together(eights(20, 3, 1), poison())
    outcome = finetune("convolutional", load(), both, tmp_path, seed=0, pages=5000)
    test, held_back, _ = outcome.comparisons
    with capsys.disabled():
        print("", *outcome.comparisons, sep="\n")
    assert outcome.saved
    assert not test.worse
    assert held_back.new > held_back.old
