"""Curves as PNG files."""

from pathlib import Path

from measures.growth import Curve
from measures.results import Figure


def draw(curves: list[Curve], folder: Path) -> None:
    """Draw each curve with its quartiles in a file of its own.

    Raises:
        OSError: the folder cannot be written.
    """
    from matplotlib.figure import Figure as Canvas  # noqa: PLC0415  slow, and only plots need it

    folder.mkdir(parents=True, exist_ok=True)
    for curve in curves:
        figures = [Figure.of(costs) for costs in curve.costs]
        medians = [figure.median for figure in figures]
        below = [figure.median - figure.lower for figure in figures]
        above = [figure.upper - figure.median for figure in figures]
        canvas = Canvas(figsize=(6, 4), layout="constrained")
        axes = canvas.subplots()
        axes.errorbar(curve.work, medians, (below, above), marker="o", capsize=3)
        exponent = Figure.of(curve.exponents).median
        axes.set(xscale="log", yscale="log", xlabel=curve.name, ylabel=curve.unit)
        axes.set_title(f"grows as the power {exponent:.2f}")
        canvas.savefig(folder / f"{curve.name.replace(',', '').replace(' ', '-')}.png")
