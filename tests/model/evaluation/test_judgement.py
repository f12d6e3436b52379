"""Judgement: when a reading is right, how much of it is, and how many edits it is off."""

import pytest

from model.evaluation.judgement import (
    Judgement,
    Writing,
    character_error_rate,
    edit_distance,
    judge,
    parse,
)

ALL_RIGHT = Judgement(right=True, digits_right=True, marks_exact=None)
DIGITS_ALONE = Judgement(right=False, digits_right=True, marks_exact=None)
ALL_WRONG = Judgement(right=False, digits_right=False, marks_exact=None)


def right(label: str, text: str) -> bool:
    return judge(label, text).right


@pytest.mark.parametrize("text", ["1", "", "77", "?", "7 7", "-"])
def test_other_digits_than_the_labels_are_all_wrong(text: str) -> None:
    assert judge("7", "7") == ALL_RIGHT
    assert judge("7", text) == ALL_WRONG


def test_digits_are_right_in_their_order_alone() -> None:
    assert judge("3068", "3068") == ALL_RIGHT
    assert judge("3068", "3608") == ALL_WRONG
    assert judge("12|54", "54\n12") == ALL_WRONG


def test_only_the_ten_digits_are_digits() -> None:
    assert judge("12", "1\N{SUPERSCRIPT TWO}") == ALL_WRONG
    assert judge("12", "1\N{ARABIC-INDIC DIGIT TWO}") == ALL_WRONG


def test_where_no_digit_is_only_an_empty_text_is_right() -> None:
    assert judge("none", "") == ALL_RIGHT
    for text in ("4", "?", "-", " "):
        assert judge("none", text) == ALL_WRONG


# --- between digits ---------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [" ", "\n", ".", "-", " - ", "?", ".\n"])
def test_where_the_label_has_a_break_any_break_or_mark_is_right(gap: str) -> None:
    assert judge("12|54", f"12{gap}54") == ALL_RIGHT


@pytest.mark.parametrize("label", ["12|54", "12.54"])
def test_numbers_that_are_glued_have_their_digits_right_alone(label: str) -> None:
    assert judge(label, "1254")[:2] == DIGITS_ALONE[:2]


@pytest.mark.parametrize("gap", [" ", "\n", "  "])
def test_white_space_inside_a_number_is_forgiven(gap: str) -> None:
    assert judge("1254", f"12{gap}54") == ALL_RIGHT


@pytest.mark.parametrize("gap", [".", "-", " - ", "?", "\n("])
def test_a_mark_that_is_not_there_is_not_forgiven(gap: str) -> None:
    assert judge("1254", f"12{gap}54") == DIGITS_ALONE


def test_a_break_elsewhere_does_not_make_up_for_the_one_that_is_missing() -> None:
    assert judge("12|54", "1 254") == DIGITS_ALONE


@pytest.mark.parametrize("text", ["12,54", "12 54", "12\n54", "12?54"])
def test_another_mark_or_a_break_is_right_for_a_mark_but_not_exact(text: str) -> None:
    assert judge("12.54", "12.54") == Judgement(right=True, digits_right=True, marks_exact=True)
    assert judge("12.54", text) == Judgement(right=True, digits_right=True, marks_exact=False)


def test_marks_are_exact_only_if_all_are_and_the_reading_is_right() -> None:
    assert judge("12/05/2024", "12/05/2024").marks_exact
    assert not judge("12/05/2024", "12/05.2024").marks_exact
    assert not judge("12/05/2024", "12/05/2025").marks_exact
    assert not judge("1.5|2", "1.52").marks_exact
    assert not judge("1.5|2", "1.5-2").marks_exact
    assert judge("1.5|2", "1.5\n2").marks_exact
    assert judge("1.5", "1 . 5").marks_exact


@pytest.mark.parametrize(
    ("label", "text"),
    [("2x3", "2×3"), ("6:3", "6÷3"), ("6÷3", "6:3"), ("5-2", "5\N{MINUS SIGN}2"), ("2×3", "2x3")],
)
def test_ways_to_write_the_same_mark_are_the_same(label: str, text: str) -> None:
    assert judge(label, text).marks_exact


# --- before the first digit and after the last ------------------------------------------------


def test_a_leading_sign_counts() -> None:
    assert judge("-7", "-7") == Judgement(right=True, digits_right=True, marks_exact=True)
    assert judge("-7", "\N{MINUS SIGN} 7").marks_exact
    assert judge("-7", "7") == Judgement(right=False, digits_right=True, marks_exact=False)
    for text in ("+7", "--7", "?7", "(7", "\n7"):
        assert not right("-7", text)
    assert right("+7", "+7")
    assert not right("+7", "7")


def test_a_leading_sign_that_is_not_there_is_forgiven_and_no_other_mark() -> None:
    assert judge("7", "-7") == ALL_RIGHT
    assert judge("7", "+7") == ALL_RIGHT
    for text in (".7", "?7", "(7", "--7"):
        assert judge("7", text) == DIGITS_ALONE


def test_white_space_before_the_first_digit_does_not_count() -> None:
    assert judge("7", " \n7") == ALL_RIGHT


def test_for_a_leading_bracket_any_mark_is_right_that_is_no_sign() -> None:
    assert judge("(5+2)", "(5+2)").marks_exact
    assert judge("(5+2)", "?5+2") == Judgement(right=True, digits_right=True, marks_exact=False)
    for text in ("5+2", " 5+2", "-5+2"):
        assert not right("(5+2)", text)


@pytest.mark.parametrize("end", [".", "/-", "=", "?", "\n", " ) ?"])
def test_what_follows_the_last_digit_does_not_count(end: str) -> None:
    assert judge("12", f"12{end}") == ALL_RIGHT
    assert judge(f"12{end}", "12") == ALL_RIGHT
    assert character_error_rate([("12", f"12{end}"), (f"12{end}", "12")]) == 0


def test_a_writing_has_its_digits_and_what_stands_before_each() -> None:
    assert parse("-12|5 × 4=") == Writing("1254", ["-", "", "|", " x "])
    assert parse("-12|5 × 4=").marks == ["-", "", "", "x"]
    assert parse("-12|5 × 4=").characters == "-125x4"
    assert parse("?") == Writing("", [])


# --- characters -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("true", "read", "distance"),
    [
        ("", "", 0),
        ("1254", "1254", 0),
        ("1254", "", 4),
        ("", "1254", 4),
        ("1254", "125", 1),
        ("1254", "12654", 1),
        ("1254", "1264", 1),
        ("1254", "2541", 2),
        ("12", "21", 2),
        ("0123456789", "9876543210", 10),
        ("kitten", "sitting", 3),
        ("saturday", "sunday", 3),
    ],
)
def test_the_edit_distance_counts_insertions_omissions_and_replacements(
    true: str, read: str, distance: int
) -> None:
    assert edit_distance(true, read) == distance
    assert edit_distance(read, true) == distance


def test_characters_are_digits_and_marks_without_breaks() -> None:
    assert character_error_rate([("12|54", "1254")]) == 0
    assert character_error_rate([("12.54", "12 54")]) == 1 / 5
    assert character_error_rate([("12.54", "12,54")]) == 1 / 5
    assert character_error_rate([("1254", "1?54")]) == 1 / 4
    assert character_error_rate([("2x3", "2 × 3")]) == 0


def test_the_error_rate_is_of_all_labels_characters_together() -> None:
    assert character_error_rate([("7", "1"), ("123456789", "123456789")]) == 1 / 10
    assert character_error_rate([("123", ""), ("7", "7")]) == 3 / 4
    assert character_error_rate([("7", "1234")]) == 4
    assert character_error_rate([]) is None
