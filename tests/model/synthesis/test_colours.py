"""Colours: picked, mapped from grey and turned to grey."""

import numpy as np
import pytest

from model.synthesis.colours import luma, pick_colour, tint
from tests.model.synthesis.draws import draws

PALETTE = ((100, 120, 140), (250, 120, 30))


def test_a_picked_colour_is_one_of_the_palette() -> None:
    assert pick_colour(PALETTE, draws(integer=0)).tolist() == [100, 120, 140]
    assert pick_colour(PALETTE, draws(integer=0.5)).tolist() == [250, 120, 30]
    assert pick_colour(PALETTE, draws()).dtype == np.float32


def test_it_varies_most_in_lightness() -> None:
    # One deviation of eight grey levels in lightness, and half of that in each channel.
    assert pick_colour(PALETTE, draws(normal=1)).tolist() == [112, 132, 152]
    assert pick_colour(PALETTE, draws(normal=-1), spread=20).tolist() == [70, 90, 110]
    colours = [pick_colour(PALETTE[:1], np.random.default_rng(seed)) for seed in range(200)]
    off = np.array(colours) - PALETTE[0]
    assert off.mean(axis=1).std() > 2 * (off - off.mean(axis=1, keepdims=True)).std()
    assert (off - off.mean(axis=1, keepdims=True)).std() > 1


def test_without_spread_it_stays_as_it_is() -> None:
    assert pick_colour(PALETTE[1:], np.random.default_rng(0), spread=0).tolist() == [250, 120, 30]


def test_a_varied_colour_is_still_one() -> None:
    assert pick_colour(((250, 3, 128),), draws(normal=2)).tolist() == [255, 27, 152]
    assert pick_colour(((250, 3, 128),), draws(normal=-2)).tolist() == [226, 0, 104]


def test_a_tint_goes_from_the_darkest_to_the_lightest() -> None:
    texture = np.array([[0, 51, 255]], np.uint8)
    darkest = np.array([0, 100, 200], np.float32)
    lightest = np.array([255, 150, 200], np.float32)
    assert tint(texture, darkest, lightest).tolist() == [
        [[0, 100, 200], [51, 110, 200], [255, 150, 200]]
    ]


def test_what_a_tint_exceeds_is_cut_off() -> None:
    texture = np.array([[0, 255]], np.uint8)
    colours = np.full(3, -50, np.float32), np.full(3, 300, np.float32)
    assert tint(texture, *colours).tolist() == [[[0, 0, 0], [255, 255, 255]]]


def test_green_is_the_brightest_and_blue_the_darkest() -> None:
    blue, green, red = (luma(np.eye(3, dtype=np.float32)[channel]) for channel in range(3))
    assert (blue, green, red) == pytest.approx((0.114, 0.587, 0.299))
    assert luma(np.full(3, 255, np.float32)) == pytest.approx(255)
