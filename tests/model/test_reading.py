"""What a reading says of the digits and marks in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.reader import (
    MOST_SHOWN,
    SURE,
    UNKNOWN,
    Box,
    Digit,
    Mark,
    Number,
    Reading,
    Refusal,
)
from tests.readings import BLANK, SOMEWHERE, certain, in_a_line, written

TEXTS = ["7", "12.54", "-7 12/05", "2+3=5", "12:30\n1254 3067\n9", "1?5"]


def test_a_digit_is_the_likeliest_one() -> None:
    probabilities = (0, 0.1, 0, 0.5, 0, 0, 0, 0.4, 0, 0)
    digit = Digit(Box(1, 2, 3, 4), BLANK, probabilities)
    assert (digit.value, digit.text) == (3, "3")
    assert digit.probability == pytest.approx(0.5)


@pytest.mark.parametrize(("probability", "is_sure"), [(0.899, False), (0.901, True), (1.0, True)])
def test_a_digit_is_sure_from_nine_in_ten(probability: float, is_sure: bool) -> None:
    assert SURE == 0.9  # what replies, colours and the evaluation's "90 % sure" mean
    digit = certain(3, probability)
    assert digit.is_sure is is_sure
    assert in_a_line(certain(4), digit).is_sure is is_sure


@pytest.mark.parametrize("text", TEXTS)
def test_the_text_has_the_lines_the_numbers_and_the_marks_as_written(text: str) -> None:
    assert written(text).text == text


def test_the_digits_of_all_lines_are_in_reading_order_without_the_marks() -> None:
    digits = written("-12.5 3\n4:7").digits
    assert [digit.value for digit in digits] == [1, 2, 5, 3, 4, 7]


def test_each_mark_tells_how_many_digits_precede_it() -> None:
    marks = written("-12.5 3\n4:?7").marks
    assert [(mark.text, before) for mark, before in marks] == [
        ("-", 0),
        (".", 2),
        (":", 5),
        (UNKNOWN, 5),
    ]
    assert written("12 34\n56").marks == ()


def test_the_characters_are_digits_and_marks_together() -> None:
    characters = written("-1 2\n3").characters
    assert [character.text for character in characters] == ["-", "1", "2", "3"]
    assert [len(line.characters) for line in written("-1 2\n3").lines] == [3, 1]


def test_what_cannot_be_told_makes_a_reading_unsure() -> None:
    assert written("12.54").is_sure
    assert not written("12?54").is_sure
    assert not Mark(SOMEWHERE, UNKNOWN).is_sure
    assert Mark(SOMEWHERE, ".").is_sure


def test_what_is_refused_asserts_nothing_and_keeps_what_was_looked_at() -> None:
    refused = in_a_line(certain(7), refused=Refusal.NO_DIGIT)
    assert refused.text == ""
    assert not refused.is_sure
    assert [digit.value for digit in refused.digits] == [7]
    assert not Reading().is_sure


def test_a_number_stands_where_its_characters_are() -> None:
    number = Number((certain(7, box=Box(10, 20, 30, 40)), Mark(Box(45, 55, 5, 6), ",")))
    assert number.box == Box(10, 20, 40, 41)
    assert number.is_sure
    assert not Number((*number.characters, certain(7, 0.8))).is_sure


@pytest.mark.parametrize("refusal", Refusal)
def test_only_what_could_be_decoded_can_be_shown(refusal: Refusal) -> None:
    unopened = {
        Refusal.NOT_A_PICTURE,
        Refusal.TOO_MANY_BYTES,
        Refusal.TOO_MANY_PIXELS,
        Refusal.TOO_DEMANDING,
    }
    assert Reading(refused=refusal).decoded is (refusal not in unopened)
    assert written("7").decoded


@given(st.lists(st.integers(0, 5), min_size=10, max_size=10))
def test_the_second_likeliest_digit_is_the_likeliest_of_the_others(weights: list[int]) -> None:
    digit = Digit(SOMEWHERE, BLANK, tuple(weights))
    value, probability = digit.second
    others = weights[: digit.value] + weights[digit.value + 1 :]
    assert value != digit.value
    assert probability == weights[value] == max(others)


# --- what to show by itself -------------------------------------------------------------------


def test_of_many_digits_the_least_sure_are_most_important_in_reading_order() -> None:
    shares = [0.99, 0.5, *[0.98] * (MOST_SHOWN - 2), 0.6]
    digits = [certain(3, share) for share in shares]
    shown = in_a_line(*digits).most_important
    assert [digit.probability for digit in shown] == pytest.approx(shares[1:])


def test_of_few_digits_all_are() -> None:
    reading = written("306")
    assert reading.most_important == reading.digits


def test_of_a_refused_reading_it_is_the_surest_first() -> None:
    shares = [0.2] * MOST_SHOWN + [0.5, 0.8]
    read = in_a_line(*[certain(3, share) for share in shares])
    refused = Reading(read.lines, Refusal.NO_DIGIT)
    shown = [digit.probability for digit in refused.most_important]
    assert shown == pytest.approx([0.8, 0.5, *[0.2] * (MOST_SHOWN - 2)])
