"""The buttons below messages; a restart loses nothing, since a button says all that a press needs.

An answer's number is written as people have said it is so far: for each place a digit, or
`NO_DIGIT_LETTER`.
"""

from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit

from bot.translations import Translator, all_languages

NO_DIGIT_LETTER = "n"
SAMPLE = "sample"
PICTURE, RIGHT, WRONG, WHICH, IS, BACK = "picture", "right", "wrong", "which", "is", "back"
ACROSS = 5  # buttons that fit a phone's width
# Telegram's limit, less the longest that stands around the number: "which:" and ":" and its place.
LONGEST = InlineKeyboardButtonLimit.MAX_CALLBACK_DATA - 12


def languages() -> InlineKeyboardMarkup:
    """A button for each language, under that language's own name."""
    return InlineKeyboardMarkup.from_column(
        [
            Button(words("name"), callback_data=f"language:{code}")
            for code, words in all_languages().items()
        ]
    )


def sample(words: Translator) -> InlineKeyboardMarkup:
    """Try it with this one."""
    return InlineKeyboardMarkup.from_button(Button(words("button-try"), callback_data=SAMPLE))


def answer(words: Translator, number: str) -> InlineKeyboardMarkup:
    """What I saw, and for a `number` that was asserted also Right and Wrong."""
    row = [Button(words("button-picture"), callback_data=PICTURE)]
    if 0 < len(number) <= LONGEST:
        row += [
            Button(words("button-right"), callback_data=RIGHT),
            Button(words("button-wrong"), callback_data=f"{WRONG}:{number}"),
        ]
    return InlineKeyboardMarkup.from_row(row)


def places(words: Translator, number: str) -> InlineKeyboardMarkup:
    """Which digit of the `number` is wrong."""
    digits = [
        Button(
            "–" if digit == NO_DIGIT_LETTER else digit, callback_data=f"{WHICH}:{number}:{place}"
        )
        for place, digit in enumerate(number)
    ]
    return _in_rows(digits, [_back(words, number)])


def keypad(words: Translator, number: str, place: int) -> InlineKeyboardMarkup:
    """What the digit at `place` of the `number` really is."""
    prefix = f"{IS}:{number}:{place}"
    digits = [Button(str(digit), callback_data=f"{prefix}:{digit}") for digit in range(10)]
    none = Button(words("button-not-a-digit"), callback_data=f"{prefix}:{NO_DIGIT_LETTER}")
    return _in_rows(digits, [none, _back(words, number)])


def _back(words: Translator, number: str) -> Button:
    return Button(words("button-cancel"), callback_data=f"{BACK}:{number}")


def _in_rows(digits: list[Button], last: list[Button]) -> InlineKeyboardMarkup:
    rows = [digits[first : first + ACROSS] for first in range(0, len(digits), ACROSS)]
    return InlineKeyboardMarkup([*rows, last])
