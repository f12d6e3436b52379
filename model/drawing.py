"""Reading -> picture, drawn with OpenCV."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from cv2.typing import MatLike

from model.cards import AMBER, GREEN, INK, PAPER, WIDTH, blank, draw_cards
from model.lettering import DIGIT_HEIGHT, Colour, draw_label
from model.percentages import percent
from model.reading import Character, Digit, Line, Mark, Number, Reading
from model.recognition.character_set import UNKNOWN
from model.recognition.decoding import Photo
from model.recognition.resizing import fit, shrink

__all__ = ["annotate", "explain", "shrink"]

# The annotated photo, by eye: text of size 1 in a photo so many pixels long, and the least size.
LONGEST_SIDE, LEAST_SIZE = 1000, 0.4
LINE_WIDTH = 2  # pixels of a box's lines at size 1
MARK_MARGIN = 3  # widths of a box's lines between a mark and its box, which would cover it
UNDERLINE_MARGIN = 4  # the same between the foot of a number and the line below it
# Of several numbers, the letters of a label are at most so high, in heights of its number: there is
# that much room between lines.
LABEL_HEIGHT = 0.5

QUALITY = 90  # of the explanation's JPEG
# Pixels. Telegram for Android shows a picture 0.7 of the screen wide and 100 dp higher than that at
# most, on a phone of 360 dp 252 by 352; a higher picture is shown smaller.
TALLEST = 1000
BADGE = (
    48  # pixels at the foot, where Telegram may put the time of day: 20 of 360 a picture's width
)


def annotate(reading: Reading, *, brief: bool = False) -> MatLike:
    """Draw what was read onto the photo: boxes, and a label a number, amber where it is unsure.

    Each of several lines is underlined. Of a refused reading each digit is labelled by itself.

    Args:
        reading: with its photo.
        brief: whether a label is the number alone, larger, without its least probability.

    Returns:
        The upright photo at working size (h, w, 3) uint8 BGR.

    Raises:
        ValueError: the reading has no photo because the bytes were no picture.
    """
    if reading.photo is None:
        raise ValueError("there is no photo to draw on")
    canvas = _Canvas(reading.photo.full, asserted=not reading.refused)
    lines = _each_alone(reading.digits) if reading.refused else reading.lines
    if len(lines) > 1:
        for line in lines:
            canvas.underline(line)
    numbers = [number for line in lines for number in line.numbers]
    for number in numbers:
        canvas.draw_boxes(number)
    for number in numbers:
        canvas.draw_label(number, brief=brief, alone=len(numbers) == 1)
    return canvas.picture


def _each_alone(digits: Sequence[Digit]) -> tuple[Line, ...]:
    """One line, in which each digit is a number of its own; no line without digits."""
    if not digits:
        return ()
    numbers = [Number((digit,)) for digit in digits]
    return (Line(tuple(numbers)),)


class _Canvas:
    """A copy of a photo to draw on; lengths are pixels of the photo at working size."""

    def __init__(self, photo: Photo, *, asserted: bool) -> None:
        """Begin with `photo`; what is not `asserted` is unsure."""
        self.picture = photo.pixels.copy()
        self._scale = photo.scale
        self._asserted = asserted
        longest = max(self.picture.shape[:2])
        relative_size = longest / LONGEST_SIDE
        self._text_size = max(LEAST_SIZE, relative_size)
        width = round(LINE_WIDTH * self._text_size)
        self._line_width = max(1, width)
        self._border_width = 3 * self._line_width

    def underline(self, line: Line) -> None:
        """Draw a line below the numbers of a line of writing, from each to the next."""
        feet = []
        for number in line.numbers:
            box = number.box.downscaled(self._scale)
            below = box.bottom + UNDERLINE_MARGIN * self._line_width
            feet += [(box.x, below), (box.right, below)]
        curve = [np.array(feet)]
        cv2.polylines(self.picture, curve, False, PAPER, self._border_width)
        cv2.polylines(self.picture, curve, False, INK, self._line_width)

    def draw_boxes(self, number: Number) -> None:
        """Draw a box around each digit and each mark."""
        for character in number.characters:
            box = character.box.downscaled(self._scale)
            if isinstance(character, Mark):
                box = box.grown(MARK_MARGIN * self._line_width)
            start = (box.x, box.y)
            end = (box.right, box.bottom)
            colour = self._colour(character)
            # The light line around makes the box visible on dark photos, too.
            cv2.rectangle(self.picture, start, end, PAPER, self._border_width)
            cv2.rectangle(self.picture, start, end, colour, self._line_width)

    def draw_label(self, number: Number, *, brief: bool, alone: bool) -> None:
        """Write the number above its upper left corner, if not `alone` in letters that fit it."""
        box = number.box.downscaled(self._scale)
        size = self._text_size
        text = _with_probability(number)
        if brief:
            size *= 2
            text = self._name(number)
        if not alone:
            height = LABEL_HEIGHT * box.height
            fitting = max(LEAST_SIZE, height / DIGIT_HEIGHT)
            size = min(size, fitting)
        corner = (box.x, box.y)
        colour = self._colour(number)
        draw_label(self.picture, text, corner, size, colour)

    def _name(self, number: Number) -> str:
        """The number, with a question mark where it is unsure."""
        is_sure = self._asserted and number.is_sure
        if is_sure or UNKNOWN in number.text:
            return number.text
        return f"{number.text}?"

    def _colour(self, drawn: Character | Number) -> Colour:
        return GREEN if self._asserted and drawn.is_sure else AMBER


def _with_probability(number: Number) -> str:
    """The number, and the probability of its least sure digit, if it has digits."""
    probabilities = [digit.probability for digit in number.digits]
    if not probabilities:
        return number.text
    least = min(probabilities)
    return f"{number.text}: {percent(least)}"


def explain(reading: Reading) -> bytes:
    """Draw how a photo was read: the photo, and below it digits as the network got them.

    Of many digits the least sure are drawn; of a refused reading, those most like a digit, the most
    probable first. There are no words in it, which would be in one language.

    Args:
        reading: of a photo that could be decoded.

    Returns:
        A JPEG, `WIDTH` pixels wide, for light and dark surroundings alike.

    Raises:
        ValueError: the reading has no photo because the bytes were no picture.
    """
    if reading.photo is None:
        raise ValueError("there is no photo to explain")
    selected = reading.most_important
    cards = draw_cards(selected, asserted=not reading.refused)
    height = TALLEST - BADGE - sum(len(row) for row in cards)
    small = replace(reading, photo=_small(reading.photo, height))
    if reading.refused:
        small = replace(small, lines=_each_alone(selected))
    annotated = annotate(small, brief=True)
    picture = cv2.vconcat([_centred(annotated), *cards, blank(BADGE)])
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes()


def _small(photo: Photo, height: int) -> Photo:
    """The photo, scaled to fit `WIDTH` by `height` pixels, and to be no higher than `WIDTH`."""
    full = photo.full
    tall, wide = full.pixels.shape[:2]
    highest = min(height, WIDTH)
    factor = min(WIDTH / wide, highest / tall)
    longest = max(tall, wide)
    pixels = fit(full.pixels, round(factor * longest))
    return Photo(pixels, full.scale / factor)


def _centred(picture: MatLike) -> MatLike:
    """The picture between two strips of paper."""
    free = WIDTH - picture.shape[1]
    left = free // 2
    right = free - left
    return cv2.copyMakeBorder(picture, 0, 0, left, right, cv2.BORDER_CONSTANT, value=PAPER)
