"""The buttons: under what names, and within what Telegram lets them say."""

from telegram import InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit

from bot.chat import keyboards
from bot.translations import all_languages, for_code


def data_of(markup: InlineKeyboardMarkup) -> list[str]:
    """The data of each button."""
    return [str(button.callback_data) for row in markup.inline_keyboard for button in row]


def test_there_is_a_button_for_each_language_under_its_own_name() -> None:
    (english,), (russian,) = keyboards.languages().inline_keyboard
    assert (english.text, english.callback_data) == ("English", "language:en")
    assert (russian.text, russian.callback_data) == ("Русский", "language:ru")


def test_no_button_says_more_than_telegram_allows() -> None:
    longest = "8" * keyboards.LONGEST_NUMBER
    for words in all_languages().values():
        for markup in (
            keyboards.answer(words, longest),
            keyboards.places(words, longest),
            keyboards.keypad(words, longest, keyboards.LONGEST_NUMBER - 1),
        ):
            assert max(map(len, data_of(markup))) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA


def test_what_is_no_number_or_too_long_a_one_can_only_be_looked_at() -> None:
    english = for_code("en")
    assert data_of(keyboards.answer(english, "")) == ["picture"]
    assert data_of(keyboards.answer(english, "8" * (keyboards.LONGEST_NUMBER + 1))) == ["picture"]
    assert data_of(keyboards.answer(english, "8")) == ["picture", "right", "wrong:8"]


def test_what_was_said_to_be_no_digit_keeps_its_place() -> None:
    markup = keyboards.places(for_code("en"), "2n4")
    assert [button.text for button in markup.inline_keyboard[0]] == ["2", "–", "4"]
