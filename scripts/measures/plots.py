"""Curves as PNG files."""

from pathlib import Path

from measures.growth import Curve
from measures.results import Measurement


def draw(curves: list[Curve], folder: Path) -> None:
    """Draw each curve with its quartiles in a file of its own.

    Raises:
        OSError: the folder cannot be written.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415  slow, and only plots need it

    folder.mkdir(parents=True, exist_ok=True)
    for curve in curves:
        points = [Measurement.of(costs) for costs in curve.costs]
        medians = [point.median for point in points]
        below = [point.median - point.lower for point in points]
        above = [point.upper - point.median for point in points]
        figure = Figure(figsize=(6, 4), layout="constrained")
        axes = figure.subplots()
        axes.errorbar(curve.work, medians, (below, above), marker="o", capsize=3)
        exponent = Measurement.of(curve.exponents).median
        axes.set(xscale="log", yscale="log", xlabel=curve.name, ylabel=curve.unit)
        axes.set_title(f"grows as the power {exponent:.2f}")
        figure.savefig(folder / f"{curve.name.replace(',', '').replace(' ', '-')}.png")
