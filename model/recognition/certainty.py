"""How sure what was read of a page is, and how much of it there is."""

from collections.abc import Iterator

from model.recognition.character_set import UNKNOWN
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import Lines, is_letter

# Chosen on rendered pages and the development pictures; no measurement of each is on record.
# Mean certainties of several digits, or of one, from which on they need no other evidence.
SEVERAL_CONVINCE, ONE_CONVINCES = 0.9, 0.95
MOST_TOLD = 0.75  # share of their characters: more than that can be told
STRAIGHT = "1-/"  # what is one straight stroke, as the edges of things are
DOUBTED = 0.5  # certainty of a character that speaks neither for a reading nor against it


def certainties(lines: Lines) -> list[float]:
    """Those of all characters, 0 to 1; 0 of what cannot be told."""
    return [_certainty(character) for character in _characters(lines)]


def mean_certainty(lines: Lines) -> float:
    """The mean of all characters' certainties, 0 to 1; 0 if there is no character."""
    every = certainties(lines)
    count = max(len(every), 1)
    return sum(every) / count


def digit_count(lines: Lines) -> int:
    """How many digits there are, marks and what cannot be told left out."""
    return sum(character.is_digit for character in _characters(lines))


def has_letters(lines: Lines) -> bool:
    """Whether there is a letter, not only what cannot be told."""
    return any(is_letter(character) for character in _characters(lines))


def are_straight(lines: Lines) -> bool:
    """Whether all that can be told is straight strokes, as the edges of things are, too."""
    symbols = {character.symbol for character in _characters(lines)}
    return symbols <= {*STRAIGHT, UNKNOWN}


def are_sure(lines: Lines) -> bool:
    """Whether there are digits of which nothing but the lines themselves has to convince anybody.

    What cannot be told is counted, and makes digits no less certain, nor do doubtful marks.
    """
    every = certainties(lines)
    told = [certainty for certainty in every if certainty]
    digits = [character.certainty for character in _characters(lines) if character.is_digit]
    if not digits:
        return False
    share = len(told) / len(every)
    mean = sum(digits) / len(digits)
    least = SEVERAL_CONVINCE if len(digits) > 1 else ONE_CONVINCES
    return share > MOST_TOLD and mean >= least


def weight(lines: Lines) -> float:
    """How much speaks for lines: the sum over their characters, doubtful ones count less."""
    weights = [max(certainty - DOUBTED, 0.0) for certainty in certainties(lines)]
    return sum(weights)


def _characters(lines: Lines) -> Iterator[ReadCharacter]:
    for line in lines:
        for number in line:
            yield from number


def _certainty(character: ReadCharacter) -> float:
    is_told = character.symbol != UNKNOWN
    return character.certainty if is_told else 0.0
