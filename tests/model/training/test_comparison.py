"""The network before and after: what counts as worse, and what as absurd."""

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from model.mnist import NOT_A_DIGIT
from model.training.comparison import Comparison, ServedModel, absurd, compare
from model.training.corrections import CorrectedCrops


def network(*answers: int) -> keras.Model:
    """Answers `answers[k]` to an image of which pixel k of the middle row is bright."""
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax", use_bias=False),
        ]
    )
    kernel = np.zeros((28, 28, 10), np.float32)
    kernel[14, range(len(answers)), answers] = 20
    model.set_weights([kernel.reshape(784, 10)])
    return model


def images(*pixels: int) -> NDArray[np.uint8]:
    """For each of `pixels` an image in which that one of the middle row is bright."""
    made = np.zeros((len(pixels), 28, 28), np.uint8)
    made[range(len(pixels)), 14, pixels] = 255
    return made


def shown(pixels: list[int], labels: list[int]) -> CorrectedCrops:
    users = np.array(["somebody"] * len(labels))
    return CorrectedCrops(images(*pixels), np.array(labels, np.uint8), users)


OLD = ServedModel(network(0, 1, 2, 3), (0.0,))
NEW = ServedModel(network(0, 1, 3, 2), (0.0,))


@pytest.mark.parametrize(
    ("only_old", "only_new", "worse"),
    [(0, 0, False), (3, 0, False), (5, 0, True), (20, 15, False), (40, 15, True), (0, 40, False)],
)
def test_worse_is_what_chance_does_not_explain(only_old: int, only_new: int, worse: bool) -> None:
    assert Comparison("", 100, 50, 50 - only_old + only_new, only_old, only_new).worse == worse


def test_each_network_is_counted_on_what_shows_a_digit() -> None:
    # The first two are read alike; then only the new one is right, twice only the old one.
    examples = shown([0, 1, 2, 3, 2, 0], [0, 7, 3, 3, 2, NOT_A_DIGIT])
    assert compare("all", OLD, NEW, examples) == Comparison(
        "all", images=5, old=3, new=2, only_old=2, only_new=1
    )


def test_where_nothing_shows_a_digit_there_is_nothing_to_compare() -> None:
    comparison = compare("none", OLD, NEW, shown([0], [NOT_A_DIGIT]))
    assert comparison == Comparison("none", 0, 0, 0, 0, 0)
    assert not comparison.worse


def test_a_line_of_the_table_has_its_numbers_below_the_headings() -> None:
    line = str(Comparison("MNIST test set", 10_000, 9_970, 9_968, 5, 3))
    assert line == "MNIST test set            10000    9970    9968"


def test_the_answers_to_all_slants_are_averaged() -> None:
    # Slanted by 14 pixels over the 14 rows above the middle, another row's pixel comes there.
    image = images(0)
    upright, averaged = (
        ServedModel(OLD.network, slants).probabilities(image) for slants in ((0.0,), (0.0, 1.0))
    )
    slanted = ServedModel(OLD.network, (1.0,)).probabilities(image)
    assert averaged == pytest.approx((upright + slanted) / 2)


def test_absurd_is_a_digit_that_the_network_finds_next_to_impossible() -> None:
    examples = shown([0, 1, 2], [0, 5, NOT_A_DIGIT])
    assert absurd(OLD, examples).tolist() == [False, True, False]
