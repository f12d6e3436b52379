"""The answers to photos, in Telegram's HTML; pure functions.

What is written comes first, alone, to be copied with a tap; then in words how sure that is. One
digit is followed by the probabilities of all ten, anything longer by what is doubtful in it.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from bot.chat.replies import fixed_width, percent
from bot.translations import Translator
from model.reader import UNKNOWN, Digit, Reading, Refusal

BAR_WIDTH = 10  # characters: with digit and percentage that fits a phone, by eye
MOST_DOUBTS = 10  # digits that are told as doubtful one by one, by eye
# Characters. Telegram takes 4096 in a message: what is written leaves room for what else is said.
LONGEST_TEXT = 2800
LONGEST_NAME = 20  # of a number that a doubtful digit is in
LONGEST_ALTERNATIVE = 200  # of a text that is told twice, with another digit


class Doubt(NamedTuple):
    """A digit that is not sure.

    `line` is the place of its line, from 1; `number` what its number reads; `place` its own among
    the digits of the number, from 1.
    """

    line: int
    number: str
    place: int
    digit: Digit


def answer(translate: Translator, reading: Reading) -> str:
    """What was read, or why nothing was and what helps."""
    if reading.refused:
        return refusal(translate, reading.refused, len(reading.digits))
    parts = [copied(reading, LONGEST_TEXT), certainty(translate, reading)]
    if is_one_digit(reading):
        [digit] = reading.digits
        parts.append(_table(translate, digit))
    else:
        parts += doubts(translate, reading, MOST_DOUBTS)
    left_out = len(reading.text) - LONGEST_TEXT
    if left_out > 0:
        parts.append(translate("left-out", count=left_out))
    return "\n".join(parts)


def album(translate: Translator, readings: Sequence[Reading]) -> str:
    """What was read in each photo of an album, in its order."""
    longest = LONGEST_TEXT // len(readings)
    lines = []
    for number, reading in enumerate(readings, 1):
        label = translate("album-photo", number=number)
        headline = _headline(translate, reading, longest)
        share = _share_in_brackets(translate, reading)
        lines.append(f"{label}: {headline}{share}")
    return "\n".join(lines)


def _share_in_brackets(translate: Translator, reading: Reading) -> str:
    """In brackets, how likely the digit is, or the least likely one of several.

    Where all digits are sure and yet there is doubt, what is written shows it itself: `?`.
    """
    digits = reading.digits
    doubt_is_shown = not reading.is_sure and all(digit.is_sure for digit in digits)
    if reading.refused or not digits or doubt_is_shown:
        return ""
    share = _least_share(translate, reading)
    if not is_one_digit(reading):
        share = translate("least-sure", share=share)
    # What is written in several lines is a block of its own, after which a line begins.
    gap = "\n" if "\n" in reading.text else " "
    return f"{gap}({escape(share)})"


def _headline(translate: Translator, reading: Reading, longest: int) -> str:
    if reading.refused:
        return refusal(translate, reading.refused, len(reading.digits))
    read = copied(reading, longest)
    if reading.is_sure:
        return read
    other = _alternative(reading)
    if other is None:
        return f"{translate('probably')} {read}"  # which may be longer than a text takes values
    return translate("unsure", read=read, other=other)


def certainty(translate: Translator, reading: Reading) -> str:
    """How sure it is what was read, in a line of words."""
    if reading.is_sure:
        return _sure(translate, reading)
    other = _alternative(reading)
    if other is not None:
        return translate("unsure", read=escape(reading.text), other=other)
    doubtful = sum(not digit.is_sure for digit in reading.digits)
    if not doubtful:
        return translate("untold")
    return translate("doubtful", count=doubtful)


def refusal(translate: Translator, reason: Refusal, marks: int) -> str:
    """Why nothing was read, and what helps."""
    key = reason.name.lower().replace("_", "-")
    return translate(f"refused-{key}", marks=marks)


def _sure(translate: Translator, reading: Reading) -> str:
    """That there is no doubt; of several digits, which get no table, the least probability."""
    if len(reading.digits) < 2:
        return translate("sure")
    return escape(translate("sure-each", share=_least_share(translate, reading)))


def _least_share(translate: Translator, reading: Reading) -> str:
    """The probability of the least likely digit, of at least one, as a percentage."""
    return percent(translate, min(digit.probability for digit in reading.digits))


def copied(reading: Reading, longest: int) -> str:
    """What is written, in markup that lets it be copied with a tap; one digit is bold instead."""
    text = reading.text
    if len(text) > longest:
        text = f"{text[:longest]}…"
    tag = "pre" if "\n" in text else "code"
    if is_one_digit(reading):
        tag = "b"
    return f"<{tag}>{escape(text)}</{tag}>"


def is_one_digit(reading: Reading) -> bool:
    """Whether a digit is all that is written."""
    return len(reading.digits) == len(reading.characters) == 1


def _alternative(reading: Reading) -> str | None:
    """What else may be written in a line with one doubtful digit; None if there is more doubt."""
    if len(reading.lines) > 1 or len(reading.text) > LONGEST_ALTERNATIVE:
        return None
    doubtful = [each for each in reading.characters if not each.is_sure]
    if len(doubtful) != 1:
        return None
    [doubt] = doubtful
    if not isinstance(doubt, Digit):
        return None
    second, _ = doubt.second
    numbers = []
    for number in reading.lines[0].numbers:
        texts = [str(second) if each is doubt else each.text for each in number.characters]
        numbers.append("".join(texts))
    return escape(" ".join(numbers))


def _table(translate: Translator, digit: Digit) -> str:
    """A line for each of ten; the bar comes last, where its width shifts nothing."""
    lines = []
    for value, probability in enumerate(digit.probabilities):
        share = percent(translate, probability)
        bar = "█" * round(BAR_WIDTH * probability)
        line = f"{value} {share:>8} {bar}"
        lines.append(line.rstrip())
    return fixed_width(lines)


def doubts(translate: Translator, reading: Reading, most: int) -> list[str]:
    """Lines on what is doubtful: of `most` digits each, with the two that it most likely is."""
    found = _doubtful_digits(reading)
    if not found:
        return []
    key = _key_of_doubts(reading)
    lines = []
    for doubt in found[:most]:
        second, probability = doubt.digit.second
        text = translate(
            key,
            line=doubt.line,
            number=doubt.number,
            place=doubt.place,
            first=doubt.digit.text,
            share=percent(translate, doubt.digit.probability),
            second=str(second),
            other=percent(translate, probability),
        )
        lines.append(text)
    more = len(found) - len(lines)
    if more:
        lines.append(translate("more-doubts", count=more))
    if UNKNOWN in reading.text:
        lines.append(translate("untold"))
    return lines


def _key_of_doubts(reading: Reading) -> str:
    """The key of the text that names a doubtful digit, as far as is needed to find it."""
    if is_one_digit(reading):
        return "doubtful-only-digit"
    if len(reading.lines) > 1:
        return "doubtful-digit-in-line"
    if len(reading.numbers) > 1:
        return "doubtful-digit-in-number"
    return "doubtful-digit"


def _doubtful_digits(reading: Reading) -> list[Doubt]:
    found = []
    for line_place, line in enumerate(reading.lines, 1):
        for number in line.numbers:
            name = number.text[:LONGEST_NAME]
            for place, digit in enumerate(number.digits, 1):
                if not digit.is_sure:
                    found.append(Doubt(line_place, name, place, digit))
    return found
