"""Curves as PNG files."""

from pathlib import Path
from typing import TYPE_CHECKING

from measures.growth import Curve
from measures.results import Measurement

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(curves: list[Curve], folder: Path) -> None:
    """Draw each curve with its quartiles in a file of its own.

    Raises:
        OSError: the folder cannot be written.
    """
    from matplotlib.figure import Figure  # slow, and only plots need it

    folder.mkdir(parents=True, exist_ok=True)
    for curve in curves:
        figure = Figure(figsize=(6, 4), layout="constrained")
        axes = figure.subplots()
        _draw_costs(axes, curve)
        exponent = Measurement.of(curve.exponents)
        axes.set(xscale="log", yscale="log", xlabel=curve.name, ylabel=curve.unit)
        axes.set_title(f"grows as the power {exponent.median:.2f}")
        name = curve.name.replace(",", "")
        name = name.replace(" ", "-")
        figure.savefig(folder / f"{name}.png")


def _draw_costs(axes: "Axes", curve: Curve) -> None:
    medians = []
    below = []
    above = []
    for costs in curve.costs:
        point = Measurement.of(costs)
        medians.append(point.median)
        below.append(point.median - point.lower)
        above.append(point.upper - point.median)
    axes.errorbar(
        curve.work,
        medians,
        (below, above),
        marker="o",
        capsize=3,
    )
