"""What a photo says: lines of writing, the numbers in them, and the digits and marks of these."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from model.boxes import Box, hull
from model.recognition.character_set import UNKNOWN
from model.recognition.refusal import NOT_DECODED, Refusal

if TYPE_CHECKING:
    from model.recognition.decoding import Photo

# The probability from which on nobody need be asked whether it is that digit. Chosen, not measured.
SURE = 0.9
MOST_SHOWN = 12  # digits that a picture shows by themselves; nobody would read more


@dataclass(frozen=True)
class Digit:
    """Where a digit is and which one it may be.

    Attributes:
        box: where it is, in pixels of the upright photo as it was sent.
        crop: 28 rows of 28 pixels, a byte each, ink 255 on 0: what the network got.
        probabilities: ten, of the digits 0 to 9, they sum to 1.
    """

    box: Box
    crop: bytes
    probabilities: tuple[float, ...]

    @property
    def value(self) -> int:
        """The likeliest digit, 0 to 9."""
        return self._by_probability[0]

    @property
    def probability(self) -> float:
        """That of `value`, 0.1 to 1."""
        return max(self.probabilities)

    @property
    def text(self) -> str:
        """The likeliest digit as it is written."""
        return str(self.value)

    @property
    def second(self) -> tuple[int, float]:
        """The second likeliest digit, and its probability."""
        value = self._by_probability[1]
        return value, self.probabilities[value]

    @property
    def is_sure(self) -> bool:
        """Whether `value` is probable enough that nobody need be asked."""
        return self.probability >= SURE

    @property
    def _by_probability(self) -> list[int]:
        """The ten digits, the likeliest first; of two that are as likely, the smaller first."""
        return sorted(range(10), key=self.probabilities.__getitem__, reverse=True)


@dataclass(frozen=True)
class Mark:
    """What is written between digits or before them.

    Attributes:
        box: where it is, in pixels of the upright photo as it was sent.
        mark: one of `character_set.MARKS`, or `UNKNOWN`.
    """

    box: Box
    mark: str

    @property
    def text(self) -> str:
        """The mark as it is written."""
        return self.mark

    @property
    def is_sure(self) -> bool:
        """Whether it can be told which mark it is."""
        return self.mark != UNKNOWN


Character = Digit | Mark


@dataclass(frozen=True)
class Number:
    """Digits and marks that belong together, from left to right, at least one."""

    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        """The characters as they are written."""
        return "".join(character.text for character in self.characters)

    @property
    def digits(self) -> tuple[Digit, ...]:
        """The digits among them."""
        return tuple(each for each in self.characters if isinstance(each, Digit))

    @property
    def box(self) -> Box:
        """The box around all of them."""
        return hull([character.box for character in self.characters])

    @property
    def is_sure(self) -> bool:
        """Whether each character is."""
        return all(character.is_sure for character in self.characters)


@dataclass(frozen=True)
class Line:
    """The numbers of one line of writing, from left to right, at least one."""

    numbers: tuple[Number, ...]

    @property
    def text(self) -> str:
        """The numbers, with a space between them."""
        return " ".join(number.text for number in self.numbers)

    @property
    def characters(self) -> tuple[Character, ...]:
        """Those of all its numbers, from left to right."""
        return tuple(character for number in self.numbers for character in number.characters)


class PlacedMark(NamedTuple):
    """A mark, and how many digits of the reading precede it."""

    mark: Mark
    before: int


@dataclass(frozen=True)
class Reading:
    """What a photo says, or why it asserts nothing.

    Attributes:
        lines: from top to bottom; of a refused photo, all that was looked at, perhaps none.
        refused: why nothing is asserted; None if something is.
        photo: what was looked at; None if the bytes were not decoded or it was not kept.
    """

    lines: tuple[Line, ...] = ()
    refused: Refusal | None = None
    photo: "Photo | None" = None

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Those of all lines, in reading order."""
        return tuple(number for line in self.lines for number in line.numbers)

    @property
    def characters(self) -> tuple[Character, ...]:
        """All digits and marks, in reading order."""
        return tuple(character for line in self.lines for character in line.characters)

    @property
    def digits(self) -> tuple[Digit, ...]:
        """All digits, in reading order."""
        return tuple(each for each in self.characters if isinstance(each, Digit))

    @property
    def marks(self) -> tuple[PlacedMark, ...]:
        """All marks, in reading order."""
        placed = []
        digits = 0
        for character in self.characters:
            if isinstance(character, Mark):
                placed.append(PlacedMark(character, digits))
            else:
                digits += 1
        return tuple(placed)

    @property
    def text(self) -> str:
        """What is asserted, a line of text for each line of writing; empty when refused."""
        if self.refused:
            return ""
        return "\n".join(line.text for line in self.lines)

    @property
    def most_important(self) -> tuple[Digit, ...]:
        """The digits to show by themselves: the least sure; if refused, the surest first."""
        digits = self.digits
        places = sorted(
            range(len(digits)),
            key=lambda place: digits[place].probability,
            reverse=bool(self.refused),
        )
        shown = places[:MOST_SHOWN]
        if not self.refused:
            shown.sort()
        return tuple(digits[place] for place in shown)

    @property
    def is_sure(self) -> bool:
        """Whether something is asserted, and there is no doubt about any character."""
        if self.refused or not self.lines:
            return False
        return all(character.is_sure for character in self.characters)

    @property
    def decoded(self) -> bool:
        """Whether the bytes were decoded, so that there is something to show."""
        return self.refused not in NOT_DECODED
