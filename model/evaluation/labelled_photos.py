"""Labelled photos: how many of each kind a reader reads right."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any, Literal, NamedTuple

import numpy as np

from model.evaluation.judgement import (
    NO_DIGIT_LABEL,
    Judgement,
    character_error_rate,
    judge,
)
from model.evaluation.test_set import confidence_error
from model.percentages import counted
from model.reader import SURE, UNKNOWN, Reader, Reading

POOLED = "digits"  # the row of all photos of digits
COLUMNS = ("file", "label", "kind", "writer")
SHARES = {
    "right": "right",
    "digits_right": "digits",
    "marks_exact": "marks",
    "character_error_rate": "character errors",
    "right_by_writer": "by writer",
    "refused": "refused",
    "surely_wrong": f"wrong, though {counted(SURE, 0)} sure",
    "calibration_error": "calibration error",
}
# What the columns say, for a terminal.
EXPLANATION = f"""\
right: read as a whole as the label has it, digits and marks
digits: with the right digits, whatever marks stand between them
marks: of the photos with marks, those with the very marks of the label
character errors: of 100 digits and marks, how many are missing, added or wrong
by writer: right, as the mean over the writers
refused: nothing is asserted
wrong, though {counted(SURE, 0)} sure: digits are wrong, and none of them is doubtful
calibration error: how far the digits' probabilities are from how often they are right"""


class LabelsError(Exception):
    """A folder's labels.csv cannot be used; the message is one sentence."""


class Outcome(NamedTuple):
    """One photo: what `labels.csv` says of it, and what was read, without the photo's pixels."""

    file: str
    label: str
    kind: str
    writer: str
    reading: Reading

    @property
    def text(self) -> str:
        """The lines that were read; empty when refused."""
        return self.reading.text

    @property
    def probability(self) -> float:
        """The least of the digits' probabilities; 0 without digits, or where some are not told."""
        if UNKNOWN in self.text:
            return 0.0
        return min((digit.probability for digit in self.reading.digits), default=0.0)

    @property
    def judgement(self) -> Judgement:
        """What is right about the reading."""
        return judge(self.label, self.text)

    @property
    def right(self) -> bool:
        """Whether all was read, or nothing where there is nothing."""
        return self.judgement.right

    @property
    def surely_wrong(self) -> bool:
        """Whether other digits were read with a probability of at least `SURE` each."""
        if not self.text or self.judgement.digits_right:
            return False
        return self.probability >= SURE


def measure(reader: Reader, folder: Path) -> list[Outcome]:
    """Read every photo that `folder/labels.csv` (file,label,kind,writer) names.

    Raises:
        LabelsError: the file, a column or a photo is missing.
    """
    rows = read_labels(folder / "labels.csv", COLUMNS)
    outcomes = []
    try:
        for file, label, kind, writer in rows:
            reading = _read(reader, folder / file)
            outcomes.append(Outcome(file, label, kind, writer, reading))
    except OSError as error:
        raise LabelsError(f"{error.filename}: {error.strerror}.") from error
    return outcomes


def read_labels(path: Path, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """The `columns` of each row of a CSV file with a header, at least one row.

    Raises:
        LabelsError: the file cannot be read, or has no rows, or one without all columns.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [tuple(row[column] for column in columns) for row in csv.DictReader(file)]
    except OSError as error:
        raise LabelsError(f"{error.filename}: {error.strerror}.") from error
    except KeyError as error:
        raise LabelsError(f"{path} has no column {error}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise LabelsError(f"{path} is no CSV file ({error}).") from error
    complete = [row for row in rows if None not in row]
    if not rows or len(complete) < len(rows):
        raise LabelsError(f"{path} needs rows of {','.join(columns)}.")
    return rows


def _read(reader: Reader, path: Path) -> Reading:
    # A thousand photos' pixels are gigabytes.
    return replace(reader.read(path.read_bytes()), photo=None)


def group(
    outcomes: Iterable[Outcome], field: Literal["kind", "writer"]
) -> dict[str, list[Outcome]]:
    """Gather the outcomes of each kind or writer, in the order of the first of each."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        name = getattr(outcome, field)
        members = groups.setdefault(name, [])
        members.append(outcome)
    return groups


def summarize(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Figures of each kind, and last of all photos of digits pooled; shares are in 0..1.

    A row has
        `kind`, how many `photos`, and of how many labels have marks (`marked`);
        `right`, `digits_right` and `marks_exact` (of those with marks), as `judge` judges;
        `character_error_rate` (of the photos of digits);
        `right_by_writer`, the mean over the writers of each one's share that is right, so that who
        wrote much counts no more than others;
        `refused`;
        `surely_wrong`, the digits wrong though each is at least `SURE`;
        `calibration_error`, of the least sure digits and whether all are right, where some were
        read in photos of digits.
    What is measured of no photo of the kind is None.
    """
    by_kind = group(outcomes, "kind")
    rows = [_row(kind, members) for kind, members in by_kind.items()]
    digits = _with_digits(outcomes)
    if digits:
        rows.append(_row(POOLED, digits))
    return rows


def _with_digits(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.label != NO_DIGIT_LABEL]


def _row(name: str, outcomes: list[Outcome]) -> dict[str, Any]:
    by_writer = group(outcomes, "writer").values()
    judgements = [outcome.judgement for outcome in outcomes]
    marks = [each.marks_exact for each in judgements if each.marks_exact is not None]
    return {
        "kind": name,
        "photos": len(outcomes),
        "marked": len(marks),
        "right": _share_right(outcomes),
        "digits_right": fmean(each.digits_right for each in judgements),
        "marks_exact": fmean(marks) if marks else None,
        "character_error_rate": _character_error_rate(outcomes),
        "right_by_writer": fmean(_share_right(members) for members in by_writer),
        "refused": fmean(not outcome.text for outcome in outcomes),
        "surely_wrong": fmean(outcome.surely_wrong for outcome in outcomes),
        "calibration_error": _calibration_error(outcomes),
    }


def _share_right(outcomes: list[Outcome]) -> float:
    return fmean(outcome.right for outcome in outcomes)


def _character_error_rate(outcomes: list[Outcome]) -> float | None:
    digits = _with_digits(outcomes)
    pairs = [(outcome.label, outcome.text) for outcome in digits]
    return character_error_rate(pairs)


def _calibration_error(outcomes: list[Outcome]) -> float | None:
    digits = _with_digits(outcomes)
    asserted = [outcome for outcome in digits if outcome.text and outcome.probability]
    if not asserted:
        return None
    confidences = np.array([outcome.probability for outcome in asserted])
    right = np.array([outcome.judgement.digits_right for outcome in asserted])
    return confidence_error(confidences, right)


def report(rows: list[dict[str, Any]]) -> str:
    """The summary as a table for a terminal: kinds to the left, numbers to the right."""
    table = [["kind", "photos", *SHARES.values()]]
    for row in rows:
        cells = [row["kind"], str(row["photos"])]
        cells += [_percent(row[key]) for key in SHARES]
        table.append(cells)
    columns = zip(*table, strict=True)
    widths = [max(map(len, column)) for column in columns]
    lines = [_line(cells, widths) for cells in table]
    return "\n".join(lines)


def _line(cells: list[str], widths: list[int]) -> str:
    kind, *numbers = cells
    kind_width, *number_widths = widths
    left = kind.ljust(kind_width)
    right = map(str.rjust, numbers, number_widths)
    return "  ".join([left, *right])


def _percent(share: float | None) -> str:
    return "-" if share is None else counted(share)
