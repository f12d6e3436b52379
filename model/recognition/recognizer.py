"""Photo -> the lines of digits and marks in it: the way of a photo, from one end to the other.

The sheet of paper in the photo is found first. Then its ink is cut into components, and those into
digits. A photo of one clear digit needs no more, and if the digit is large, a small copy of it is
enough. Else the line network reads the same ink, and what both say is fused. Where that leaves
doubt, the page may lie on its side, or askew.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from model.boxes import Box
from model.recognition.acceptance import only_ones
from model.recognition.certainty import (
    are_straight,
    digit_count,
    mean_certainty,
    weight,
)
from model.recognition.clear_digit import is_one_clear_digit
from model.recognition.components import Components
from model.recognition.convincing import are_convincing
from model.recognition.decoding import Photo
from model.recognition.digit_network import Classifier
from model.recognition.glance import BRIEF, CROWD, WRITTEN
from model.recognition.line_acceptance import Lines, accept_lines
from model.recognition.line_packing import MOST_PIXELS
from model.recognition.line_reading import LineReader
from model.recognition.looking import Look, Looker
from model.recognition.page import find_page
from model.recognition.passes import SegmentationReader, Segmented
from model.recognition.photo_ink import PhotoInk
from model.recognition.reconciliation import as_character
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.refusal_reason import NOT_RECOGNIZED, reason_of_refusal
from model.recognition.segmentation import find_in_small_copy
from model.recognition.turning import RIGHT_ANGLES, Part, middle_part, turn, turned_components

# Chosen on rendered pages and the development pictures; no measurement of each is on record.
# Fine strokes alone are looked at if they have more components than that, and so many times more.
PAGE, RICHER = 20, 2
TURNS = (90, 270, 180, 45, 315)  # degrees clockwise by which a doubtful page is turned
FINE = 200_000  # pixels that the line network reads of the fine strokes of a doubtful page
# By so much more must another reading of a page weigh, or one of the page turned. A sure character
# weighs 0.5.
MORE, TURNED_MORE = 0.25, 0.5
FEW = 0.1  # characters for each component: where they are fewer, no way that it may lie is sought
DOUBTFUL = 0.8  # the mean certainty of a page, below which it may lie otherwise
TURNED = 0.95  # the mean certainty from which on a turned page is believed, or thought to be turned


class Result(NamedTuple):
    """What a photo says.

    Attributes:
        lines: from the top, of numbers from left to right, of characters; where nothing is asserted
            all that was looked at, perhaps none.
        refusal: why nothing is asserted; None if something is.
    """

    lines: Lines
    refusal: Refusal | None


class Probe(NamedTuple):
    """What a brief look finds on a page that is turned by `degrees`."""

    degrees: float
    lines: Lines


class Recognizer:
    """Reads photos; safe to call from several threads at once."""

    def __init__(self, classifier: Classifier, threshold: float, lines: LineReader) -> None:
        """Classify digits with `classifier`, sure from `threshold` on, and read by `lines`."""
        self._segmentation = SegmentationReader(classifier, threshold)
        self._looker = Looker(lines)

    def recognize(self, photo: Photo) -> Result:
        """Read a photo.

        Returns:
            The lines, their boxes in pixels of the photo as it was sent.

        Raises:
            RefusedError: the photo has to be decoded again, larger, and cannot.
        """
        result = self._recognize(photo)
        return result._replace(lines=_clipped(result.lines, photo))

    def _recognize(self, photo: Photo) -> Result:
        page = find_page(photo)
        if page is None:
            return self._recognize_page(photo)
        result = self._recognize_page(page.photo)
        if result.refusal is None:
            lines = _mapped(result.lines, lambda box: box.moved(page.x, page.y))
            return Result(lines, None)
        # To turn the whole photo, too, would take long.
        ink = PhotoInk(photo)
        segmented = self._segmentation.read(ink)
        whole = self._read(ink, segmented, self._looker.at_page(segmented))
        is_read = whole.refusal is None and not are_straight(whole.lines)
        # What is around the sheet is no reason why nothing is read on it.
        return whole if is_read else whole._replace(refusal=result.refusal)

    def _recognize_page(self, photo: Photo) -> Result:
        """Read a page in a small copy, or as it lies or, where that leaves doubt, turned."""
        of_copy = self._read_small_copy(photo)
        if of_copy is not None:
            return of_copy
        ink = PhotoInk(photo)
        segmented = self._segmentation.read(ink)
        own = self._looker.at_page(segmented)
        upright = self._read(ink, segmented, own)
        components = segmented.components
        is_clear = upright.refusal is None and mean_certainty(upright.lines) >= DOUBTFUL
        if is_clear or components is None or not _may_be_turned(own, components):
            return upright
        turned = self._turned(photo, components)
        if _quality(turned) > _quality(upright) + TURNED_MORE:
            return turned
        if upright.refusal in NOT_RECOGNIZED and turned.refusal is Refusal.TURNED:
            return upright._replace(refusal=Refusal.TURNED)
        return upright

    def _read_small_copy(self, photo: Photo) -> Result | None:
        """Read a page of one large, clear digit in a small copy; None if there may be more."""
        components = find_in_small_copy(photo)
        if components is None:
            return None
        segmented = self._segmentation.segment(components)
        # What is seen of a rule or a crease looks like a 1, but is seldom all that there is.
        may_be_rule = only_ones(segmented.number) and len(components.ids) > 1
        if may_be_rule or not is_one_clear_digit(segmented):
            return None
        lines = accept_lines([as_character(digit) for digit in segmented.number])
        return Result(lines, None) if are_convincing(lines, segmented, photo) else None

    def _turned(self, photo: Photo, components: Components) -> Result:
        """What a page says if it is turned to where it says most, and that leaves no doubt.

        Else its refusal tells whether it seems to lie on its side or upside down. `components` are
        of the page as it lies.
        """
        part = middle_part(components)
        probes = [self._probe(part, degrees) for degrees in TURNS]
        best = max(probes, key=lambda probe: weight(probe.lines))
        certainty = mean_certainty(best.lines)
        if certainty >= DOUBTFUL and digit_count(best.lines) > 1:
            result = self._read_turned(photo, best.degrees)
            if result.refusal is None and mean_certainty(result.lines) >= TURNED:
                return result
        # Letters look like digits that are askew more often than digits are.
        seems_turned = certainty >= TURNED and best.degrees in RIGHT_ANGLES
        return Result([], Refusal.TURNED if seems_turned else Refusal.NO_DIGIT)

    def _probe(self, part: Part, degrees: float) -> Probe:
        """Turn a part of a page, and have the line network alone look at it, but briefly."""
        turned = turned_components(part, degrees)
        if not len(turned.ids):
            return Probe(degrees, [])
        look = self._looker.at_components(turned, BRIEF)
        return Probe(degrees, look.lines)

    def _read_turned(self, photo: Photo, degrees: float) -> Result:
        """Read a page that is turned; the boxes are in the page as it lies."""
        try:
            turned = turn(photo, degrees)
        except RefusedError:
            return Result([], Refusal.NO_DIGIT)
        ink = PhotoInk(turned.photo)
        segmented = self._segmentation.read(ink)
        result = self._read(ink, segmented, self._looker.at_page(segmented))
        return result._replace(lines=_mapped(result.lines, turned.turned_back))

    def _read(self, ink: PhotoInk, segmented: Segmented, own: Look) -> Result:
        """Read a page as it lies, given the look at its own components."""
        readings = [own.lines]
        if _may_be_looked_at_again(segmented) and mean_certainty(own.lines) < DOUBTFUL:
            if not _are_same(ink.fine, segmented.components):
                most_pixels = MOST_PIXELS if _is_richer(ink.fine, segmented) else FINE
                readings.append(self._lines_of(ink.fine, most_pixels))
            if _are_cells(segmented):
                readings.append(self._lines_of(ink.inverse, FINE))
        convincing = [each for each in readings if are_convincing(each, segmented, ink.photo)]
        if convincing:
            return Result(_fullest(convincing), None)
        seen = [as_character(candidate) for candidate in segmented.candidates]
        looked_at = [[seen]] if seen else []
        return Result(looked_at, reason_of_refusal(ink.photo.pixels, segmented))

    def _lines_of(self, components: Components | None, most_pixels: int) -> Lines:
        """The lines that the line network finds alone among components."""
        if components is None:
            return []
        return self._looker.at_components(components, most_pixels).lines


def _clipped(lines: Lines, photo: Photo) -> Lines:
    """The lines, whose boxes end where the photo does.

    A network may see a box's end beyond the edge, and one that is turned back may be there.
    """
    height, width = photo.pixels.shape[:2]
    sent_width = round(photo.scale * width)
    sent_height = round(photo.scale * height)
    return _mapped(lines, lambda box: box.clipped(sent_width, sent_height))


def _may_be_looked_at_again(segmented: Segmented) -> bool:
    """Whether there is ink, and not so much that to read it in other ways would take long."""
    return segmented.components is not None and not segmented.is_crowded


def _may_be_turned(own: Look, components: Components) -> bool:
    """Whether the line network sees characters: it does however they lie, if not which ones."""
    count = len(components.ids)
    least = WRITTEN if components.are_many else FEW
    return count <= CROWD and own.seen >= int(least * count)


def _are_same(fine: Components | None, components: Components | None) -> bool:
    """Whether the fine strokes are all the ink: then nothing else is seen in them."""
    if fine is None or components is None:
        return False
    return np.array_equal(fine.boxes, components.boxes) and fine.scale == components.scale


def _are_cells(segmented: Segmented) -> bool:
    """Whether most components are full of ink: then the digits are what is light in them."""
    components = segmented.components
    return components is not None and bool(np.median(components.are_filled) == 1)


def _is_richer(fine: Components | None, segmented: Segmented) -> bool:
    """Whether there are so many more fine strokes that all else may have hidden the digits."""
    if fine is None or segmented.components is None or not only_ones(segmented.number):
        return False
    most = max(PAGE, RICHER * len(segmented.components.ids))
    return len(fine.ids) > most


def _fullest(readings: Sequence[Lines]) -> Lines:
    """The reading that says most; the first one if another says hardly more."""
    first, *others = readings
    other = max(others, key=weight, default=first)
    return other if weight(other) > weight(first) + MORE else first


def _quality(result: Result) -> float:
    """How much speaks for a result; nothing if it is a refusal."""
    if result.refusal is not None:
        return 0.0
    return weight(result.lines)


def _mapped(lines: Lines, place: Callable[[Box], Box]) -> Lines:
    """The lines with their boxes as `place` maps them."""
    return [
        [[each._replace(box=place(each.box)) for each in number] for number in line]
        for line in lines
    ]
