"""The words below a picture of what was read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import MessageLimit

from bot.chat.captions import caption
from bot.sandbox.entities import parse_html, utf16_length
from bot.translations import Translator, all_languages, for_code
from model.reader import Character, Reading, Refusal
from tests.bot.chat.test_answers import weighted
from tests.readings import certain, character, in_a_line, written

ENGLISH, RUSSIAN = for_code("en"), for_code("ru")

every_language = pytest.mark.parametrize("words", all_languages().values(), ids=all_languages())


def shown(reading: Reading, words: Translator = ENGLISH) -> list[str]:
    """The caption's lines as Telegram shows them, having accepted its markup and its length."""
    text, _ = parse_html(caption(words, reading))
    assert utf16_length(text) <= MessageLimit.CAPTION_LENGTH
    return text.splitlines()


@pytest.mark.parametrize(
    ("reading", "words", "told"),
    [
        (in_a_line(certain(7)), ENGLISH, ["I read 7", "Sure: > 99.9 %"]),
        (in_a_line(certain(7)), RUSSIAN, ["Вижу 7", "Уверен: > 99,9 %"]),
        (
            in_a_line(certain(2), certain(4, 0.956)),
            ENGLISH,
            ["I read 24", "Sure: 95.6 % for the least sure digit"],
        ),
        (
            in_a_line(weighted(7, 1)),
            ENGLISH,
            ["I read 7", "Probably 7, maybe 1", "7 (61.2 %) or 1 (30.6 %)"],
        ),
        (
            in_a_line(certain(2), weighted(7, 1)),
            ENGLISH,
            ["I read 27", "Probably 27, maybe 21", "digit 2: 7 (61.2 %) or 1 (30.6 %)"],
        ),
        (written("1?"), ENGLISH, ["I read 1?", ENGLISH("untold")]),
        (written("="), ENGLISH, ["I read =", "Sure"]),
    ],
)
def test_it_says_what_was_read_how_sure_and_what_was_left_out_and_why(
    reading: Reading, words: Translator, told: list[str]
) -> None:
    assert shown(reading, words) == [*told, words("saw-boxes")]


def test_which_digits_have_no_card_is_told() -> None:
    assert not any("Below the photo" in line for line in shown(in_a_line(*[certain(8)] * 12)))
    *_, last = shown(in_a_line(*[certain(8)] * 15))
    assert last == "Below the photo: the 12 least sure of 15 digits."


@every_language
@pytest.mark.parametrize("refusal", Refusal)
def test_of_what_was_refused_the_reason_is_told_and_what_came_nearest(
    words: Translator, refusal: Refusal
) -> None:
    near = in_a_line(certain(1, 0.2), certain(7, 0.45), refused=refusal)
    nearest = f"7 ({words('share', percent=45)}), 1 ({words('share', percent=20)})"
    assert shown(near, words)[-1].endswith(f": {nearest}")
    nothing = shown(Reading(refused=refusal), words)
    assert nothing[-1] == words("saw-nothing")
    assert len(nothing) == 2


@every_language
@given(
    st.lists(
        st.sampled_from([certain(8), weighted(8, 3), character("-"), character("?")]), min_size=1
    ),
    st.integers(1, 40),
    st.sampled_from([None, *Refusal]),
)
def test_it_fits_below_a_picture(
    words: Translator, line: list[Character], lines: int, refused: Refusal | None
) -> None:
    shown(Reading(in_a_line(*line).lines * lines, refused), words)


@every_language
def test_the_longest_fits_below_a_picture(words: Translator) -> None:
    shown(in_a_line(*[certain(8)] * 199, weighted(8, 3)), words)
    shown(Reading(in_a_line(*[weighted(8, 3)] * 99).lines * 40), words)
    shown(in_a_line(*[certain(8, 0.4)] * 99, refused=Refusal.TOO_MANY_COMPONENTS), words)
