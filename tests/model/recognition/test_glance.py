"""What a brief look at many components tells, and how much work it is."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.character_set import UNKNOWN
from model.recognition.components import Components
from model.recognition.decoding import Photo
from model.recognition.fusion import Fusion, ReadCharacter
from model.recognition.glance import (
    BRIEF,
    CROWD,
    MIDDLE,
    READABLE,
    WRITTEN,
    glance,
    is_worth_reading,
)
from model.recognition.line_network import Characters, LineNetwork
from model.recognition.line_reading import LineReader, usual_height
from model.recognition.recognizer import Recognizer
from model.recognition.refusal import Refusal
from model.recognition.segmentation import find_components
from tests.model.mnist_pages import BLACK, page
from tests.model.recognition.hand_made import Asked, Told, ToldLines, found
from tests.model.recognition.ring_reading import NEAR, THRESHOLD, character
from tests.model.recognition.rings import ring_rule

A_ROW = 20


def strokes(count: int, apart: int = 15) -> MatLike:
    """A page of so many upright strokes, 20 in each row, so many pixels apart."""
    photo = page(40 + A_ROW * apart, 480)
    for nth in range(count):
        x, y = 20 + apart * (nth % A_ROW), 20 + 40 * (nth // A_ROW)
        cv2.line(photo, (x, y), (x, y + 20), BLACK, 3)
    return photo


def components(count: int) -> Components:
    return find_components(Photo(strokes(count)))


def look(count: int, certainty: float = 0.99, symbol: str = "1", every: int = 1) -> bool:
    """Whether so many strokes are worth reading, of which every one or so is such a character."""

    def rule(asked: Asked) -> list[ReadCharacter]:
        boxes = asked.components.boxes[::every].tolist()
        return [character(Box(*box), symbol, certainty) for box in boxes]

    there = components(count)
    return is_worth_reading(glance(ToldLines(rule), there), there)


@pytest.mark.parametrize("count", [CROWD, CROWD + 1])
def test_digits_are_worth_reading_and_what_cannot_be_told_is_not(count: int) -> None:
    assert look(count, READABLE + NEAR)
    assert not look(count, READABLE - NEAR)
    assert not look(count, symbol=UNKNOWN)


def test_where_few_of_a_crowd_are_characters_a_number_may_stand_elsewhere() -> None:
    sparse = round(1 / WRITTEN) + 1
    assert look(CROWD + 1, 0.1, every=sparse)
    assert not look(CROWD, 0.1, every=sparse)


def test_of_a_crowd_the_middle_ones_are_looked_at() -> None:
    asked = []

    def rule(each: Asked) -> list[ReadCharacter]:
        asked.append(each.components)
        return []

    there = components(10 * A_ROW)
    assert glance(ToldLines(rule), there).looked_at == MIDDLE
    [middle] = asked
    tops = there.boxes[:, 1]
    assert np.ptp(middle.boxes[:, 1]) < np.ptp(tops) / 2
    assert np.median(middle.boxes[:, 1]) == pytest.approx(np.median(tops), abs=40)


class Counted(LineNetwork):
    """Not a network: counts how often it looks, and at how many pixels."""

    def __init__(self, *seen: ReadCharacter) -> None:
        """See the same in every picture."""
        super().__init__(b"")
        self.looks = self.pixels = 0
        self._seen = seen

    def __call__(self, ink: MatLike) -> Characters:
        """Count the pixels of `ink`."""
        self.looks += 1
        self.pixels += ink.size
        return found(self._seen)


def test_a_brief_look_is_one_even_where_a_digit_is_higher_than_thought() -> None:
    network = Counted(character(Box(0, 0, 40, 90), "1"))
    lines = LineReader(network, Told(ring_rule(0.99)), Fusion(0, [], []))
    there = components(CROWD)
    lines.find(there, usual_height(there))
    assert network.looks == 2
    assert glance(lines, there).seen == 1
    assert network.looks == 2 + 1


def test_of_noise_the_network_reads_little() -> None:
    network = Counted()
    classifier = Told(ring_rule(0.99))
    lines = LineReader(network, classifier, Fusion(0, [], []))
    recognizer = Recognizer(classifier, THRESHOLD, lines)
    result = recognizer.recognize(Photo(strokes(CROWD, apart=30)))
    assert result.refusal is Refusal.TOO_MANY_COMPONENTS
    # Its regions do not fill the pictures.
    assert BRIEF / 2 < network.pixels < 1.2 * BRIEF
