"""Page -> the number in it by segmentation alone, in several passes.

The first pass takes for ink whatever is narrow, as strokes are, and departs from the paper. Most
photos need no other. Where it finds no number, or only ones, which edges, rules and creases look
like too, the following passes see what the first one cannot:

1. *fine*: only fine strokes are ink, so that tables, shadows' edges and tinted boxes are paper;
2. *inverse*: light strokes are ink where at first dark ones were, or the other way round, only
   where no number at all was found.

A later pass sees more in shadows and edges, too. So it must leave less doubt than the first one,
and what it asserts must be more than ones.
"""

from collections.abc import Sequence
from typing import NamedTuple

from model.recognition.acceptance import accept, only_ones
from model.recognition.classification import ClassifiedCandidate, classify, in_reading_order
from model.recognition.components import Components
from model.recognition.digit_network import Classifier
from model.recognition.ink import FINE_LIMIT
from model.recognition.photo_ink import PhotoInk
from model.recognition.refusal import Refusal

# These limits were chosen by trial on the development photos; no measurement of each is on record.
#
# Components of a later pass: more are no number, and to classify them would take long.
MOST_AGAIN = 24
BROADEST_PEN = 0.5  # times `FINE_LIMIT`: broader strokes may lose parts in the fine pass
CERTAIN = 0.97  # probability of each digit of a number that only a later pass finds


class Segmented(NamedTuple):
    """The digits of a photo in reading order.

    Attributes:
        number: empty if none is asserted.
        candidates: all those of the first pass.
        components: those of the first pass; None if there are none.
        refusal: why there is no number, if there is none.
    """

    number: list[ClassifiedCandidate]
    candidates: list[ClassifiedCandidate]
    components: Components | None
    refusal: Refusal | None

    @property
    def is_crowded(self) -> bool:
        """Whether there is so much ink that no number is sought in it, nor in other ink."""
        return self.components is not None and self.components.are_many


class SegmentationReader:
    """Finds the number in photos; safe to call from several threads at once."""

    def __init__(self, classifier: Classifier, threshold: float) -> None:
        """Classify with `classifier`; a digit as probable as `threshold` (0 to 1) is sure."""
        self._classifier = classifier
        self._threshold = threshold

    def read(self, ink: PhotoInk) -> Segmented:
        """Find the number in a photo, in as many passes as it takes.

        Returns:
            The number, or why there is none; the boxes are in pixels of the photo as it was sent.
        """
        first = self._look(ink)
        # Without ink at first sight, the first pass has looked at the other already.
        if ink.usual is None or first.is_crowded or not only_ones(first.number):
            return first
        number = self._look_closer(ink, first.number)
        return first._replace(number=number)

    def _look(self, ink: PhotoInk) -> Segmented:
        """The first pass, over light ink where there is no dark one, or the other way."""
        # Of squared paper, most of which is squares, these may be taken for the ink at first.
        components = ink.inverse if ink.usual is None else ink.usual
        if components is None:
            return Segmented([], [], None, Refusal.NO_DIGIT)
        return self.segment(components)

    def segment(self, components: Components) -> Segmented:
        """The number among components, by one pass; its refusal is the reason if there is none."""
        if components.are_many:
            return Segmented([], [], components, Refusal.TOO_MANY_COMPONENTS)
        candidates = classify(components, self._classifier)
        number = self._number(candidates)
        return Segmented(number, candidates, components, Refusal.NO_DIGIT)

    def _look_closer(
        self, ink: PhotoInk, number: list[ClassifiedCandidate]
    ) -> list[ClassifiedCandidate]:
        """The number by the fine pass or the inverse one, else what was found: ones or nothing."""
        fine = self._fine_number(ink.fine)
        if number:
            return number if only_ones(fine) else fine
        inverse = self._look_again(ink.inverse)
        # Paper between lines of text, turned to ink, is ones.
        if only_ones(inverse):
            inverse = []
        return max(fine, inverse, key=lambda digits: (len(digits), _certainty(digits)))

    def _fine_number(self, components: Components | None) -> list[ClassifiedCandidate]:
        """The number of the fine pass, if it leaves no doubt."""
        number = self._look_again(components)
        if components is None or _certainty(number) < CERTAIN:
            return []
        return [] if _has_broad_pen(number, components) else number

    def _look_again(self, components: Components | None) -> list[ClassifiedCandidate]:
        """The number among the components of a later pass."""
        if components is None or len(components.ids) > MOST_AGAIN:
            return []
        candidates = classify(components, self._classifier)
        return self._number(candidates)

    def _number(self, candidates: list[ClassifiedCandidate]) -> list[ClassifiedCandidate]:
        number = accept(candidates, self._threshold)
        # Specks and dashes may have bent the lines of all the candidates.
        return in_reading_order(number)


def _certainty(number: Sequence[ClassifiedCandidate]) -> float:
    """The probability of the number's most doubtful digit, 0 if there is no number."""
    return min((candidate.probability for candidate in number), default=0.0)


def _has_broad_pen(number: Sequence[ClassifiedCandidate], components: Components) -> bool:
    """Whether a stroke is so broad that the fine pass may have taken a part of it for paper."""
    shorter_side = min(components.ink.shape)
    broadest = BROADEST_PEN * FINE_LIMIT * shorter_side
    return any(candidate.pen > broadest for candidate in number)
