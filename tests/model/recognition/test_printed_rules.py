"""Uprights between characters, as the ink shows them."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.printed_rules import (
    BARE,
    COVERED,
    FAINTEST,
    ROOM,
    SIDE,
    has_upright,
    is_part_of_rule,
    is_upright,
)
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


# --- pieces of rules ------------------------------------------------------------------------------

PIECE = Box(200, 140, 20, 20)
HEIGHT = 100.0


def banded(left: int, right: int, *, thickness: int = 4, strength: int = 200) -> MatLike:
    """The ink of a level line between these columns, through the middle of the piece."""
    ink = np.zeros((300, 400), np.uint8)
    top = 150 - thickness // 2
    ink[top : top + thickness, left:right] = strength
    return ink


def is_piece(ink: MatLike) -> bool:
    """Whether the piece is one of a level rule; turned, the same goes for an upright one."""
    level = is_part_of_rule(components(ink), PIECE, HEIGHT, upright=False)
    lying = components(ink.T.copy())
    turned = Box(PIECE.y, PIECE.x, PIECE.height, PIECE.width)
    assert is_part_of_rule(lying, turned, HEIGHT, upright=True) == level
    assert not is_part_of_rule(components(ink), PIECE, HEIGHT, upright=True)
    return level


def test_a_piece_of_a_rule_goes_on_to_both_sides() -> None:
    assert is_piece(banded(0, 400))
    assert not is_piece(banded(200, 220))
    assert not is_piece(banded(0, 220))
    assert not is_piece(banded(200, 400))


def test_bare_paper_is_none() -> None:
    assert not is_piece(np.zeros((300, 400), np.uint8))


@pytest.mark.parametrize(("beyond", "is_rule"), [(0, True), (-10, False)])
def test_so_far_in_heights_of_digits(beyond: int, is_rule: bool) -> None:
    reach = round(SIDE * HEIGHT * (1 - BARE)) + 1 + beyond
    assert is_piece(banded(200 - reach, 220 + reach)) == is_rule


def test_or_to_the_edge_of_the_picture() -> None:
    ink = banded(0, 400)[:, 190:240]
    piece = PIECE.moved(-190, 0)
    assert is_part_of_rule(components(ink), piece, HEIGHT, upright=False)
    at_edge = Box(0, 140, 20, 20)
    assert not is_part_of_rule(components(banded(0, 400)), at_edge, HEIGHT, upright=False)


@pytest.mark.parametrize(("thickness", "is_rule"), [(8, True), (10, False)])
def test_what_is_twice_as_thick_is_no_piece_of_it(thickness: int, is_rule: bool) -> None:
    thicker = banded(200, 220, thickness=thickness)
    assert is_piece(cv2.max(banded(0, 400), thicker)) == is_rule


@pytest.mark.parametrize(("strength", "is_rule"), [(190, True), (210, False)])
def test_nor_is_what_is_twice_as_dark(strength: int, is_rule: bool) -> None:
    darker = banded(200, 220, strength=strength)
    assert is_piece(cv2.max(banded(0, 400, strength=100), darker)) == is_rule


def test_a_piece_is_in_pixels_of_the_photo_as_it_was_sent() -> None:
    found = components(banded(130, 290), scale=0.5)
    sent = PIECE.downscaled(0.5)
    assert not is_part_of_rule(found, sent, 2 * HEIGHT, upright=False)
    assert is_part_of_rule(found, sent, HEIGHT, upright=False)


STROKE = Box(204, 100, 4, 100)


def stroke_on_rule(top: int, bottom: int, rule: int) -> MatLike:
    """The ink of a dark stroke on a fainter rule between these rows."""
    ink = two_digits()
    ink[top:bottom, 204:207] = rule
    ink[STROKE.window] = 200
    return ink


@pytest.mark.parametrize(("beyond", "seen"), [(2, True), (-2, False)])
def test_a_stroke_on_a_fainter_rule_is_its_darkest_piece(beyond: int, seen: bool) -> None:
    rule = round(FAINTEST * 200) + 20 * beyond
    assert is_upright(components(stroke_on_rule(0, 300, rule)), STROKE) == seen


@pytest.mark.parametrize(("beyond", "seen"), [(15, True), (0, False)])
def test_the_rule_goes_on_at_both_ends(beyond: int, seen: bool) -> None:
    ink = stroke_on_rule(STROKE.y - beyond, STROKE.bottom + beyond, 200)
    assert is_upright(components(ink), STROKE) == seen
