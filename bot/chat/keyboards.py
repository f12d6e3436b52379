"""The buttons below messages; a restart loses nothing: a button's data is all that a press needs.

A button that stands for a part of an answer holds the places of its digits in the answer.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from bot.chat.answered import Answered
from bot.translations import Translator, all_languages

NO_DIGIT_LETTER = "n"  # in place of a digit, where a user says that there is none
CHOSEN = "✓"  # before what a user has chosen
# What the data of each kind of button begins with.
LANGUAGE = "language"
NO_LANGUAGE = "none"  # in place of a language's code: the one of the user's Telegram
SAMPLE = "sample"
PICTURE = "picture"
RIGHT = "right"
WRONG = "wrong"
WRONG_PART = "which"
CORRECTION = "is"
BACK = "back"
ALBUM = "album"
# By eye, on a phone:
LONGEST_LABEL = 32  # characters of a button
IN_A_ROW = ((1, 5), (10, 3), (LONGEST_LABEL, 1))  # labels up to so long, so many buttons a row

Buttons = list[InlineKeyboardButton]


class Part(NamedTuple):
    """The digits of an answer from `start` to before `stop`, and the text that they are in."""

    start: int
    stop: int
    text: str


def languages(translate: Translator) -> InlineKeyboardMarkup:
    """A button for each language, under that language's own name, and one for Telegram's."""
    buttons = []
    for code, language in all_languages().items():
        buttons.append(_button(language("name"), f"{LANGUAGE}:{code}"))
    buttons.append(_button(translate("button-telegrams-language"), f"{LANGUAGE}:{NO_LANGUAGE}"))
    return InlineKeyboardMarkup.from_column(buttons)


def sample(translate: Translator) -> InlineKeyboardMarkup:
    """The button that has the sample photo read."""
    return InlineKeyboardMarkup.from_button(_button(translate("button-try"), SAMPLE))


def sample_answer(translate: Translator, text: str) -> InlineKeyboardMarkup:
    """Below the answer to the bot's own sample, which nobody judges: copy it, and What I saw."""
    return InlineKeyboardMarkup.from_row([*_copy(translate, text), _picture(translate)])


def without_picture(buttons: InlineKeyboardMarkup) -> InlineKeyboardMarkup:
    """The same without What I saw."""
    rows = [
        [each for each in row if each.callback_data != PICTURE] for row in buttons.inline_keyboard
    ]
    return InlineKeyboardMarkup([row for row in rows if row])


def album(translate: Translator, photos: Mapping[int, int]) -> InlineKeyboardMarkup:
    """A button for each photo of an album: `photos` are their message ids by their numbers."""
    buttons = []
    for number, message_id in photos.items():
        label = translate("album-photo", number=number)
        buttons.append(_button(label, f"{ALBUM}:{number}:{message_id}"))
    return _in_rows(buttons)


def answer(translate: Translator, answered: Answered) -> InlineKeyboardMarkup:
    """What can be done with an answer: copy it, see how it was read, and say what it is."""
    looks = [*_copy(translate, answered.copied), _picture(translate)]
    is_said = answered.truth is not None
    wrong = f"{WRONG}:{answered.reference}"
    if not answered.text:
        was = _chosen(translate("button-was"), is_said)
        return InlineKeyboardMarkup([[*looks, _button(was, wrong)]])
    is_right = answered.truth == answered.text
    right = _chosen(translate("button-right"), is_right)
    not_right = _chosen(translate("button-wrong"), is_said and not is_right)
    judgements = [
        _button(right, RIGHT, KeyboardButtonStyle.SUCCESS),
        _button(not_right, wrong, KeyboardButtonStyle.DANGER),
    ]
    return InlineKeyboardMarkup([looks, judgements])


def parts(
    translate: Translator, answered: Answered, choices: Sequence[Part]
) -> InlineKeyboardMarkup:
    """A button for each part of an answer, to choose the one that is wrong."""
    buttons = []
    for part in choices:
        label = _shortened(part.text)
        buttons.append(_button(label, f"{WRONG_PART}:{part.start}:{part.stop}"))
    return _in_rows(buttons, _back(translate, answered))


def keypad(translate: Translator, answered: Answered, place: int) -> InlineKeyboardMarkup:
    """Ten digits and "not a digit", to choose what the digit at `place` really is."""
    data = f"{CORRECTION}:{place}"
    digits = [_button(digit, f"{data}:{digit}") for digit in "0123456789"]
    no_digit = _button(translate("button-not-a-digit"), f"{data}:{NO_DIGIT_LETTER}")
    return _in_rows(digits, [no_digit, *_back(translate, answered)])


def question(translate: Translator, answered: Answered) -> InlineKeyboardMarkup:
    """Below a question that is answered in writing."""
    return InlineKeyboardMarkup([_back(translate, answered)])


def _back(translate: Translator, answered: Answered) -> Buttons:
    """Cancel; and what was read stays there to be copied, by which a reply finds it, too."""
    cancel = _button(translate("button-cancel"), f"{BACK}:{answered.reference}")
    return [*_copy(translate, answered.copied), cancel]


def _copy(translate: Translator, text: str) -> Buttons:
    """The button that copies a text; none where nothing is asserted."""
    if not text:
        return []
    return [InlineKeyboardButton(translate("button-copy"), copy_text=CopyTextButton(text))]


def _picture(translate: Translator) -> InlineKeyboardButton:
    return _button(translate("button-picture"), PICTURE)


def _chosen(label: str, is_chosen: bool) -> str:
    return f"{CHOSEN} {label}" if is_chosen else label


def _button(label: str, data: str, style: str | None = None) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=data, style=style)


def _shortened(text: str) -> str:
    """A text that fits a button, without its middle if it is too long."""
    if len(text) <= LONGEST_LABEL:
        return text
    half = (LONGEST_LABEL - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def _in_rows(
    buttons: Sequence[InlineKeyboardButton], last_row: Sequence[InlineKeyboardButton] = ()
) -> InlineKeyboardMarkup:
    longest = max((len(button.text) for button in buttons), default=0)
    in_a_row = next(count for length, count in IN_A_ROW if longest <= length)
    starts = range(0, len(buttons), in_a_row)
    rows = [buttons[start : start + in_a_row] for start in starts]
    if last_row:
        rows.append(last_row)
    return InlineKeyboardMarkup(rows)
