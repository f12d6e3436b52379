"""How sure lines are: their characters' certainties, taken together."""

import numpy as np
import pytest

from model.boxes import Box
from model.recognition.certainty import (
    DOUBTED,
    MOST_TOLD,
    ONE_CONVINCES,
    SEVERAL_CONVINCE,
    are_straight,
    are_sure,
    certainties,
    digit_count,
    has_letters,
    mean_certainty,
    weight,
)
from model.recognition.character_set import UNKNOWN
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import LETTER, MARK, Lines
from tests.model.recognition.hand_made import probabilities

NEAR = 0.01  # beside a limit


def character(symbol: str, certainty: float) -> ReadCharacter:
    crop = np.zeros((28, 28), np.uint8)
    even = probabilities(0, 0.1)
    return ReadCharacter(Box(0, 0, 60, 90), symbol, certainty, certainty, even, crop)


def number(text: str, certainty: float = 0.9) -> list[ReadCharacter]:
    return [character(symbol, certainty) for symbol in text]


def line(text: str, certainty: float = 0.9) -> Lines:
    return [[number(text, certainty)]]


TWO_LINES: Lines = [
    [number("4", 0.9), number("2-", 0.8)],
    [number("7?", 0.6)],
]


def test_they_are_those_of_all_characters_but_none_of_what_cannot_be_told() -> None:
    assert certainties(TWO_LINES) == [0.9, 0.8, 0.8, 0.6, 0.0]


def test_their_mean_counts_what_cannot_be_told() -> None:
    assert mean_certainty(TWO_LINES) == pytest.approx(3.1 / 5)


def test_marks_are_no_digits() -> None:
    assert digit_count(TWO_LINES) == 3
    assert digit_count(line("-+?")) == 0


@pytest.mark.parametrize(
    ("text", "straight"), [("1", True), ("1-/?", True), ("", True), ("17", False), ("1.", False)]
)
def test_ones_dashes_and_slashes_are_straight_strokes(text: str, straight: bool) -> None:
    assert are_straight(line(text)) == straight


def test_what_is_doubted_weighs_less_and_nothing_weighs_less_than_nothing() -> None:
    weights = [certainty - DOUBTED for certainty in (0.9, 0.8, 0.8, 0.6)]
    assert weight(TWO_LINES) == pytest.approx(sum(weights))
    assert weight(line("7", DOUBTED - NEAR)) == 0
    assert weight(line("7", DOUBTED + NEAR)) == pytest.approx(NEAR)


@pytest.mark.parametrize("nothing", [[], [[]], [[[]]]])
def test_of_nothing_there_is_nothing(nothing: Lines) -> None:
    assert certainties(nothing) == []
    assert mean_certainty(nothing) == 0
    assert digit_count(nothing) == 0
    assert weight(nothing) == 0
    assert not are_sure(nothing)


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("4", ONE_CONVINCES),
        ("-4", ONE_CONVINCES),
        ("42", SEVERAL_CONVINCE),
        ("4-2", SEVERAL_CONVINCE),
    ],
)
def test_one_digit_must_be_surer_than_several(text: str, least: float) -> None:
    assert are_sure(line(text, least + NEAR))
    assert not are_sure(line(text, least - NEAR))


def test_it_is_their_mean_that_must_be_sure() -> None:
    doubtful, sure = number("4", SEVERAL_CONVINCE - 0.05), number("2", SEVERAL_CONVINCE + 0.06)
    assert are_sure([[doubtful, sure]])
    assert not are_sure([[doubtful, doubtful, sure]])


def test_doubtful_marks_take_nothing_from_digits() -> None:
    four, point, two = character("4", 0.99), character(".", MARK), character("2", 0.99)
    assert are_sure([[[four, point, two]]])


def test_sure_marks_add_nothing_to_digits() -> None:
    lines = [[number("42", SEVERAL_CONVINCE - NEAR) + number("--", 1.0)]]
    assert not are_sure(lines)


@pytest.mark.parametrize("text", ["-", "?", "??", "-?"])
def test_what_holds_no_digit_is_not(text: str) -> None:
    assert not are_sure(line(text, 1.0))


@pytest.mark.parametrize("told", range(1, 9))
def test_most_must_be_told_and_the_rest_takes_nothing_from_it(told: int) -> None:
    lines = line("4" * told + UNKNOWN, ONE_CONVINCES + NEAR)
    assert are_sure(lines) == (told / (told + 1) > MOST_TOLD)


def test_a_quarter_that_cannot_be_told_is_too_much() -> None:
    assert not are_sure(line("444?"))
    assert are_sure(line("4444?"))


@pytest.mark.parametrize(("beyond", "is_letter"), [(NEAR, True), (-NEAR, False)])
def test_what_surely_is_no_digit_is_a_letter(beyond: float, is_letter: bool) -> None:
    unknown = character(UNKNOWN, LETTER + beyond)
    assert has_letters([[number("4"), [unknown]]]) == is_letter


def test_digits_and_marks_are_no_letters() -> None:
    assert not has_letters(line("4-2", 1.0))
