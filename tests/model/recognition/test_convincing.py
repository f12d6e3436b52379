"""Which lines are asserted: more is asked of a digit alone, and of what stands among letters."""

import pytest

from model.boxes import Box
from model.recognition.classification import ClassifiedCandidate
from model.recognition.convincing import SEEN, are_convincing
from model.recognition.decoding import Photo
from model.recognition.passes import Segmented
from model.recognition.refusal import Refusal
from tests.model.recognition.hand_made import blank, classified
from tests.model.recognition.test_certainty import line

PAGE = Photo(blank())


def segmented(*candidates: ClassifiedCandidate, number: bool = False) -> Segmented:
    found = list(candidates)
    return Segmented(found if number else [], found, None, Refusal.NO_DIGIT)


def test_several_sure_digits_need_no_other_evidence() -> None:
    assert are_convincing(line("42", 0.99), segmented(), PAGE)


@pytest.mark.parametrize(("probability", "convinces"), [(SEEN + 0.01, True), (SEEN - 0.01, False)])
def test_a_digit_alone_is_seen_by_the_digit_network_too(
    probability: float, convinces: bool
) -> None:
    seen = segmented(classified(Box(0, 0, 60, 90), probability=probability))
    assert are_convincing(line("4", 0.99), seen, PAGE) == convinces


def test_doubtful_digits_need_a_number_of_the_segmentation() -> None:
    digit = classified(Box(0, 0, 60, 90))
    assert are_convincing(line("42", 0.6), segmented(digit, number=True), PAGE)
    assert not are_convincing(line("42", 0.6), segmented(digit), PAGE)
