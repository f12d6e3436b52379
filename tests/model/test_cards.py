"""The cards of digits: the crop, what it was read as, and ten bars."""

import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.cards import AMBER, GREEN, GROOVE, INK, PAPER, WIDTH, draw_cards, draw_crop
from model.lettering import WHITE, Colour
from model.reader import Digit
from tests.readings import SOMEWHERE, certain


def card(digit: Digit, *, asserted: bool = True) -> MatLike:
    """The large card of a single digit, with the margin above it."""
    [drawn] = draw_cards([digit], asserted=asserted)
    assert drawn.shape == (24 + 224, WIDTH, 3)
    return drawn


def small_card(digit: Digit) -> MatLike:
    """The small card of a digit among sure ones, with the margins around it."""
    drawn = draw_cards([certain(1)] * 2 + [digit] + [certain(1)], asserted=True)[0]
    return drawn[:, 2 * 174 : 3 * 174 + 24]


def is_in(colour: Colour, picture: MatLike) -> bool:
    return bool((picture == colour).all(axis=2).any())


def lit(picture: MatLike, colour: Colour) -> NDArray[np.bool_]:
    return np.asarray((picture == colour).all(axis=-1))


@pytest.mark.parametrize(
    ("count", "heights"),
    [
        (0, []),
        (1, [24 + 224]),
        (2, [24 + 224] * 2),
        (3, [24 + 122]),
        (5, [24 + 122] * 2),
        (12, [24 + 122] * 3),
    ],
)
def test_up_to_two_digits_have_large_cards_and_more_have_small_ones_four_in_a_row(
    count: int, heights: list[int]
) -> None:
    rows = draw_cards([certain(7)] * count, asserted=True)
    assert [row.shape for row in rows] == [(height, 720, 3) for height in heights]


def test_a_card_shows_the_crop_and_ten_bars() -> None:
    crop = np.zeros((28, 28), np.uint8)
    crop[:, 14:] = 255
    probabilities = (0.5, 0.0, 0.25, 0, 0, 0, 0, 0, 0, 0.25)
    drawn = card(Digit(SOMEWHERE, crop.tobytes(), probabilities))[24:]
    assert lit(drawn[:, 24 : 24 + 112], (0, 0, 0)).all()
    assert lit(drawn[:, 24 + 112 : 24 + 224], WHITE).all()
    assert lit(drawn[:, 24 + 224 : 24 + 236], PAPER).all()
    bars = drawn[224 - 48 - 100 : 224 - 48, 24 + 224 + 12 :]
    middles = [round((value + 0.5) * (720 - 24 - 260) / 10) for value in range(10)]
    heights = [int((~lit(bars[:, middle], GROOVE)).sum()) for middle in middles]
    assert heights == [50, 0, 25, 0, 0, 0, 0, 0, 0, 25]
    assert lit(bars[50:, middles[0]], AMBER).all()
    assert lit(bars[75:, middles[2]], INK).all()
    gaps = [round(value * (720 - 24 - 260) / 10) for value in range(1, 10)]
    assert lit(bars[:, gaps], PAPER).all()


@pytest.mark.parametrize(
    ("probability", "asserted", "colour"),
    [(0.95, True, GREEN), (0.85, True, AMBER), (0.95, False, AMBER)],
)
def test_what_is_unsure_or_not_asserted_stands_out_by_colour(
    probability: float, asserted: bool, colour: Colour
) -> None:
    drawn = card(certain(7, probability), asserted=asserted)
    other = AMBER if colour == GREEN else GREEN
    assert is_in(colour, drawn)
    assert not is_in(other, drawn)


def test_a_small_card_shows_the_crop_and_in_doubt_what_else_it_may_be() -> None:
    sure, unsure = small_card(certain(7, 0.95)), small_card(certain(7, 0.6))
    for drawn, colour in ((sure, GREEN), (unsure, AMBER)):
        assert lit(drawn[24 : 24 + 88, 24 : 24 + 88], (0, 0, 0)).all()
        assert is_in(colour, drawn[24 : 24 + 88, 24 + 88 :])
        assert is_in(INK, drawn[24 + 88 : 24 + 122])
        assert lit(drawn[:, -24:], PAPER).all()
    assert len(sure) == 24 + 122
    assert is_in(INK, unsure[24 + 122 :])


@pytest.mark.parametrize("probability", [1.0, 0.85, 0.1])
def test_a_small_cards_text_stays_in_it(probability: float) -> None:
    drawn = small_card(certain(8, probability))
    assert lit(drawn[:, :24], PAPER).all()
    assert lit(drawn[:, -24:], PAPER).all()


def test_rounding_claims_no_certainty() -> None:
    def percentage(probability: float) -> MatLike:
        return card(certain(7, probability))[24 : 24 + 50, 500:]

    assert (percentage(1.0) == percentage(0.9996)).all()
    assert (percentage(0.95) != percentage(0.92)).any()


def test_a_crop_is_enlarged_pixel_by_pixel() -> None:
    area = np.full((60, 70, 3), 9, np.uint8)
    crop = np.arange(28 * 28, dtype=np.uint32).reshape(28, 28).astype(np.uint8)
    draw_crop(area, Digit(SOMEWHERE, crop.tobytes(), certain(7).probabilities), 56)
    assert (area[:56:2, :56:2, 1] == crop).all()
    assert (area[1:56:2, 1:56:2, 1] == crop).all()
    assert (area[56:] == 9).all()
    assert (area[:, 56:] == 9).all()


def luminance(colour: Colour) -> float:
    """The relative luminance, 0 to 1, of the Web Content Accessibility Guidelines."""
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (value / 255 for value in colour)
    ]
    blue, green, red = linear
    return 0.0722 * blue + 0.7152 * green + 0.2126 * red


@pytest.mark.parametrize(
    ("text", "ground"),
    [(WHITE, GREEN), (WHITE, AMBER), (GREEN, PAPER), (AMBER, PAPER), (INK, PAPER)],
)
def test_text_can_be_told_from_its_ground(text: Colour, ground: Colour) -> None:
    darker, lighter = sorted([luminance(text), luminance(ground)])
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
