"""MNIST's digits, ordered by how far they lean."""

import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.mnist import Part
from model.synthesis.glyphs import exemplars
from model.synthesis.glyphs.exemplars import Exemplars, slant
from tests.model.mnist_pages import mnist

MANY = 30


def leaning(shear: float) -> NDArray[np.uint8]:
    """A stick (28, 28) uint8 that goes `shear` pixels to the right a pixel down."""
    image = np.zeros((28, 28), np.uint8)
    for row in range(4, 24):
        column = round(14 + shear * (row - 14))
        image[row, column] = 255
    return image


@pytest.mark.parametrize("shear", [-0.5, 0, 0.25, 0.5])
def test_slant_is_how_far_a_stick_goes_to_the_right_a_pixel_down(shear: float) -> None:
    assert slant(leaning(shear)[None]) == pytest.approx(shear, abs=0.02)


def test_each_image_has_a_slant_of_its_own_wherever_it_is() -> None:
    moved = np.roll(leaning(0.5), (3, -5), axis=(0, 1))
    slants = slant(np.stack([leaning(-0.5), moved, leaning(0)]))
    assert slants == pytest.approx([-0.5, 0.5, 0], abs=0.02)


def test_an_empty_image_does_not_lean() -> None:
    assert slant(np.zeros((1, 28, 28), np.uint8)).tolist() == [0]


def glyphs(exemplars: Exemplars, label: int, place: float) -> list[MatLike]:
    rng = np.random.default_rng(0)
    return [exemplars.sample(label, place, rng) for _ in range(MANY)]


def lean(glyph: MatLike) -> float:
    return float(slant(np.array([glyph], np.uint8))[0])


def test_a_glyph_is_an_enlarged_digit_without_margins() -> None:
    for glyph in glyphs(Exemplars(mnist()), 3, 0.5):
        assert glyph.dtype == np.uint8
        assert 60 < max(glyph.shape) < 100
        ink = glyph > 127
        assert min(ink[0].any(), ink[-1].any(), ink[:, 0].any(), ink[:, -1].any())


def test_glyphs_lean_the_more_to_the_left_the_farther_their_place() -> None:
    ordered = Exemplars(mnist())
    leans = [[lean(glyph) for glyph in glyphs(ordered, 1, place)] for place in (0, 0.5, 0.999)]
    means = [np.mean(each) for each in leans]
    # Down to the left is a negative slant: most people's writing leans to the right.
    assert means[0] < means[1] < means[2]
    everybody = slant(mnist().images[mnist().labels == 1])
    assert np.std(leans[1]) < 0.6 * everybody.std()


def test_a_glyph_is_of_the_label_that_was_asked_for() -> None:
    # Each label's images are of a size of their own.
    images = np.zeros((20, 28, 28), np.uint8)
    labels = np.tile(np.arange(10, dtype=np.uint8), 2)
    for image, label in zip(images, labels, strict=True):
        image[4 : 14 + label, 4:8] = 255
    ordered = Exemplars(Part(images, labels))
    for label in range(10):
        glyph = ordered.sample(label, 0.3, np.random.default_rng(0))
        assert len(glyph) == pytest.approx(4 * (10 + label), abs=3)


def test_a_hand_may_have_many_of_the_most_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exemplars, "SLANT_WINDOW", 3)
    ordered = Exemplars(mnist())
    distinct = {glyph.tobytes() for glyph in glyphs(ordered, 5, 0.5)}
    assert len(distinct) == 3


def test_few_digits_are_enough() -> None:
    few = Part(mnist().images[:60], mnist().labels[:60])
    assert len({glyph.tobytes() for glyph in glyphs(Exemplars(few), 7, 0.999)}) > 1
