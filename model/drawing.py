"""Reading -> picture, drawn with OpenCV."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from cv2.typing import MatLike

from model.lettering import Colour, draw_label, write
from model.reader import Box, Digit, Reading
from model.recognition.decoding import Photo
from model.recognition.resizing import fit

# White on green or amber, and all three and ink on paper, have a contrast of 4.5 to 1 or more, as
# the Web Content Accessibility Guidelines ask of text.
GREEN, AMBER = (40, 120, 22), (9, 83, 180)
PAPER, INK, GROOVE = (247, 247, 247), (32, 32, 32), (222, 222, 222)

# The annotated photo, by eye: text of size 1 in a photo so many pixels long, and the least size.
LONGEST_SIDE, LEAST_SIZE = 1000, 0.4
LINE_WIDTH = 2  # pixels of a box's lines at size 1

# The explanation, by eye: pixels of a picture that a phone shows half as large.
WIDTH = 720
MARGIN = 24
CROP, GROOVE_HEIGHT, LINE = 112, 50, 24  # heights in a small card; double in a large one
GAP = 2  # between what stands in a card
QUALITY = 90  # of JPEG
MOST_SHOWN = 12  # digits with crop and bars; nobody would read more
MOST_LARGE = 4  # digits with a large card each, as wide as the picture; more have small cards
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
    return _annotated(reading, reading.photo.full, reading.digits, brief=brief)


def _annotated(reading: Reading, photo: Photo, digits: Sequence[Digit], *, brief: bool) -> MatLike:
    picture = photo.pixels.copy()
    longest = max(picture.shape[:2])
    relative_size = longest / LONGEST_SIDE
    size = max(LEAST_SIZE, relative_size)
    for digit in digits:
        box = digit.box.downscaled(photo.scale)
        corner = (box.x, box.y)
        colour = _colour(reading, digit)
        _draw_box(picture, box, size, colour)
        if brief:
            name = _name(reading, digit)
            draw_label(picture, name, corner, 2 * size, colour)
        else:
            text = f"{digit.value} {digit.probability:.0%}"
            draw_label(picture, text, corner, size, colour)
    return picture


def explain(reading: Reading, more: Callable[[int], str] = "and {} more".format) -> bytes:
    """Draw how a photo was read: the photo, and each digit as the network got it, with ten bars.

    Of a refused reading, the candidates most like a digit are drawn, the most probable first.

    Args:
        reading: of a photo that could be decoded.
        more: puts into words how many of the digits have no card below the photo.

    Returns:
        A JPEG, `WIDTH` pixels wide, for light and dark surroundings alike.

    Raises:
        ValueError: the reading has no photo because the bytes were no picture.
    """
    if reading.photo is None:
        raise ValueError("there is no photo to explain")
    selected = _most_important(reading)
    boxed = selected if reading.refused else reading.digits
    annotated = _annotated(reading, _small(reading.photo), boxed, brief=True)
    parts = [_centred(annotated), *_cards(reading, selected)]
    left_out = len(reading.digits) - len(selected)
    if left_out:
        text = more(left_out)
        parts.append(_line(text))
    picture = cv2.vconcat(parts)
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes()


def _most_important(reading: Reading) -> tuple[Digit, ...]:
    """The digits to show with crop and bars: the first; of a refused reading, the surest first."""
    if not reading.refused:
        return reading.digits[:MOST_SHOWN]
    surest = sorted(reading.digits, key=lambda digit: digit.probability, reverse=True)
    return tuple(surest[:MOST_SHOWN])


def _line(text: str) -> MatLike:
    """A strip of paper with a line of text."""
    strip = _blank(LINE + MARGIN)
    write(strip, text, (MARGIN, LINE), 1, INK)
    return strip


def _small(photo: Photo) -> Photo:
    """The photo, scaled until its longer side has `WIDTH` pixels."""
    full = photo.full
    longest = max(full.pixels.shape[:2])
    scale = full.scale * longest / WIDTH
    pixels = fit(full.pixels, WIDTH)
    return Photo(pixels, scale)


def _centred(picture: MatLike) -> MatLike:
    """The picture between two strips of paper."""
    free = WIDTH - picture.shape[1]
    left = free // 2
    right = free - left
    return cv2.copyMakeBorder(picture, 0, 0, left, right, cv2.BORDER_CONSTANT, value=PAPER)


def _blank(height: int) -> MatLike:
    """Paper (height, WIDTH, 3) uint8."""
    return np.full((height, WIDTH, 3), PAPER, np.uint8)


def _cards(reading: Reading, digits: Sequence[Digit]) -> list[MatLike]:
    """Rows of one large card each, or of two small ones where there are many digits."""
    if not digits:
        return []
    is_large = len(digits) <= MOST_LARGE
    columns = 1 if is_large else 2
    scale = 2 if is_large else 1
    rows = []
    for first in range(0, len(digits), columns):
        members = digits[first : first + columns]
        rows.append(_row_of_cards(reading, members, columns, scale))
    return [*rows, _blank(MARGIN)]


def _row_of_cards(reading: Reading, digits: Sequence[Digit], columns: int, scale: int) -> MatLike:
    """Paper with as many cards beside each other as there are `digits`, `columns` at most."""
    row = _blank(MARGIN + scale * CROP)
    pitch = (WIDTH - MARGIN) // columns
    start = 0
    for digit in digits:
        end = start + pitch
        card = row[MARGIN:, start + MARGIN : end]
        name = _name(reading, digit)
        colour = _colour(reading, digit)
        _draw_card(card, digit, name, colour, scale)
        start = end
    return row


def _draw_card(card: MatLike, digit: Digit, name: str, colour: Colour, scale: int) -> None:
    """The crop as the network got it; beside it what it was read as, and the ten bars."""
    crop = scale * CROP
    draw_crop(card, digit, crop)
    beside = crop + MARGIN // 2
    area = card[:, beside:]
    left = scale * GAP
    right = area.shape[1] - left
    line = scale * LINE
    write(area, name, (left, line), 1.1 * scale, colour)
    probability = min(digit.probability, HIGHEST_SHOWN)
    write(area, f"{probability:.1%}", (right, line), 0.8 * scale, INK, align=1)
    _draw_bars(area, digit, colour, scale)


def draw_crop(area: MatLike, digit: Digit, side: int) -> None:
    """Fill the upper left `side`x`side` pixels of `area` (h, w, 3) with what the network got."""
    size = (side, side)
    enlarged = cv2.resize(digit.crop, size, interpolation=cv2.INTER_NEAREST)
    coloured = cv2.cvtColor(enlarged, cv2.COLOR_GRAY2BGR)
    area[:side, :side] = coloured


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


def _name(reading: Reading, digit: Digit) -> str:
    """The digit, with a question mark where it is unsure."""
    mark = "" if _is_sure(reading, digit) else "?"
    return f"{digit.value}{mark}"


def _colour(reading: Reading, digit: Digit) -> Colour:
    return GREEN if _is_sure(reading, digit) else AMBER


def _is_sure(reading: Reading, digit: Digit) -> bool:
    return not reading.refused and digit.is_sure


def _draw_box(picture: MatLike, box: Box, size: float, colour: Colour) -> None:
    """Draw the edges of `box`, in lines that suit text of `size`."""
    start = (box.x, box.y)
    end = (box.right, box.bottom)
    width = round(LINE_WIDTH * size)
    thickness = max(1, width)
    # The light line around makes the box visible on dark photos, too.
    cv2.rectangle(picture, start, end, PAPER, 3 * thickness)
    cv2.rectangle(picture, start, end, colour, thickness)
