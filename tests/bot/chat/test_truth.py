"""What somebody says that a photo shows, however they put it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.truth import is_same, truth_in


@pytest.mark.parametrize(
    ("said", "truth"),
    [
        ("12.5", "12.5"),
        ("12,5", "12,5"),
        (" 7 ", "7"),
        ("it was 7", "7"),
        ("It was 7.", "7"),
        ("No, it's 7!", "7"),
        ("It’s -7", "-7"),  # noqa: RUF001  as phones write it
        ("это 7", "7"),
        ("Нет, это 7.", "7"),
        ("было 12,5", "12,5"),
        ("7 x 8 = 56", "7 × 8 = 56"),
        ("7*8", "7×8"),
        ("7 х 8", "7 × 8"),  # noqa: RUF001  a Cyrillic letter, as on a Russian keyboard
        ("−7", "-7"),  # noqa: RUF001  a minus sign
        ("12/05", "12/05"),
        ("12?4", "12?4"),
        ("12  34\n\n 5 ", "12 34\n5"),
        ("7" * 4000, "7" * 4000),
    ],
)
def test_a_number_is_found_in_what_people_write(said: str, truth: str) -> None:
    assert truth_in(said) == truth


@pytest.mark.parametrize(
    "said", ["nothing", "Nothing.", "no digit", "not a digit", "ничего", "Это не цифра!", "пусто"]
)
def test_nothing_may_be_said_in_any_language(said: str) -> None:
    assert truth_in(said) == ""


@pytest.mark.parametrize(
    "said",
    [
        "",
        "hello",
        "seven",
        "is it 7?",
        "7 or 1",
        "12a",
        "?",
        "-",
        "it was",
        "это",
        "٣",
        "it was nothing much",
    ],
)
def test_what_is_no_number_is_nothing_that_is_said(said: str) -> None:
    assert truth_in(said) is None


@given(st.text(max_size=40))
def test_whatever_is_written_gives_a_number_nothing_or_none(said: str) -> None:
    truth = truth_in(said)
    assert not truth or set(truth) <= set("0123456789.,:+-×÷=()?/ \n")


def test_a_very_long_reply_is_looked_at_in_no_time() -> None:
    assert truth_in("no " * 1365) is None
    assert truth_in("1" * 4095 + "x1") == "1" * 4095 + "×1"


def test_spaces_and_the_decimal_mark_make_no_difference() -> None:
    assert is_same("12.5", "12,5")
    assert is_same("1 234\n5", "1234 5")
    assert is_same("", "")
    assert not is_same("12.5", "125")
    assert not is_same("7", "")
