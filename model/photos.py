"""Labelled photos: how many of each kind a reader reads right."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from model.reader import Reader

NO_DIGIT = "none"
SURE = 0.9
COLUMNS = ("file", "label", "kind", "writer")


class LabelsError(Exception):
    """A folder's labels.csv cannot be used; the message is one sentence."""


class Outcome(NamedTuple):
    """One photo: what `labels.csv` says of it, and what was read with which least probability."""

    file: str
    label: str
    kind: str
    writer: str
    text: str
    probability: float

    @property
    def right(self) -> bool:
        """Whether the whole number was read, or nothing where there is nothing."""
        return self.text == ("" if self.label == NO_DIGIT else self.label)


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
            Outcome(file, label, kind, writer, *_read(reader, folder / file))
            for file, label, kind, writer in rows
        ]
    except OSError as error:
        raise LabelsError(f"{error.filename}: {error.strerror}.") from error
    except KeyError as error:
        raise LabelsError(f"{folder / 'labels.csv'} has no column {error}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise LabelsError(f"{folder / 'labels.csv'} is no CSV file ({error}).") from error


def _read(reader: Reader, path: Path) -> tuple[str, float]:
    reading = reader.read(path.read_bytes())
    return reading.text, min((digit.probability for digit in reading.digits), default=0.0)


def summarize(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """Shares in 0..1 for each kind: right, refused, and wrong though at least `SURE`."""
    kinds: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        kinds.setdefault(outcome.kind, []).append(outcome)
    return [
        {
            "kind": kind,
            "photos": len(group),
            "right": sum(outcome.right for outcome in group) / len(group),
            "refused": sum(not outcome.text for outcome in group) / len(group),
            "surely_wrong": sum(
                bool(outcome.text) and not outcome.right and outcome.probability >= SURE
                for outcome in group
            )
            / len(group),
        }
        for kind, group in kinds.items()
    ]


def report(rows: list[dict[str, Any]]) -> str:
    """The summary as a table for a terminal."""
    lines = [f"kind      photos   right refused  wrong, though {SURE:.0%} sure"]
    lines += [
        f"{row['kind']:<10}{row['photos']:>6}{row['right']:>8.1%}{row['refused']:>8.1%}"
        f"{row['surely_wrong']:>8.1%}"
        for row in rows
    ]
    return "\n".join(lines)
