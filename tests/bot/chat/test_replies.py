"""What is said about the bot and its model."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import MessageLimit

from bot.chat import replies
from bot.sandbox.entities import parse_html
from bot.storage.tally import Tally
from bot.translations import Translator, all_languages, for_code
from model.reader import Reader, percent

ENGLISH, RUSSIAN = for_code("en"), for_code("ru")
NO_DIGITS = [[0] * 10] * 10  # a confusion matrix


def judged(right: int, answers: int, digits_right: int = 0, digits: int = 0) -> Tally:
    """What people's judgements may come to."""
    return Tally(answers, right, digits, digits_right, NO_DIGITS)


def mixed_up(digits: int) -> Tally:
    """So many digits that were judged, all of them sevens, and one of these read as a one."""
    sevens = [0, 1, 0, 0, 0, 0, 0, digits - 1, 0, 0]
    confusion = [*NO_DIGITS[:7], sevens, *NO_DIGITS[8:]]
    return Tally(1, 0, digits, digits - 1, confusion)


every_language = pytest.mark.parametrize("words", all_languages().values(), ids=all_languages())


@given(st.floats(0, 1))
def test_a_share_reads_as_everywhere_but_for_the_languages_decimal_sign(share: float) -> None:
    everywhere = percent(share)
    assert replies.percent(ENGLISH, share) == everywhere
    assert replies.percent(RUSSIAN, share) == everywhere.replace(".", ",")


@every_language
@pytest.mark.parametrize("name", ["convolutional", "dense"])
def test_the_metrics_of_every_shipped_model_can_be_told(words: Translator, name: Any) -> None:  # noqa: ANN401
    reader = Reader.trained(name)
    model = reader.model
    parse_html(replies.accuracy(words, model.metrics, judged(204, 212)))
    lines = reader.lines.metrics
    about, _ = parse_html(replies.about(words, model.metrics, lines, len(model.content), "<1>"))
    assert "Digit bot <1>" in about
    assert name in about
    caption, _ = parse_html(replies.confusion_caption(words, model.metrics))
    assert len(caption) <= MessageLimit.CAPTION_LENGTH


def data_lines(metrics: dict[str, Any], lines: dict[str, Any]) -> list[str]:
    told = replies.about(ENGLISH, metrics, lines, 1024, "1")
    return [line for line in told.splitlines() if "rained on" in line]


def test_what_each_network_was_trained_on_is_told(reader: Reader) -> None:
    digits, lines = data_lines(reader.model.metrics, reader.lines.metrics)
    assert digits == (
        "Trained on: MNIST, 90,000 rendered pages with its digits, drawn digits and letters, "
        f"94 typefaces; {reader.model.metrics['epochs']} epochs, seed 0"
    )
    assert lines == (
        "Lines are read by a second network, trained on: MNIST, 46,000 lines from rendered pages "
        "with its digits, drawn digits, marks and letters, 94 typefaces"
    )


def test_a_network_of_mnist_alone_is_said_to_be_trained_on_that() -> None:
    dense = Reader.trained("dense")
    digits, _ = data_lines(dense.model.metrics, dense.lines.metrics)
    assert digits == "Trained on: MNIST; 10 epochs, seed 0"


@pytest.mark.parametrize(
    ("corrections", "told"), [(1, "one correction by a user"), (1234, "1,234 corrections by users")]
)
def test_corrections_that_a_network_learnt_from_are_told(
    corrections: int, told: str, reader: Reader
) -> None:
    metrics = reader.model.metrics | {"corrections": corrections}
    digits, _ = data_lines(metrics, reader.lines.metrics)
    assert f"94 typefaces, {told};" in digits
    russian = replies.about(RUSSIAN, metrics, reader.lines.metrics, 1024, "1")
    assert "исправления пользователей: 1" in russian


def test_what_people_judged_is_told_with_its_interval(reader: Reader) -> None:
    count = judged(204, 212, 1234, 1245)
    text = replies.accuracy(ENGLISH, reader.model.metrics, count)
    assert "Of 212 answers that people judged, 96 % were wholly right." in text
    assert "The true rate is very likely 93 to 98 %." in text
    assert text.endswith("They hold 1,245 digits, of which I read 99 % right.")
    russian = replies.accuracy(RUSSIAN, reader.model.metrics, count)
    assert "Люди оценили 212 ответов, из них полностью верны 96 %." in russian
    assert russian.endswith("цифр, верно я прочитал 99 % из них.")


def test_of_photos_without_digits_none_are_told(reader: Reader) -> None:
    text = replies.accuracy(ENGLISH, reader.model.metrics, judged(20, 20))
    assert text.endswith("The true rate is very likely 84 to 100 %.")


@every_language
def test_fewer_than_twenty_judgements_are_not_told(words: Translator, reader: Reader) -> None:
    metrics = reader.model.metrics
    without = replies.accuracy(words, metrics)
    assert replies.accuracy(words, metrics, judged(0, 0)) == without
    assert replies.accuracy(words, metrics, judged(19, 19)) == without
    assert replies.accuracy(words, metrics, judged(20, 20)) != without


@pytest.mark.parametrize(("right", "share"), [(1999, "99 %"), (2000, "100 %")])
def test_rounding_hides_no_wrong_answer(reader: Reader, right: int, share: str) -> None:
    text = replies.accuracy(ENGLISH, reader.model.metrics, judged(right, 2000, right, 2000))
    assert f"judged, {share} were wholly right" in text
    assert f"I read {share} right" in text


def test_from_twenty_judged_digits_on_which_were_mixed_up_is_told() -> None:
    assert replies.judged_confusion_caption(ENGLISH, mixed_up(19)) == ""
    told = replies.judged_confusion_caption(ENGLISH, mixed_up(20))
    assert told == "The same of 20 digits that people judged, with one error."


@every_language
def test_help_lists_the_other_commands(words: Translator) -> None:
    described = replies.commands(words)
    for command in described.keys() - {"start", "help"}:
        assert f"\n/{command} – {described[command]}" in replies.help(words)
