"""Figures with their spread, the rows that hold them, and the table of all rows."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np

from model.percentages import counted

Name = TypeVar("Name")
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
        """Summarize `values`, at least one."""
        quartiles = np.percentile(values, (25, 50, 75))
        lower, median, upper = quartiles.tolist()
        return cls(
            median=median,
            lower=lower,
            upper=upper,
            size=len(values),
            right=right,
        )

    def text(self, unit: str) -> str:
        """The cell's text: the median, the quartiles of several values, and the share right."""
        text = with_unit(self.median, unit)
        if self.size > 1:
            lower = short(self.lower)
            upper = short(self.upper)
            text += f" ({lower} to {upper})"
        if self.right is not None:
            text += f", {counted(self.right, 0)} right"
        return text


class Target(NamedTuple):
    """What a measurement should reach; parts that are not given ask for nothing.

    Attributes:
        times: the median is at most so many times that of what it is compared with.
        most: the median is at most that, in its unit.
        least: the median is at least that, in its unit.
        righter: a larger share of photos is read right than by what it is compared with.
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
    """A measurement in `unit`, and the one that it is compared with; `other` is None if absent."""

    what: str
    unit: str
    own: Measurement
    against: str = ""
    other: Measurement | None = None
    target: Target = NO_TARGET
    details: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """The median divided by the other one's; None if that is absent."""
        if self.other is None:
            return None
        return self.own.median / self.other.median

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None if there is none, or what it needs is absent."""
        target = self.target
        compares = target.times or target.righter
        if target == NO_TARGET or (compares and self.other is None):
            return None
        parts = (self._fast_enough, self._within_bounds, self._right_enough)
        return all(parts)

    @property
    def _fast_enough(self) -> bool:
        if self.target.times is None:
            return True
        ratio = self.ratio or 0
        return ratio <= self.target.times

    @property
    def _within_bounds(self) -> bool:
        target = self.target
        median = self.own.median
        if target.most is not None and median > target.most:
            return False
        return target.least is None or median >= target.least

    @property
    def _right_enough(self) -> bool:
        if not self.target.righter:
            return True
        own = self.own.right
        other = self.other.right if self.other else None
        if own is None or other is None:
            return False
        return own > other

    def target_text(self) -> str:
        """The target as text."""
        target = self.target
        parts = []
        if target.times:
            parts.append(f"≤ {short(target.times)} ×")
        if target.most:
            most = with_unit(target.most, self.unit)
            parts.append(f"≤ {most}")
        if target.least:
            least = with_unit(target.least, self.unit)
            parts.append(f"≥ {least}")
        if target.righter:
            parts.append("more right")
        return ", ".join(parts)

    def detail_text(self) -> str:
        """The details as text."""
        parts = []
        for name, value in self.details.items():
            size = with_unit(value, self.unit)
            parts.append(f"{name} {size}")
        return ", ".join(parts)

    def as_json(self) -> dict[str, Any]:
        """The row in values that JSON knows."""
        other = self.other._asdict() if self.other else None
        return {
            "what": self.what,
            "unit": self.unit,
            "measured": self.own._asdict(),
            "against": self.against,
            "other": other,
            "ratio": self.ratio,
            "target": self.target_text(),
            "met": self.met,
            "details": dict(self.details),
        }


def short(value: float) -> str:
    """The value with three significant digits; whole from 100 on."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def with_unit(value: float, unit: str) -> str:
    """The value as `short` writes it, and the unit if there is one."""
    return f"{short(value)} {unit}".rstrip()


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    lines = [
        "| what | measured | against | ratio | target | met |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = " | ".join(_cells(row))
        lines.append(f"| {cells} |")
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    ratio = NONE if row.ratio is None else f"{short(row.ratio)} ×"
    return (
        row.what,
        row.own.text(row.unit),
        _against(row),
        ratio,
        row.target_text() or NONE,
        MET[row.met],
    )


def _against(row: Row) -> str:
    if not row.against:
        return NONE
    other = row.other.text(row.unit) if row.other else "absent"
    return f"{row.against}: {other}"


def interleaved(
    measured: Mapping[Name, Callable[[], Measured]], repetitions: int
) -> dict[Name, list[Measured]]:
    """Call each in turn, `repetitions` times, so that other load affects all alike."""
    taken: dict[Name, list[Measured]] = {name: [] for name in measured}
    for _ in range(repetitions):
        for name, measure in measured.items():
            taken[name].append(measure())
    return taken


def milliseconds(call: Callable[[], object]) -> float:
    """The milliseconds that a call takes."""
    began = time.perf_counter()
    call()
    seconds = time.perf_counter() - began
    return 1000 * seconds
