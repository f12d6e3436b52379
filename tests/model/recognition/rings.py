"""Pages of rings, and a network that is a rule: a ring that stands on its feet is a digit."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.components import Components
from model.recognition.normalization import normalize
from tests.model.mnist_pages import BLACK, page
from tests.model.recognition.hand_made import Crop

ROW = [(120, 240), (240, 240), (360, 240)]
NO_DIGIT = 0.3  # the greatest probability of what is no digit


def rings(
    places: Sequence[tuple[int, int]], thickness: int = 8, paper: MatLike | None = None
) -> MatLike:
    """Upright rings 60 wide and 90 high around these places, heavier at their feet."""
    photo = page(640, 480) if paper is None else paper.copy()
    for place in places:
        cv2.ellipse(photo, place, (30, 45), 0, 0, 360, BLACK, thickness, cv2.LINE_AA)
        cv2.ellipse(photo, place, (30, 45), 0, 30, 150, BLACK, 2 * thickness, cv2.LINE_AA)
    return photo


def crowd(count: int) -> MatLike:
    """So many rings in rows of seven."""
    places = [(70 + 110 * (nth % 7), 70 + 150 * (nth // 7)) for nth in range(count)]
    return rings(places, paper=page(800, 640))


def ring_rule(probability: float, value: int = 0) -> Callable[[Crop], tuple[int, float]]:
    """Takes rings that stand on their feet for a `value` of this probability, nothing else."""

    def rule(crop: Crop) -> tuple[int, float]:
        return (value, probability) if stands(crop) else (value, NO_DIGIT)

    return rule


def stands(crop: Crop) -> bool:
    """Whether a crop (28, 28) shows a ring that stands on its feet."""
    inked = (crop > 127).astype(np.uint8)
    _, top, width, height = cv2.boundingRect(inked)
    regions = cv2.connectedComponents(1 - inked, connectivity=4)[0] - 1
    middle = top + height // 2
    heavy = crop[middle:].sum() > crop[:middle].sum()
    return bool(height > width and regions == 2 and heavy)


def standing_rings(components: Components) -> list[Box]:
    """Where rings stand on their feet, in pixels of the photo as it was sent."""
    found = []
    for label, row in zip(components.ids, components.boxes.tolist(), strict=True):
        box = Box(*row)
        is_own = components.labels[box.window] == label
        ink = np.where(is_own, components.ink[box.window], 0)
        if stands(normalize(ink.astype(np.uint8))):
            found.append(box.downscaled(components.scale))
    return found
