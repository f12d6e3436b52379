"""What of the characters that were read a photo asserts."""

import numpy as np
import pytest

from model.boxes import Box
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import MARK, PRESENT, accept_lines, is_present

HEIGHT, STEP = 100, 80  # pixels: digits stand close together


def character(
    symbol: str, place: int, certainty: float = 0.99, presence: float = 0.9
) -> ReadCharacter:
    """A character at a place of the first line, as high as a digit."""
    probabilities = np.full(10, 0.1, np.float32)
    crop = np.zeros((28, 28), np.uint8)
    box = Box(STEP * place, 0, 60, HEIGHT)
    return ReadCharacter(box, symbol, certainty, presence, probabilities, crop)


def written(text: str, **certainties: float) -> list[ReadCharacter]:
    """The characters of a line, with spaces between its numbers; all sure but those named."""
    return [
        character(symbol, place, certainties.get(f"at_{place}", 0.99))
        for place, symbol in enumerate(text)
        if symbol != " "
    ]


def text(characters: list[ReadCharacter]) -> str:
    """What is asserted, as a reading writes it."""
    lines = accept_lines(characters)
    numbers = [["".join(each.symbol for each in number) for number in line] for line in lines]
    return "\n".join(" ".join(line) for line in numbers)


@pytest.mark.parametrize("line", ["7", "12", "2+3=5", "12.05.2024", "-7", "12 54", "(12)÷4"])
def test_digits_and_marks_are_asserted_as_they_stand(line: str) -> None:
    assert text(written(line)) == line


def test_nothing_is_asserted_of_nothing() -> None:
    assert accept_lines([]) == []


def test_lines_stand_below_each_other() -> None:
    lower = [each._replace(box=each.box.moved(0, 200)) for each in written("34")]
    assert text(written("12") + lower) == "12\n34"


@pytest.mark.parametrize(("certainty", "expected"), [(0.5, "123"), (0.49, "1?3")])
def test_a_digit_that_cannot_be_told_is_a_question_mark(certainty: float, expected: str) -> None:
    assert text(written("123", at_1=certainty)) == expected


@pytest.mark.parametrize(("certainty", "expected"), [(0.49, "?23"), (0.49, "12?")])
def test_it_is_one_at_the_ends_of_a_number_too(certainty: float, expected: str) -> None:
    place = expected.index("?")
    assert text(written("123", **{f"at_{place}": certainty})) == expected


@pytest.mark.parametrize(
    ("presence", "certainty", "expected"), [(0.5, 0.1, "1?"), (0.49, 0.5, "12"), (0.49, 0.49, "1")]
)
def test_what_is_hardly_there_is_left_out(presence: float, certainty: float, expected: str) -> None:
    faint = character("2", 1, certainty, presence)
    assert text([character("1", 0), faint]) == expected


@pytest.mark.parametrize("symbol", [",", "-", "+"])
def test_a_low_mark_is_there_if_it_is_told_however_sure_it_is_that_something_is(
    symbol: str,
) -> None:
    assert is_present(character(symbol, 0, MARK, presence=0.1))
    assert not is_present(character(symbol, 0, MARK - 0.01, presence=0.99))


@pytest.mark.parametrize("symbol", ["4", "/", "(", "?"])
def test_all_else_is_there_if_either_is_sure(symbol: str) -> None:
    assert is_present(character(symbol, 0, 0.0, PRESENT))
    assert is_present(character(symbol, 0, PRESENT, 0.0))
    assert not is_present(character(symbol, 0, PRESENT - 0.01, PRESENT - 0.01))


@pytest.mark.parametrize("line", ["?12", "12?", "??12", "12 ?", "? 12"])
def test_letters_end_a_number_and_are_no_part_of_it(line: str) -> None:
    assert text(written(line)) == "12"


@pytest.mark.parametrize("line", [".12", ",12", "?.12", ". 12"])
@pytest.mark.parametrize(("certainty", "is_told"), [(0.7, True), (0.69, False)])
def test_points_before_it_may_be_dirt(line: str, certainty: float, is_told: bool) -> None:
    place = min(line.find(mark) for mark in ".," if mark in line)
    expected = line.lstrip("?") if is_told else line.lstrip("?., ")
    assert text(written(line, **{f"at_{place}": certainty})) == expected


def test_between_digits_a_letter_stays_as_a_question_mark() -> None:
    assert text(written("12?4")) == "12?4"


@pytest.mark.parametrize(("certainty", "expected"), [(0.8, "12"), (0.79, "12?")])
def test_what_may_be_a_digit_is_no_letter(certainty: float, expected: str) -> None:
    assert text(written("12?", at_2=certainty)) == expected


@pytest.mark.parametrize(("line", "expected"), [("1 ??", ""), ("?1??2", ""), ("1 2 ???", "1 2")])
def test_in_a_line_that_is_mostly_letters_a_number_stands_apart_or_is_none(
    line: str, expected: str
) -> None:
    doubtful = {"at_0": 0.89} if line == "1 ??" else {}
    assert text(written(line, **doubtful)) == expected


@pytest.mark.parametrize(("certainty", "expected"), [(0.9, "12"), (0.89, "")])
def test_set_apart_from_letters_each_digit_must_be_sure(certainty: float, expected: str) -> None:
    assert text(written("???? 12", at_6=certainty)) == expected


@pytest.mark.parametrize(("line", "expected"), [("???? 12", "12"), ("????? 12", ""), ("???", "")])
def test_among_more_than_two_letters_for_each_digit_there_is_no_digit(
    line: str, expected: str
) -> None:
    assert text(written(line)) == expected


@pytest.mark.parametrize(
    ("words", "digits", "expected"), [("??", "7", "7"), ("???", "7", ""), ("???", "42", "42")]
)
def test_on_a_page_of_words_one_digit_alone_is_a_letter_too(
    words: str, digits: str, expected: str
) -> None:
    lower = [each._replace(box=each.box.moved(0, 200)) for each in written(digits)]
    assert text(written(words) + lower) == expected


def test_a_line_of_nothing_but_doubt_stays_beside_others() -> None:
    upper = [character("1", 0, certainty=0.3)]
    lower = [each._replace(box=each.box.moved(0, 200)) for each in written("34")]
    assert text(upper + lower) == "?\n34"
    assert text(upper) == ""


# --- marks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ".,-:+×÷=")
@pytest.mark.parametrize(("certainty", "expected"), [(0.3, "1{}2"), (0.29, "1 2")])
def test_a_low_mark_is_told_or_left_out(mark: str, certainty: float, expected: str) -> None:
    assert text(written(f"1{mark}2", at_1=certainty)) == expected.format(mark)


@pytest.mark.parametrize("mark", "/()")
def test_a_mark_as_tall_as_digits_that_cannot_be_told_is_a_question_mark(mark: str) -> None:
    assert text(written(f"1{mark}2", at_1=0.29)) == "1?2"


@pytest.mark.parametrize("mark", "/)")
def test_what_no_number_begins_with_is_rather_a_digit(mark: str) -> None:
    stroke, *rest = written(f"{mark}23")
    one = np.full(10, 0.05, np.float32)
    one[1] = 0.55
    characters = [stroke._replace(probabilities=one), *rest]
    assert text(characters) == "123"
    [[[first, *_]]] = accept_lines(characters)
    assert first.certainty == pytest.approx(0.7 * 0.99)
    assert first.probabilities[1] == pytest.approx(first.certainty)
    assert first.probabilities.sum() == pytest.approx(1)


@pytest.mark.parametrize("line", ["+", "- -", "."])
def test_marks_alone_are_no_number(line: str) -> None:
    assert text(written(line)) == ""
