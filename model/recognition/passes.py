"""Photo -> the number in it, in several passes.

They look at the sheet of paper alone, if the photo shows one on a table or in a hand. Where no
number is found on it, they look at the whole photo.

The first pass takes for ink whatever is narrow, as strokes are, and departs from the paper. Most
photos need no other. Where it finds no number, or only ones, which edges, rules and creases look
like too, the following passes see what the first one cannot:

1. *fine*: only fine strokes are ink, so that tables, shadows' edges and tinted boxes are paper;
2. *inverse*: light strokes are ink where at first dark ones were, or the other way round (only
   where no number at all was found);
3. *turned*: the photo lies on its side (only where there is no number, or a column of digits).

A later pass sees more in shadows and edges, too. So it must leave less doubt than the first one,
and what it asserts must be more than ones. Last, a photo of things rather than of a page shows a
number only if each of its digits is sure.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2

from model.boxes import Box
from model.recognition.acceptance import accept, only_ones
from model.recognition.classification import ClassifiedCandidate, classify, in_reading_order
from model.recognition.decoding import Photo
from model.recognition.digit_network import Classifier
from model.recognition.ink import FINE_LIMIT, is_scene
from model.recognition.page import Page, find_page
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.segmentation import Components, find_components

# These limits were chosen by trial on the development photos; no measurement of each is on record.
#
# Components or candidates: more are no number, and a further pass over them would take long.
MOST_AGAIN = 24
BROADEST_PEN = 0.5  # times `FINE_LIMIT`: broader strokes may lose parts in the fine pass
CERTAIN = 0.97  # probability of each digit of a number that only a later pass finds
SURE_IN_SCENE = 0.9  # probability of each digit of a number among things


class Result(NamedTuple):
    """The digits of a photo in reading order.

    `number` is empty if none is asserted, and `refusal` then says why; else that is None.
    `candidates` are all those of the first pass.
    """

    number: list[ClassifiedCandidate]
    candidates: list[ClassifiedCandidate]
    refusal: Refusal | None


class Recognizer:
    """Finds the number in photos; safe to call from several threads at once."""

    def __init__(self, classifier: Classifier, threshold: float) -> None:
        """Classify with `classifier`; a digit as probable as `threshold` (0 to 1) is sure."""
        self._classifier = classifier
        self._threshold = threshold

    def recognize(self, photo: Photo) -> Result:
        """Find the number in `photo`, in as many passes as it takes.

        Returns:
            The number, or why there is none; the boxes are in pixels of the photo as it was sent.

        Raises:
            RefusedError: `photo` has to be decoded again, larger, and cannot.
        """
        page = find_page(photo)
        if page is not None:
            result = self._recognize_page(page.photo)
            if result.number:
                return _on_whole_photo(result, page)
        return self._recognize_page(photo)

    def _recognize_page(self, photo: Photo) -> Result:
        first = self._look(photo)
        number = first.number
        if only_ones(number):
            number = self._look_closer(photo, number)
        lies = not number and 1 < len(first.candidates) <= MOST_AGAIN
        if lies or _in_a_column(number):
            number = max(number, self._look_sideways(photo), key=_certainty)
        if number and _certainty(number) < SURE_IN_SCENE and is_scene(photo.pixels):
            number = []
        return Result(number, first.candidates, None if number else first.refusal)

    def _look(self, photo: Photo, *, inverse: bool = False, fine: bool = False) -> Result:
        """One pass; its refusal is the reason if there should be no number."""
        try:
            components = find_components(photo, inverse=inverse, fine=fine)
        except RefusedError as error:
            return Result([], [], error.refusal)
        if (fine or inverse) and len(components.ids) > MOST_AGAIN:
            return Result([], [], Refusal.NO_DIGIT)
        candidates = classify(components, self._classifier)
        number = accept(candidates, self._threshold)
        if fine and _has_broad_pen(number, components):
            number = []
        # Specks and dashes may have bent the lines of all the candidates.
        return Result(in_reading_order(number), candidates, Refusal.NO_DIGIT)

    def _look_closer(
        self, photo: Photo, number: list[ClassifiedCandidate]
    ) -> list[ClassifiedCandidate]:
        """The number by the fine pass or the inverse one, else what was found: ones or nothing."""
        fine = self._look(photo, fine=True).number
        if _certainty(fine) < CERTAIN:
            fine = []
        if number:
            return number if only_ones(fine) else fine
        inverse = self._look(photo, inverse=True).number
        # Paper between lines of text, turned to ink, is ones.
        if only_ones(inverse):
            inverse = []
        return max(fine, inverse, key=lambda digits: (len(digits), _certainty(digits)))

    def _look_sideways(self, photo: Photo) -> list[ClassifiedCandidate]:
        """The number by the turned passes, the surer one; empty if there is none."""
        clockwise = self._look_turned(photo, cv2.ROTATE_90_CLOCKWISE)
        counterclockwise = self._look_turned(photo, cv2.ROTATE_90_COUNTERCLOCKWISE)
        return max(clockwise, counterclockwise, key=_certainty)

    def _look_turned(self, photo: Photo, turn: int) -> list[ClassifiedCandidate]:
        """The number in the photo turned by OpenCV's `turn`: several digits that leave no doubt."""
        full = photo.full
        pixels = cv2.rotate(full.pixels, turn)
        turned = Photo(pixels, full.scale)
        number = self._look(turned).number
        split = any(candidate.split for candidate in number)
        # Dashes and stripes turned by a right angle are ones.
        doubtful = _certainty(number) < CERTAIN or only_ones(number)
        if len(number) < 2 or split or doubtful:
            return []
        return [_turned_back(candidate, turn, full) for candidate in number]


def _on_whole_photo(result: Result, page: Page) -> Result:
    """The `result` on a page, its boxes in the photo that the page is a part of."""
    number = [_moved(candidate, page) for candidate in result.number]
    candidates = [_moved(candidate, page) for candidate in result.candidates]
    return Result(number, candidates, result.refusal)


def _moved(candidate: ClassifiedCandidate, page: Page) -> ClassifiedCandidate:
    box = candidate.box.moved(page.x, page.y)
    return candidate._replace(box=box)


def _certainty(number: Sequence[ClassifiedCandidate]) -> float:
    """The probability of the number's most doubtful digit, 0 if there is no number."""
    return min((candidate.probability for candidate in number), default=0.0)


def _has_broad_pen(number: Sequence[ClassifiedCandidate], components: Components) -> bool:
    """Whether a stroke is so broad that the fine pass may have taken a part of it for paper."""
    shorter_side = min(components.ink.shape)
    broadest = BROADEST_PEN * FINE_LIMIT * shorter_side
    return any(candidate.pen > broadest for candidate in number)


def _in_a_column(number: Sequence[ClassifiedCandidate]) -> bool:
    """Whether digits stand below each other, as those of a number do that lies on its side."""
    boxes = [candidate.box for candidate in number]
    boxes.sort(key=lambda box: box.y)
    if len(boxes) < 2:
        return False
    return all(_stands_on(upper, lower) for upper, lower in pairwise(boxes))


def _stands_on(upper: Box, lower: Box) -> bool:
    """Whether the middles are half a width apart at most, and the tops half a height at least."""
    upper_x, upper_y = upper.middle
    lower_x, _ = lower.middle
    across = abs(upper_x - lower_x)
    widest = max(upper.width, lower.width)
    is_beneath = lower.y >= upper_y
    return is_beneath and across < widest / 2


def _turned_back(candidate: ClassifiedCandidate, turn: int, photo: Photo) -> ClassifiedCandidate:
    """A candidate in `photo` turned by `turn`, its box in the photo as it was sent."""
    turned = candidate.box
    height, width = photo.pixels.shape[:2]
    if turn == cv2.ROTATE_90_CLOCKWISE:
        x = turned.y
        y = round(height * photo.scale) - turned.right
    else:
        x = round(width * photo.scale) - turned.bottom
        y = turned.x
    box = Box(x, y, turned.height, turned.width)
    return candidate._replace(box=box)
