"""Whether a photo shows one clear digit and nothing else: then nothing more need be looked at."""

import math

import cv2
import numpy as np

from model.boxes import Box
from model.recognition.classification import ClassifiedCandidate
from model.recognition.components import PALE, Components
from model.recognition.passes import Segmented

# Chosen on rendered pages and the development pictures; no measurement of each is on record.
CLEAR = 0.97  # probability of a digit that stands alone and needs no line network
# Times a digit's height. On 3,200 rendered pages, 194 of 195 clear digits that are broader than
# high, but no broader than this, were right; beyond, a minus or another digit may be a part of it.
BROADEST = 1.3
SPECK = 0.1  # of the digit's height: what is smaller beside it is dirt


def is_one_clear_digit(segmented: Segmented) -> bool:
    """Whether there is one sure digit, and nothing beside it that could be a character."""
    if len(segmented.number) != 1:
        return False
    [digit] = segmented.number
    if digit.probability < CLEAR or digit.box.width > BROADEST * digit.box.height:
        return False
    others = [each for each in segmented.candidates if each.box != digit.box]
    if any(_is_comparable(other, digit) for other in others):
        return False
    components = segmented.components
    return components is None or not _has_lines(digit, components)


def _has_lines(digit: ClassifiedCandidate, components: Components) -> bool:
    """Whether frames and rules with as much ink were taken out: other digits may touch them."""
    palest = math.ceil(digit.ink / PALE)
    is_dark = components.ink >= palest
    # Most of the picture is paper.
    window = Box(*cv2.boundingRect(is_dark.view(np.uint8))).window
    is_on_paper = components.labels[window] == 0
    taken_out = np.count_nonzero(is_dark[window] & is_on_paper)
    return bool(taken_out >= digit.area)


def _is_comparable(candidate: ClassifiedCandidate, digit: ClassifiedCandidate) -> bool:
    _, _, width, height = candidate.box
    smallest = SPECK * digit.box.height
    palest = digit.ink / PALE
    is_large = max(width, height) >= smallest
    is_dark = candidate.ink >= palest
    return is_large and is_dark
