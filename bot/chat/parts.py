"""The parts of a reading: among which to choose the wrong digit, and as they are corrected."""

from collections.abc import Mapping, Sequence
from math import ceil

from bot.alignment import aligned
from bot.chat.keyboards import Part
from model.reader import Digit, Number, Reading

# By eye; Telegram takes 100 buttons below a message.
MOST_DIGITS = 40  # to choose among at once
FEW_DIGITS = 10  # so many are offered one by one even if they stand in several numbers
LONGEST_TOLD = 100  # characters of a correction; a notice holds 200
FAR = 15  # characters before and after the digit that is asked about
MOST_PARTS = 50  # lines or numbers to choose among at once; of more, neighbours are joined


def divide(reading: Reading, start: int, stop: int) -> list[Part]:
    """Divide the digits from `start` to before `stop` into the parts to choose among next.

    Returns:
        Lines if there are several, else numbers if there are several, else digits; none if the
        reading has no such digits.
    """
    lines = _lines(reading, start, stop)
    numbers = [number for line in lines for number in line]
    if len(numbers) < 2 or stop - start <= FEW_DIGITS:
        digits = [Part(place, place + 1, digit.text) for place, digit in enumerate(reading.digits)]
        return _joined(digits[start:stop], MOST_DIGITS, "")
    if len(lines) > 1:
        return _joined([_whole(line, " ") for line in lines], MOST_PARTS, " ")
    return _joined(numbers, MOST_PARTS, " ")


def corrected(reading: Reading, said: Mapping[int, int | None]) -> str:
    """A whole reading as somebody has corrected it.

    Args:
        reading: what was read.
        said: what they say of digits, by their places in reading order: 0 to 9, or None for "not a
            digit".

    Returns:
        Its text, without the numbers and lines in which no digit is left; empty if none is.
    """
    lines = []
    start = 0
    for line in reading.lines:
        numbers = []
        for number in line.numbers:
            numbers.append(_corrected_text(number, start, said))
            start += len(number.digits)
        lines.append(" ".join(filter(None, numbers)))
    text = "\n".join(filter(None, lines))
    return text if any(map(str.isdecimal, text)) else ""


def by_place(reading: Reading, truth: str) -> dict[int, int | None]:
    """What follows for each digit of a reading, by its place, where `truth` is what is written.

    If it cannot be told of each digit that was read which one it is, nothing does.
    """
    written = [int(character) for character in truth if character.isdecimal()]
    read = [digit.value for digit in reading.digits]
    if not written:
        return dict.fromkeys(range(len(read)))
    said: dict[int, int | None] = {there: written[place] for place, there in aligned(written, read)}
    return said if len(said) == len(read) else {}


def told(read: str, truth: str) -> str:
    """What is told of a correction: the lines that were read wrongly, in a line; all if any may be.

    `read` and `truth` are what was read and what is written.
    """
    lines, true = read.split("\n"), truth.split("\n")
    if len(lines) == len(true):
        true = [line for line, before in zip(true, lines, strict=True) if line != before]
    text = ", ".join(true)
    return text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}…"


def marked(reading: Reading, place: int) -> str:
    """The number with the digit at `place`, which stands in brackets; without its far ends."""
    for number in reading.numbers:
        if place < len(number.digits):
            return _with_brackets(number, place)
        place -= len(number.digits)
    raise IndexError("the reading has no such digit")


def _with_brackets(number: Number, place: int) -> str:
    asked = number.digits[place]
    texts = [f"[{each.text}]" if each is asked else each.text for each in number.characters]
    middle = texts.index(f"[{asked.text}]")
    start, stop = max(0, middle - FAR), middle + FAR + 1
    before = "…" if start else ""
    after = "…" if stop < len(texts) else ""
    return before + "".join(texts[start:stop]) + after


def _corrected_text(number: Number, start: int, said: Mapping[int, int | None]) -> str:
    """The text of a number, whose first digit is at `start`, as somebody says that it is.

    It is empty if the number had digits, and none is left.
    """
    text = ""
    place = start
    for character in number.characters:
        if not isinstance(character, Digit):
            text += character.text
            continue
        value = said.get(place, character.value)
        if value is not None:
            text += str(value)
        place += 1
    has_digits = any(map(str.isdecimal, text))
    return text if has_digits or not number.digits else ""


def _lines(reading: Reading, start: int, stop: int) -> list[list[Part]]:
    """The numbers that lie between `start` and `stop`, line by line."""
    lines = []
    first = 0
    for line in reading.lines:
        numbers = []
        for number in line.numbers:
            after = first + len(number.digits)
            if start <= first < after <= stop:
                numbers.append(Part(first, after, number.text))
            first = after
        if numbers:
            lines.append(numbers)
    return lines


def _joined(parts: Sequence[Part], most: int, between: str) -> list[Part]:
    """The same parts, neighbours joined so that there are `most` at most."""
    run = ceil(len(parts) / most) or 1
    starts = range(0, len(parts), run)
    return [_whole(parts[start : start + run], between) for start in starts]


def _whole(parts: Sequence[Part], between: str) -> Part:
    """One part of several that follow each other."""
    text = between.join(part.text for part in parts)
    return Part(parts[0].start, parts[-1].stop, text)
