"""The buttons below messages; a restart loses nothing: a button's data is all that a press needs.

A number in a button's data is what the answer reads after what users have corrected so far: for
each place a digit, or `NO_DIGIT_LETTER`.
"""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit

from bot.translations import Translator, all_languages

NO_DIGIT_LETTER = "n"  # in place of a digit, where a user has said that there is none
# What the data of each kind of button begins with.
SAMPLE = "sample"
PICTURE = "picture"
RIGHT = "right"
WRONG = "wrong"
WRONG_PLACE = "which"
CORRECTION = "is"
BACK = "back"
BUTTONS_IN_A_ROW = 5  # that fit a phone's width
# What stands around a number at most: "which:", ":" and a place of two digits, and some spare.
AROUND_THE_NUMBER = 12  # characters
LONGEST_NUMBER = InlineKeyboardButtonLimit.MAX_CALLBACK_DATA - AROUND_THE_NUMBER


def languages() -> InlineKeyboardMarkup:
    """A button for each language, under that language's own name."""
    buttons = []
    for code, translate in all_languages().items():
        buttons.append(_button(translate("name"), f"language:{code}"))
    return InlineKeyboardMarkup.from_column(buttons)


def sample(translate: Translator) -> InlineKeyboardMarkup:
    """The button that has the sample photo read."""
    return InlineKeyboardMarkup.from_button(_button(translate("button-try"), SAMPLE))


def answer(translate: Translator, number: str) -> InlineKeyboardMarkup:
    """What I saw, and for a `number` that was asserted also Right and Wrong."""
    buttons = [_button(translate("button-picture"), PICTURE)]
    if 0 < len(number) <= LONGEST_NUMBER:
        right = _button(translate("button-right"), RIGHT)
        wrong = _button(translate("button-wrong"), f"{WRONG}:{number}")
        buttons += [right, wrong]
    return InlineKeyboardMarkup.from_row(buttons)


def places(translate: Translator, number: str) -> InlineKeyboardMarkup:
    """A button for each digit of the `number`, to choose the wrong one."""
    digits = []
    for place, digit in enumerate(number):
        label = "–" if digit == NO_DIGIT_LETTER else digit
        digits.append(_button(label, f"{WRONG_PLACE}:{number}:{place}"))
    return _in_rows(digits, [_back(translate, number)])


def keypad(translate: Translator, number: str, place: int) -> InlineKeyboardMarkup:
    """Ten digits and "not a digit", to choose what the one at `place` of the `number` really is."""
    data = f"{CORRECTION}:{number}:{place}"
    digits = [_button(digit, f"{data}:{digit}") for digit in "0123456789"]
    no_digit = _button(translate("button-not-a-digit"), f"{data}:{NO_DIGIT_LETTER}")
    back = _back(translate, number)
    return _in_rows(digits, [no_digit, back])


def _back(translate: Translator, number: str) -> InlineKeyboardButton:
    return _button(translate("button-cancel"), f"{BACK}:{number}")


def _button(label: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=data)


def _in_rows(
    digits: list[InlineKeyboardButton], last_row: list[InlineKeyboardButton]
) -> InlineKeyboardMarkup:
    starts = range(0, len(digits), BUTTONS_IN_A_ROW)
    rows = [digits[start : start + BUTTONS_IN_A_ROW] for start in starts]
    return InlineKeyboardMarkup([*rows, last_row])
