"""The buttons: under what names, and within what Telegram lets them say."""

from telegram import InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit

from bot.chat import keyboards
from bot.chat.keyboards import Part
from bot.translations import all_languages, for_code

ENGLISH = for_code("en")


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
    for words in all_languages().values():
        for markup in (
            keyboards.answer(words, with_feedback=True),
            keyboards.parts(words, [Part(8888, 9999, "8" * 1000)]),
            keyboards.keypad(words, 9999),
            keyboards.album(words, {10: 2**31 - 1}),
        ):
            assert max(map(len, data_of(markup))) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA


def test_what_i_saw_goes_from_an_answers_buttons_with_its_row() -> None:
    for with_feedback, left in ((True, [["Right", "Wrong"]]), (False, [])):
        buttons = keyboards.answer(ENGLISH, with_feedback=with_feedback)
        assert labels(keyboards.without_picture(buttons)) == left


def test_an_answer_can_be_looked_at_and_where_there_is_something_to_judge_judged() -> None:
    only_looked_at = keyboards.answer(ENGLISH, with_feedback=False)
    judged = keyboards.answer(ENGLISH, with_feedback=True)
    assert data_of(only_looked_at) == ["picture"]
    assert data_of(judged) == ["picture", "right", "wrong"]


def test_of_an_album_each_photo_has_a_button_that_holds_its_number_and_its_message() -> None:
    photos = keyboards.album(ENGLISH, {1: 17, 3: 19, 4: 20, 10: 26})
    assert labels(photos) == [["Photo 1", "Photo 3", "Photo 4"], ["Photo 10"]]
    assert data_of(photos) == ["album:1:17", "album:3:19", "album:4:20", "album:10:26"]


def test_a_keypad_holds_the_place_and_what_it_may_be() -> None:
    data = data_of(keyboards.keypad(ENGLISH, 12))
    assert data == [*[f"is:12:{digit}" for digit in range(10)], "is:12:n", "back"]


def test_digits_stand_in_rows_of_five_longer_parts_in_fewer() -> None:
    digits = keyboards.parts(ENGLISH, [Part(place, place + 1, "7") for place in range(7)])
    assert labels(digits) == [["7"] * 5, ["7"] * 2, ["Cancel"]]
    assert data_of(digits)[:2] == ["which:0:1", "which:1:2"]
    numbers = keyboards.parts(ENGLISH, [Part(0, 4, "12.54"), *[Part(4, 6, "12")] * 3])
    assert labels(numbers) == [["12.54", "12", "12"], ["12"], ["Cancel"]]
    lines = keyboards.parts(ENGLISH, [Part(0, 8, "1234 56 78"), Part(8, 19, "1234 56 789")])
    assert labels(lines) == [["1234 56 78"], ["1234 56 789"], ["Cancel"]]


def test_a_long_part_is_shown_by_its_beginning_and_its_end() -> None:
    longest = "12 " * 10 + "45"
    too_long = "12 " * 11 + "45"
    markup = keyboards.parts(ENGLISH, [Part(0, 22, longest), Part(22, 46, too_long)])
    assert labels(markup)[:2] == [[longest], [too_long[:15] + "…" + too_long[-15:]]]
