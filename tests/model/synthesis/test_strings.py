"""What people write in a line."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from numpy.random import Generator

from model.recognition.character_set import MARKS
from model.synthesis import strings
from model.synthesis.glyphs.non_digits import CYRILLIC, GREEK, LATIN, SIGNS
from model.synthesis.strings import (
    CURRENCIES,
    DRAWING,
    LIKE_DIGITS,
    amount,
    calculation,
    clock_time,
    date,
    decimal,
    digits,
    plain_number,
    round_number,
    sample_string,
    several_numbers,
    short_number,
    symbol,
    telephone_number,
    word,
    words,
)

Sample = Callable[[Generator], str]
MANY = 1000
KINDS = {
    "plain_number": 0.34,
    "round_number": 0.07,
    "decimal": 0.11,
    "date": 0.08,
    "clock_time": 0.04,
    "calculation": 0.11,
    "telephone_number": 0.05,
    "several_numbers": 0.07,
    "amount": 0.06,
    "words": 0.07,
}


def many(sample: Sample) -> list[str]:
    rng = np.random.default_rng(0)
    return [sample(rng) for _ in range(MANY)]


def share(texts: list[str], pattern: str) -> float:
    """How many of the texts hold a pattern."""
    return sum(bool(re.search(pattern, text)) for text in texts) / len(texts)


# --- all kinds --------------------------------------------------------------------------------


def test_no_line_begins_or_ends_with_a_space() -> None:
    for text in many(sample_string):
        assert text
        assert text == text.strip()


def test_a_line_holds_what_a_hand_can_write() -> None:
    known = {*"0123456789 ", *MARKS, *CURRENCIES, *LATIN, *GREEK, *CYRILLIC, *SIGNS}
    known |= {*LIKE_DIGITS, DRAWING}
    assert set("".join(many(sample_string))) <= known


def test_plain_numbers_are_what_is_sent_most(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KINDS:
        monkeypatch.setattr(strings, name, lambda _, name=name: name)
    counts = Counter(many(sample_string))
    assert {kind: counts[kind] / MANY for kind in KINDS} == pytest.approx(KINDS, abs=0.04)


def test_a_seed_decides_everything() -> None:
    one, same, other = (sample_string(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize(
    ("sample", "pattern"),
    [
        (plain_number, r"\d{1,10}"),
        (round_number, r"\d{1,3}0{1,4}"),
        (decimal, r"[-+]?(\d{1,4}(,\d{3})?\.|\d{1,4}(\.\d{3})?,)\d{1,3}"),
        (date, r"\d{1,4}([./-])\d{1,2}(\1\d{1,4})?"),
        (clock_time, r"\d{1,2}:\d{2}(:\d{2})?"),
        (calculation, r"\(?\d{1,3}\)?( ?[-+×÷:] ?\(?\d{1,3}\)?){1,3}( ?= ?\d{1,3})?"),
        (telephone_number, r"\+?\(?\d{2,4}\)?(([ ./-])\d{2,4})(\2\d{2,4}){0,2}"),
        (several_numbers, r"\d{1,3}( \d{1,3}){1,4}"),
        (amount, r"(\D* ?)[-+]?[\d.,]+|[-+]?[\d.,]+( ?\D*)"),
        (words, r"☺|\S{1,8}( \S{1,8}){0,2}"),
    ],
)
def test_each_kind_has_its_form(sample: Sample, pattern: str) -> None:
    unlike = [text for text in many(sample) if not re.fullmatch(pattern, text)]
    assert unlike == []


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 7])
def test_there_are_as_many_digits_as_asked(count: int) -> None:
    assert {len(digits(count, np.random.default_rng(seed))) for seed in range(20)} == {count}


def test_in_a_quarter_of_the_numbers_half_of_the_digits_are_the_one_before() -> None:
    texts = many(lambda rng: digits(9, rng))
    repeated = [sum(a == b for a, b in pairwise(text)) for text in texts]
    # Of all others, a tenth is so by chance.
    assert np.mean(repeated) / 8 == pytest.approx(0.25 * 0.55 + 0.75 * 0.1, abs=0.02)
    assert share(texts, r"(\d)\1\1\1") > 0.1


def test_short_numbers_have_every_length_up_to_the_longest() -> None:
    lengths = Counter(len(text) for text in many(lambda rng: short_number(3, rng)))
    assert {length: count / MANY for length, count in lengths.items()} == pytest.approx(
        dict.fromkeys((1, 2, 3), 1 / 3), abs=0.05
    )


def test_some_decimals_are_signed_and_some_have_thousands() -> None:
    texts = many(decimal)
    assert share(texts, "^[-+]") == pytest.approx(0.2, abs=0.04)
    assert share(texts, r"\d[.,]\d{3}[.,]") == pytest.approx(0.2, abs=0.04)
    assert share(texts, r",\d+$") == pytest.approx(0.5, abs=0.05)


# --- dates and times --------------------------------------------------------------------------


def test_days_and_months_are_such() -> None:
    matches = [re.fullmatch(r"(\d+)\D(\d+)\D(19|20)\d\d", text) for text in many(date)]
    found = [match for match in matches if match]
    assert {int(match[1]) for match in found} == {*range(1, 32)}
    assert {int(match[2]) for match in found} == {*range(1, 13)}


def test_dates_come_in_every_form() -> None:
    texts = many(date)
    assert share(texts, r"^\d{1,2}\D\d{1,2}$") == pytest.approx(0.25, abs=0.05)
    assert share(texts, r"(^|\D)(19|20)\d\d(\D|$)") == pytest.approx(0.5, abs=0.05)
    assert share(texts, r"^\d{4}\D") == pytest.approx(0.5 * 0.2, abs=0.03)
    small = [text for text in texts if re.match(r"(0\d|\d)\D", text)]
    assert share(small, "^0") == pytest.approx(0.6, abs=0.08)
    for separator in "./-":
        assert share(texts, re.escape(separator)) == pytest.approx(1 / 3, abs=0.05)


def test_some_times_have_seconds_and_half_begin_with_an_hour() -> None:
    texts = many(clock_time)
    assert share(texts, ":.*:") == pytest.approx(0.2, abs=0.04)
    first = [text.partition(":")[0] for text in texts]
    # A padded number may be an hour, too: ten of sixty are below 10, and have two digits.
    assert share(first, r"^\d$") == pytest.approx(0.5 * 10 / 24, abs=0.04)
    assert max(map(int, first)) == 59


# --- sums and groups --------------------------------------------------------------------------


def test_brackets_hold_two_terms_of_a_sum() -> None:
    texts = many(calculation)
    with_brackets = [text for text in texts if "(" in text]
    pattern = r"\(\d+ ?[-+×÷:] ?\d+\)"
    assert len(with_brackets) / MANY == pytest.approx(2 / 3 * 0.4, abs=0.05)
    assert share(with_brackets, pattern) == 1


def test_some_sums_have_their_result_and_all_operators_occur() -> None:
    texts = many(calculation)
    assert share(texts, "=") == pytest.approx(0.4, abs=0.05)
    assert share(texts, " ") == pytest.approx(0.5, abs=0.05)
    for operator in "+-×÷:":
        assert share(texts, re.escape(operator)) > 0.1


def test_some_telephone_numbers_have_a_code_or_a_country() -> None:
    texts = many(telephone_number)
    assert share(texts, r"^\+?\(\d+\)") == pytest.approx(0.3, abs=0.05)
    assert share(texts, r"^\+") == pytest.approx(0.3, abs=0.05)
    for separator in " -./":
        assert share(texts, rf"\d\)?{re.escape(separator)}\d") == pytest.approx(0.25, abs=0.05)


# --- words ------------------------------------------------------------------------------------


def test_amounts_have_a_currency_or_a_short_word_on_either_side() -> None:
    texts = many(amount)
    assert share(texts, "[€$£¥]") == pytest.approx(0.4, abs=0.06)
    for currency in "€$£¥":
        assert share(texts, re.escape(currency)) == pytest.approx(0.1, abs=0.04)
    assert share(texts, r"^[-+]?\d") == pytest.approx(0.5, abs=0.05)
    besides = [re.sub(r"[-+\d., ]", "", text) for text in texts]
    assert {len(beside) for beside in besides} == {1, 2, 3, 4}


def test_a_fifth_of_the_words_are_drawings() -> None:
    assert share(many(words), DRAWING) == pytest.approx(0.2, abs=0.04)


def test_a_word_is_of_one_alphabet() -> None:
    alphabets = [{*LATIN, *LIKE_DIGITS} - {*"Xx"}, {*GREEK}, {*CYRILLIC}, {*SIGNS} - {*"+="}]
    counts = [0] * 4
    for text in many(word):
        [alphabet] = [i for i, letters in enumerate(alphabets) if set(text) <= letters]
        counts[alphabet] += 1
    assert np.array(counts) / MANY == pytest.approx([0.7, 0.1, 0.12, 0.08], abs=0.04)


def test_letters_like_digits_stand_between_others_only() -> None:
    texts = many(word)
    assert not {text[0] for text in texts} & {*LIKE_DIGITS}
    assert not {text[-1] for text in texts} & {*LIKE_DIGITS}
    inside = "".join(text[1:-1] for text in texts if text[0] in LATIN)
    like_digits = [letter for letter in inside if letter in LIKE_DIGITS]
    assert len(like_digits) / len(inside) == pytest.approx(0.25, abs=0.04)
    assert {*like_digits} == {*"OoIliJjSsZzbgq"}


def test_a_word_is_no_longer_than_asked() -> None:
    assert max(map(len, many(word))) == 8
    assert max(map(len, many(lambda rng: word(rng, 4)))) == 4


@pytest.mark.parametrize(
    ("character", "meaning"),
    [*((each, each) for each in "07" + MARKS), ("a", "?"), ("€", "?"), (DRAWING, "?"), ("x", "?")],
)
def test_what_is_no_digit_and_no_mark_cannot_be_told(character: str, meaning: str) -> None:
    assert symbol(character) == meaning
