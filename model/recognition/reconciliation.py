"""What the line network saw and the digits that the segmentation found -> the characters there.

The line network is believed. But what it cannot tell, or does not see at all, may be a digit that
stands so clearly alone that the segmentation finds it. Only a letter that no digit is beside stays
a letter: many letters alone look like digits.
"""

from collections.abc import Sequence

from model.boxes import Box
from model.recognition.character_set import UNKNOWN
from model.recognition.classification import ClassifiedCandidate
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import TOLD, is_letter, is_present

# Chosen on rendered pages and the development pictures; no measurement of each is on record.
COVERED = 0.2  # share of a candidate that a character of the line network covers, if it is the same
# A candidate that covers so much of a digit, which is so high in heights of the candidate, is that
# digit and something beside it.
WITHIN, HIGH = 0.8, 0.5
SAME = 0.5  # intersection over union of a candidate with a character from which on they are one
SURER = 0.1  # by so much is the segmentation surer of a digit than the network of a part of it
DISPUTED = 0.6  # times its probability: how sure a digit is that the line network takes for none
OVERLOOKED = 0.8  # times its probability: how sure a digit is that the line network does not see


def reconciled(
    seen: Sequence[ReadCharacter], number: Sequence[ClassifiedCandidate]
) -> list[ReadCharacter]:
    """The characters that are there, in order of no meaning.

    Args:
        seen: what the line network saw, fused with the digit network's opinion.
        number: the digits that the segmentation found.
    """
    whole = _without_doubtful_parts(seen, number)
    settled = _letters_or_settled(whole, number)
    present = [character for character in settled if is_present(character)]
    overlooked = _overlooked(number, present)
    return present + [as_character(candidate, OVERLOOKED) for candidate in overlooked]


def recognized(
    unread: Sequence[ReadCharacter], number: Sequence[ClassifiedCandidate]
) -> list[ReadCharacter]:
    """The ink that nobody read; what the segmentation took for a digit is that digit, in doubt.

    Its 1s do not count: they may as well be rules.
    """
    digits = [candidate for candidate in number if not candidate.is_one]
    return [_settled(character, digits) for character in unread]


def as_character(candidate: ClassifiedCandidate, factor: float = 1.0) -> ReadCharacter:
    """A candidate as a character; `factor`, 0 to 1, is of its certainty."""
    probabilities = candidate.probabilities
    if factor < 1:
        probabilities = factor * probabilities + (1 - factor) / len(probabilities)
    return ReadCharacter(
        candidate.box,
        str(probabilities.argmax()),
        float(probabilities.max()),
        candidate.probability,
        probabilities,
        candidate.crop,
    )


def _letters_or_settled(
    seen: Sequence[ReadCharacter], number: Sequence[ClassifiedCandidate]
) -> list[ReadCharacter]:
    """The characters; where no digit is among them, sure letters stay what they are."""
    has_digit = any(character.is_digit and is_present(character) for character in seen)
    if has_digit:
        return [_settled(character, number) for character in seen]
    return [
        character if is_letter(character) else _settled(character, number) for character in seen
    ]


def _settled(character: ReadCharacter, number: Sequence[ClassifiedCandidate]) -> ReadCharacter:
    """The character; one that cannot be told is the digit that the segmentation takes it for."""
    if character.symbol == UNKNOWN or character.certainty < TOLD:
        for candidate in number:
            if candidate.box.iou(character.box) >= SAME:
                disputed = as_character(candidate, DISPUTED)
                return disputed._replace(presence=character.presence)
    return character


def _without_doubtful_parts(
    seen: Sequence[ReadCharacter], number: Sequence[ClassifiedCandidate]
) -> list[ReadCharacter]:
    """The characters but those in a digit of which one alone is told, in doubt, and little of it.

    The line network has overlooked the rest of the digit then.
    """
    dropped: list[ReadCharacter] = []
    for candidate in number:
        parts = [each for each in seen if each.box.coverage(candidate.box) >= WITHIN]
        told = [part for part in parts if part.certainty >= TOLD]
        if len(told) == 1 and _is_doubtful_part(told[0], candidate):
            dropped += parts
    return [each for each in seen if not any(each is part for part in dropped)]


def _is_doubtful_part(character: ReadCharacter, candidate: ClassifiedCandidate) -> bool:
    is_part = candidate.box.coverage(character.box) < SAME
    return is_part and character.certainty < candidate.probability - SURER


def _overlooked(
    number: Sequence[ClassifiedCandidate], read: Sequence[ReadCharacter]
) -> list[ClassifiedCandidate]:
    """The digits that the line network does not see; 1s that it does not see are rules or edges."""
    unseen = [candidate for candidate in number if not _is_covered(candidate.box, read)]
    return [candidate for candidate in unseen if not candidate.is_one]


def _is_covered(box: Box, characters: Sequence[ReadCharacter]) -> bool:
    return any(_is_same(box, character) for character in characters)


def _is_same(box: Box, character: ReadCharacter) -> bool:
    """Whether the candidate in `box` is the character, or that digit and something beside it."""
    if box.coverage(character.box) >= COVERED:
        return True
    is_high = character.box.height >= HIGH * box.height
    return character.is_digit and is_high and character.box.coverage(box) >= WITHIN
