"""Labelled photos: how many of each kind a reader reads right."""

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any, Literal, NamedTuple

import numpy as np

from model.evaluation.test_set import confidence_error
from model.reader import SURE, Reader, Reading

NO_DIGIT_LABEL = "none"
POOLED = "digits"
COLUMNS = ("file", "label", "kind", "writer")
SHARES = {
    "right": "right",
    "right_by_writer": "by writer",
    "refused": "refused",
    "surely_wrong": f"wrong, though {SURE:.0%} sure",
    "calibration_error": "calibration error",
}


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
        """The number that was read; empty when refused."""
        return self.reading.text

    @property
    def probability(self) -> float:
        """The least of the digits' probabilities, 0 without digits."""
        return min((digit.probability for digit in self.reading.digits), default=0.0)

    @property
    def right(self) -> bool:
        """Whether the whole number was read, or nothing where there is nothing."""
        return self.text == ("" if self.label == NO_DIGIT_LABEL else self.label)

    @property
    def surely_wrong(self) -> bool:
        """Whether something else was read with a probability of at least `SURE`."""
        return bool(self.text) and not self.right and self.probability >= SURE


def measure(reader: Reader, folder: Path) -> list[Outcome]:
    """Read every photo that `folder/labels.csv` (file,label,kind,writer) names.

    Raises:
        LabelsError: the file, a column or a photo is missing.
    """
    try:
        with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
            rows = [[row[column] for column in COLUMNS] for row in csv.DictReader(file)]
        if not rows or any(value is None for row in rows for value in row):
            raise LabelsError(f"{folder / 'labels.csv'} needs rows of {','.join(COLUMNS)}.")
        return [
            Outcome(file, label, kind, writer, _read(reader, folder / file))
            for file, label, kind, writer in rows
        ]
    except OSError as error:
        raise LabelsError(f"{error.filename}: {error.strerror}.") from error
    except KeyError as error:
        raise LabelsError(f"{folder / 'labels.csv'} has no column {error}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise LabelsError(f"{folder / 'labels.csv'} is no CSV file ({error}).") from error


def _read(reader: Reader, path: Path) -> Reading:
    # A thousand photos' pixels are gigabytes.
    return replace(reader.read(path.read_bytes()), photo=None)


def group(
    outcomes: Iterable[Outcome], field: Literal["kind", "writer"]
) -> dict[str, list[Outcome]]:
    """Gather the outcomes of each kind or writer, in the order of the first of each."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(getattr(outcome, field), []).append(outcome)
    return groups


def summarize(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """Shares in 0..1 for each kind, and last for all photos of digits pooled.

    A row has `right`, `right_by_writer` (the mean over the writers of each one's share, so that who
    wrote much counts no more than others), `refused`, `surely_wrong` (wrong though at least `SURE`)
    and `calibration_error` (of the numbers read in photos of digits; None where there are none).
    """
    outcomes = list(outcomes)
    digits = [outcome for outcome in outcomes if outcome.label != NO_DIGIT_LABEL]
    groups = [*group(outcomes, "kind").items(), (POOLED, digits)]
    return [_row(name, members) for name, members in groups if members]


def _row(name: str, outcomes: list[Outcome]) -> dict[str, Any]:
    writers = group(outcomes, "writer").values()
    return {
        "kind": name,
        "photos": len(outcomes),
        "right": _share_right(outcomes),
        "right_by_writer": fmean(map(_share_right, writers)),
        "refused": fmean(not outcome.text for outcome in outcomes),
        "surely_wrong": fmean(outcome.surely_wrong for outcome in outcomes),
        "calibration_error": _calibration_error(outcomes),
    }


def _share_right(outcomes: list[Outcome]) -> float:
    return fmean(outcome.right for outcome in outcomes)


def _calibration_error(outcomes: list[Outcome]) -> float | None:
    asserted = [outcome for outcome in outcomes if outcome.text and outcome.label != NO_DIGIT_LABEL]
    if not asserted:
        return None
    confidences = np.array([outcome.probability for outcome in asserted])
    return confidence_error(confidences, np.array([outcome.right for outcome in asserted]))


def report(rows: list[dict[str, Any]]) -> str:
    """The summary as a table for a terminal."""
    table = [["kind", "photos", *SHARES.values()]]
    table += [
        [row["kind"], str(row["photos"]), *(_percent(row[key]) for key in SHARES)] for row in rows
    ]
    kind, *others = (max(map(len, column)) for column in zip(*table, strict=True))
    return "\n".join(
        "  ".join([line[0].ljust(kind), *map(str.rjust, line[1:], others)]) for line in table
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
