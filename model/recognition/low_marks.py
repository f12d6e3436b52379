"""Points and commas that the line network hardly believes, but whose ink stands by itself.

They are the smallest of all characters, and the network has learnt that most of what is so small is
dirt. But dirt is seldom where it sees a mark, and a number without its point is another number.
"""

from collections.abc import Sequence

import numpy as np
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.components import Components
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import MARK, POINTS

# Chosen on rendered pages of numbers.
HARDLY = 0.05  # certainty of such a mark, at least
BACKED = 0.6  # how sure it is if it has ink of its own
ROOM = 0.6  # of its box's sides: so far beyond the box its ink may reach
LEAST_AREA = 4  # pixels of its ink


def with_backed_marks(
    characters: Sequence[ReadCharacter], components: Components
) -> list[ReadCharacter]:
    """The characters, of which doubtful points and commas with ink of their own are surer.

    Args:
        characters: of a photo, boxes in pixels of the photo as it was sent.
        components: of the same photo.
    """
    if not any(map(_is_doubtful_point, characters)):
        return list(characters)
    means = components.mean_ink(components.ink)
    palest = components.palest(means)
    return [_backed(character, components, palest) for character in characters]


def _is_doubtful_point(character: ReadCharacter) -> bool:
    return character.symbol in POINTS and HARDLY <= character.certainty < MARK


def _backed(character: ReadCharacter, components: Components, palest: float) -> ReadCharacter:
    """The character, surer if it is a doubtful point with ink of its own."""
    if _is_doubtful_point(character) and _has_own_ink(character.box, components, palest):
        return character._replace(certainty=BACKED)
    return character


def _has_own_ink(box: Box, components: Components, palest: float) -> bool:
    """Whether ink that hangs together, no paler than that, is in a `box` of the photo alone."""
    window = _window(box, components)
    labels = components.labels[window]
    ink = components.ink[window]
    going_on = _border(labels)
    for label in np.setdiff1d(labels, going_on):
        is_own = labels == label
        own = ink[is_own]
        if own.size >= LEAST_AREA and own.mean() >= palest:
            return True
    return False


def _window(box: Box, components: Components) -> tuple[slice, slice]:
    """The rows and columns of the components' picture in and just around a `box` of the photo."""
    across = round(ROOM * box.width)
    down = round(ROOM * box.height)
    around = Box(box.x - across, box.y - down, box.width + 2 * across, box.height + 2 * down)
    return components.place(around).window


def _border(labels: MatLike) -> MatLike:
    """Paper's label, and those along the four sides of an array (h, w)."""
    sides = [labels[:1], labels[-1:], labels[:, :1].T, labels[:, -1:].T]
    along = np.hstack(sides).ravel()
    return np.append(along, 0)
