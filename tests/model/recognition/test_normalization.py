"""A candidate becomes an MNIST image: tested against MNIST itself."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.evaluation import test_set as evaluation
from model.recognition import digit_network as classifier
from model.recognition.normalization import (
    LARGEST,
    STROKE_WIDTHS,
    normalize,
    strength,
    stroke_width,
)
from model.recognition.resizing import fit, shrink
from tests.model.mnist_pages import Image, mnist


def trimmed(image: MatLike) -> MatLike:
    """What segmentation hands over: the ink and nothing around it."""
    x, y, width, height = cv2.boundingRect(image)
    return image[y : y + height, x : x + width]


def ell(width: int, side: int = 160) -> MatLike:
    """Two strokes of `width`, as long as each other."""
    ink = np.zeros((side, side), np.uint8)
    ink[:, :width] = 255
    ink[-width:] = 255
    return ink


def width_in_box(image: MatLike) -> float:
    """The stroke width of a 28x28 image, measured at four times its size."""
    return stroke_width(cv2.resize(trimmed(image), None, fx=4, fy=4)) / 4


@pytest.fixture(scope="module")
def originals() -> Image:
    return mnist().images[:400]


@pytest.fixture(scope="module")
def returned(originals: Image) -> Image:
    """The same images as a pen might have drawn them, seven times as large."""
    return np.stack(
        [normalize(trimmed(cv2.resize(image, None, fx=7, fy=7))) for image in originals]
    )


# --- MNIST's own definition -------------------------------------------------------------------


def test_an_enlarged_mnist_image_comes_back_close_to_itself(
    originals: Image, returned: Image
) -> None:
    # The measure is MNIST's own: what moving each image by a single pixel changes.
    moved = np.abs(np.roll(originals, 1, axis=2).astype(float) - originals).mean(axis=(1, 2))
    changed = np.abs(returned.astype(float) - originals).mean(axis=(1, 2))
    assert np.median(changed) < 0.5 * np.median(moved)
    assert (changed < moved).mean() > 0.93


def test_an_enlarged_mnist_image_is_read_as_before(originals: Image, returned: Image) -> None:
    model = classifier.load()
    before, after = (evaluation.predict(model, images) for images in (originals, returned))
    assert (before.argmax(axis=1) == after.argmax(axis=1)).mean() > 0.985


def test_the_ink_stays_as_much(originals: Image, returned: Image) -> None:
    assert returned.mean() == pytest.approx(originals.mean(), rel=0.05)


def test_the_longer_side_is_20(returned: Image) -> None:
    assert {max(cv2.boundingRect(image)[2:]) for image in returned} == {20}


def test_the_mass_is_in_the_middle(returned: Image) -> None:
    where, mass = np.arange(28), returned.sum(axis=(1, 2))
    for axis in (1, 2):
        centre = (returned.sum(axis=axis) * where).sum(axis=1) / mass
        assert centre == pytest.approx(14, abs=0.6)


@pytest.mark.parametrize("shape", [(400, 100), (100, 400), (33, 37)])
def test_the_proportions_stay(shape: tuple[int, int]) -> None:
    frame = np.zeros(shape, np.uint8)
    cv2.rectangle(frame, (0, 0), (shape[1] - 1, shape[0] - 1), 255, max(shape) // 8)
    _, _, width, height = cv2.boundingRect(normalize(frame))
    assert width / height == pytest.approx(shape[1] / shape[0], abs=0.06)


@pytest.mark.parametrize("width", [8, 16, 24])
def test_ink_as_large_as_a_page_comes_back_like_ink_of_a_usual_size(width: int) -> None:
    usual = normalize(ell(width, side=200)).astype(int)
    large = normalize(ell(6 * width, side=1200))
    assert np.abs(large - usual).max() <= 16  # of 255


# --- pens -------------------------------------------------------------------------------------


def test_the_usual_stroke_widths_are_those_of_mnists_writers(originals: Image) -> None:
    widths = [width_in_box(image) for image in originals]
    finest, broadest = np.quantile(widths, (0.01, 0.99))
    assert finest - 0.5 < STROKE_WIDTHS[0] < STROKE_WIDTHS[1] < broadest + 0.5
    usual = np.quantile(widths, (0.1, 0.9))
    assert STROKE_WIDTHS[0] < usual[0] < usual[1] < STROKE_WIDTHS[1] + 0.2


def test_a_stroke_can_be_measured() -> None:
    for width in (8, 20, 40):
        measured = stroke_width(np.pad(np.full((600, width), 255, np.uint8), 3))
        assert measured == pytest.approx(width, abs=2)
    assert stroke_width(np.zeros((5, 5), np.uint8)) == 0


@pytest.mark.parametrize("width", [1, 2, 4])
def test_a_fine_stroke_is_thickened(width: int) -> None:
    plain = cv2.resize(ell(width), (20, 20), interpolation=cv2.INTER_AREA)
    assert normalize(ell(width)).sum() > 1.3 * plain.astype(int).sum()


@pytest.mark.parametrize("width", [48, 60])
def test_a_broad_stroke_is_thinned(width: int) -> None:
    assert width_in_box(normalize(ell(width))) < 0.93 * width_in_box(
        cv2.resize(ell(width), (20, 20), interpolation=cv2.INTER_AREA)
    )


@pytest.mark.parametrize("width", [16, 20, 24, 28])
def test_a_usual_stroke_is_left_alone(width: int) -> None:
    assert width_in_box(normalize(ell(width))) == pytest.approx(width / 8, abs=0.5)


@pytest.mark.parametrize(("width", "more"), [(64, False), (54, True), (180, False), (194, True)])
def test_strokes_are_changed_by_quarters_of_a_pixel(width: int, more: bool) -> None:
    # In the 20 pixel box, 800 pixels wide before, they may be an eighth of a pixel off.
    ink = ell(width, side=800)
    plain = fit(fit(shrink(ink, LARGEST), 80), 20)
    assert (int(normalize(ink).sum()) != int(plain.sum())) is more


def test_the_strength_is_a_quantile_of_what_is_above_a_level() -> None:
    ink = np.array([[0, 0, 0, 10, 20, 30, 40, 60]], np.uint8)
    for share, values in ((0, 10), (0.25, 20), (0.5, 30), (0.625, 35), (1, 60)):
        assert strength(ink, 0, share) == pytest.approx(values)
    assert strength(ink, 10, 0) == 20
    assert strength(ink, 9.9, 0) == 10
    assert strength(ink, -1, 0) == 0
    assert strength(ink, 60, 0.5) == 256


@settings(deadline=None, derandomize=True)
@given(ink=arrays(np.uint8, (3, 7)), level=st.integers(-1, 200), share=st.floats(0, 1))
def test_it_is_numpys_quantile(ink: Image, level: int, share: float) -> None:
    above = ink[ink > level]
    expected = np.quantile(above, share) if above.size else 256
    assert strength(ink, level, share) == pytest.approx(expected)


@pytest.mark.parametrize(("level", "width"), [(50, 20), (99, 20), (100, 8), (127, 8)])
def test_what_is_above_the_level_is_stroke(level: int, width: int) -> None:
    ink = np.full((200, 20), 100, np.uint8)
    ink[:, 6:14] = 255
    assert stroke_width(ink, level) == pytest.approx(width, abs=1.5)


def test_a_heavy_end_stays_in_the_image() -> None:
    for turn in range(4):
        ink = np.zeros((200, 200), np.uint8)
        ink[:40] = 255
        ink[:, 98:102] = 255
        image = normalize(np.rot90(ink, turn).copy())
        assert max(cv2.boundingRect(image)[2:]) == 20
        rows, columns = np.indices((28, 28))
        middle = [float((axis * image).sum() / image.sum()) for axis in (rows, columns)]
        heavy = (0, 1, 0, 1)[turn]
        assert middle[1 - heavy] == pytest.approx(14, abs=0.6)
        assert middle[heavy] == pytest.approx(14, abs=4)


@pytest.mark.parametrize("strength", [30, 90, 200])
def test_faint_ink_becomes_full(strength: int) -> None:
    faint = (ell(20) > 0).astype(np.uint8) * np.uint8(strength)
    assert np.abs(normalize(faint).astype(int) - normalize(ell(20))).max() <= 10


# --- hardly any ink ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 2), (2, 1), (1, 50), (50, 1), (1, 5000), (5000, 1), (900, 900)]
)
@pytest.mark.parametrize("strength", [1, 128, 255])
def test_a_dot_a_line_and_a_block_become_images_too(shape: tuple[int, int], strength: int) -> None:
    image = normalize(np.full(shape, strength, np.uint8))
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert max(cv2.boundingRect(image)[2:]) == 20


def test_no_ink_at_all_gives_an_empty_image() -> None:
    assert not normalize(np.zeros((5, 5), np.uint8)).any()
