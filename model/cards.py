"""Digits -> cards: of each what the network got, what it was read as, and ten bars."""

from collections.abc import Sequence

import cv2
import numpy as np
from cv2.typing import MatLike

from model.lettering import Colour, write
from model.percentages import percent
from model.reading import Digit

# White on green or amber, and all three and ink on paper, have a contrast of 4.5 to 1 or more, as
# the Web Content Accessibility Guidelines ask of text.
GREEN, AMBER = (40, 120, 22), (9, 83, 180)
PAPER, INK, GROOVE = (247, 247, 247), (32, 32, 32), (222, 222, 222)

# By eye: pixels of a picture that a phone shows half as large.
WIDTH = 720
MARGIN = 24
CROP, GROOVE_HEIGHT, LINE = 112, 50, 24  # heights in a small card; double in a large one
GAP = 2  # between what stands in a card
MOST_LARGE = 4  # digits with a large card each, as wide as the picture; more have small cards


def draw_cards(digits: Sequence[Digit], *, asserted: bool) -> list[MatLike]:
    """Draw rows of one large card each, or of two small ones where there are many digits.

    Args:
        digits: perhaps none.
        asserted: whether they are what the photo says; else all are shown as unsure.

    Returns:
        Rows (h, WIDTH, 3) uint8 BGR, to stand below each other; none without digits.
    """
    if not digits:
        return []
    is_large = len(digits) <= MOST_LARGE
    columns = 1 if is_large else 2
    scale = 2 if is_large else 1
    rows = []
    for first in range(0, len(digits), columns):
        members = digits[first : first + columns]
        rows.append(_row_of_cards(members, columns, scale, asserted=asserted))
    return [*rows, blank(MARGIN)]


def draw_crop(area: MatLike, digit: Digit, side: int) -> None:
    """Fill the upper left `side`x`side` pixels of `area` (h, w, 3) with what the network got."""
    size = (side, side)
    enlarged = cv2.resize(digit.crop, size, interpolation=cv2.INTER_NEAREST)
    coloured = cv2.cvtColor(enlarged, cv2.COLOR_GRAY2BGR)
    area[:side, :side] = coloured


def blank(height: int) -> MatLike:
    """Paper (height, WIDTH, 3) uint8."""
    return np.full((height, WIDTH, 3), PAPER, np.uint8)


def _row_of_cards(digits: Sequence[Digit], columns: int, scale: int, *, asserted: bool) -> MatLike:
    """Paper with as many cards beside each other as there are `digits`, `columns` at most."""
    row = blank(MARGIN + scale * CROP)
    pitch = (WIDTH - MARGIN) // columns
    start = 0
    for digit in digits:
        end = start + pitch
        card = row[MARGIN:, start + MARGIN : end]
        _draw_card(card, digit, scale, is_sure=asserted and digit.is_sure)
        start = end
    return row


def _draw_card(card: MatLike, digit: Digit, scale: int, *, is_sure: bool) -> None:
    """The crop as the network got it; beside it what it was read as, and the ten bars."""
    crop = scale * CROP
    draw_crop(card, digit, crop)
    beside = crop + MARGIN // 2
    area = card[:, beside:]
    left = scale * GAP
    right = area.shape[1] - left
    line = scale * LINE
    name = digit.text if is_sure else f"{digit.text}?"
    colour = GREEN if is_sure else AMBER
    write(area, name, (left, line), 1.1 * scale, colour)
    write(area, percent(digit.probability), (right, line), 0.8 * scale, INK, align=1)
    _draw_bars(area, digit, colour, scale)


def _draw_bars(area: MatLike, digit: Digit, colour: Colour, scale: int) -> None:
    """Ten upright bars in grooves, their digits below."""
    gap = scale * GAP
    height, width = area.shape[:2]
    foot = height - gap
    bottom = height - scale * LINE
    top = bottom - scale * GROOVE_HEIGHT
    edges = _ten_columns(width)
    probabilities = digit.probabilities.tolist()
    for value, probability in enumerate(probabilities):
        left = edges[value] + gap
        right = edges[value + 1] - gap
        middle = (left + right) // 2
        groove = area[top:bottom, left:right]
        bar_colour = colour if value == digit.value else INK
        _draw_bar(groove, probability, bar_colour)
        write(area, str(value), (middle, foot), 0.75 * scale, INK, align=0.5)


def _ten_columns(width: int) -> list[int]:
    """The pixels where ten columns of equal width begin and end."""
    edges = np.linspace(0, width, 11)
    return [round(edge) for edge in edges.tolist()]


def _draw_bar(groove: MatLike, probability: float, colour: Colour) -> None:
    """Fill a groove (h, w, 3) from its foot, as high as the `probability`."""
    groove[:] = GROOVE
    rest = 1 - probability
    free = round(len(groove) * rest)
    groove[free:] = colour
