"""How the line network reads what is round components, and what the digit network says of it."""

from collections.abc import Callable

import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.recognition.character_set import CHARACTERS, UNKNOWN
from model.recognition.classification import classify
from model.recognition.fusion import Fusion, Opinions
from model.recognition.line_network import Characters, LineNetwork
from model.recognition.line_reading import (
    LARGER,
    MOST_ASKED,
    MOST_CHARACTERS,
    SMALLER,
    LineReader,
    usual_height,
)
from model.recognition.scaled_ink import DIGIT_HEIGHT
from model.recognition.segmentation import MIN_SIDE
from tests.model.recognition.hand_made import Told, blank, blocks

FOUR, SEVEN = CHARACTERS.index("4"), CHARACTERS.index("7")
EVEN = Fusion(0.5, [0, 0, 1, 1, 0, 0], [0, 0, 1, 0])
BLOCKS = (Box(100, 200, 60, 100), Box(200, 200, 60, 100), Box(300, 200, 60, 100))


def characters(*boxes: tuple[float, float, float, float], index: int = FOUR) -> Characters:
    """Sure ones, all the same, by the x and y of their middles, width and height."""
    probabilities = np.full((len(boxes), len(CHARACTERS)), 0.001, np.float32)
    probabilities[:, index] = 0.979
    middles = np.full(len(boxes), 0.9, np.float32)
    return Characters(np.array(boxes, np.float32).reshape(-1, 4), middles, probabilities)


class Seeing(LineNetwork):
    """Not a network: `rule` says what it sees in a picture; it keeps the pictures."""

    def __init__(self, rule: Callable[[MatLike], Characters]) -> None:
        """Answer by `rule` alone."""
        super().__init__(b"")
        self._rule = rule
        self.pictures: list[MatLike] = []

    def __call__(self, ink: MatLike) -> Characters:
        """Ask the rule."""
        self.pictures.append(ink)
        return self._rule(ink)


def columns(ink: MatLike) -> Characters:
    """A character where columns of ink hang together, as blocks apart from each other do."""
    inked = (ink > 127).any(axis=0)
    rows = np.flatnonzero((ink > 127).any(axis=1))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked, [0]])))
    height = float(np.ptp(rows) + 1)
    middle = float(rows.mean()) + 0.5
    pairs = edges.reshape(-1, 2).tolist()
    boxes = [((start + end) / 2, middle, float(end - start), height) for start, end in pairs]
    return characters(*boxes)


def reader(network: LineNetwork, value: int = 7) -> LineReader:
    """A reader whose digit network takes all for a `value`."""
    return LineReader(network, Told(lambda _crop: (value, 0.9)), EVEN)


def test_characters_are_found_where_they_are_in_the_photo() -> None:
    found = reader(Seeing(columns)).find(blocks(*BLOCKS), 100)
    middles = sorted(found.boxes[:, 0].tolist())
    assert middles == [pytest.approx(box.middle[0], abs=3) for box in BLOCKS]
    assert found.boxes[:, 1].tolist() == [pytest.approx(250, abs=3)] * 3
    assert found.boxes[:, 3].tolist() == [pytest.approx(100, abs=6)] * 3


def test_the_network_gets_digits_of_the_height_that_it_was_trained_on() -> None:
    network = Seeing(columns)
    reader(network).find(blocks(*BLOCKS), 100)
    [picture] = network.pictures
    rows = np.flatnonzero((picture > 127).any(axis=1))
    assert np.ptp(rows) + 1 == pytest.approx(DIGIT_HEIGHT, abs=2)


@pytest.mark.parametrize(
    ("factor", "looks"),
    [(SMALLER + 0.01, 1), (SMALLER - 0.01, 2), (LARGER - 0.01, 1), (LARGER + 0.01, 2)],
)
def test_a_region_whose_digits_are_of_another_height_is_read_again(
    factor: float, looks: int
) -> None:
    height = factor * DIGIT_HEIGHT
    network = Seeing(lambda _ink: characters((20, 20, 12, height)))
    reader(network).find(blocks(*BLOCKS), 100)
    assert len(network.pictures) == looks
    reader(network).find(blocks(*BLOCKS), 100, once=True)
    assert len(network.pictures) == looks + 1


def test_where_nothing_is_seen_nothing_is_found() -> None:
    found = reader(Seeing(lambda _ink: characters())).find(blocks(*BLOCKS), 100)
    assert len(found.boxes) == 0


def test_where_nothing_is_as_fine_as_strokes_of_digits_nothing_is_found() -> None:
    network = Seeing(columns)
    plain = blocks(*BLOCKS)._replace(picture=blank())
    assert len(reader(network).find(plain, 100).boxes) == 0
    assert network.pictures == []


def test_a_candidate_of_the_same_ink_gives_the_second_opinion() -> None:
    components = blocks(*BLOCKS)
    line_reader = reader(Seeing(columns))
    candidates = classify(components, Told(lambda _crop: (4, 0.9)))
    found = line_reader.find(components, 100)
    opinions = line_reader.opinions(components, candidates, found)
    assert opinions.matched.all()
    assert opinions.digit.argmax(axis=1).tolist() == [4, 4, 4]
    assert sorted(opinions.boxes) == [
        pytest.approx(candidate.box, abs=6) for candidate in sorted(candidates, key=lambda c: c.box)
    ]


def opinions_of(parts: list[Box], value: int = 4) -> Opinions:
    """What is said of a block in which the line network sees these parts only."""
    components = blocks(Box(100, 200, 60, 100))
    candidates = classify(components, Told(lambda _crop: (value, 0.9)))
    seen = [(x + width / 2, y + height / 2, width, height) for x, y, width, height in parts]
    return reader(Seeing(columns)).opinions(components, candidates, characters(*seen))


@pytest.mark.parametrize(
    ("part", "digit"),
    [
        (Box(130, 200, 30, 100), 4),  # half of it
        (Box(130, 240, 30, 60), 7),  # little of it
        (Box(150, 200, 60, 100), 7),  # mostly beside it
    ],
)
def test_of_a_part_of_a_candidate_it_is_asked_what_the_whole_is(part: Box, digit: int) -> None:
    assert opinions_of([part]).digit.argmax(axis=1).tolist() == [digit]


def test_unless_another_character_has_a_part_in_it() -> None:
    halves = [Box(100, 200, 28, 100), Box(132, 200, 28, 100)]
    opinions = opinions_of(halves)
    assert opinions.digit.argmax(axis=1).tolist() == [7, 7]
    assert not opinions.matched.any()


def test_where_there_is_no_candidate_the_digit_network_is_asked() -> None:
    components = blocks(*BLOCKS)
    line_reader = reader(Seeing(columns))
    opinions = line_reader.opinions(components, [], line_reader.find(components, 100))
    assert not opinions.matched.any()
    assert opinions.digit.argmax(axis=1).tolist() == [7, 7, 7]
    assert opinions.crops.max(axis=(1, 2)).min() == 255


def test_of_too_many_characters_those_that_are_rather_digits_are_shown_to_it() -> None:
    count = MOST_ASKED + 2
    found = characters(*[(20 + place % 600, 250, 12, 24) for place in range(count)])
    found.probabilities[[3, 5], CHARACTERS.index(UNKNOWN)] = 0.5
    opinions = reader(Seeing(columns)).opinions(blocks(*BLOCKS), [], found)
    unasked = opinions.digit.max(axis=1) < 0.2
    assert np.flatnonzero(unasked).tolist() == [3, 5]
    assert opinions.digit[unasked] == pytest.approx(0.1)
    assert not opinions.crops[unasked].any()


def test_of_a_box_beyond_the_photo_the_digit_network_gets_what_is_inside() -> None:
    components = blocks(Box(0, 0, 60, 100))
    outside = characters((5, 50, 60, 140), (-50, -50, 20, 20))
    opinions = reader(Seeing(columns)).opinions(components, [], outside)
    assert opinions.crops.shape == (2, 28, 28)
    assert opinions.boxes[0] == Box(-25, -20, 60, 140)


def test_both_opinions_are_fused() -> None:
    components = blocks(*BLOCKS)
    agreed = reader(Seeing(columns), value=4).read(components, [], 100)
    disputed = reader(Seeing(columns), value=7).read(components, [], 100)
    assert [each.symbol for each in agreed] == ["4"] * 3
    assert max(each.certainty for each in disputed) < min(each.certainty for each in agreed)


def test_the_usual_height_is_that_of_the_middle_of_all_ink() -> None:
    many_low = [Box(20 + 30 * place, 20, 20, 20) for place in range(8)]
    few_high = [Box(100 * place, 200, 60, 100) for place in range(4)]
    assert usual_height(blocks(*many_low, *few_high)) == 100
    assert usual_height(blocks(*many_low)) == 20


def test_what_is_too_small_for_a_digit_counts_only_alone() -> None:
    dots = [Box(20 + 10 * place, 20, MIN_SIDE - 1, MIN_SIDE - 1) for place in range(60)]
    assert usual_height(blocks(*dots, Box(100, 200, 40, 60))) == 60
    assert usual_height(blocks(*dots)) == MIN_SIDE - 1


@pytest.mark.parametrize("rule", [Box(300, 0, 4, 500), Box(300, 0, 4, 400), Box(300, 100, 4, 400)])
def test_so_does_what_the_photos_edge_cuts_off(rule: Box) -> None:
    assert usual_height(blocks(rule, Box(100, 200, 40, 60))) == 60
    assert usual_height(blocks(rule)) == rule.height


def test_of_too_many_characters_the_most_probable_are_kept() -> None:
    def everywhere(ink: MatLike) -> Characters:
        places = [
            (x, y, 8, 8) for y in range(5, ink.shape[0], 10) for x in range(5, ink.shape[1], 10)
        ]
        seen = characters(*places)
        assert len(places) > MOST_CHARACTERS + 5
        seen.middles[:5] = 0.3
        return seen

    full = [Box(90 * column, 40 * row, 12, 24) for row in range(24) for column in range(14)]
    found = reader(Seeing(everywhere)).find(blocks(*full, size=(1280, 960)), 24)
    assert len(found.boxes) == MOST_CHARACTERS
    assert found.middles.min() > 0.3
