"""A brief look at a page of many components, which tells whether to read all of it is worth it.

Noise, foliage and pages of text have as many components as a page of numbers, and would take as
long. But the line network is soon seen to be unsure of them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.recognition.character_set import CHARACTERS, UNKNOWN
from model.recognition.components import Components
from model.recognition.line_network import Characters
from model.recognition.line_reading import CLEAR, LineReader, usual_height

# Pixels that the line network reads in a brief look: a sixtieth of a second on one core.
BRIEF = 80_000
# Of more components than that, only the middle ones are looked at: a line or two.
CROWD, MIDDLE = 128, 64
# A page whose characters are less certain, on average, is not asserted: those that cannot be told
# count as 0, and of the others, three quarters at least, the digits must be 0.9 sure.
READABLE = 0.6
# Where fewer of a crowd's middle components are characters, a number may stand elsewhere.
WRITTEN = 0.5


class Glance(NamedTuple):
    """How many characters a brief look sees, how certain they are on average, and of how many."""

    seen: int
    certainty: float
    looked_at: int


def glance(lines: LineReader, components: Components) -> Glance:
    """Look at components briefly, of a crowd at the middle ones."""
    looked_at = _middle(components) if len(components.ids) > CROWD else components
    found = lines.find(looked_at, usual_height(components), BRIEF, once=True)
    is_clear = found.middles >= CLEAR
    certainties = _certainties(found)[is_clear]
    seen = len(certainties)
    return Glance(seen, float(certainties.sum()) / max(seen, 1), len(looked_at.ids))


def is_worth_reading(seen: Glance, components: Components) -> bool:
    """Whether what a glance at `components` has seen may be digits."""
    is_sparse = len(components.ids) > CROWD and seen.seen < WRITTEN * seen.looked_at
    return is_sparse or seen.certainty >= READABLE


def _certainties(found: Characters) -> NDArray[np.float32]:
    """How probable the likeliest digit or mark of each character (n,) is, 0 of other characters."""
    told = np.delete(found.probabilities, CHARACTERS.index(UNKNOWN), axis=1).max(axis=1)
    unknown = found.probabilities[:, CHARACTERS.index(UNKNOWN)]
    return np.where(told > unknown, told, 0)


def _middle(components: Components) -> Components:
    """So many of the components as are looked at, those nearest to their median row."""
    _, y, _, height = components.boxes.T
    rows = y + height / 2
    off = np.abs(rows - np.median(rows))
    nearest = np.argsort(off, kind="stable")[:MIDDLE]
    return components.only(nearest)
