"""The words of every answer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import BotCommandLimit, BotDescriptionLimit, MessageLimit

from bot import replies
from bot.sandbox.entities import parse_html, utf16_length
from model.reader import Box, Digit, Reader, Reading, Refusal

MOST_DIGITS = 64
WEIGHTS = st.lists(st.integers(0, 10_000), min_size=10, max_size=10).filter(any)
SENTENCES = [
    replies.HELP,
    replies.HINT,
    replies.NOT_AN_IMAGE_FILE,
    replies.FAILURE,
    replies.DESCRIPTION,
    replies.SHORT_DESCRIPTION,
    *replies.REFUSALS.values(),
]


def digit(weights: Sequence[float]) -> Digit:
    """A digit with ten probabilities in these proportions."""
    probabilities = np.asarray(weights, np.float32)
    crop = np.zeros((28, 28), np.uint8)
    return Digit(Box(0, 0, 1, 1), crop, probabilities / probabilities.sum())


def certain(value: int, probability: float) -> Digit:
    """A digit read as `value` with this probability."""
    weights = np.full(10, (1 - probability) / 9)
    weights[value] = probability
    return digit(weights.tolist())


def shown(reading: Reading) -> str:
    """The answer as Telegram shows it, having accepted its markup and its length."""
    text, _ = parse_html(replies.answer(reading))
    assert 0 < utf16_length(text) <= MessageLimit.MAX_TEXT_LENGTH
    return text


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
    assert replies.percent(share) == text


def test_certainty_is_not_claimed_even_where_the_network_rounds_to_it() -> None:
    # In float32 a softmax of logits 18 apart is exactly 1.
    assert "100" not in shown(Reading((digit([1, *[1e-30] * 9]),)))


@given(st.floats(0, 1, exclude_max=True))
def test_no_share_below_one_reads_as_100_percent(share: float) -> None:
    assert "100" not in replies.percent(share)


def test_one_digit_is_told_with_its_probability_and_a_bar_for_each_of_ten() -> None:
    head, *bars = shown(Reading((certain(7, 0.82),))).splitlines()
    assert head == "7  (82.0 %)"
    assert bars[7] == "7   82.0 % " + 8 * "█"
    assert [bar for bar in bars if not bar.startswith("7")] == [
        f"{value}    2.0 %" for value in range(10) if value != 7
    ]


@given(WEIGHTS)
def test_bars_are_as_long_as_their_probability(weights: list[int]) -> None:
    one = digit(weights)
    bars = shown(Reading((one,))).splitlines()[1:]
    assert len(bars) == 10
    for probability, bar in zip(one.probabilities.tolist(), bars, strict=True):
        assert abs(bar.count("█") - replies.BAR_WIDTH * probability) <= 0.5
        assert len(bar) <= 34


@given(st.lists(WEIGHTS, min_size=2, max_size=6))
def test_several_digits_are_told_as_a_number_with_the_probability_of_each(
    rows: list[list[int]],
) -> None:
    digits = tuple(map(digit, rows))
    number, *lines = shown(Reading(digits)).splitlines()
    assert number == "".join(str(each.value) for each in digits)
    assert [line.split(maxsplit=1) for line in lines] == [
        [str(each.value), replies.percent(each.probability)] for each in digits
    ]


def test_the_longest_answer_fits_a_message() -> None:
    number, *lines = shown(Reading(MOST_DIGITS * (certain(8, 0.99996),))).splitlines()
    assert number == MOST_DIGITS * "8"
    assert len(lines) == MOST_DIGITS


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_says_what_was_wrong_and_what_helps(refusal: Refusal) -> None:
    sentences = shown(Reading(refused=refusal)).split(". ")
    assert len(sentences) == 2
    assert refusal.value not in sentences


def test_a_refusal_is_all_that_is_told_even_if_something_came_near_to_a_digit() -> None:
    reading = Reading((certain(7, 0.4), certain(1, 0.3)), Refusal.NO_DIGIT)
    assert shown(reading) == replies.REFUSALS[Refusal.NO_DIGIT]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_fixed_sentences_are_plain_words_that_telegram_accepts(sentence: str) -> None:
    text, entities = parse_html(sentence)
    assert (text, entities) == (sentence, [])
    assert len(text) <= MessageLimit.MAX_TEXT_LENGTH


def test_commands_and_descriptions_keep_telegrams_limits() -> None:
    for command, description in replies.COMMANDS.items():
        assert len(command) <= BotCommandLimit.MAX_COMMAND
        assert len(description) <= BotCommandLimit.MAX_DESCRIPTION
    assert len(replies.DESCRIPTION) <= BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
    assert len(replies.SHORT_DESCRIPTION) <= BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH


@pytest.mark.parametrize("name", ["convolutional", "dense"])
def test_the_metrics_of_every_shipped_model_can_be_told(name: Any) -> None:  # noqa: ANN401
    model = Reader.trained(name).model
    parse_html(replies.accuracy(model.metrics))
    about, _ = parse_html(replies.about(model.metrics, model.classifier.size, "<1>"))
    assert "Digit bot <1>" in about
    assert name in about
    caption, _ = parse_html(replies.confusion_caption(model.metrics))
    assert len(caption) <= MessageLimit.CAPTION_LENGTH
