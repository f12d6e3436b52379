"""The words of every answer."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import MessageLimit

from bot.chat import replies
from bot.sandbox.entities import parse_html, utf16_length
from bot.translations import Translator, all_languages, for_code
from model.reader import SURE, Box, Digit, Reader, Reading, Refusal
from tests.readings import certain, in_a_line

MOST_DIGITS = 64
WEIGHTS = st.lists(st.integers(0, 10_000), min_size=10, max_size=10).filter(any)
ENGLISH, RUSSIAN = for_code("en"), for_code("ru")

every_language = pytest.mark.parametrize("words", all_languages().values(), ids=all_languages())


def digit(weights: Sequence[float]) -> Digit:
    """A digit with ten probabilities in these proportions."""
    probabilities = np.asarray(weights, np.float32)
    crop = np.zeros((28, 28), np.uint8)
    return Digit(Box(0, 0, 1, 1), crop, probabilities / probabilities.sum())


def doubtful(value: int, other: int) -> Digit:
    """A digit that is likely `value`, and may be `other`."""
    weights = [1] * 10
    weights[value], weights[other] = 60, 30
    return digit(weights)


def shown(reading: Reading, words: Translator = ENGLISH) -> str:
    """The answer as Telegram shows it, having accepted its markup and its length."""
    text, _ = parse_html(replies.answer(words, reading))
    assert 0 < utf16_length(text) <= MessageLimit.MAX_TEXT_LENGTH
    return text


def marked(reading: Reading, kind: str) -> list[str]:
    """What stands in the answer in markup of this kind, such as "bold"."""
    text, entities = parse_html(replies.answer(ENGLISH, reading))
    return [
        text[each["offset"] : each["offset"] + each["length"]]
        for each in entities
        if each["type"] == kind
    ]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.0 %"),
        (0.1, "10.0 %"),
        (0.98765, "98.8 %"),
        (0.9994, "99.9 %"),
        (0.9995, "> 99.9 %"),
        (0.99996, "> 99.9 %"),
        (np.nextafter(1, 0), "> 99.9 %"),
        (float(np.nextafter(np.float32(1), np.float32(0))), "> 99.9 %"),
    ],
)
def test_a_share_is_told_with_one_decimal_and_never_rounded_to_certainty(
    share: float, text: str
) -> None:
    assert replies.percent(ENGLISH, share) == text
    assert replies.percent(RUSSIAN, share) == text.replace(".", ",")


def test_certainty_is_not_claimed_even_where_the_network_rounds_to_it() -> None:
    # In float32 a softmax of logits 18 apart is exactly 1.
    assert "100" not in shown(in_a_line(digit([1, *[1e-30] * 9])))


@given(st.floats(0, 1, exclude_max=True))
def test_no_share_below_one_reads_as_100_percent(share: float) -> None:
    assert "100" not in replies.percent(ENGLISH, share)


def test_a_sure_digit_stands_alone_and_bold_above_a_bar_for_each_of_ten() -> None:
    reading = in_a_line(certain(7, 0.91))
    head, *bars = shown(reading).splitlines()
    assert head == "7"
    assert marked(reading, "bold") == ["7"]
    assert bars[7] == "7   91.0 % " + 9 * "█"
    assert [bar for bar in bars if not bar.startswith("7")] == [
        f"{value}    1.0 %" for value in range(10) if value != 7
    ]


@pytest.mark.parametrize(
    ("words", "head"),
    [(ENGLISH, "Probably 7, maybe 1"), (RUSSIAN, "Вероятно, 7, но может быть и 1")],
)
def test_an_unsure_digit_is_told_as_such_with_the_second_likeliest(
    words: Translator, head: str
) -> None:
    reading = in_a_line(doubtful(7, 1))
    assert shown(reading, words).splitlines()[0] == head
    assert marked(reading, "bold") == ["7"]


@given(WEIGHTS)
def test_the_second_likeliest_is_another_digit_and_told_only_if_the_first_is_unsure(
    weights: list[int],
) -> None:
    one = digit(weights)
    numbers = re.findall(r"\d", shown(in_a_line(one)).splitlines()[0])
    assert numbers[0] == str(one.value)
    assert len(set(numbers)) == (1 if one.probability >= SURE else 2)
    others = np.delete(one.probabilities, one.value)
    assert all(one.probabilities[int(other)] == others.max() for other in numbers[1:])


@given(WEIGHTS)
def test_bars_are_as_long_as_their_probability(weights: list[int]) -> None:
    one = digit(weights)
    bars = shown(in_a_line(one)).splitlines()[1:]
    assert len(bars) == 10
    for probability, bar in zip(one.probabilities.tolist(), bars, strict=True):
        assert abs(bar.count("█") - replies.BAR_WIDTH * probability) <= 0.5
        assert len(bar) <= 34


@given(st.lists(WEIGHTS, min_size=2, max_size=6))
def test_several_digits_are_told_as_a_number_with_the_probability_of_each(
    rows: list[list[int]],
) -> None:
    digits = tuple(map(digit, rows))
    _, *lines = shown(in_a_line(*digits)).splitlines()
    assert marked(in_a_line(*digits), "code") == ["".join(str(each.value) for each in digits)]
    assert [line.rstrip(" █").split(maxsplit=1) for line in lines] == [
        [str(each.value), replies.percent(ENGLISH, each.probability)] for each in digits
    ]


def test_of_an_unsure_number_the_most_doubtful_digit_is_told_as_what_else_it_may_be() -> None:
    digits = (certain(2, 0.99), doubtful(0, 6), certain(4, 0.89))
    assert shown(in_a_line(*digits)).splitlines()[0] == "Probably 204, maybe 264"
    assert shown(in_a_line(digits[0], digits[0])).splitlines()[0] == "22"


@every_language
def test_the_longest_answer_fits_a_message(words: Translator) -> None:
    for one in (certain(8, 0.99996), doubtful(8, 3)):
        head, *lines = shown(in_a_line(*MOST_DIGITS * (one,)), words).splitlines()
        assert MOST_DIGITS * "8" in head
        assert len(lines) == MOST_DIGITS


@every_language
@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_says_what_was_seen_and_what_helps(
    words: Translator, refusal: Refusal
) -> None:
    sentences = shown(Reading(refused=refusal), words).split(". ")
    assert len(sentences) == 2
    assert refusal.value not in sentences


@every_language
def test_a_refusal_tells_how_many_marks_were_seen_and_asserts_none_of_them(
    words: Translator,
) -> None:
    near = certain(7, 0.4)
    told = {}
    for count in (0, 1, 2, 5, 21):
        told[count] = shown(in_a_line(*[near] * count, refused=Refusal.NO_DIGIT), words)
    assert len(set(told.values())) == len(told)
    assert [number for n in told for number in re.findall(r"\d+", told[n])] == ["2", "5", "21"]


@every_language
@pytest.mark.parametrize("name", ["convolutional", "dense"])
def test_the_metrics_of_every_shipped_model_can_be_told(words: Translator, name: Any) -> None:  # noqa: ANN401
    model = Reader.trained(name).model
    parse_html(replies.accuracy(words, model.metrics, (204, 212)))
    about, _ = parse_html(replies.about(words, model.metrics, model.classifier.size, "<1>"))
    assert "Digit bot <1>" in about
    assert name in about
    caption, _ = parse_html(replies.confusion_caption(words, model.metrics))
    assert len(caption) <= MessageLimit.CAPTION_LENGTH


def test_what_people_judged_is_told_with_its_interval(reader: Reader) -> None:
    text = replies.accuracy(ENGLISH, reader.model.metrics, (204, 212))
    assert "Of 212 answers that people judged, 96 % were right." in text
    assert text.endswith("95 % interval: 93 % to 98 %.")
    russian = replies.accuracy(RUSSIAN, reader.model.metrics, (204, 212))
    assert "Люди оценили 212 ответов, из них верны 96 %." in russian


@every_language
def test_fewer_than_twenty_judgements_are_not_told(words: Translator, reader: Reader) -> None:
    metrics = reader.model.metrics
    without = replies.accuracy(words, metrics)
    assert replies.accuracy(words, metrics, (0, 0)) == without
    assert replies.accuracy(words, metrics, (19, 19)) == without
    assert replies.accuracy(words, metrics, (20, 20)) != without


@pytest.mark.parametrize(("right", "share"), [(1999, "99 %"), (2000, "100 %")])
def test_rounding_hides_no_wrong_answer(reader: Reader, right: int, share: str) -> None:
    text = replies.accuracy(ENGLISH, reader.model.metrics, (right, 2000))
    assert f"judged, {share} were right" in text


@every_language
def test_help_lists_the_other_commands(words: Translator) -> None:
    described = replies.commands(words)
    for command in described.keys() - {"start", "help"}:
        assert f"\n/{command} – {described[command]}" in replies.help(words)
