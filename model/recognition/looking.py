"""Components -> the lines of characters among them: what both ways of reading say, fused."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from model.recognition.classification import ClassifiedCandidate
from model.recognition.clear_digit import is_one_clear_digit
from model.recognition.components import Components
from model.recognition.false_marks import without_creases, without_parts, without_rules
from model.recognition.fusion import ReadCharacter
from model.recognition.glance import glance, is_worth_reading
from model.recognition.line_acceptance import PRESENT, Lines, accept_lines
from model.recognition.line_reading import LineReader, usual_height
from model.recognition.passes import Segmented
from model.recognition.printed_rules import has_upright
from model.recognition.reconciliation import as_character, recognized, reconciled
from model.recognition.unread_ink import unread_characters


class Look(NamedTuple):
    """The lines among components, and how many characters the line network sees in these."""

    lines: Lines
    seen: int


class Looker:
    """Looks at components; safe to call from several threads at once."""

    def __init__(self, lines: LineReader) -> None:
        """Read lines with `lines`."""
        self._lines = lines

    def at_page(self, segmented: Segmented) -> Look:
        """Look at a page by both ways of reading, or by one where that is enough."""
        number = segmented.number
        components = segmented.components
        if components is None or is_one_clear_digit(segmented):
            lines = accept_lines([as_character(candidate) for candidate in number])
            return Look(lines, len(number))
        if components.are_many:
            brief = glance(self._lines, components)
            if not is_worth_reading(brief, components):
                return Look([], brief.seen)
        height = _digit_height(number, components)
        seen = self._lines.read(components, segmented.candidates, height)
        read = reconciled(seen, number)
        return Look(_accepted(read, components, number), _count(seen))

    def at_components(self, components: Components, most_pixels: int) -> Look:
        """Look by the line network alone, which reads `most_pixels` of them at most."""
        height = usual_height(components)
        seen = self._lines.read(components, [], height, most_pixels=most_pixels)
        read = reconciled(seen, [])
        return Look(_accepted(read, components, []), _count(seen))


def _accepted(
    read: Sequence[ReadCharacter], components: Components, number: Sequence[ClassifiedCandidate]
) -> Lines:
    """The lines of the characters that were read, and of the ink beside them that was not."""
    written = without_rules(read, components)
    unread = unread_characters(components, written)
    known = without_parts(written, unread, components)
    characters = known + recognized(unread, number)
    lines = accept_lines(characters, partial(has_upright, components))
    return without_creases(lines, components, number)


def _count(seen: Sequence[ReadCharacter]) -> int:
    """How many of the characters that the line network sees are rather there than not."""
    return sum(character.presence >= PRESENT for character in seen)


def _digit_height(number: Sequence[ClassifiedCandidate], components: Components) -> float:
    """About how high digits are, in pixels of the components' picture."""
    if not number:
        return usual_height(components)
    heights = [candidate.size for candidate in number]
    return float(np.median(heights))
