"""An answer with what was said of it, and the questions below it."""

import pytest

from bot.chat import questions
from bot.chat.answered import Answered
from bot.chat.keyboards import Part
from bot.chat.parts import divide
from bot.sandbox.entities import parse_html, utf16_length
from bot.translations import Translator, all_languages, for_code
from model.reader import Reading, Refusal
from tests.readings import certain, in_a_line, written

ENGLISH = for_code("en")


def asked(reading: Reading, choices: list[Part], truth: str | None = None) -> str:
    """What is asked below an answer, in plain text."""
    answered = Answered(1, 2, reading.text, truth)
    shown = questions.next_question(ENGLISH, answered, reading, choices)
    text, _ = parse_html(shown.text)
    return str(text).split("\n\n", 1)[1]


def said(read: str, truth: str | None) -> str:
    """The last line of an answer of which something was said."""
    answered = Answered(1, 2, read, truth)
    shown = questions.without_question(ENGLISH, answered, written(read))
    return shown.text.splitlines()[-1]


def test_of_one_digit_it_is_asked_what_it_really_is() -> None:
    assert asked(written("7"), [Part(0, 1, "7")]).startswith("What is it really? ")


def test_of_several_it_is_asked_which_and_then_in_its_number() -> None:
    reading = written("12.54")
    assert asked(reading, divide(reading, 0, 4)).startswith("Which digit is wrong? ")
    last = asked(reading, [Part(3, 4, "4")])
    assert last.startswith("What is the digit in brackets really: 12.5[4]? ")
    lines = written("123456 7\n123456 7")
    assert asked(lines, divide(lines, 0, 14)).startswith("Where is the wrong digit? ")


def test_every_question_says_that_the_whole_can_be_told() -> None:
    assert asked(written("7"), [Part(0, 1, "7")]).endswith(ENGLISH("or-reply"))


@pytest.mark.parametrize("digits", [0, 2])
def test_of_a_refusal_without_a_single_digit_the_whole_is_asked_for(digits: int) -> None:
    reading = in_a_line(*[certain(7)] * digits, refused=Refusal.NO_DIGIT)
    assert asked(reading, divide(reading, 0, digits)) == ENGLISH("what-was-it")


def test_of_a_refusal_with_a_single_digit_it_is_asked_what_that_is() -> None:
    reading = in_a_line(certain(7), refused=Refusal.NOT_A_DIGIT)
    assert asked(reading, divide(reading, 0, 1)).startswith("What is it really? ")


def test_what_was_said_stands_below_the_answer_and_above_a_question() -> None:
    assert said("7", "7") == "You said: right"
    assert said("7", "") == "You said: no digit"
    assert said("12.54", "12.59") == "You said: 12.59"
    assert "You said" not in said("7", None)
    answered = Answered(1, 2, "7", "1")
    shown = questions.next_question(ENGLISH, answered, written("7"), [Part(0, 1, "7")])
    assert "\nYou said: 1\n\nWhat is it really?" in shown.text


@pytest.mark.parametrize("words", all_languages().values(), ids=all_languages())
def test_the_longest_answer_leaves_room_for_a_question(words: Translator) -> None:
    reading = written("\n".join(["1234567 8"] * 400))
    answered = Answered(1, 2, reading.text, "9" * 3000)
    for choices in (divide(reading, 0, 3200), [Part(9, 10, "2")]):
        text, _ = parse_html(questions.next_question(words, answered, reading, choices).text)
        assert utf16_length(text) <= 4096
