"""The buttons: under what names, and within what Telegram lets them say."""

import pytest
from telegram import InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit

from bot.chat import keyboards
from bot.chat.answered import Answered
from bot.chat.keyboards import Part
from bot.translations import all_languages, for_code

ENGLISH = for_code("en")
ANSWERED = Answered(12, 345, "7")


def parts(*choices: Part) -> InlineKeyboardMarkup:
    """The buttons to choose one of these."""
    return keyboards.parts(ENGLISH, ANSWERED, choices)


def data_of(markup: InlineKeyboardMarkup) -> list[str]:
    """The data of each button."""
    return [str(button.callback_data) for row in markup.inline_keyboard for button in row]


def labels(markup: InlineKeyboardMarkup) -> list[list[str]]:
    """What stands on the buttons, row by row."""
    return [[button.text for button in row] for row in markup.inline_keyboard]


def test_there_is_a_button_for_each_language_under_its_own_name() -> None:
    markup = keyboards.languages(ENGLISH)
    assert labels(markup) == [["English"], ["Русский"], ["As in Telegram"]]
    assert data_of(markup) == ["language:en", "language:ru", "language:none"]


def test_no_button_says_more_than_telegram_allows() -> None:
    answered = Answered(2**31 - 1, 2**63 - 1, "7")
    for words in all_languages().values():
        for markup in (
            keyboards.answer(words, answered),
            keyboards.parts(words, answered, [Part(8888, 9999, "8" * 1000)]),
            keyboards.keypad(words, answered, 9999),
            keyboards.question(words, answered),
            keyboards.album(words, {10: 2**31 - 1}),
        ):
            assert max(map(len, data_of(markup))) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA


def answer(text: str, truth: str | None = None) -> InlineKeyboardMarkup:
    """The buttons below an answer to the photo 12, which 345 has sent."""
    return keyboards.answer(ENGLISH, Answered(12, 345, text, truth))


def test_an_answer_can_be_copied_looked_at_and_judged() -> None:
    assert labels(answer("7")) == [["Copy", "What I saw"], ["Right", "Wrong"]]
    assert data_of(answer("7"))[1:] == ["picture", "right", "wrong:12:345:c"]
    assert labels(answer("")) == [["What I saw", "It was…"]]
    assert data_of(answer("")) == ["picture", "wrong:12:345:n"]


def test_what_i_saw_goes_from_an_answers_buttons_and_the_others_stay() -> None:
    assert labels(keyboards.without_picture(answer("7"))) == [["Copy"], ["Right", "Wrong"]]
    alone = keyboards.sample_answer(ENGLISH, "")
    assert labels(keyboards.without_picture(alone)) == []


def test_right_is_green_wrong_is_red_and_nothing_else_has_a_colour() -> None:
    for markup in (answer("7"), keyboards.keypad(ENGLISH, ANSWERED, 0)):
        styles = {
            button.text: button.style
            for row in markup.inline_keyboard
            for button in row
            if button.style
        }
        expected = {"Right": "success", "Wrong": "danger"} if markup == answer("7") else {}
        assert styles == expected


@pytest.mark.parametrize(
    ("text", "truth", "chosen"),
    [
        ("7", None, []),
        ("7", "7", ["✓ Right"]),
        ("7", "1", ["✓ Wrong"]),
        ("7", "", ["✓ Wrong"]),
        ("", "7", ["✓ It was…"]),
        ("", "", ["✓ It was…"]),
    ],
)
def test_what_was_chosen_is_ticked(text: str, truth: str | None, chosen: list[str]) -> None:
    ticked = [each for row in labels(answer(text, truth)) for each in row if "✓" in each]
    assert ticked == chosen


@pytest.mark.parametrize(
    ("text", "truth", "copied"),
    [
        ("7", None, ["7"]),
        ("12.54\n-3", None, ["12.54\n-3"]),
        ("7", "1", ["1"]),
        ("", "12.5", ["12.5"]),
        ("7" * 256, None, ["7" * 256]),
        ("7" * 257, None, []),
        ("7" * 257, "7", ["7"]),
        ("", None, []),
        ("7", "", []),
    ],
)
def test_what_is_copied_is_the_number_or_what_it_is_if_telegram_lets_a_button_copy_it(
    text: str, truth: str | None, copied: list[str]
) -> None:
    answered = Answered(12, 345, text, truth)
    for markup in (answer(text, truth), keyboards.keypad(ENGLISH, answered, 0)):
        buttons = (button for row in markup.inline_keyboard for button in row)
        assert [each.copy_text.text for each in buttons if each.copy_text] == copied


def test_the_answer_to_the_sample_can_be_copied_and_looked_at_but_not_judged() -> None:
    assert labels(keyboards.sample_answer(ENGLISH, "3")) == [["Copy", "What I saw"]]


def test_of_an_album_each_photo_has_a_button_that_holds_its_number_and_its_message() -> None:
    photos = keyboards.album(ENGLISH, {1: 17, 3: 19, 4: 20, 10: 26})
    assert labels(photos) == [["Photo 1", "Photo 3", "Photo 4"], ["Photo 10"]]
    assert data_of(photos) == ["album:1:17", "album:3:19", "album:4:20", "album:10:26"]


def test_a_keypad_holds_the_place_and_what_it_may_be() -> None:
    data = data_of(keyboards.keypad(ENGLISH, ANSWERED, 12))
    assert data[:11] == [*[f"is:12:{digit}" for digit in range(10)], "is:12:n"]
    assert data[-1] == "back:12:345:c"


def test_digits_stand_in_rows_of_five_longer_parts_in_fewer() -> None:
    last = ["Copy", "Cancel"]
    digits = parts(*[Part(place, place + 1, "7") for place in range(7)])
    assert labels(digits) == [["7"] * 5, ["7"] * 2, last]
    assert data_of(digits)[:2] == ["which:0:1", "which:1:2"]
    numbers = parts(Part(0, 4, "12.54"), *[Part(4, 6, "12")] * 3)
    assert labels(numbers) == [["12.54", "12", "12"], ["12"], last]
    lines = parts(Part(0, 8, "1234 56 78"), Part(8, 19, "1234 56 789"))
    assert labels(lines) == [["1234 56 78"], ["1234 56 789"], last]


def test_a_long_part_is_shown_by_its_beginning_and_its_end() -> None:
    longest = "12 " * 10 + "45"
    too_long = "12 " * 11 + "45"
    markup = parts(Part(0, 22, longest), Part(22, 46, too_long))
    assert labels(markup)[:2] == [[longest], [too_long[:15] + "…" + too_long[-15:]]]
