"""The fusion is fitted so that most is right, and as sure as it is right."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from model.boxes import Box
from model.recognition import digit_network
from model.recognition.character_set import CHARACTERS, DIGITS
from model.recognition.classification import ClassifiedCandidate
from model.recognition.components import Components
from model.recognition.digit_network import Classifier
from model.recognition.fusion import Fusion, Opinions
from model.recognition.line_network import Characters, LineNetwork
from model.recognition.line_reading import LineReader
from model.synthesis.text_pages import TextPage
from model.training.fusion_fitting import NOTHING, Judged, fit_fusion, judge
from tests.model.mnist_pages import row

MANY = 2000
COMMA = CHARACTERS.index(",")
Integers = NDArray[np.intp]


def peaked(indices: Integers, classes: int, peak: float = 0.9) -> NDArray[np.float32]:
    """Probabilities that give each index so much, and the rest to the others."""
    table = np.full((len(indices), classes), (1 - peak) / (classes - 1), np.float32)
    table[np.arange(len(indices)), indices] = peak
    return table


def judged(truths: Integers, line: Integers, digit: Integers) -> Judged:
    """What is so, and what each network takes for likeliest."""
    count = len(truths)
    opinions = Opinions(
        [Box(0, 0, 1, 1)] * count,
        np.full(count, 0.9, np.float32),
        peaked(line, len(CHARACTERS)),
        peaked(digit, len(DIGITS), peak=0.99),
        np.ones(count, bool),
        np.zeros((count, 28, 28), np.uint8),
    )
    return Judged(opinions, truths)


def wrong(truths: Integers, share: float, rng: np.random.Generator) -> Integers:
    """The truths, of which a share is replaced by other digits."""
    mistaken = rng.random(len(truths)) < share
    return np.where(mistaken, (truths + rng.integers(1, 10, len(truths))) % 10, truths)


@pytest.fixture(scope="module")
def digits() -> Integers:
    return np.random.default_rng(0).integers(10, size=MANY)


def right(fusion: Fusion, given: Judged) -> NDArray[np.bool_]:
    fused = fusion.fuse(given.opinions)
    truths = [CHARACTERS[index] for index in given.truths]
    return np.array([one.symbol == truth for one, truth in zip(fused, truths, strict=True)])


# --- how much each counts ---------------------------------------------------------------------


def test_a_digit_network_that_errs_less_is_believed(digits: Integers) -> None:
    rng = np.random.default_rng(1)
    given = judged(digits, wrong(digits, 0.3, rng), wrong(digits, 0.02, rng))
    fusion = fit_fusion(given)
    assert fusion.digit_weight > 0.3
    assert right(fusion, given).mean() == pytest.approx(0.98, abs=0.01)


def test_a_digit_network_that_knows_nothing_is_not_asked(digits: Integers) -> None:
    rng = np.random.default_rng(1)
    given = judged(digits, wrong(digits, 0.02, rng), wrong(digits, 0.9, rng))
    fusion = fit_fusion(given)
    assert fusion.digit_weight < 0.3
    assert right(fusion, given).mean() == pytest.approx(0.98, abs=0.01)


# --- how sure it is ---------------------------------------------------------------------------


def test_agreement_is_sure_and_disagreement_is_doubt(digits: Integers) -> None:
    rng = np.random.default_rng(1)
    line, digit = wrong(digits, 0.1, rng), wrong(digits, 0.1, rng)
    given = judged(digits, line, digit)
    fusion = fit_fusion(given)
    certainties = np.array([each.certainty for each in fusion.fuse(given.opinions)])
    are_right = right(fusion, given)
    agree = line == digit
    assert certainties[agree].min() > 0.97
    assert certainties[~agree].max() < 0.7
    for group in (agree, ~agree):
        assert certainties[group].mean() == pytest.approx(are_right[group].mean(), abs=0.03)


def test_marks_have_a_certainty_of_their_own(digits: Integers) -> None:
    rng = np.random.default_rng(1)
    marks = np.full(MANY, COMMA)
    truths = np.where(rng.random(MANY) < 0.25, NOTHING, marks)
    given = judged(
        np.concatenate([digits, truths]),
        np.concatenate([digits, marks]),
        np.concatenate([digits, np.zeros(MANY, np.intp)]),
    )
    fused = fit_fusion(given).fuse(given.opinions)
    certainties = np.array([each.certainty for each in fused])
    assert {each.symbol for each in fused[MANY:]} == {","}
    assert certainties[MANY:].mean() == pytest.approx(0.75, abs=0.02)
    assert certainties[:MANY].min() > 0.99


def test_there_is_a_fusion_even_where_all_or_nothing_is_right(digits: Integers) -> None:
    few = digits[:5]
    for truths in (few, np.full(5, NOTHING), few[:0]):
        given = judged(truths, few[: len(truths)], few[: len(truths)])
        fusion = fit_fusion(given)
        assert len(fusion.digit) == 6
        assert len(fusion.other) == 4
        assert np.isfinite(fusion.digit + fusion.other).all()
        assert len(fusion.fuse(given.opinions)) == len(truths)


# --- what is compared -------------------------------------------------------------------------


class Told(LineReader):
    """Sees on each page what it was told."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        """See sevens in `boxes`, by networks that do not matter."""
        super().__init__(LineNetwork(b""), Classifier(b""), Fusion(0, [], []))
        self._boxes = list(boxes)

    def find(
        self,
        components: Components,
        digit_height: float,
        most_pixels: int = 0,
        *,
        once: bool = False,
    ) -> Characters:
        """Find nothing."""
        del components, digit_height, most_pixels, once
        empty = np.empty((0, 4), np.float32)
        return Characters(empty, empty[:, 0], empty)

    def opinions(
        self,
        components: Components,
        candidates: Sequence[ClassifiedCandidate],
        found: Characters,
    ) -> Opinions:
        """See sevens."""
        del components, candidates, found
        sevens = np.full(len(self._boxes), 7)
        given = judged(sevens, sevens, sevens)
        return given.opinions._replace(boxes=self._boxes)


def test_what_was_found_is_compared_with_what_is_written_there() -> None:
    photo = row("42")
    blank = np.full_like(photo, 255)
    places = [Box(60, 60, 90, 90), Box(210, 60, 90, 90)]
    written = TextPage(photo, places, ["4", ","], [0, 0], 90.0)
    nothing = TextPage(blank, places, ["1", "1"], [0, 0], 90.0)
    reader = Told([places[1].moved(9, 0), Box(400, 60, 90, 90), places[0]])
    result = judge(reader, digit_network.load(), [nothing, written, nothing, written])
    assert result.truths.tolist() == [COMMA, NOTHING, 4] * 2
    assert len(result.opinions.boxes) == len(result.opinions.line) == 6
