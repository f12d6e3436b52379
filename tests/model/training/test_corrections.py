"""Which corrections are learnt from, and which are held back."""

import numpy as np
from numpy.typing import NDArray

from model.mnist import NOT_A_DIGIT
from model.training.corrections import (
    ALWAYS_KEPT,
    LARGEST_SHARE,
    CorrectedCrops,
    capped,
    split,
    usable,
)
from tests.model.mnist_pages import mnist


def corrected(images: NDArray[np.uint8], labels: list[int], users: list[str]) -> CorrectedCrops:
    return CorrectedCrops(images, np.array(labels, np.uint8), np.array(users))


def test_of_the_same_crop_one_is_used_and_none_if_they_contradict() -> None:
    images = mnist()[0][[0, 1, 0, 2, 1, 3]]
    chosen = usable(corrected(images, [7, 2, 7, 1, 3, NOT_A_DIGIT], list("abcdef")))
    assert chosen.tolist() == [True, False, False, True, False, True]


def test_a_persons_corrections_are_wholly_used_or_wholly_held_back() -> None:
    users = [f"user {place % 40}" for place in range(200)]
    used, held_back = split(corrected(mnist()[0][:200], [0] * 200, users))
    assert not set(used.users) & set(held_back.users)
    assert len(used.users) + len(held_back.users) == 200
    assert len(held_back.users) > 0


def test_nobodys_corrections_are_more_than_a_share() -> None:
    users = np.array(["loud"] * 300 + [f"user {place}" for place in range(60)])
    kept = users[capped(users)]
    assert (kept == "loud").sum() == int(LARGEST_SHARE * len(kept))
    assert (kept != "loud").sum() == 60


def test_a_few_corrections_of_one_person_are_used_where_there_are_hardly_any_others() -> None:
    users = np.array(["loud"] * 300 + ["quiet"])
    assert capped(users).sum() == ALWAYS_KEPT + 1
    assert capped(np.array([], str)).tolist() == []


def test_those_that_are_selected_keep_their_labels_and_users() -> None:
    images = mnist().images[:3]
    chosen = corrected(images, [1, 2, 3], list("abc")).select(np.array([True, False, True]))
    assert np.array_equal(chosen.images, images[[0, 2]])
    assert chosen.labels.tolist() == [1, 3]
    assert chosen.users.tolist() == ["a", "c"]


def test_one_person_in_five_is_held_back_and_always_the_same_ones() -> None:
    users = [f"user {place}" for place in range(1000)]
    everyone = corrected(np.zeros((1000, 28, 28), np.uint8), [0] * 1000, users)
    used, held_back = split(everyone)
    assert 150 < len(held_back.users) < 250
    again, _ = split(everyone.select(np.isin(everyone.users, used.users)))
    assert again.users.tolist() == used.users.tolist()
