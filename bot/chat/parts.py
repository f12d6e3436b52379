"""The parts of a reading: among which to choose the wrong digit, and as they are corrected."""

from collections.abc import Mapping, Sequence
from math import ceil

from bot.chat.keyboards import Part
from model.reader import Digit, Number, Reading

# By eye; Telegram takes 100 buttons below a message.
MOST_DIGITS = 40  # to choose among at once
FEW_DIGITS = 10  # so many are offered one by one even if they stand in several numbers
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


def corrected(reading: Reading, said: Mapping[int, int | None], latest: int) -> str:
    """What somebody says that the numbers are which they have corrected.

    Args:
        reading: what was read.
        said: what they say of digits, by their places in reading order: 0 to 9, or None for "not a
            digit".
        latest: the place of which they spoke last; its number counts as corrected in any case.

    Returns:
        The numbers, with a comma and a space between them; empty if no digit is left in them.
    """
    texts = []
    start = 0
    for number in reading.numbers:
        stop = start + len(number.digits)
        is_corrected = any(
            said.get(place, digit.value) != digit.value
            for place, digit in enumerate(number.digits, start)
        )
        if is_corrected or start <= latest < stop:
            texts.append(_corrected_text(number, start, said))
        start = stop
    return ", ".join(text for text in texts if any(map(str.isdecimal, text)))


def _corrected_text(number: Number, start: int, said: Mapping[int, int | None]) -> str:
    """The text of a number, whose first digit is at `start`, as somebody says that it is."""
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
    return text


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
