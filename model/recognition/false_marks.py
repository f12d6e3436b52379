"""What looks like a mark or a 1, but is a piece of a rule, of a crease or of another character."""

from collections.abc import Sequence

import numpy as np

from model.boxes import Box
from model.recognition.classification import ClassifiedCandidate
from model.recognition.components import Components
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import LOW_MARKS, Characters, Lines
from model.recognition.printed_rules import is_part_of_rule

STROKES = "1/()"  # what upright rules and creases look like
# Share of a mark that an unread character covers, and of that character that the mark's component
# covers, if the mark is a part of it. By eye.
WITHIN = 0.8
# A line of nothing but strokes is written if they are so certain, on average, or if one of them has
# so much in common (intersection over union) with a component or a digit of the segmentation.
SURE, SAME = 0.95, 0.5


def without_rules(read: Sequence[ReadCharacter], components: Components) -> list[ReadCharacter]:
    """Drop the characters that are pieces of rules.

    Args:
        read: the characters of a photo, boxes in pixels of the photo as it was sent.
        components: of the photo.
    """
    heights = [character.box.height for character in read if character.is_digit]
    if not heights:
        return list(read)
    height = float(np.median(heights))
    free = _without_digits(components, read)
    return [each for each in read if not _is_rule(each, free, height)]


def _without_digits(components: Components, read: Sequence[ReadCharacter]) -> Components:
    """The components, but no digit's ink: strokes of digits that touch a mark are no rule."""
    ink = components.ink.copy()
    for character in read:
        if character.is_digit and character.symbol not in STROKES:
            place = components.place(character.box)
            ink[place.window] = 0
    return components._replace(ink=ink)


def _is_rule(character: ReadCharacter, components: Components, height: float) -> bool:
    is_low = character.symbol in LOW_MARKS
    is_stroke = character.symbol in STROKES
    if not (is_low or is_stroke):
        return False
    box = character.box
    if is_part_of_rule(components, box, height, upright=True):
        return True
    return is_low and is_part_of_rule(components, box, height, upright=False)


def without_parts(
    read: Sequence[ReadCharacter], unread: Sequence[ReadCharacter], components: Components
) -> list[ReadCharacter]:
    """Drop the low marks that are a part of a taller character that nobody read.

    Args:
        read: the characters of a photo, boxes in pixels of the photo as it was sent.
        unread: those of which nothing is known.
        components: of the photo.
    """
    tall = [character.box for character in unread]
    kept = []
    for character in read:
        is_low = character.symbol in LOW_MARKS
        if not is_low or not _is_part_of_any(character.box, tall, components):
            kept.append(character)
    return kept


def _is_part_of_any(mark: Box, tall: Sequence[Box], components: Components) -> bool:
    """Whether the mark lies in one of the `tall` boxes, and is of the same component."""
    around = [box for box in tall if mark.coverage(box) >= WITHIN]
    if not around:
        return False
    component = _component_under(mark, components)
    if component is None:
        return False
    return any(box.coverage(component) >= WITHIN for box in around)


def _component_under(mark: Box, components: Components) -> Box | None:
    """The box of the component to which most of the ink in a mark's box belongs."""
    labels = components.labels[components.place(mark).window]
    is_ink = labels > 0
    if not is_ink.any():
        return None
    counts = np.bincount(labels[is_ink])
    is_usual = components.ids == counts.argmax()
    boxes = components.boxes[is_usual].tolist()
    if not boxes:
        return None
    [box] = boxes
    return Box(*box).downscaled(components.scale)


def without_creases(
    lines: Lines, components: Components, number: Sequence[ClassifiedCandidate]
) -> Lines:
    """Drop the lines of nothing but strokes that are neither sure nor things of their own.

    Args:
        lines: of a photo, boxes in pixels of the photo as it was sent.
        components: of the photo.
        number: the digits that the segmentation found.
    """
    digits = [candidate.box for candidate in number]
    written = []
    for line in lines:
        strokes = _only_strokes(line)
        if not strokes or _are_written(strokes, components, digits):
            written.append(line)
    return written


def _only_strokes(line: Sequence[Characters]) -> Characters:
    """The strokes of a line, if it holds no other digit or tall mark; else nothing."""
    characters = [character for number in line for character in number]
    tall = [each for each in characters if each.symbol not in LOW_MARKS]
    are_strokes = all(each.symbol in STROKES for each in tall)
    return tall if are_strokes else []


def _are_written(strokes: Characters, components: Components, digits: Sequence[Box]) -> bool:
    """Whether strokes are sure, or one of them is no piece of something longer."""
    certainties = [stroke.certainty for stroke in strokes]
    if np.mean(certainties) >= SURE:
        return True
    found = [Box(*row).downscaled(components.scale) for row in components.boxes.tolist()]
    things = [*digits, *found]
    return any(_is_one_of(stroke.box, things) for stroke in strokes)


def _is_one_of(box: Box, things: Sequence[Box]) -> bool:
    return any(box.iou(thing) >= SAME for thing in things)
