"""An answer with what was said of it, and the questions that stand below it; pure functions."""

from collections.abc import Sequence
from typing import NamedTuple

from telegram import InlineKeyboardMarkup

from bot.chat import answers, keyboards
from bot.chat.answered import Answered
from bot.chat.keyboards import Part
from bot.chat.parts import marked, told
from bot.translations import Translator
from model.reader import Reading


class Shown(NamedTuple):
    """A message: its text, in Telegram's HTML, and its buttons."""

    text: str
    buttons: InlineKeyboardMarkup


def without_question(translate: Translator, answered: Answered, reading: Reading) -> Shown:
    """An answer, and below it what was said of it."""
    text = _judged_answer(translate, answered, reading)
    return Shown(text, keyboards.answer(translate, answered))


def next_question(
    translate: Translator, answered: Answered, reading: Reading, choices: Sequence[Part]
) -> Shown:
    """An answer, and below it what to ask next about the parts of which one is wrong.

    Args:
        translate: says it.
        answered: the answer.
        reading: what it tells.
        choices: the parts; none, if it has no digits.
    """
    text = _judged_answer(translate, answered, reading)
    if not choices or (reading.refused and len(choices) > 1):
        buttons = keyboards.question(translate, answered)
        return Shown(f"{text}\n\n{translate('what-was-it')}", buttons)
    first = choices[0]
    if len(choices) == 1:
        question = _what_really(translate, reading, first.start)
        buttons = keyboards.keypad(translate, answered, first.start)
    else:
        is_digit = first.stop - first.start == 1
        question = translate("which-digit" if is_digit else "which-part")
        buttons = keyboards.parts(translate, answered, choices)
    return Shown(f"{text}\n\n{question} {translate('or-reply')}", buttons)


def feedback(read: str, truth: str) -> str:
    """What is said of an answer in which `read` was read, as `noted` and `feedback` take it."""
    if not truth:
        return "nothing"
    return "right" if truth == read else told(read, truth)


def _judged_answer(translate: Translator, answered: Answered, reading: Reading) -> str:
    text = answers.answer(translate, reading)
    if answered.truth is None:
        return text
    said = feedback(reading.text, answered.truth)
    return f"{text}\n{translate('feedback', feedback=said)}"


def _what_really(translate: Translator, reading: Reading, place: int) -> str:
    if len(reading.digits) == 1:
        return translate("what-really")
    return translate("what-really-marked", marked=marked(reading, place))
