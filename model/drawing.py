"""Reading -> picture, drawn with OpenCV."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np
from cv2.typing import MatLike

from model.reader import SURE, Digit, Reading
from model.recognition.decoding import Photo
from model.recognition.resizing import fit

Colour = tuple[int, int, int]  # blue, green, red

# Digits are 22 pixels high at size 1.
FONT = cv2.FONT_HERSHEY_SIMPLEX
# White on green or amber, and all three and ink on paper, have a contrast of 4.5 to 1 or more, as
# the Web Content Accessibility Guidelines ask of text.
GREEN, AMBER, WHITE = (40, 120, 22), (9, 83, 180), (255, 255, 255)
PAPER, INK, GROOVE = (247, 247, 247), (32, 32, 32), (222, 222, 222)

# The annotated photo, by eye: text of size 1 in a photo so many pixels long, and the least size.
LONGEST_SIDE, LEAST_SIZE = 1000, 0.4
LINE_WIDTH = 2  # pixels of a box's lines at size 1
PADDING = 4  # pixels beside a label's text at size 1

# The explanation, by eye: pixels of a picture that a phone shows half as large.
WIDTH = 720
MARGIN = 24
CROP, GROOVE_HEIGHT, LINE = 112, 50, 24  # heights in a small card; double in a large one
GAP = 2  # between what stands in a card
QUALITY = 90  # of JPEG
MOST_SHOWN = 12  # digits with crop and bars; nobody would read more
MOST_LARGE = 4  # digits, each of which has a large card, which takes the whole width
HIGHEST_SHOWN = 0.999  # probability: a higher one would be rounded to a certainty


def annotate(reading: Reading, *, brief: bool = False) -> MatLike:
    """Draw what was read onto the photo: a box and label a digit, amber where it is unsure.

    Args:
        reading: with its photo.
        brief: whether a label is the digit alone, larger, without its probability.

    Returns:
        The upright photo at working size (h, w, 3) uint8 BGR.

    Raises:
        ValueError: the reading has no photo because the bytes were no picture.
    """
    if reading.photo is None:
        raise ValueError("there is no photo to draw on")
    photo = reading.photo.full
    picture = photo.pixels.copy()
    size = max(LEAST_SIZE, max(picture.shape[:2]) / LONGEST_SIDE)
    thickness = max(1, round(LINE_WIDTH * size))
    for digit in reading.digits:
        x, y, width, height = (round(length / photo.scale) for length in digit.box)
        start, end = (x, y), (x + width, y + height)
        colour = _colour(reading, digit)
        # The light line around makes the box visible on dark photos, too.
        cv2.rectangle(picture, start, end, PAPER, 3 * thickness)
        cv2.rectangle(picture, start, end, colour, thickness)
        if brief:
            _draw_label(picture, _name(reading, digit), start, 2 * size, colour)
        else:
            _draw_label(picture, f"{digit.value} {digit.probability:.0%}", start, size, colour)
    return picture


def explain(reading: Reading, more: Callable[[int], str] = "and {} more".format) -> bytes:
    """Draw how a photo was read: the photo, and each digit as the network got it, with ten bars.

    Of a refused reading, what came nearest to a digit is shown, the nearest first.

    Args:
        reading: of a photo that could be decoded.
        more: how many digits are left out of those below the photo, in words.

    Returns:
        A JPEG, `WIDTH` pixels wide, for light and dark surroundings alike.

    Raises:
        ValueError: the reading has no photo because the bytes were no picture.
    """
    if reading.photo is None:
        raise ValueError("there is no photo to explain")
    digits: Sequence[Digit] = reading.digits
    if reading.refused:
        digits = sorted(digits, key=lambda digit: digit.probability, reverse=True)
    shown = tuple(digits[:MOST_SHOWN])
    boxed = shown if reading.refused else reading.digits
    small = replace(reading, digits=boxed, photo=_small(reading.photo))
    parts = [_centred(annotate(small, brief=True)), *_cards(reading, shown)]
    left_out = len(digits) - len(shown)
    if left_out:
        line = _blank(LINE + MARGIN)
        _write(line, more(left_out), (MARGIN, LINE), 1, INK)
        parts.append(line)
    _, data = cv2.imencode(".jpg", cv2.vconcat(parts), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes()


def _small(photo: Photo) -> Photo:
    """The photo with its longer side as long as an explanation is wide."""
    full = photo.full
    longest = max(full.pixels.shape[:2])
    return Photo(fit(full.pixels, WIDTH), full.scale * longest / WIDTH)


def _centred(picture: MatLike) -> MatLike:
    """The picture between two strips of paper."""
    free = WIDTH - picture.shape[1]
    left = free // 2
    return cv2.copyMakeBorder(picture, 0, 0, left, free - left, cv2.BORDER_CONSTANT, value=PAPER)


def _blank(height: int) -> MatLike:
    """Paper (height, WIDTH, 3) uint8."""
    return np.full((height, WIDTH, 3), PAPER, np.uint8)


def _cards(reading: Reading, digits: Sequence[Digit]) -> list[MatLike]:
    """Rows of one large card each, or of two small ones where there are many digits."""
    if not digits:
        return []
    scale, columns = (2, 1) if len(digits) <= MOST_LARGE else (1, 2)
    pitch = (WIDTH - MARGIN) // columns
    rows = []
    for first in range(0, len(digits), columns):
        row = _blank(MARGIN + scale * CROP)
        for column, digit in enumerate(digits[first : first + columns]):
            left, right = MARGIN + column * pitch, (column + 1) * pitch
            card = row[MARGIN:, left:right]
            _draw_card(card, digit, _name(reading, digit), _colour(reading, digit), scale)
        rows.append(row)
    return [*rows, _blank(MARGIN)]


def _draw_card(card: MatLike, digit: Digit, name: str, colour: Colour, scale: int) -> None:
    """The crop as the network got it; beside it what it was read as, and the ten bars."""
    crop = scale * CROP
    draw_crop(card, digit, crop)
    area = card[:, crop + MARGIN // 2 :]
    gap, line = scale * GAP, scale * LINE
    _write(area, name, (gap, line), 1.1 * scale, colour)
    percent = f"{min(digit.probability, HIGHEST_SHOWN):.1%}"
    _write(area, percent, (area.shape[1] - gap, line), 0.8 * scale, INK, align=1)
    _draw_bars(area, digit, colour, scale)


def draw_crop(area: MatLike, digit: Digit, side: int) -> None:
    """Fill the upper left `side`x`side` pixels of `area` (h, w, 3) with what the network got."""
    enlarged = cv2.resize(digit.crop, (side, side), interpolation=cv2.INTER_NEAREST)
    area[:side, :side] = cv2.cvtColor(enlarged, cv2.COLOR_GRAY2BGR)


def _draw_bars(area: MatLike, digit: Digit, colour: Colour, scale: int) -> None:
    """Ten upright bars in grooves, their digits below."""
    gap = scale * GAP
    height, width = area.shape[:2]
    bottom = height - scale * LINE
    top = bottom - scale * GROOVE_HEIGHT
    edges = np.linspace(0, width, 11).round().astype(int).tolist()
    for value, probability in enumerate(digit.probabilities.tolist()):
        left = edges[value] + gap
        right = edges[value + 1] - gap
        bar_colour = colour if value == digit.value else INK
        _draw_bar(area[top:bottom, left:right], probability, bar_colour)
        below = (left + right) // 2, height - gap
        _write(area, str(value), below, 0.75 * scale, INK, align=0.5)


def _draw_bar(groove: MatLike, probability: float, colour: Colour) -> None:
    """Fill a groove (h, w, 3) from its foot, as high as the `probability`."""
    groove[:] = GROOVE
    free = round(len(groove) * (1 - probability))
    groove[free:] = colour


def _name(reading: Reading, digit: Digit) -> str:
    """The digit, with a question mark where it is unsure."""
    return f"{digit.value}" if _is_sure(reading, digit) else f"{digit.value}?"


def _colour(reading: Reading, digit: Digit) -> Colour:
    return GREEN if _is_sure(reading, digit) else AMBER


def _is_sure(reading: Reading, digit: Digit) -> bool:
    return not reading.refused and digit.probability >= SURE


def _draw_label(
    picture: MatLike, text: str, corner: tuple[int, int], size: float, colour: Colour
) -> None:
    """Write `text` on a coloured tag above `corner`, moved to stay inside the picture."""
    (text_width, text_height), below = cv2.getTextSize(text, FONT, size, 1)
    padding = round(PADDING * size)
    width = text_width + 2 * padding
    height = text_height + below
    left = min(max(corner[0], 0), max(0, picture.shape[1] - width))
    bottom = max(height, corner[1])
    start, end = (left, bottom - height), (left + width, bottom)
    cv2.rectangle(picture, start, end, colour, cv2.FILLED)
    _write(picture, text, (left + padding, bottom - below), size, WHITE)


def _write(  # noqa: PLR0913, PLR0917  as OpenCV's own
    area: MatLike,
    text: str,
    origin: tuple[int, int],
    size: float,
    colour: Colour,
    align: float = 0,
) -> None:
    """Write `text` from `origin` on; or, with `align` 0.5, around it, or 1, up to it."""
    thickness = max(1, round(size))
    (width, _), _ = cv2.getTextSize(text, FONT, size, thickness)
    start = origin[0] - round(align * width), origin[1]
    cv2.putText(area, text, start, FONT, size, colour, thickness, cv2.LINE_AA)
