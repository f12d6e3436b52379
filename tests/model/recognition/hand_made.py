"""Components and networks made by hand, so that a test knows every length and probability."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition.character_set import CHARACTERS
from model.recognition.classification import ClassifiedCandidate
from model.recognition.components import Components
from model.recognition.digit_network import Classifier
from model.recognition.fusion import Fusion, ReadCharacter
from model.recognition.line_network import Characters, LineNetwork
from model.recognition.line_packing import MOST_PIXELS
from model.recognition.line_reading import LineReader

Crop = NDArray[np.uint8]


class Told(Classifier):
    """Not a network: `rule` says which digit a crop (28, 28) is, and with which probability."""

    def __init__(self, rule: Callable[[Crop], tuple[int, float]]) -> None:
        """Answer by `rule` alone."""
        super().__init__(b"")
        self._rule = rule

    def upright(self, images: Crop) -> NDArray[np.float32]:
        """Ask the rule about each of `images` (n, 28, 28)."""
        return np.stack([probabilities(*self._rule(image)) for image in images])

    def averaged(self, images: Crop, upright: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same again: there are no slants."""
        assert len(images) == len(upright)
        return upright


class Asked(NamedTuple):
    """What the line network is asked about."""

    components: Components
    candidates: Sequence[ClassifiedCandidate]
    digit_height: float
    most_pixels: int


LineRule = Callable[[Asked], list[ReadCharacter]]


class ToldLines(LineReader):
    """Not a network: `rule` says which characters are there."""

    def __init__(self, rule: LineRule) -> None:
        """Answer by `rule` alone."""
        super().__init__(LineNetwork(b""), Classifier(b""), Fusion(0, [], []))
        self._rule = rule

    def read(
        self,
        components: Components,
        candidates: Sequence[ClassifiedCandidate],
        digit_height: float,
        *,
        most_pixels: int = MOST_PIXELS,
    ) -> list[ReadCharacter]:
        """Ask the rule."""
        return self._rule(Asked(components, candidates, digit_height, most_pixels))

    def find(
        self,
        components: Components,
        digit_height: float,
        most_pixels: int = MOST_PIXELS,
        *,
        once: bool = False,
    ) -> Characters:
        """What the rule says of a whole page, however briefly it is looked at."""
        del most_pixels, once
        return found(self.read(components, [], digit_height))


def found(read: Sequence[ReadCharacter]) -> Characters:
    """The same characters as the line network finds them; what is not certain, it cannot tell."""
    boxes = np.array([(*each.box.middle, each.box.width, each.box.height) for each in read])
    middles = np.array([each.presence for each in read], np.float32)
    probabilities = np.zeros((len(read), len(CHARACTERS)), np.float32)
    for row, each in zip(probabilities, read, strict=True):
        row[-1] = 1 - each.certainty
        row[CHARACTERS.index(each.symbol)] += each.certainty
    return Characters(boxes.reshape(-1, 4).astype(np.float32), middles, probabilities)


def probabilities(value: int, probability: float) -> NDArray[np.float32]:
    """Ten that sum to 1, the others alike."""
    row = np.full(10, (1 - probability) / 9, np.float32)
    row[value] = probability
    return row


def classified(box: Box, value: int = 0, probability: float = 0.99) -> ClassifiedCandidate:
    """A digit of the segmentation's number."""
    return ClassifiedCandidate(
        box,
        np.full((28, 28), value, np.uint8),
        probabilities(value, probability),
        size=box.height,
        pen=8,
        ink=200,
        area=2000,
        cut_off=False,
        split=False,
    )


def blocks(*boxes: Box, size: tuple[int, int] = (700, 500), ink: int = 255) -> Components:
    """The components of full rectangles on a page of `size` (width, height)."""
    page = np.zeros(size[::-1], np.uint8)
    for box in boxes:
        page[box.y : box.bottom, box.x : box.right] = ink
    return components(page)


def row(widths: Iterable[int], gap: int, height: int = 100) -> Components:
    """Blocks side by side, `gap` pixels apart."""
    boxes = []
    left = 20
    for width in widths:
        boxes.append(Box(left, 20, width, height))
        left += width + gap
    return blocks(*boxes)


def joined(left: int, bridge: int, right: int, *, thickness: int) -> Components:
    """One component 100 pixels high: two blocks so wide, and a bridge between them."""
    first = Box(20, 20, left, 100)
    second = Box(20 + left + bridge, 20, right, 100)
    middle = Box(first.right, 70 - thickness // 2, bridge, thickness)
    return blocks(first, middle, second)


def components(ink: MatLike, scale: float = 1.0) -> Components:
    """All that hangs together in `ink` (h, w) uint8."""
    inked = (ink > 0).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inked)
    boxes, areas = stats[1:, :4], stats[1:, cv2.CC_STAT_AREA]
    ids = np.arange(1, count, dtype=np.int32)
    return Components(
        ink,
        labels,
        boxes.astype(np.int32),
        areas.astype(np.int32),
        ids,
        scale,
        cv2.cvtColor(255 - ink, cv2.COLOR_GRAY2BGR),
    )


def blank(grey: int = 255, width: int = 640, height: int = 480) -> MatLike:
    return np.full((height, width, 3), grey, np.uint8)


def with_box(photo: MatLike, *box: int, grey: int = 0) -> MatLike:
    """A copy with a rectangle: x, y, width and height."""
    drawn = photo.copy()
    x, y, width, height = box
    drawn[y : y + height, x : x + width] = grey
    return drawn
