"""Whether a reading is right: what was read is compared with what a label says.

In a label `|` is a break, between rows or between numbers that stand apart, and marks stand as
written; in a reading white space is a break. Whatever stands between two digits, a break, a mark or
both, is their gap.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

NO_DIGIT_LABEL = "none"  # of a photo that shows no digit
SIGNS = ("-", "+")
# Other ways to write a mark, and how labels write it.
SAME_MARKS = str.maketrans({"×": "x", "÷": ":", "\N{MINUS SIGN}": "-"})


class Judgement(NamedTuple):
    """What is right about a reading.

    Attributes:
        right: the digits are right, and each gap is, too (`judge` says when).
        digits_right: the digits are the label's, in its order.
        marks_exact: it is right, and each mark is the label's; None if the label has no marks.
    """

    right: bool
    digits_right: bool
    marks_exact: bool | None


class Writing(NamedTuple):
    """A label or a reading up to its last digit.

    Attributes:
        digits: all of them, in order.
        gaps: for each digit, what stands between it and the digit before.
    """

    digits: str
    gaps: list[str]

    @property
    def marks(self) -> list[str]:
        """The marks before each digit, without breaks."""
        return [_marks(gap) for gap in self.gaps]

    @property
    def characters(self) -> str:
        """Marks and digits in order, without breaks."""
        groups = map(str.__add__, self.marks, self.digits)
        return "".join(groups)


def judge(label: str, text: str) -> Judgement:
    """Judge what was read by what a photo's label says.

    Between two digits, where the label has
        a break or a mark, the reading must have one, whichever it is;
        nothing, the reading must have no mark; white space inside a number is forgiven.
    Before the first digit white space does not count. Where the label has
        a sign, the reading must have the same;
        another mark, as a bracket, the reading must have one, and no sign;
        none, the reading must have none but a sign: a dash may begin an item of a list.
    What follows the last digit does not count.

    Of a photo that shows no digit, only an empty `text` is right.
    """
    if label == NO_DIGIT_LABEL:
        silent = not text
        return Judgement(silent, silent, None)
    true, read = parse(label), parse(text)
    digits_right = read.digits == true.digits
    right = digits_right and _gaps_right(true.gaps, read.gaps)
    exact = None
    if any(true.marks):
        exact = right and read.marks == true.marks
    return Judgement(right, digits_right, exact)


def parse(text: str) -> Writing:
    """Divide a label or a reading into digits and gaps, its marks written as labels write them."""
    same = text.translate(SAME_MARKS)
    digits = "".join(re.findall("[0-9]", same))
    *gaps, _ = re.split("[0-9]", same)
    return Writing(digits, gaps)


def _gaps_right(true: list[str], read: list[str]) -> bool:
    """Whether the gaps of as many digits are right."""
    if not true:
        return True
    true_first, *true_inner = true
    read_first, *read_inner = read
    first_right = _first_gap_right(true_first, read_first)
    inner_right = map(_inner_gap_right, true_inner, read_inner)
    return first_right and all(inner_right)


def _first_gap_right(true: str, read: str) -> bool:
    """Whether what stands before the first digit is right."""
    true_marks = _marks(true)
    read_marks = _marks(read)
    if true_marks in SIGNS:
        return read_marks == true_marks
    signed = read_marks in SIGNS
    if true_marks:
        return bool(read_marks) and not signed
    return not read_marks or signed


def _inner_gap_right(true: str, read: str) -> bool:
    """Whether what stands between two digits is right."""
    if true:
        return bool(read)
    return not _marks(read)


def _marks(gap: str) -> str:
    return re.sub(r"[\s|]", "", gap)


def character_error_rate(pairs: Iterable[tuple[str, str]]) -> float | None:
    """The edits that make labels of what was read, for each character of the labels.

    Args:
        pairs: labels that show a digit, and what was read. Breaks, and what follows the last digit,
            do not count.

    Returns:
        0 where all is right, above 1 where more is wrong than the labels have; None without labels.
    """
    edits = 0
    characters = 0
    for label, text in pairs:
        true = parse(label).characters
        read = parse(text).characters
        edits += edit_distance(true, read)
        characters += len(true)
    return edits / characters if characters else None


def edit_distance(true: str, read: str) -> int:
    """The fewest characters to insert, leave out or replace in one string to get the other.

    By Wagner and Fischer (1974), a row of their table at a time.
    """
    letters = np.array(list(read), "U1")
    lengths = np.arange(len(read) + 1)
    distances = lengths  # from nothing of `true` to each beginning of `read`
    for letter in true:
        replaced = distances[:-1] + (letters != letter)
        row = distances + 1
        row[1:] = np.minimum(row[1:], replaced)
        # To insert a character costs 1 more than the distance to its left.
        distances = np.minimum.accumulate(row - lengths) + lengths
    return int(distances[-1])
