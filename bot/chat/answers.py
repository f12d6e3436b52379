"""The answers to photos, in Telegram's HTML; pure functions.

One digit is answered with the probabilities of all ten. What else is written is given back as it
stands, to be copied with a tap, with each digit's probability, or where there is doubt with what
is doubtful.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from bot.chat.replies import fixed_width, percent
from bot.translations import Translator
from model.reader import UNKNOWN, Digit, Reading, Refusal

BAR_WIDTH = 10  # characters: with digit and percentage that fits a phone, by eye
MOST_ROWS = 12  # digits whose probabilities are told one by one, by eye
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
    parts = [_headline(translate, reading, LONGEST_TEXT)]
    if reading.refused:
        return parts[0]
    if _is_one_digit(reading):
        [digit] = reading.digits
        parts.append(_table(translate, enumerate(digit.probabilities.tolist())))
    elif reading.is_sure:
        parts += _probabilities(translate, reading.digits)
    else:
        parts += _doubts(translate, reading)
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
        certainty = _certainty(translate, reading)
        lines.append(f"{label}: {headline}{certainty}")
    return "\n".join(lines)


def _certainty(translate: Translator, reading: Reading) -> str:
    """In brackets, how likely the digit is, or the least likely one of several.

    Where all digits are sure and yet there is doubt, what is written shows it itself: `?`.
    """
    digits = reading.digits
    doubt_is_shown = not reading.is_sure and all(digit.is_sure for digit in digits)
    if reading.refused or not digits or doubt_is_shown:
        return ""
    share = percent(translate, min(digit.probability for digit in digits))
    if not _is_one_digit(reading):
        share = translate("least-sure", share=share)
    # What is written in several lines is a block of its own, after which a line begins.
    gap = "\n" if "\n" in reading.text else " "
    return f"{gap}({escape(share)})"


def _headline(translate: Translator, reading: Reading, longest: int) -> str:
    if reading.refused:
        return _refusal(translate, reading.refused, len(reading.digits))
    read = _copied(reading, longest)
    if reading.is_sure:
        return read
    other = _alternative(reading)
    if other is None:
        return f"{translate('probably')} {read}"  # which may be longer than a text takes values
    return translate("unsure", read=read, other=other)


def _refusal(translate: Translator, reason: Refusal, marks: int) -> str:
    """Why nothing was read, and what helps."""
    key = reason.name.lower().replace("_", "-")
    return translate(f"refused-{key}", marks=marks)


def _copied(reading: Reading, longest: int) -> str:
    """What is written, in markup that lets it be copied with a tap; one digit is bold instead."""
    text = reading.text
    if len(text) > longest:
        text = f"{text[:longest]}…"
    tag = "pre" if "\n" in text else "code"
    if _is_one_digit(reading):
        tag = "b"
    return f"<{tag}>{escape(text)}</{tag}>"


def _is_one_digit(reading: Reading) -> bool:
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
    second, _ = _second(doubt)
    numbers = []
    for number in reading.lines[0].numbers:
        texts = [second if each is doubt else each.text for each in number.characters]
        numbers.append("".join(texts))
    return escape(" ".join(numbers))


def _second(digit: Digit) -> tuple[str, float]:
    """The second likeliest digit, and its probability."""
    probabilities = digit.probabilities.tolist()
    likeliest_first = sorted(range(10), key=probabilities.__getitem__, reverse=True)
    value = likeliest_first[1]
    return str(value), probabilities[value]


def _probabilities(translate: Translator, digits: Sequence[Digit]) -> list[str]:
    """The probability of each digit, or of many the least one."""
    if not digits:
        return []
    if len(digits) <= MOST_ROWS:
        return [_table(translate, [(digit.value, digit.probability) for digit in digits])]
    least = min(digit.probability for digit in digits)
    return [escape(translate("least-sure", share=percent(translate, least)))]


def _table(translate: Translator, rows: Iterable[tuple[int, float]]) -> str:
    """A line for each digit; the bar comes last, where its width shifts nothing."""
    lines = []
    for value, probability in rows:
        share = percent(translate, probability)
        bar = "█" * round(BAR_WIDTH * probability)
        line = f"{value} {share:>8} {bar}"
        lines.append(line.rstrip())
    return fixed_width(lines)


def _doubts(translate: Translator, reading: Reading) -> list[str]:
    """A line for each digit that is doubtful, and one on what cannot be told, if there is any."""
    doubts = _doubtful_digits(reading)
    key = _key_of_doubts(reading)
    lines = []
    for doubt in doubts[:MOST_DOUBTS]:
        second, probability = _second(doubt.digit)
        text = translate(
            key,
            line=doubt.line,
            number=doubt.number,
            place=doubt.place,
            first=doubt.digit.text,
            share=percent(translate, doubt.digit.probability),
            second=second,
            other=percent(translate, probability),
        )
        lines.append(text)
    more = len(doubts) - len(lines)
    if more:
        lines.append(translate("more-doubts", count=more))
    if UNKNOWN in reading.text:
        lines.append(translate("untold"))
    return lines


def _key_of_doubts(reading: Reading) -> str:
    """The key of the text that names a doubtful digit, as far as is needed to find it."""
    if len(reading.lines) > 1:
        return "doubtful-digit-in-line"
    if len(reading.numbers) > 1:
        return "doubtful-digit-in-number"
    return "doubtful-digit"


def _doubtful_digits(reading: Reading) -> list[Doubt]:
    doubts = []
    for line_place, line in enumerate(reading.lines, 1):
        for number in line.numbers:
            name = number.text[:LONGEST_NAME]
            for place, digit in enumerate(number.digits, 1):
                if not digit.is_sure:
                    doubts.append(Doubt(line_place, name, place, digit))
    return doubts
