"""Characters that were read -> those that the photo asserts, line by line.

Letters, words and currencies' signs end a number and are not part of it. A character of which it
cannot be told what it is stays, as `?`: nobody shall take the rest for all that is written.
"""

from collections.abc import Sequence

import numpy as np

from model.recognition.character_set import UNKNOWN
from model.recognition.fusion import ReadCharacter
from model.recognition.lines import HasUpright, never_upright, page_layout

Characters = list[ReadCharacter]
Lines = list[list[Characters]]

NEVER_FIRST = "/)"  # marks as tall as digits that no number begins with
RATHER = 0.7  # times the mark's certainty: how sure it is that it is a digit instead

# Chosen on rendered validation lines and the development pictures.
PRESENT = 0.5  # presence or certainty from which on there is a character
LOW_MARKS = ".,-:+×÷="  # those that are not as tall as digits
MARK = 0.3  # certainty from which on a low mark is told; below it is rather dirt or part of a rule
POINTS = ".,"
POINT = 0.7  # certainty from which on these begin a number; below it they are rather dirt
TOLD = 0.5  # certainty from which on it is told which one it is
LETTER = 0.8  # certainty from which on what is no digit and no mark is a letter or a sign
MOSTLY = 2  # letters for each digit of a line: in one with more, digits are letters, too
SOME = 2  # letters; where more are on a page, one digit alone is a letter, too
SET_APART = 0.9  # certainty of each digit of a number in a line that is mostly letters


def accept_lines(
    characters: Sequence[ReadCharacter], has_upright: HasUpright = never_upright
) -> Lines:
    """Choose what is asserted of the characters of one photo.

    Args:
        characters: in any order.
        has_upright: whether an upright rule stands between the boxes of two neighbours.

    Returns:
        Lines from the top, their numbers from left to right, and the characters of these; each line
        holds a digit.
    """
    present = [each for each in characters if is_present(each)]
    layout = page_layout([each.box for each in present], has_upright)
    lines = []
    for line in layout:
        numbers = [[present[index] for index in number] for number in line]
        lines.append(_accept_line(numbers))
    accepted = [line for line in lines if line]
    return [] if _are_words(present, accepted) else accepted


def _are_words(present: Sequence[ReadCharacter], lines: Lines) -> bool:
    """Whether the `present` characters of a page are letters, of which at most one is like a digit.

    `lines` are those that were accepted.
    """
    letters = sum(is_letter(each) for each in present)
    accepted = [each for line in lines for number in line for each in number]
    digits = sum(each.is_digit for each in accepted)
    return digits == 0 or (digits == 1 and letters > SOME)


def is_present(character: ReadCharacter) -> bool:
    """Whether there is a character, whichever; what is none is dropped, and its ink is unread."""
    if character.symbol in LOW_MARKS:
        return character.certainty >= MARK
    return max(character.presence, character.certainty) >= PRESENT


def _accept_line(numbers: Sequence[Characters]) -> list[Characters]:
    """The numbers of a line without letters; none if nothing in it may be a digit."""
    characters = [each for number in numbers for each in number]
    letters = sum(each.symbol == UNKNOWN for each in characters)
    digits = sum(each.is_digit for each in characters)
    if letters > MOSTLY * digits:
        return []
    if letters > digits:
        numbers = [number for number in numbers if _is_set_apart(number)]
    accepted = []
    for number in numbers:
        trimmed = _trimmed(number)
        told = [_told(each) for each in _with_first_stroke(trimmed)]
        if told:
            accepted.append(told)
    return accepted if any(each.is_digit for each in characters) else []


def _is_set_apart(number: Characters) -> bool:
    """Whether it is nothing but sure digits, and marks."""
    digits = [each for each in number if each.is_digit]
    are_sure = all(each.certainty >= SET_APART for each in digits)
    are_all_known = all(each.symbol != UNKNOWN for each in number)
    return are_sure and are_all_known


def _trimmed(number: Characters) -> Characters:
    """A number without the letters that it begins and ends with, and without specks before it."""
    start = 0
    stop = len(number)
    while start < stop and _is_no_beginning(number[start]):
        start += 1
    while stop > start and is_letter(number[stop - 1]):
        stop -= 1
    return number[start:stop]


def _is_no_beginning(character: ReadCharacter) -> bool:
    """Whether it is a letter, or a point so doubtful that it is rather dirt before a number."""
    is_speck = character.symbol in POINTS and character.certainty < POINT
    return is_speck or is_letter(character)


def _with_first_stroke(number: Characters) -> Characters:
    """The number, whose first character is rather a digit than a slash or a bracket's end."""
    if not number or number[0].symbol not in NEVER_FIRST:
        return number
    first = number[0]
    digit = int(first.probabilities.argmax())
    certainty = RATHER * first.certainty
    probabilities = np.full_like(first.probabilities, (1 - certainty) / 9)
    probabilities[digit] = certainty
    replaced = first._replace(symbol=str(digit), certainty=certainty, probabilities=probabilities)
    return [replaced, *number[1:]]


def is_letter(character: ReadCharacter) -> bool:
    """Whether it surely is no digit and no mark."""
    return character.symbol == UNKNOWN and character.certainty >= LETTER


def _told(character: ReadCharacter) -> ReadCharacter:
    """The character, as `?` if it cannot be told."""
    if character.certainty >= TOLD or character.symbol in LOW_MARKS:
        return character
    return character._replace(symbol=UNKNOWN)
