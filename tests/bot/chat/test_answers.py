"""The words of every answer to a photo."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import MessageLimit

from bot.chat import answers, replies
from bot.chat.parts import FAR, LONGEST_TOLD
from bot.sandbox.entities import parse_html, utf16_length
from bot.translations import Translator, all_languages, for_code
from model.reader import SURE, Character, Digit, Line, Number, Reading, Refusal
from model.recognition.refusal import NOT_DECODED
from tests.readings import BLANK, SOMEWHERE, certain, in_a_line, written

WEIGHTS = st.lists(st.integers(0, 10_000), min_size=10, max_size=10).filter(any)
ENGLISH, RUSSIAN = for_code("en"), for_code("ru")

every_language = pytest.mark.parametrize("words", all_languages().values(), ids=all_languages())


def digit(weights: Sequence[float]) -> Digit:
    """A digit with ten probabilities in these proportions."""
    total = sum(weights)
    return Digit(SOMEWHERE, BLANK, tuple(weight / total for weight in weights))


def weighted(value: int, other: int) -> Digit:
    """A digit that is likely `value`, and may be `other`."""
    weights = [1] * 10
    weights[value], weights[other] = 60, 30
    return digit(weights)


def shown(reading: Reading, words: Translator = ENGLISH) -> str:
    """The answer as Telegram shows it, having accepted its markup and its length."""
    text, _ = parse_html(answers.answer(words, reading))
    assert 0 < utf16_length(text) <= MessageLimit.MAX_TEXT_LENGTH
    return text


def marked(reading: Reading, kind: str) -> list[str]:
    """What stands in the answer in markup of this kind, such as "bold"."""
    text, entities = parse_html(answers.answer(ENGLISH, reading))
    return [
        text[each["offset"] : each["offset"] + each["length"]]
        for each in entities
        if each["type"] == kind
    ]


def test_certainty_is_not_claimed_even_where_the_network_rounds_to_it() -> None:
    # In float32 a softmax of logits 18 apart is exactly 1.
    assert "100" not in shown(in_a_line(digit([1, *[1e-30] * 9])))


def test_a_sure_digit_stands_alone_and_bold_above_words_and_a_bar_for_each_of_ten() -> None:
    reading = in_a_line(certain(7, 0.91))
    head, words, *bars = shown(reading).splitlines()
    assert (head, words) == ("7", "Sure")
    assert marked(reading, "bold") == ["7"]
    assert bars[7] == "7   91.0 % " + 9 * "█"
    assert [bar for bar in bars if not bar.startswith("7")] == [
        f"{value}    1.0 %" for value in range(10) if value != 7
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [(ENGLISH, "Probably 7, maybe 1"), (RUSSIAN, "Вероятно, 7, но может быть и 1")],
)
def test_an_unsure_digit_is_told_as_such_with_the_second_likeliest(
    words: Translator, told: str
) -> None:
    reading = in_a_line(weighted(7, 1))
    head, certainty, *bars = shown(reading, words).splitlines()
    assert (head, certainty, len(bars)) == ("7", told, 10)
    assert marked(reading, "bold") == ["7"]


@given(WEIGHTS)
def test_the_second_likeliest_is_another_digit_and_told_only_if_the_first_is_unsure(
    weights: list[int],
) -> None:
    one = digit(weights)
    head, certainty, *_ = shown(in_a_line(one)).splitlines()
    numbers = re.findall(r"\d", certainty)
    assert head == str(one.value)
    assert len(numbers) == (0 if one.probability >= SURE else 2)
    assert numbers[:1] in ([], [head])
    others = np.delete(one.probabilities, one.value)
    assert all(one.probabilities[int(other)] == others.max() for other in numbers[1:])


@given(WEIGHTS)
def test_bars_are_as_long_as_their_probability(weights: list[int]) -> None:
    one = digit(weights)
    bars = shown(in_a_line(one)).splitlines()[2:]
    assert len(bars) == 10
    for probability, bar in zip(one.probabilities, bars, strict=True):
        assert abs(bar.count("█") - answers.BAR_WIDTH * probability) <= 0.5
        assert len(bar) <= 34


# --- several digits, marks and lines ----------------------------------------------------------


@every_language
@given(st.lists(st.floats(0.901, 1), min_size=2, max_size=40))
def test_of_any_number_of_sure_digits_the_least_probability_is_told_and_no_other(
    words: Translator, probabilities: list[float]
) -> None:
    digits = [certain(place % 10, each) for place, each in enumerate(probabilities)]
    reading = in_a_line(*digits)
    least = replies.percent(words, min(probabilities))
    assert shown(reading, words).splitlines() == [reading.text, words("sure-each", share=least)]
    assert marked(reading, "code") == [reading.text]


@pytest.mark.parametrize("text", ["12.54", "-7", "12/05/24", "2+3=5", "12 54", "(3×4)÷2"])
def test_marks_and_spaces_are_given_back_as_they_are_written(text: str) -> None:
    assert marked(written(text), "code") == [text]


def test_lines_are_given_back_as_lines_in_a_block_to_be_copied() -> None:
    reading = written("1254 7\n-3.5\n12:30")
    assert marked(reading, "pre")[0] == reading.text
    assert shown(reading) == f"{reading.text}\nSure: > 99.9 % for the least sure digit"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (ENGLISH, ["20.4", "Probably 20.4, maybe 26.4", "digit 2: 0 (61.2 %) or 6 (30.6 %)"]),
        (
            RUSSIAN,
            [
                "20.4",
                "Вероятно, 20.4, но может быть и 26.4",
                "цифра 2: 0 (61,2 %) или 6 (30,6 %)",
            ],
        ),
    ],
)
def test_where_one_digit_is_doubtful_it_is_told_what_else_may_be_written(
    words: Translator, told: list[str]
) -> None:
    point, four = written(".4").characters
    reading = in_a_line(certain(2), weighted(0, 6), point, four)
    assert shown(reading, words).splitlines() == told
    assert marked(reading, "code") == ["20.4"]


def test_where_more_digits_are_doubtful_each_is_told_with_its_place() -> None:
    digits = (certain(2, 0.99), weighted(0, 6), certain(4, 0.89))
    head, certainty, first, second = shown(in_a_line(*digits)).splitlines()
    assert (head, certainty) == ("204", "Probably, but 2 digits are doubtful:")
    assert first == "digit 2: 0 (61.2 %) or 6 (30.6 %)"
    assert second.startswith("digit 3: 4 (89.0 %) or ")


def test_of_several_numbers_and_lines_it_is_told_which_and_places_do_not_count_marks() -> None:
    first = Number(written("12.5").characters)
    second = Number((*written("-1").characters, weighted(7, 1)))
    *_, told = shown(Reading((Line((first, second)),))).splitlines()
    assert told == "digit 2 of “-17”: 7 (61.2 %) or 1 (30.6 %)"
    *_, certainty, told = shown(Reading((Line((first,)), Line((second,))))).splitlines()
    assert certainty == "Probably, but one digit is doubtful:"
    assert told == "line 2, digit 2 of “-17”: 7 (61.2 %) or 1 (30.6 %)"


@pytest.mark.parametrize(("count", "last"), [(10, "digit 10: "), (11, "and one"), (30, "and 20 ")])
def test_of_many_doubtful_digits_the_first_ten_are_told(count: int, last: str) -> None:
    lines = shown(in_a_line(*[weighted(7, 1)] * count)).splitlines()
    assert len(lines) == 2 + min(count, 11)
    assert lines[-1].startswith(last)


@every_language
@pytest.mark.parametrize("text", ["1?4", "12 54\n?", "?"])
def test_what_cannot_be_told_is_said_and_nothing_is_called_certain(
    text: str, words: Translator
) -> None:
    told = shown(written(text), words)
    assert text in told
    assert words("untold") in told
    assert "99" not in told
    assert "█" not in told


def test_a_doubtful_digit_beside_what_cannot_be_told_has_no_single_alternative() -> None:
    unknown = written("?").characters
    told = shown(in_a_line(weighted(7, 1), *unknown)).splitlines()
    assert told == [
        "7?",
        ENGLISH("doubtful", count=1),
        "digit 1: 7 (61.2 %) or 1 (30.6 %)",
        ENGLISH("untold"),
    ]


@every_language
@pytest.mark.parametrize(
    "line",
    [[certain(8)] * 200, [weighted(8, 3)] * 200, [*written("?").characters, certain(8)] * 99],
)
def test_the_fullest_page_fits_a_message_which_says_what_it_leaves_out(
    line: list[Character], words: Translator
) -> None:
    page = Reading(in_a_line(*line).lines * 30)
    told = shown(page, words)
    left_out = len(page.text) - 2800
    assert page.text[:2800] in told
    assert page.text[:2801] not in told
    assert words("left-out", count=left_out) in told
    feedback = words("feedback", feedback="8" * (LONGEST_TOLD + 1))
    question = words("what-really-marked", marked="8" * (2 * FAR + 5)) + words("or-reply")
    below = f"{feedback}\n\n{question} "
    assert utf16_length(f"{told}\n{below}") <= MessageLimit.MAX_TEXT_LENGTH
    fitting = Reading(in_a_line(*line).lines * 10)
    assert fitting.text in shown(fitting, words)


# --- albums -----------------------------------------------------------------------------------


def test_an_album_is_answered_photo_by_photo() -> None:
    nothing = Reading(refused=Refusal.NOT_A_PICTURE)
    readings = [
        in_a_line(certain(7, 0.953)),
        in_a_line(certain(1), certain(2, 0.97)),
        nothing,
        written("1 2\n3"),
        in_a_line(certain(4), weighted(7, 1)),
        written("1?"),
        written("+"),
    ]
    text, _ = parse_html(answers.album(ENGLISH, readings))
    assert text.splitlines() == [
        "Photo 1: 7 (95.3 %)",
        "Photo 2: 12 (least sure digit: 97.0 %)",
        f"Photo 3: {ENGLISH('refused-not-a-picture')}",
        "Photo 4: 1 2",
        "3",
        "(least sure digit: > 99.9 %)",
        "Photo 5: Probably 47, maybe 41 (least sure digit: 61.2 %)",
        "Photo 6: Probably 1?",
        "Photo 7: +",
    ]


def test_an_album_of_full_pages_fits_a_message() -> None:
    page = Reading(in_a_line(*[certain(8)] * 100).lines * 20)
    text, _ = parse_html(answers.album(ENGLISH, [page] * 10))
    assert utf16_length(text) <= MessageLimit.MAX_TEXT_LENGTH
    assert text.count("…") == 10


# --- refusals ---------------------------------------------------------------------------------


@every_language
@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_says_what_was_seen_and_what_helps(
    words: Translator, refusal: Refusal
) -> None:
    sentences = shown(Reading(refused=refusal), words).split(". ")
    assert len(sentences) == 2
    assert refusal.value not in sentences


@every_language
def test_each_reason_has_words_of_its_own(words: Translator) -> None:
    told = {shown(Reading(refused=refusal), words) for refusal in Refusal}
    assert len(told) == len(Refusal)


@pytest.mark.parametrize("refusal", [Refusal.NOT_A_DIGIT, Refusal.TURNED])
def test_of_what_is_seen_well_it_is_said_what_is_read_and_not_how_to_see_it_better(
    refusal: Refusal,
) -> None:
    told = shown(Reading(refused=refusal))
    assert "I read digits only" in told
    assert not re.search("closer|light|sharp", told)
    assert ("turn the picture" in told) is (refusal is Refusal.TURNED)


@pytest.mark.parametrize("refusal", sorted(NOT_DECODED))
def test_no_advice_leads_back_to_where_one_came_from(refusal: Refusal) -> None:
    told = shown(Reading(refused=refusal))
    assert "screenshot" in told
    assert not re.search("as a (photo|file)", told)


@every_language
def test_what_a_file_may_have_is_named_once(words: Translator) -> None:
    told = [shown(Reading(refused=refusal), words) for refusal in Refusal]
    assert len(re.findall("20 (MB|МБ)", "".join(told))) == 1


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
