"""What looks like a mark, or like a 1, but is a piece of a printed rule or of another character."""

from collections.abc import Sequence

import numpy as np

from model.boxes import Box
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import LOW_MARKS
from model.recognition.printed_rules import is_part_of_rule
from model.recognition.segmentation import Components

STROKES = "1/()"  # what an upright rule looks like
# Share of a mark that an unread character covers, and of that character that the mark's component
# covers, if the mark is a part of it. By eye.
WITHIN = 0.8


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
    return [each for each in read if not _is_rule(each, components, height)]


def _is_rule(character: ReadCharacter, components: Components, height: float) -> bool:
    is_low = character.symbol in LOW_MARKS
    if not is_low and character.symbol not in STROKES:
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
    return component is not None and any(box.coverage(component) >= WITHIN for box in around)


def _component_under(mark: Box, components: Components) -> Box | None:
    """The box of the component to which most of the ink in a mark's box belongs."""
    height, width = components.labels.shape
    place = mark.downscaled(1 / components.scale).clipped(width, height)
    labels = components.labels[place.window]
    counts = np.bincount(labels[labels > 0])
    if not len(counts):
        return None
    [places] = np.nonzero(components.ids == counts.argmax())
    if not len(places):
        return None
    box = Box(*components.boxes[places[0]].tolist())
    return box.downscaled(components.scale)
