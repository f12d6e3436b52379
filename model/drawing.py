"""Reading -> picture, drawn with OpenCV."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np
from cv2.typing import MatLike

from model.reader import SURE, Digit, Reading
from model.recognition.decoding import Photo
from model.recognition.resizing import fit

FONT = cv2.FONT_HERSHEY_SIMPLEX
Colour = tuple[int, int, int]  # blue, green, red
# White on green or amber, and all three and ink on paper, have a contrast of 4.5 to 1 or more.
GREEN, AMBER, WHITE = (40, 120, 22), (9, 83, 180), (255, 255, 255)
PAPER, INK, GROOVE = (247, 247, 247), (32, 32, 32), (222, 222, 222)

# An explanation, drawn for a phone that shows it half as large.
WIDTH = 720
MARGIN = 24
SHOWN = 12  # digits with crop and bars; nobody would read more
LARGE = 4  # digits, each of which has the whole width
CROP, GROOVES, LINE = 112, 50, 24  # heights in a small card; all is twice as large in a large one


def annotate(reading: Reading, *, brief: bool = False) -> MatLike:
    """Draw what was read onto the photo: a box and label a digit, amber where it is unsure.

    A `brief` label is the digit alone, larger.

    Returns:
        The upright photo at working size (h, w, 3) uint8 BGR.

    Raises:
        ValueError: the reading has no photo because the bytes were no picture.
    """
    if reading.photo is None:
        raise ValueError("there is no photo to draw on")
    photo = reading.photo.full
    picture = photo.pixels.copy()
    size = max(0.4, max(picture.shape[:2]) / 1000)
    thickness = max(1, round(2 * size))
    for digit in reading.digits:
        x, y, width, height = (round(length / photo.scale) for length in digit.box)
        colour = _colour(reading, digit)
        for line, edge in ((3 * thickness, PAPER), (thickness, colour)):  # seen on dark photos, too
            cv2.rectangle(picture, (x, y), (x + width, y + height), edge, line)
        label = _name(reading, digit) if brief else f"{digit.value} {digit.probability:.0%}"
        _label(picture, label, (x, y), 2 * size if brief else size, colour)
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
    digits = reading.digits
    if reading.refused:
        digits = tuple(sorted(digits, key=lambda digit: -digit.probability))
    shown = digits[:SHOWN]
    boxed = shown if reading.refused else digits
    photo = annotate(replace(reading, digits=boxed, photo=_small(reading.photo)), brief=True)
    parts = [_centred(photo), *_cards(reading, shown)]
    if len(digits) > len(shown):
        parts.append(_blank(LINE + MARGIN))
        _write(parts[-1], more(len(digits) - len(shown)), (MARGIN, LINE), 1, INK)
    _, data = cv2.imencode(".jpg", cv2.vconcat(parts), [cv2.IMWRITE_JPEG_QUALITY, 90])
    return data.tobytes()


def _small(photo: Photo) -> Photo:
    """The photo as wide and at most as high as an explanation is wide."""
    pixels = fit(photo.full.pixels, WIDTH)
    return Photo(pixels, photo.full.scale * max(photo.full.pixels.shape[:2]) / WIDTH)


def _centred(picture: MatLike) -> MatLike:
    across = picture.shape[1]
    left = (WIDTH - across) // 2
    right = WIDTH - across - left
    return cv2.copyMakeBorder(picture, 0, 0, left, right, cv2.BORDER_CONSTANT, value=PAPER)


def _blank(height: int) -> MatLike:
    return np.full((height, WIDTH, 3), PAPER, np.uint8)


def _cards(reading: Reading, digits: Sequence[Digit]) -> list[MatLike]:
    """Rows of one large card each, or of two small ones where there are many digits."""
    scale = 2 if len(digits) <= LARGE else 1
    across = 2 // scale
    width = (WIDTH - 2 * MARGIN - (across - 1) * MARGIN) // across
    rows = []
    for first in range(0, len(digits), across):
        row = _blank(MARGIN + scale * CROP)
        for place, digit in enumerate(digits[first : first + across]):
            left = MARGIN + place * (width + MARGIN)
            card = row[MARGIN:, left : left + width]
            _draw_card(card, digit, _name(reading, digit), _colour(reading, digit), scale)
        rows.append(row)
    return [*rows, _blank(MARGIN)] if rows else []


def _draw_card(card: MatLike, digit: Digit, name: str, colour: Colour, scale: int) -> None:
    """The crop as the network got it; beside it what it was read as, and the ten bars."""
    crop = scale * CROP
    pixels = cv2.resize(digit.crop, (crop, crop), interpolation=cv2.INTER_NEAREST)
    card[:, :crop] = pixels[..., np.newaxis]
    side = card[:, crop + MARGIN // 2 :]
    _write(side, name, (2 * scale, LINE * scale), 1.1 * scale, colour)
    # Rounding is not to claim certainty.
    percent = f"{min(digit.probability, 0.999):.1%}"
    _write(side, percent, (side.shape[1] - 2 * scale, LINE * scale), 0.8 * scale, INK, align=1)
    _draw_bars(side, digit, colour, scale)


def _draw_bars(area: MatLike, digit: Digit, colour: Colour, scale: int) -> None:
    """Ten upright bars in grooves, their digits below."""
    bottom = area.shape[0] - scale * LINE
    edges = np.linspace(0, area.shape[1], 11).round().astype(int).tolist()
    for value, probability in enumerate(digit.probabilities.tolist()):
        left, right = edges[value] + 2 * scale, edges[value + 1] - 2 * scale
        groove = area[bottom - scale * GROOVES : bottom, left:right]
        groove[:] = GROOVE
        groove[round(len(groove) * (1 - probability)) :] = colour if value == digit.value else INK
        below = (left + right) // 2, area.shape[0] - 2 * scale
        _write(area, str(value), below, 0.75 * scale, INK, align=0.5)


def _name(reading: Reading, digit: Digit) -> str:
    return f"{digit.value}" if _asserted(reading, digit) else f"{digit.value}?"


def _colour(reading: Reading, digit: Digit) -> Colour:
    return GREEN if _asserted(reading, digit) else AMBER


def _asserted(reading: Reading, digit: Digit) -> bool:
    return not reading.refused and digit.probability >= SURE


def _label(
    picture: MatLike, text: str, corner: tuple[int, int], size: float, colour: Colour
) -> None:
    """Write `text` on a coloured tag above `corner`, moved to stay inside the picture."""
    (width, height), below = cv2.getTextSize(text, FONT, size, 1)
    pad = round(4 * size)
    width, height = width + 2 * pad, height + below
    x = int(np.clip(corner[0], 0, max(0, picture.shape[1] - width)))
    y = max(height, corner[1])
    cv2.rectangle(picture, (x, y - height), (x + width, y), colour, cv2.FILLED)
    _write(picture, text, (x + pad, y - below), size, WHITE)


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
    place = origin[0] - round(align * width), origin[1]
    cv2.putText(area, text, place, FONT, size, colour, thickness, cv2.LINE_AA)
