"""What is no digit, made to train against."""

import numpy as np
import pytest

from model import classifier, evaluation
from model import outliers as module
from model.outliers import outliers
from tests.model.pages import Image, mnist


@pytest.fixture(scope="module")
def made() -> Image:
    return outliers(300, mnist().images[:100], np.random.default_rng(0))


def test_as_many_are_made_as_asked_for(made: Image) -> None:
    assert made.shape == (300, 28, 28)
    assert made.dtype == np.uint8


def test_the_same_seed_makes_the_same(made: Image) -> None:
    again = outliers(300, mnist().images[:100], np.random.default_rng(0))
    assert (again == made).all()


def test_each_shows_something(made: Image) -> None:
    assert (made.max(axis=(1, 2)) > 127).all()


def test_hardly_two_are_alike(made: Image) -> None:
    assert len(np.unique(made.reshape(300, -1), axis=0)) > 280


def test_they_look_like_mnist_in_size_and_place(made: Image) -> None:
    columns, rows = made.any(axis=1).sum(axis=1), made.any(axis=2).sum(axis=1)
    assert np.median(np.maximum(columns, rows)) == pytest.approx(20, abs=1)


def test_no_letter_is_among_them_that_a_hand_writes_as_a_digit() -> None:
    assert not set("OoIlSsZzbgqiJ") & set(module.LETTERS + module.GREEK + module.SIGNS)


def test_typefaces_are_found_to_print_letters_with() -> None:
    assert len(module._typefaces()) >= 5


def test_the_network_that_serves_refuses_most_of_them_and_hardly_a_digit() -> None:
    model = classifier.load()
    strange = outliers(300, mnist().images[:100], np.random.default_rng(9))
    refused = [
        evaluation.predict(model.classifier, images).max(axis=1)
        < model.metrics["refusal_threshold"]
        for images in (strange, mnist().images)
    ]
    assert refused[0].mean() > 0.7
    assert refused[1].mean() < 0.01
