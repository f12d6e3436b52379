"""Digits -> cards: of each what the network got, what it was read as, and how sure that is."""

from collections.abc import Sequence

import cv2
import numpy as np
from cv2.typing import MatLike

from model.lettering import Colour, write
from model.percentages import percent
from model.reading import Digit
from model.recognition.normalization import IMAGE_SIDE

# White on green or amber, and all three and ink on paper, have a contrast of 4.5 to 1 or more, as
# the Web Content Accessibility Guidelines ask of text.
GREEN, AMBER = (40, 120, 22), (9, 83, 180)
PAPER, INK, GROOVE = (247, 247, 247), (32, 32, 32), (222, 222, 222)

# By eye: pixels of a picture that a phone shows a third to half as large.
WIDTH = 720
MARGIN = 24
GAP = 2  # between what stands in a card
LARGE_CROP, GROOVE_HEIGHT, LARGE_LINE = 224, 100, 48  # heights in a large card
MOST_LARGE = 2  # digits with a large card each, as wide as the picture; more have small cards
# Heights in a small card; four of them fit a row, with text that can be read on a phone.
CROP, LINE = 88, 34
SMALL_TEXT = 1.2  # OpenCV's scale
COLUMNS = 4


def draw_cards(digits: Sequence[Digit], *, asserted: bool) -> list[MatLike]:
    """Draw rows of one large card each, or of up to four small ones where there are more digits.

    Args:
        digits: perhaps none.
        asserted: whether they are what the photo says; else all are shown as unsure.

    Returns:
        Rows (h, WIDTH, 3) uint8 BGR, to stand below each other; none without digits.
    """
    is_large = len(digits) <= MOST_LARGE
    columns = 1 if is_large else COLUMNS
    rows = []
    for first in range(0, len(digits), columns):
        members = digits[first : first + columns]
        rows.append(_row_of_cards(members, columns, asserted=asserted))
    return rows


def draw_crop(area: MatLike, digit: Digit, side: int) -> None:
    """Fill the upper left `side`x`side` pixels of `area` (h, w, 3) with what the network got."""
    crop = np.frombuffer(digit.crop, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    enlarged = cv2.resize(crop, (side, side), interpolation=cv2.INTER_NEAREST)
    coloured = cv2.cvtColor(enlarged, cv2.COLOR_GRAY2BGR)
    area[:side, :side] = coloured


def blank(height: int) -> MatLike:
    """Paper (height, WIDTH, 3) uint8."""
    return np.full((height, WIDTH, 3), PAPER, np.uint8)


def _row_of_cards(digits: Sequence[Digit], columns: int, *, asserted: bool) -> MatLike:
    """Paper with as many cards beside each other as there are `digits`, `columns` at most."""
    are_sure = [asserted and digit.is_sure for digit in digits]
    if columns == 1:
        height, draw = LARGE_CROP, _draw_large_card
    else:
        lines = 1 if all(are_sure) else 2
        height, draw = CROP + lines * LINE, _draw_small_card
    row = blank(MARGIN + height)
    pitch = (WIDTH - MARGIN) // columns
    start = 0
    for digit, is_sure in zip(digits, are_sure, strict=True):
        end = start + pitch
        card = row[MARGIN:, start + MARGIN : end]
        draw(card, digit, is_sure=is_sure)
        start = end
    return row


def _draw_large_card(card: MatLike, digit: Digit, *, is_sure: bool) -> None:
    """The crop as the network got it; beside it what it was read as, and the ten bars."""
    draw_crop(card, digit, LARGE_CROP)
    beside = LARGE_CROP + MARGIN // 2
    area = card[:, beside:]
    left = 2 * GAP
    right = area.shape[1] - left
    colour = _colour(is_sure=is_sure)
    write(area, _name(digit, is_sure=is_sure), (left, LARGE_LINE), 2.2, colour)
    write(area, percent(digit.probability), (right, LARGE_LINE), 1.6, INK, align=1)
    _draw_bars(area, digit, colour)


def _draw_small_card(card: MatLike, digit: Digit, *, is_sure: bool) -> None:
    """The crop; beside it what it was read as, below how sure that is, and in doubt what else."""
    draw_crop(card, digit, CROP)
    middle = (CROP + card.shape[1]) // 2
    name = _name(digit, is_sure=is_sure)
    write(card, name, (middle, 2 * LINE), 1.8, _colour(is_sure=is_sure), align=0.5)
    line = CROP + LINE
    write(card, percent(digit.probability), (0, line), SMALL_TEXT, INK)
    if not is_sure:
        other, probability = digit.second
        write(card, f"{other}: {percent(probability)}", (0, line + LINE), SMALL_TEXT, INK)


def _name(digit: Digit, *, is_sure: bool) -> str:
    return digit.text if is_sure else f"{digit.text}?"


def _colour(*, is_sure: bool) -> Colour:
    return GREEN if is_sure else AMBER


def _draw_bars(area: MatLike, digit: Digit, colour: Colour) -> None:
    """Ten upright bars in grooves, their digits below."""
    gap = 2 * GAP
    height, width = area.shape[:2]
    bottom = height - LARGE_LINE
    top = bottom - GROOVE_HEIGHT
    edges = _ten_columns(width)
    for value, probability in enumerate(digit.probabilities):
        left = edges[value] + gap
        right = edges[value + 1] - gap
        middle = (left + right) // 2
        groove = area[top:bottom, left:right]
        bar_colour = colour if value == digit.value else INK
        _draw_bar(groove, probability, bar_colour)
        write(area, str(value), (middle, height - gap), 1.5, INK, align=0.5)


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
