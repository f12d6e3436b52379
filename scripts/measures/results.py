"""Figures with their spread, the rows that hold them, and the table of all rows."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np

Measured = TypeVar("Measured")


class Measurement(NamedTuple):
    """The median and quartiles of `size` values; `right` is the share of photos read right."""

    median: float
    lower: float
    upper: float
    size: int
    right: float | None = None

    @classmethod
    def of(cls, values: Sequence[float], right: float | None = None) -> "Measurement":
        """Sum up `values`, at least one."""
        quartiles = np.percentile(values, (25, 50, 75))
        lower, median, upper = quartiles.tolist()
        return cls(median, lower, upper, len(values), right)

    def text(self, unit: str) -> str:
        """For a table: the median, the quartiles where there are some, the share right."""
        text = f"{short(self.median)} {unit}".rstrip()
        if self.size > 1:
            text += f" ({short(self.lower)} to {short(self.upper)})"
        if self.right is not None:
            text += f", {self.right:.0%} right"
        return text


class Target(NamedTuple):
    """What a measurement should reach; each part holds if given.

    The median is at most `times` the one it is held against, at most `most` or at least `least` in
    its unit, and more photos are read right.
    """

    times: float | None = None
    most: float | None = None
    least: float | None = None
    righter: bool = False


NO_TARGET = Target()
NONE = "–"  # in a cell of the table
MET = {True: "yes", False: "**no**", None: NONE}


@dataclass(frozen=True)
class Row:
    """A thing that was measured in `unit`, and what it is held `against`: None if absent."""

    what: str
    unit: str
    own: Measurement
    against: str = ""
    other: Measurement | None = None
    target: Target = NO_TARGET
    details: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Of the medians."""
        return self.own.median / self.other.median if self.other else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None if there is none, or what it needs is absent."""
        target, own, other = self.target, self.own, self.other
        if target == NO_TARGET or (other is None and (target.times or target.righter)):
            return None
        return (
            (target.times is None or (self.ratio or 0) <= target.times)
            and (target.most is None or own.median <= target.most)
            and (target.least is None or own.median >= target.least)
            and (not target.righter or self._righter)
        )

    @property
    def _righter(self) -> bool:
        if self.other is None or self.own.right is None or self.other.right is None:
            return False
        return self.own.right > self.other.right

    def target_text(self) -> str:
        """The target in words."""
        target = self.target
        parts = (
            target.times and f"≤ {short(target.times)} ×",
            target.most and f"≤ {short(target.most)} {self.unit}".rstrip(),
            target.least and f"≥ {short(target.least)} {self.unit}",
            target.righter and "more right",
        )
        return ", ".join(part for part in parts if part)

    def detail_text(self) -> str:
        """The details in words."""
        return ", ".join(
            f"{name} {short(value)} {self.unit}" for name, value in self.details.items()
        )

    def as_json(self) -> dict[str, Any]:
        """All of it, in plain values."""
        return {
            "what": self.what,
            "unit": self.unit,
            "measured": self.own._asdict(),
            "against": self.against,
            "other": self.other._asdict() if self.other else None,
            "ratio": self.ratio,
            "target": self.target_text(),
            "met": self.met,
            "details": dict(self.details),
        }


def short(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    lines = ["| what | measured | against | ratio | target | met |", "|---|---|---|---|---|---|"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    own = row.own.text(row.unit)
    other = row.other.text(row.unit) if row.other else "absent"
    against = f"{row.against}: {other}" if row.against else NONE
    ratio = NONE if row.ratio is None else f"{short(row.ratio)} ×"
    target = row.target_text() or NONE
    met = MET[row.met]
    return row.what, own, against, ratio, target, met


def interleaved(
    measured: Mapping[str, Callable[[], Measured]], repetitions: int
) -> dict[str, list[Measured]]:
    """Measure each in turn, so often, so that what else the machine does falls on all alike."""
    taken: dict[str, list[Measured]] = {name: [] for name in measured}
    for _ in range(repetitions):
        for name, measure in measured.items():
            taken[name].append(measure())
    return taken


def milliseconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)
