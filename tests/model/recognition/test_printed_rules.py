"""Uprights between characters, as the ink shows them."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.printed_rules import COVERED, FAINTEST, ROOM, has_upright
from tests.model.recognition.hand_made import components

FIRST, SECOND = Box(100, 100, 60, 100), Box(260, 100, 60, 100)
TOP, BOTTOM = 75, 225  # rows between which an upright between them is sought


def two_digits() -> MatLike:
    """The ink of two full rectangles with room between them."""
    ink = np.zeros((300, 400), np.uint8)
    for box in (FIRST, SECOND):
        ink[box.window] = 200
    return ink


def is_seen(ink: MatLike) -> bool:
    return has_upright(components(ink), FIRST, SECOND)


def ruled(top: int, bottom: int, *, strength: int = 200, tilt: int = 0) -> MatLike:
    """The two digits with a line between them that leans so many pixels to the right."""
    ink = two_digits()
    cv2.line(ink, (205, top), (205 + tilt, bottom - 1), strength, 2)
    return ink


def test_an_upright_between_two_digits_is_seen() -> None:
    assert is_seen(ruled(0, 300))
    assert not is_seen(two_digits())


@pytest.mark.parametrize("tilt", [-40, -20, 20, 40])
def test_it_may_lean(tilt: int) -> None:
    assert is_seen(ruled(TOP, BOTTOM, tilt=tilt))


def test_it_may_be_bent() -> None:
    ink = two_digits()
    for row in range(300):
        column = 200 + round(20 * np.sin(row / 50))
        ink[row, column : column + 4] = 200
    assert is_seen(ink)


@pytest.mark.parametrize(("share", "seen"), [(COVERED + 0.05, True), (COVERED - 0.05, False)])
def test_it_reaches_beyond_the_digits(share: float, seen: bool) -> None:
    length = round(share * (BOTTOM - TOP))
    assert is_seen(ruled(TOP, TOP + length)) == seen


def test_a_stroke_as_high_as_the_digits_is_none() -> None:
    assert not is_seen(ruled(FIRST.y, FIRST.bottom))


@pytest.mark.parametrize(("beyond", "seen"), [(10, True), (-10, False)])
def test_it_may_be_paler_than_the_digits(beyond: int, seen: bool) -> None:
    strength = round(COVERED * FAINTEST * 200) + beyond
    ink = two_digits()
    ink[:, 200:220] = strength
    assert is_seen(ink) == seen


@pytest.mark.parametrize(("beyond", "seen"), [(1, True), (-1, False)])
def test_narrow_gaps_have_none(beyond: int, seen: bool) -> None:
    gap = round(ROOM * FIRST.height) + beyond
    near = FIRST._replace(x=FIRST.right + gap)
    ink = ruled(0, 300)
    ink[:, FIRST.right : near.x] = 200
    assert has_upright(components(ink), FIRST, near) == seen


def test_the_grain_of_the_paper_is_none() -> None:
    rng = np.random.default_rng(1)
    grain = rng.integers(0, 40, (300, 400)).astype(np.uint8)
    assert not is_seen(cv2.max(two_digits(), grain))


def test_boxes_are_in_pixels_of_the_photo_as_it_was_sent() -> None:
    found = components(ruled(0, 300), scale=0.5)
    first, second = FIRST.downscaled(0.5), SECOND.downscaled(0.5)
    assert has_upright(found, first, second)
    assert not has_upright(found, FIRST, SECOND)


def test_characters_may_reach_beyond_the_photo() -> None:
    ink = ruled(0, 300)[90:210]
    high = [box.moved(0, -90).grown(5) for box in (FIRST, SECOND)]
    assert has_upright(components(ink), *high)
