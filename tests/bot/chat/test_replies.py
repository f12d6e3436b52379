"""What is said about the bot and its model."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import MessageLimit

from bot.chat import replies
from bot.sandbox.entities import parse_html
from bot.translations import Translator, all_languages, for_code
from model.reader import Reader, percent

ENGLISH, RUSSIAN = for_code("en"), for_code("ru")

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
    parse_html(replies.accuracy(words, model.metrics, (204, 212)))
    lines = reader.lines.metrics
    about, _ = parse_html(replies.about(words, model.metrics, lines, model.classifier.size, "<1>"))
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
    text = replies.accuracy(ENGLISH, reader.model.metrics, (204, 212))
    assert "Of 212 answers that people judged, 96 % were right." in text
    assert text.endswith("The true rate is very likely 93 to 98 %.")
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
