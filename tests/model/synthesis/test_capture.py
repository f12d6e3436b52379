"""What a camera does to a page: nothing is cut off, and light, lens and sensor stay in bounds."""

import numpy as np
import pytest

from model.boxes import Box
from model.synthesis import capture
from model.synthesis.capture import Device
from model.synthesis.geometry import Size
from model.synthesis.glyphs import enlarge
from model.synthesis.ink import KINDS, any_pen, draw
from tests.model.mnist_pages import digit

SIZE = (160, 120)
BOXES = [Box(40, 30, 20, 30), Box(70, 50, 30, 40)]


@pytest.mark.parametrize("position", [(80, 60, 100), (10, 10, 60), (150, 110, 60)])
def test_the_camera_is_held_so_that_it_sees_all_ink(position: tuple[int, int, int]) -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        pen = any_pen(KINDS["marker"], position[2], rng)
        glyph = draw(enlarge(digit(2)), np.array(position, float), pen, rng)
        outline = glyph.outline(capture.camera_view(SIZE, [glyph], 1, rng))
        assert (outline > 0).all()
        assert (outline < SIZE).all()


def test_a_page_that_is_not_tilted_is_seen_as_it_is() -> None:
    rng = np.random.default_rng(0)
    pen = any_pen(KINDS["press"], 50, rng)
    glyph = draw(enlarge(digit(2)), np.array([80.0, 60, 50]), pen, rng)
    assert np.allclose(capture.camera_view(SIZE, [glyph], 0, rng), np.eye(3))


def test_a_table_lies_beside_the_boxes() -> None:
    for seed in range(20):
        surface = np.full((120, 160, 3), 255, np.uint8)
        capture.lay_on_table(surface, BOXES, np.random.default_rng(seed))
        assert (surface[30:90, 40:100] == 255).all()
        assert (surface < 255).any()


@pytest.mark.parametrize("size", [SIZE, (3, 700)])
@pytest.mark.parametrize("shaded", [False, True])
@pytest.mark.parametrize("creased", [False, True])
def test_light_falls_on_all_of_the_page(size: Size, *, shaded: bool, creased: bool) -> None:
    for seed in range(10):
        lit = capture.light(size, np.random.default_rng(seed), shaded=shaded, creased=creased)
        assert lit.shape == size[::-1]
        assert lit.dtype == np.uint8
        assert lit.min() > 0


@pytest.mark.parametrize("device", Device)
def test_what_is_lighter_stays_lighter(device: Device) -> None:
    for seed in range(20):
        tone = capture.tone(device, np.random.default_rng(seed))
        assert tone.shape == (256, 1, 3)
        assert (np.diff(tone.astype(int), axis=0) >= 0).all()


def test_a_screenshot_keeps_all_colours_and_edges() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (20, 30, 3)).astype(np.uint8)
    assert np.array_equal(capture.tone(Device.SCREENSHOT, rng)[:, 0, 0], np.arange(256))
    blur, kept = capture.lens(Device.SCREENSHOT, 3, rng)
    assert np.array_equal(blur(image), image)
    assert kept == 1


def test_a_lens_keeps_as_much_contrast_as_it_says() -> None:
    bar = np.zeros((60, 61, 3), np.uint8)
    bar[:, 28:33] = 200
    for seed in range(40):
        blur, kept = capture.lens(Device.PHONE, 5, np.random.default_rng(seed))
        assert 0.6 < kept <= 1
        assert blur(bar)[30, 30, 0] >= 200 * kept - 30


@pytest.mark.parametrize("device", Device)
def test_developing_keeps_the_picture(device: Device) -> None:
    image = np.full((40, 60, 3), 128, np.uint8)
    for seed in range(20):
        photo = capture.develop(image, device, np.random.default_rng(seed))
        assert photo.shape == image.shape
        assert photo.dtype == np.uint8
        assert photo.mean() == pytest.approx(128, abs=4)
