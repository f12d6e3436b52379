"""Random textures."""

import numpy as np
import pytest

from model.synthesis.textures import centred_noise, noise


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("blotch", [1, 7.5, (40, 2)])
def test_noise_spreads_around_the_middle(
    channels: int, blotch: float | tuple[float, float]
) -> None:
    values = noise((300, 200), blotch, np.random.default_rng(0), channels)
    assert values.shape == ((200, 300) if channels == 1 else (200, 300, 3))
    assert values.dtype == np.uint8
    assert values.mean() == pytest.approx(128, abs=4)
    assert 12 < values.std() < 36


def test_noise_of_single_pixels_deviates_by_as_much_as_it_says() -> None:
    values = noise((400, 400), 1, np.random.default_rng(0))
    assert values.std() == pytest.approx(32, abs=0.5)
    assert values.mean() == pytest.approx(128, abs=0.5)
    assert noise((400, 400), 1, np.random.default_rng(0), 3).std() == pytest.approx(32, abs=0.5)


def test_channels_have_noise_of_their_own() -> None:
    blue, green, red = np.moveaxis(noise((300, 200), 1, np.random.default_rng(0), 3), 2, 0)
    correlations = np.corrcoef([blue.ravel(), green.ravel(), red.ravel()])
    assert np.abs(correlations - np.eye(3)).max() < 0.05


def blotch_sides(blotch: float | tuple[float, float]) -> tuple[float, float]:
    """How far apart, along x and along y, noise is alike by half."""
    values = noise((600, 600), blotch, np.random.default_rng(1)).astype(float) - 128
    power = np.abs(np.fft.fft2(values)) ** 2
    alike = np.fft.ifft2(power).real
    alike /= alike[0, 0]
    across, down = (int((line < 0.5).argmax()) for line in (alike[0], alike[:, 0]))
    return across, down


def test_blotches_are_as_large_as_asked_for() -> None:
    assert blotch_sides(1) == (1, 1)
    across, down = blotch_sides(20)
    assert across == pytest.approx(14, abs=3)
    assert down == pytest.approx(14, abs=3)
    across, down = blotch_sides((40, 4))
    assert across == pytest.approx(28, abs=6)
    assert down == pytest.approx(3, abs=1)


def test_a_blotch_may_be_larger_than_the_picture_or_smaller_than_a_pixel() -> None:
    rng = np.random.default_rng(0)
    # Two blotches along each side, and a straight slope between their middles.
    slow = noise((60, 60), 1000, rng).astype(int)
    slope = slow[:, 15:46]
    straight = np.linspace(slope[:, 0], slope[:, -1], 31, axis=1)
    assert np.abs(slope - straight).max() < 1.5
    assert np.ptp(slope) > 20
    assert noise((60, 60), 0.001, rng).shape == (60, 60)


def test_each_draw_cuts_out_another_part() -> None:
    rng = np.random.default_rng(0)
    one, other = noise((50, 50), 1, rng), noise((50, 50), 1, rng)
    assert np.abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.1


def test_noise_is_as_large_as_the_largest_photo() -> None:
    assert noise((1280, 1280), 1, np.random.default_rng(0)).shape == (1280, 1280)
    assert noise((1300, 4), 1, np.random.default_rng(0)).shape == (4, 1300)


def test_centred_noise_is_the_same_around_nought() -> None:
    levels = noise((30, 20), 3, np.random.default_rng(0))
    centred = centred_noise((30, 20), 3, np.random.default_rng(0))
    assert centred.dtype == np.float32
    assert np.array_equal(centred, levels.astype(float) - 128)
