"""Measure how well lines of writing are read on pages of which it is known what is written."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from model.boxes import Box
from model.evaluation.judgement import edit_distance
from model.evaluation.test_set import Metrics, confidence_error, share_interval
from model.percentages import counted
from model.reader import SURE
from model.recognition.character_set import DIGITS, UNKNOWN
from model.recognition.fusion import ReadCharacter
from model.recognition.line_acceptance import TOLD

HIT = 0.4  # intersection over union from which on what was read is what was written; by eye


class ReadPage(NamedTuple):
    """What is written on a page, and what was read there.

    Attributes:
        boxes: of the n characters that are written, in pixels of the photo.
        symbols: n, each a digit, a mark, or `?` for what is neither.
        rows: n, which line each is in, from 0.
        characters: what was read, in any order.
    """

    boxes: Sequence[Box]
    symbols: Sequence[str]
    rows: Sequence[int]
    characters: Sequence[ReadCharacter]


class ReadLine(NamedTuple):
    """The digits and marks of one line, as they are written and as they were read.

    `is_sure` is whether any were read, and each with a certainty of at least `SURE`.
    """

    written: str
    read: str
    is_sure: bool

    @property
    def is_right(self) -> bool:
        """Whether all digits and marks are read, in their order, and nothing else is."""
        return self.read == self.written

    @property
    def digits_right(self) -> bool:
        """Whether the digits are, whatever marks are between them."""
        return _digits(self.read) == _digits(self.written)


def measure(pages: Iterable[ReadPage]) -> Metrics:
    """Compare what was read on at least one page with what is written there.

    Returns:
        Figures that JSON can hold: counts, and shares in 0..1. A page with nothing on it counts as
        a line without characters. An error is a character that is missing, invented or misread;
        what is neither digit nor mark may be read as that, or not at all. What was read with less
        than `TOLD` counts for the calibration error alone.
    """
    lines: list[ReadLine] = []
    certainties: list[float] = []
    rights: list[bool] = []
    for page in pages:
        lines += read_lines(page)
        for character in page.characters:
            certainties.append(character.certainty)
            rights.append(_symbol_at(character.box, page) == character.symbol)
    error = confidence_error(np.array(certainties), np.array(rights)) if rights else 0.0
    return _line_figures(lines) | {"expected_calibration_error": error}


def _line_figures(lines: Sequence[ReadLine]) -> Metrics:
    count = len(lines)
    right = sum(line.is_right for line in lines)
    digits_right = sum(line.digits_right for line in lines)
    surely_wrong = sum(line.is_sure and not line.is_right for line in lines)
    characters = sum(len(line.written) for line in lines)
    errors = sum(edit_distance(line.written, line.read) for line in lines)
    return {
        "lines": count,
        "lines_right": right / count,
        "lines_right_interval": share_interval(right, count),
        "digits_right": digits_right / count,
        "surely_wrong": surely_wrong / count,
        "characters": characters,
        "character_error_rate": errors / max(1, characters),
    }


def read_lines(page: ReadPage) -> list[ReadLine]:
    """The lines of a page; what was read belongs to the line of the nearest written character."""
    count = max(page.rows, default=0) + 1
    read: list[list[ReadCharacter]] = [[] for _ in range(count)]
    for character in page.characters:
        is_there = character.certainty >= TOLD
        if is_there and character.symbol != UNKNOWN:
            row = _nearest_row(character.box, page)
            read[row].append(character)
    written = [_written(page, row) for row in range(count)]
    return list(map(_line, written, read))


def _line(written: str, characters: list[ReadCharacter]) -> ReadLine:
    characters.sort(key=lambda character: character.box.middle)
    read = "".join(character.symbol for character in characters)
    certainties = [character.certainty for character in characters]
    is_sure = min(certainties, default=0.0) >= SURE
    return ReadLine(written, read, is_sure)


def _written(page: ReadPage, row: int) -> str:
    """The digits and marks that are written in a row."""
    written = ""
    for symbol, own_row in zip(page.symbols, page.rows, strict=True):
        if own_row == row and symbol != UNKNOWN:
            written += symbol
    return written


def written_at(box: Box, boxes: Sequence[Box]) -> int | None:
    """The index of that of `boxes` which is the same as `box`; None if there is none."""
    overlaps = [box.iou(each) for each in boxes]
    best = max(overlaps, default=0.0)
    if best < HIT:
        return None
    return overlaps.index(best)


def report(metrics: Metrics) -> str:
    """The figures of `measure`, and whose they are, as text for a terminal."""
    low, high = metrics["lines_right_interval"]
    count = metrics["lines"]
    right = metrics["lines_right"]
    errors = counted(metrics["character_error_rate"], 2)
    gap = counted(metrics["expected_calibration_error"], 2)
    wrong = count - round(right * count)
    digits = counted(metrics["digits_right"], 2)
    surely_wrong = counted(metrics["surely_wrong"], 2)
    lines = [
        f"{metrics['network']}: {wrong:,} of {count:,} lines wrong, {counted(right, 2)} right",
        f"The true rate is very likely {counted(low, 2)} to {counted(high, 2)}.",
        "",
        f"digits right {digits}: whatever marks stand between them",
        f"wrong though sure {surely_wrong}: each character is {counted(SURE, 0)} sure",
        f"character error rate {errors}: missing, added or wrong, of the characters written",
        f"calibration error {gap}: how far certainties are from how often they are right",
    ]
    return "\n".join(lines)


def _symbol_at(box: Box, page: ReadPage) -> str | None:
    """What is written in a box, if anything is."""
    index = written_at(box, page.boxes)
    return None if index is None else page.symbols[index]


def _nearest_row(box: Box, page: ReadPage) -> int:
    """The row of the written character whose middle is nearest; 0 if nothing is written."""
    if not page.boxes:
        return 0
    x, y = box.middle
    middles = np.array([each.middle for each in page.boxes])
    distances = np.hypot(middles[:, 0] - x, middles[:, 1] - y)
    return page.rows[int(distances.argmin())]


def _digits(text: str) -> str:
    return "".join(character for character in text if character in DIGITS)
