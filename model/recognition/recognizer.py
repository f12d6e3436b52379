"""Photo -> the lines of digits and marks in it: the way of a photo, from one end to the other.

The sheet of paper in the photo is found first. Then its ink is cut into components, and those into
digits. A photo of one clear digit needs no more. Else the line network reads the same ink, and
what both say is fused. Where that leaves doubt, the page may lie on its side, or askew.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from model.boxes import Box
from model.recognition.certainty import are_sure, digit_count, mean_certainty, weight
from model.recognition.classification import ClassifiedCandidate
from model.recognition.decoding import Photo
from model.recognition.digit_network import Classifier
from model.recognition.fusion import ReadCharacter
from model.recognition.ink import is_scene
from model.recognition.line_acceptance import TOLD, Lines, accept_lines, is_present
from model.recognition.line_network import UNKNOWN
from model.recognition.line_reading import LineReader, usual_height
from model.recognition.page import find_page
from model.recognition.passes import SegmentationReader, Segmented
from model.recognition.refusal import Refusal, RefusedError
from model.recognition.segmentation import Components, find_components
from model.recognition.turning import turn
from model.recognition.unread_ink import unread_characters

# Chosen on rendered pages and the development pictures; no measurement of each is on record.
# Fine strokes alone are looked at if they have more components than that, and so many times more.
PAGE, RICHER = 20, 2
CLEAR = 0.97  # probability of a digit that stands alone and needs no line network
SPECK = 0.1  # of the digit's height: what is smaller beside it is dirt
PALE = 1.7  # what is so many times paler than the digit is none of its ink
COVERED = 0.2  # share of a candidate that a character of the line network covers, if it is the same
SAME = 0.5  # intersection over union of a candidate with a character from which on they are one
DISPUTED = 0.6  # times its probability: how sure a digit is that the line network takes for none
OVERLOOKED = 0.8  # times its probability: how sure a digit is that the line network does not see
CROWD = 128  # components; to read more of them again takes long
TURNS = (90, 270, 180, 45, 315)  # degrees clockwise by which a doubtful page is turned
# Pixels that the line network reads of the fine strokes of a doubtful page, and of each way that it
# may lie: of a page of noise it reads all of them, in half a second.
FINE, PROBED = 200_000, 80_000
DOUBTFUL = 0.8  # the mean certainty of a page, below which it may lie otherwise
TURNED = 0.95  # the mean certainty from which on a turned page is believed


class Result(NamedTuple):
    """What a photo says.

    Attributes:
        lines: from the top, of numbers from left to right, of characters; where nothing is asserted
            all that was looked at, perhaps none.
        refusal: why nothing is asserted; None if something is.
    """

    lines: Lines
    refusal: Refusal | None


class Recognizer:
    """Reads photos; safe to call from several threads at once."""

    def __init__(self, classifier: Classifier, threshold: float, lines: LineReader) -> None:
        """Classify digits with `classifier`, sure from `threshold` on, and read by `lines`."""
        self._segmentation = SegmentationReader(classifier, threshold)
        self._lines = lines

    def recognize(self, photo: Photo) -> Result:
        """Read a photo.

        Returns:
            The lines, their boxes in pixels of the photo as it was sent.

        Raises:
            RefusedError: the photo has to be decoded again, larger, and cannot.
        """
        result = self._recognize(photo)
        height, width = photo.pixels.shape[:2]
        sent_width = round(photo.scale * width)
        sent_height = round(photo.scale * height)
        # A network may see a box's end beyond the edge, and one that is turned back may be there.
        lines = _mapped(result.lines, lambda box: box.clipped(sent_width, sent_height))
        return result._replace(lines=lines)

    def _recognize(self, photo: Photo) -> Result:
        page = find_page(photo)
        if page is not None:
            result = self._recognize_page(page.photo)
            if result.refusal is None:
                lines = _mapped(result.lines, lambda box: box.moved(page.x, page.y))
                return Result(lines, None)
        return self._recognize_page(photo)

    def _recognize_page(self, photo: Photo) -> Result:
        segmented = self._segmentation.read(photo)
        upright = self._read(photo, segmented)
        is_clear = upright.refusal is None and mean_certainty(upright.lines) >= DOUBTFUL
        if is_clear or _is_crowded(segmented):
            return upright
        return max(upright, self._turned(photo), key=_quality)

    def _turned(self, photo: Photo) -> Result:
        """What the page says if it is turned to where it says most, and that leaves no doubt."""
        ways = [turn(photo, degrees) for degrees in TURNS]
        probes = [self._probe(way.photo) for way in ways]
        weights = [weight(lines) for lines in probes]
        best = int(np.argmax(weights))
        probe = probes[best]
        if mean_certainty(probe) >= DOUBTFUL and digit_count(probe) > 1:
            way = ways[best]
            result = self._read(way.photo, self._segmentation.read(way.photo))
            if result.refusal is None and mean_certainty(result.lines) >= TURNED:
                lines = _mapped(result.lines, way.turned_back)
                return Result(lines, None)
        return Result([], Refusal.NO_DIGIT)

    def _probe(self, photo: Photo) -> Lines:
        """The lines of a page by the line network alone, which looks but briefly."""
        characters = self._line_characters(photo, PROBED)
        return accept_lines(characters)

    def _read(self, photo: Photo, segmented: Segmented) -> Result:
        """Read a page as it lies."""
        characters = self._characters(photo, segmented)
        lines = accept_lines(characters)
        if not _is_crowded(segmented) and mean_certainty(lines) < DOUBTFUL:
            fine = accept_lines(self._line_characters(photo, FINE))
            lines = max(lines, fine, key=weight)
        if _are_convincing(lines, segmented, photo):
            return Result(lines, None)
        seen = [_alone(candidate) for candidate in segmented.candidates]
        looked_at = [[seen]] if seen else []
        return Result(looked_at, segmented.refusal or Refusal.NO_DIGIT)

    def _characters(self, photo: Photo, segmented: Segmented) -> list[ReadCharacter]:
        """The characters of a page by both ways of reading, or by one where that is enough."""
        number = segmented.number
        components = segmented.components
        if components is None or _is_one_clear_digit(segmented):
            return [_alone(candidate) for candidate in number]
        components = _richer(components, photo)
        height = _digit_height(number, components)
        seen = self._lines.read(components, segmented.candidates, height)
        settled = [_settled(character, number) for character in seen]
        read = [character for character in settled if is_present(character)]
        read += [_alone(candidate, OVERLOOKED) for candidate in _overlooked(number, read)]
        unread = unread_characters(components, read)
        return read + unread

    def _line_characters(self, photo: Photo, most_pixels: int) -> list[ReadCharacter]:
        """The characters that the line network finds if only fine strokes are ink."""
        try:
            components = find_components(photo, fine=True)
        except RefusedError:
            return []
        height = usual_height(components)
        seen = self._lines.read(components, [], height, most_pixels=most_pixels)
        read = [character for character in seen if is_present(character)]
        return read + unread_characters(components, read)


def _is_crowded(segmented: Segmented) -> bool:
    """Whether there is no ink, or so much that to read it in other ways, too, would take long."""
    components = segmented.components
    return components is None or len(components.ids) > CROWD


def _richer(components: Components, photo: Photo) -> Components:
    """The components of fine strokes alone, where there are many more: all else hides them."""
    try:
        fine = find_components(photo, fine=True)
    except RefusedError:
        return components
    count = len(fine.ids)
    return fine if count > max(PAGE, RICHER * len(components.ids)) else components


def _digit_height(number: Sequence[ClassifiedCandidate], components: Components) -> float:
    """About how high digits are, in pixels of the components' picture."""
    if not number:
        return usual_height(components)
    heights = [candidate.size for candidate in number]
    return float(np.median(heights))


def _is_one_clear_digit(segmented: Segmented) -> bool:
    """Whether there is one sure digit, and nothing beside it that could be a character."""
    if len(segmented.number) != 1:
        return False
    [digit] = segmented.number
    if digit.probability < CLEAR or digit.box.width > digit.box.height:
        return False
    others = [each for each in segmented.candidates if each.box != digit.box]
    if any(_is_comparable(other, digit) for other in others):
        return False
    components = segmented.components
    return components is None or not _has_lines(digit, components)


def _has_lines(digit: ClassifiedCandidate, components: Components) -> bool:
    """Whether frames and rules with as much ink were taken out: other digits may touch them."""
    palest = digit.ink / PALE
    is_dark = components.ink >= palest
    is_on_paper = components.labels == 0
    taken_out = np.count_nonzero(is_dark & is_on_paper)
    return bool(taken_out >= digit.area)


def _is_comparable(candidate: ClassifiedCandidate, digit: ClassifiedCandidate) -> bool:
    _, _, width, height = candidate.box
    smallest = SPECK * digit.box.height
    palest = digit.ink / PALE
    is_large = max(width, height) >= smallest
    is_dark = candidate.ink >= palest
    return is_large and is_dark


def _overlooked(
    number: Sequence[ClassifiedCandidate], read: Sequence[ReadCharacter]
) -> list[ClassifiedCandidate]:
    """The digits that the line network does not see; 1s that it does not see are rules or edges."""
    unseen = [candidate for candidate in number if not _is_covered(candidate.box, read)]
    return [candidate for candidate in unseen if not candidate.is_one]


def _is_covered(box: Box, characters: Sequence[ReadCharacter]) -> bool:
    return any(box.coverage(character.box) >= COVERED for character in characters)


def _settled(character: ReadCharacter, number: Sequence[ClassifiedCandidate]) -> ReadCharacter:
    """The character; one that cannot be told is the digit that the segmentation takes it for."""
    if character.symbol == UNKNOWN or character.certainty < TOLD:
        for candidate in number:
            if candidate.box.iou(character.box) >= SAME:
                return _alone(candidate, DISPUTED)._replace(presence=character.presence)
    return character


def _alone(candidate: ClassifiedCandidate, factor: float = 1.0) -> ReadCharacter:
    """A candidate as a character; `factor` is of its certainty."""
    probabilities = candidate.probabilities
    if factor < 1:
        probabilities = factor * probabilities + (1 - factor) / len(probabilities)
    return ReadCharacter(
        candidate.box,
        str(probabilities.argmax()),
        float(probabilities.max()),
        candidate.probability,
        probabilities,
        candidate.crop,
    )


def _are_convincing(lines: Lines, segmented: Segmented, photo: Photo) -> bool:
    """Whether a photo asserts `lines`: more is asked of what the segmentation finds no number in.

    Among things, too, rather than on a page, there is much that looks like digits.
    """
    if are_sure(lines):
        return True
    has_number = digit_count(lines) > 0 and len(segmented.number) > 0
    return has_number and not is_scene(photo.pixels)


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
