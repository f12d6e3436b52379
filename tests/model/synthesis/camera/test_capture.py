"""What a device makes of light: tone, blur, noise, sharpening, files."""

from math import erf, sqrt

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.camera.capture import Device, develop, lens, tone
from tests.model.synthesis.draws import draws

AS_IT_IS = [1.0, 1.0]  # what `random` gives for no haze and no app for scans
RAMP = np.arange(256)


def curve(device: Device, rng: Generator) -> NDArray[np.float64]:
    """The levels (256, 3) of each grey level in each channel."""
    return tone(device, rng)[:, 0].astype(float)


@pytest.mark.parametrize("device", Device)
def test_what_is_lighter_stays_lighter(device: Device) -> None:
    for seed in range(20):
        table = tone(device, np.random.default_rng(seed))
        assert table.shape == (256, 1, 3)
        assert table.dtype == np.uint8
        assert (np.diff(table.astype(int), axis=0) >= 0).all()


def test_a_screenshot_keeps_all_colours() -> None:
    assert (curve(Device.SCREENSHOT, np.random.default_rng(0)) == RAMP[:, None]).all()


@pytest.mark.parametrize(
    ("device", "uniform", "exposure"),
    [
        (Device.PHONE, 0, 0.7),
        (Device.PHONE, 1, 1.2),
        (Device.SCANNER, 0, 0.95),
        (Device.SCANNER, 1, 1.1),
    ],
)
def test_photos_are_more_or_less_exposed(device: Device, uniform: float, exposure: float) -> None:
    levels = curve(device, draws(uniform=uniform, random=AS_IT_IS))
    expected = np.clip(exposure * RAMP, 0, 255)
    assert np.abs(levels - expected[:, None]).max() <= 0.51


@pytest.mark.parametrize("normal", [-2, 1])
def test_gamma_bends_the_curve(normal: float) -> None:
    levels = curve(Device.SCANNER, draws(normal=normal, uniform=1, random=AS_IT_IS))
    shares = np.clip(1.1 * RAMP / 255, 0, 1) ** np.exp(0.15 * normal)
    assert np.abs(levels - 255 * shares[:, None]).max() <= 0.51


def test_a_phones_white_is_warm_or_cold_and_a_scanners_is_not() -> None:
    blue, green, red = curve(Device.PHONE, draws(normal=1, random=AS_IT_IS))[100]
    assert blue < green < red
    linear = (np.array([blue, green, red]) / 255) ** np.exp(-0.15)
    assert linear / linear[2] == pytest.approx([0.95 / 1.05, 1.015 / 1.05, 1], abs=0.01)
    blue, green, red = curve(Device.PHONE, draws(normal=-1, random=AS_IT_IS))[100]
    assert blue > green > red
    assert np.ptp(curve(Device.SCANNER, draws(normal=1, random=AS_IT_IS)), axis=1).max() == 0


@pytest.mark.parametrize(("uniform", "contrast", "haze"), [(0, 0.7, 0), (1, 1.0, 0.2)])
def test_three_in_ten_photos_are_hazy(uniform: float, contrast: float, haze: float) -> None:
    clear = curve(Device.PHONE, draws(uniform=uniform, random=[0.3, 1.0]))
    hazy = curve(Device.PHONE, draws(uniform=uniform, random=[0.29, 1.0]))
    assert np.abs(hazy - np.clip(clear * contrast + 255 * haze, 0, 255)).max() <= 1.01
    plain = curve(Device.PHONE, draws(uniform=uniform, random=[1.0, 1.0]))
    assert np.array_equal(clear, plain)


@pytest.mark.parametrize(("uniform", "black", "contrast"), [(0, 0, 1.3), (1, 0.15, 2)])
def test_some_apps_make_photos_look_like_scans(
    uniform: float, black: float, contrast: float
) -> None:
    clear = curve(Device.PHONE, draws(uniform=uniform, random=[1.0, 0.12]))
    steep = curve(Device.PHONE, draws(uniform=uniform, random=[1.0, 0.11]))
    expected = np.clip((clear - 255 * black) * contrast, 0, 255)
    assert np.abs(steep - expected).max() <= 1.51
    assert np.array_equal(clear, curve(Device.PHONE, draws(uniform=uniform, random=[1.0, 1.0])))


STEP = np.repeat(np.repeat([[0, 200]], 30, axis=1), 60, axis=0).astype(np.uint8)
EDGE = np.dstack([STEP, STEP, STEP])
BAR = np.zeros((60, 61, 3), np.uint8)
BAR[:, 28:33] = 200


def widened(image: MatLike) -> float:
    """The deviation of what turned a sharp edge from 0 to 200 into that of `image`, in pixels."""
    slope = np.abs(np.diff(image[30, :, 0].astype(float)))
    places = np.arange(len(slope))
    middle = (slope * places).sum() / slope.sum()
    return float(np.sqrt((slope * (places - middle) ** 2).sum() / slope.sum()))


def blurred(device: Device, stroke: float, *random: float, uniform: float = 0.0) -> float:
    blur, _ = lens(device, stroke, draws(random=list(random), uniform=uniform))
    return widened(blur(EDGE))


def test_a_screenshot_is_sharp() -> None:
    blur, kept = lens(Device.SCREENSHOT, 10, draws(random=1.0))
    assert np.array_equal(blur(EDGE), EDGE)
    assert kept == 1


def test_a_fifth_of_the_photos_is_sharp() -> None:
    blur, kept = lens(Device.PHONE, 10, draws(random=[1.0, 0.19]))
    assert np.array_equal(blur(EDGE), EDGE)
    assert kept == 1
    _, kept = lens(Device.PHONE, 10, draws(random=[1.0, 0.2]))
    assert kept < 1


@pytest.mark.parametrize(
    ("device", "stroke", "random", "sigma"),
    [
        (Device.PHONE, 8, 1.0, 3.6),
        (Device.PHONE, 8, 0.25, 0.45),
        (Device.PHONE, 14, 0.5, 6.3 / 8**0.5),
        (Device.PHONE, 40, 0.5, 6.3 / 8**0.5),  # broad strokes are not blurred more
        (Device.SCANNER, 8, 1.0, 1.2),
    ],
)
def test_out_of_focus_an_edge_is_widened(
    device: Device, stroke: float, random: float, sigma: float
) -> None:
    assert blurred(device, stroke, random, 0.55) == pytest.approx(sigma, rel=0.08, abs=0.08)


def test_shaken_it_is_widened_along_the_movement_only() -> None:
    along = blurred(Device.PHONE, 8, 1.0, 0.39, uniform=0.0)
    # A line of 3.5 deviations of 3.6 pixels has about that deviation.
    assert along == pytest.approx(3.6 * 3.5 / 12**0.5, rel=0.08)
    assert blurred(Device.PHONE, 8, 1.0, 0.39, uniform=0.5) < 0.1
    assert blurred(Device.PHONE, 8, 1.0, 0.2, uniform=0.25) == pytest.approx(
        along / sqrt(2), rel=0.12
    )


def test_shaking_and_enlarging_keep_the_brightness() -> None:
    even = np.full((40, 50, 3), 130, np.uint8)
    for kind in (0.3, 0.5, 0.9):
        blur, _ = lens(Device.PHONE, 10, draws(random=[1.0, kind]))
        assert (blur(even) == 130).all()


def test_enlarged_it_has_lost_what_a_small_picture_cannot_hold() -> None:
    image = np.random.default_rng(0).integers(0, 256, (72, 144, 3)).astype(np.uint8)
    blur, _ = lens(Device.PHONE, 8, draws(random=[1.0, 0.4]))
    far = blur(image)
    assert far.shape == image.shape
    # A factor of twice 3.6: each of the 20 pixels that are left of 144 is the mean of some 50.
    assert image.std() / far.std() == pytest.approx(10.7, rel=0.1)
    assert blurred(Device.PHONE, 8, 1.0, 0.54) > 1.5
    close, _ = lens(Device.PHONE, 1, draws(random=[0.0, 0.4]))
    assert np.array_equal(close(image), image)


@pytest.mark.parametrize(("stroke", "random"), [(4, 1.0), (8, 0.7), (20, 1.0), (2, 0.0)])
@pytest.mark.parametrize("kind", [0.2, 0.4, 0.55])
def test_it_says_how_much_contrast_a_stroke_keeps(
    stroke: float, random: float, kind: float
) -> None:
    sigma = max(0.3, 0.45 * min(stroke, 14) * random**1.5)
    _, kept = lens(Device.PHONE, stroke, draws(random=[random, kind]))
    assert kept == pytest.approx(erf(stroke / sigma / sqrt(8)))


def test_a_stroke_keeps_about_as_much_as_it_says() -> None:
    for seed in range(40):
        blur, kept = lens(Device.PHONE, 5, np.random.default_rng(seed))
        assert 0.6 < kept <= 1
        assert blur(BAR)[30, 30, 0] >= 200 * kept - 30


GREY = np.full((80, 100, 3), 128, np.uint8)


def test_developing_keeps_the_picture() -> None:
    for device in Device:
        for seed in range(8):
            photo = develop(GREY, device, np.random.default_rng(seed))
            assert photo.shape == GREY.shape
            assert photo.dtype == np.uint8
            assert photo.mean() == pytest.approx(128, abs=4)


def noise_of(uniform: float) -> MatLike:
    """What a sensor adds to grey, hardly touched by JPEG."""
    rng = draws(random=1.0, uniform=uniform, integer=0.999)
    return develop(GREY, Device.PHONE, rng).astype(float) - 128


def test_a_sensor_adds_coloured_noise() -> None:
    noise = noise_of(0)
    # 0.7 grey levels at least, where neither luck nor the mean of an exponential adds to it.
    assert 0.2 < noise.std() < 1.1
    growing = [noise_of(place).std() for place in (0, 1, 2, 3)]
    assert growing == sorted(growing)
    assert growing[2] / growing[1] == pytest.approx(np.exp(0.9), rel=0.4)
    assert noise_of(9).std() == pytest.approx(noise_of(4).std(), rel=0.4)
    assert noise_of(9).std() < 10.5
    colours = noise_of(2) - noise_of(2).mean(axis=2, keepdims=True)
    assert colours.std() > 0.3


def test_scanners_have_sensors_and_screens_have_none() -> None:
    quality = {"random": 1.0, "integer": 0.999, "uniform": 1.5}
    assert develop(GREY, Device.SCANNER, draws(**quality)).std() > 0.5
    assert develop(GREY, Device.SCREENSHOT, draws(**quality)).std() == 0


@pytest.mark.parametrize(("uniform", "amount"), [(0, 0.3), (1, 1.2)])
def test_three_in_ten_phones_sharpen(uniform: float, amount: float) -> None:
    def extremes(random: float) -> tuple[int, int]:
        image = np.clip(EDGE.astype(int) // 2 + 60, 0, 255).astype(np.uint8)
        rng = draws(random=random, uniform=uniform, integer=0.999)
        row = develop(image, Device.PHONE, rng)[:, :, 1].astype(int)
        return int(np.median(row[:, 29])), int(np.median(row[:, 30]))

    low, high = extremes(0.31)
    assert [low, high] == pytest.approx([60, 160], abs=6)
    low, high = extremes(0.3)
    # At the edge itself the blur is half of the step away.
    assert high - 160 == pytest.approx(100 * amount * 0.36, abs=9)
    assert 60 - low == pytest.approx(100 * amount * 0.36, abs=9)


def test_half_of_the_screenshots_is_kept_to_the_bit() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (40, 48, 3)).astype(np.uint8)
    assert np.array_equal(develop(image, Device.SCREENSHOT, draws(random=0.49)), image)
    lossy = develop(image, Device.SCREENSHOT, draws(random=0.5))
    assert not np.array_equal(lossy, image)


@pytest.mark.parametrize(("integer", "quality"), [(0, 40), (0.999, 95)])
def test_a_file_has_any_usual_quality(integer: float, quality: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (40, 48, 3)).astype(np.uint8)
    lossy = develop(image, Device.SCREENSHOT, draws(random=1.0, integer=integer))
    _, file = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(file, cv2.IMREAD_COLOR)
    assert decoded is not None
    assert np.array_equal(lossy, decoded)
