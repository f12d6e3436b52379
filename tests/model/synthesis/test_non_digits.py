"""What is no digit, made to train against."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.evaluation import test_set
from model.recognition import digit_network
from model.recognition.normalization import normalize
from model.synthesis import fonts, handwriting, non_digits, stroke_templates
from model.synthesis.glyphs import trim
from model.synthesis.non_digits import could_be_digit, sample_negative
from tests.model.mnist_pages import Image, mnist

CANVAS = (136, 136)


def normalized_negatives(count: int, digits: Image, rng: np.random.Generator) -> Image:
    """Negatives as the network gets them."""
    return np.stack([normalize(trim(sample_negative(digits, rng))) for _ in range(count)])


@pytest.fixture(scope="module")
def made() -> Image:
    return normalized_negatives(300, mnist().images[:100], np.random.default_rng(0))


@pytest.fixture(scope="module")
def drawn() -> list[MatLike]:
    rng = np.random.default_rng(0)
    return [sample_negative(mnist().images[:100], rng) for _ in range(300)]


def test_as_many_are_made_as_asked_for(made: Image) -> None:
    assert made.shape == (300, 28, 28)
    assert made.dtype == np.uint8


def test_the_same_seed_makes_the_same(made: Image) -> None:
    again = normalized_negatives(300, mnist().images[:100], np.random.default_rng(0))
    assert (again == made).all()


def test_each_shows_something(made: Image) -> None:
    assert (made.max(axis=(1, 2)) > 127).all()


def test_hardly_two_are_alike(made: Image) -> None:
    assert len(np.unique(made.reshape(300, -1), axis=0)) > 280


def test_they_look_like_mnist_in_size_and_place(made: Image) -> None:
    columns, rows = made.any(axis=1).sum(axis=1), made.any(axis=2).sum(axis=1)
    assert np.median(np.maximum(columns, rows)) == pytest.approx(20, abs=1)


def test_before_they_are_normalized_they_are_glyphs_of_a_size(drawn: list[MatLike]) -> None:
    assert len(drawn) == 300
    assert {glyph.dtype for glyph in drawn} == {np.dtype(np.uint8)}
    assert np.median([max(glyph.shape) for glyph in drawn]) == pytest.approx(
        handwriting.GLYPH_SIDE, abs=30
    )


def test_none_has_a_part_that_could_be_a_digit(drawn: list[MatLike]) -> None:
    assert not any(could_be_digit(glyph) for glyph in drawn)


def blank() -> MatLike:
    return np.zeros(CANVAS, np.uint8)


@pytest.mark.parametrize("tilt", [-40, 0, 40])
def test_a_stick_could_be_a_one(tilt: int) -> None:
    assert could_be_digit(cv2.line(blank(), (68 - tilt, 16), (68 + tilt, 120), (255,), 9))


def test_a_dash_could_not() -> None:
    assert not could_be_digit(cv2.line(blank(), (16, 60), (120, 76), (255,), 9))


def test_a_ring_could_be_a_nought() -> None:
    assert could_be_digit(cv2.ellipse(blank(), (68, 68), (32, 50), 0, 0, 360, (255,), 7))


def test_a_ring_that_is_crossed_could_not() -> None:
    wheel = cv2.circle(blank(), (68, 68), 50, (255,), 7)
    assert not could_be_digit(cv2.line(wheel, (18, 68), (118, 68), (255,), 7))


def test_a_triangle_could_not() -> None:
    corners = np.array([(68, 16), (16, 110), (120, 110)], np.int32)
    assert not could_be_digit(cv2.polylines(blank(), [corners], True, (255,), 7))


def test_no_letter_is_among_them_that_a_hand_writes_as_a_digit() -> None:
    printed = set(non_digits.LATIN + non_digits.GREEK + non_digits.CYRILLIC + non_digits.SIGNS)
    assert not set("0123456789OoIlSsZzbgqiJj|!%ΛοισδЗзЧчбЭэОоЫ") & printed
    assert not set("OoIlSsZzbgqiJj") & set(stroke_templates.LETTERS)


def test_every_letter_and_sign_can_be_printed_and_is_its_own() -> None:
    for alphabet in (non_digits.LATIN, non_digits.GREEK, non_digits.CYRILLIC, non_digits.SIGNS):
        inks = {
            fonts.typeset(character, np.random.default_rng(0)).tobytes() for character in alphabet
        }
        assert len(inks) == len(alphabet)
        assert blank().tobytes() not in inks


def test_the_network_that_serves_refuses_most_of_them_and_hardly_a_digit() -> None:
    model = digit_network.load()
    refused = [
        test_set.predict(model.classifier, images).max(axis=1) < model.metrics["refusal_threshold"]
        for images in (
            normalized_negatives(300, mnist().images[:100], np.random.default_rng(9)),
            mnist().images,
        )
    ]
    assert refused[0].mean() > 0.5
    assert refused[1].mean() < 0.01
