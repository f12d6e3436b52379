"""How the cost grows with the work: the exponent of the power law through the medians."""

from typing import Any, NamedTuple

import numpy as np

from bot.sandbox.server import running
from measures.load import Demand
from measures.processes import bot
from measures.reading import times
from measures.results import Measurement, Row, Target
from measures.sample_photos import Labelled, jpeg, many_digits, one_digit
from measures.serving import serve

# The amounts of work that are measured.
USERS = (1, 2, 4, 8, 16, 32, 64)
DIGITS = (1, 2, 5, 10, 20, 35, 50)  # on one photo
WIDTHS = (365, 640, 1280, 2000, 2828, 4000)  # pixels: 0.1 to 12 megapixels


class Curve(NamedTuple):
    """`costs` in `unit`, a list of repetitions for each amount of `work`."""

    name: str
    work: tuple[float, ...]
    unit: str
    costs: list[list[float]]

    @property
    def exponents(self) -> list[float]:
        """Each repetition's exponent: the slope of a line through the logarithms; 1 is linear."""
        work = np.log(self.work)
        repetitions = np.log(self.costs).T
        exponents = []
        for costs in repetitions:
            slope, _ = np.polyfit(work, costs, deg=1)
            exponents.append(float(slope))
        return exponents

    def as_json(self) -> dict[str, Any]:
        """The curve in values that JSON knows, with its median costs and exponent."""
        costs = [Measurement.of(values)._asdict() for values in self.costs]
        exponent = Measurement.of(self.exponents)
        return {
            "name": self.name,
            "work": self.work,
            "unit": self.unit,
            "costs": costs,
            "exponent": exponent._asdict(),
        }


def row(curve: Curve) -> Row:
    """The table's row for the curve's exponent; the target is linear growth at most."""
    least_work, *_, most_work = curve.work
    least_costs, *_, most_costs = curve.costs
    least = Measurement.of(least_costs)
    most = Measurement.of(most_costs)
    work = f"{least_work:g} to {most_work:g}"
    costs = f"{least.text(curve.unit)} to {most.text(curve.unit)}"
    return Row(
        what=f"{curve.name}, {work}: {costs}; exponent",
        unit="",
        own=Measurement.of(curve.exponents),
        target=Target(most=1),
    )


def curves(photos: Labelled, readings: int, seconds: float, rounds: int) -> list[Curve]:
    """Measure how the cost grows with users, with digits and with pixels."""
    return [
        *_of_users(photos, seconds, rounds),
        _of_digits(readings),
        _of_pixels(readings),
    ]


def _of_digits(readings: int) -> Curve:
    photos = [jpeg(many_digits(count)) for count in DIGITS]
    return Curve("time to read, digits", DIGITS, "ms", times(photos, readings))


def _of_pixels(readings: int) -> Curve:
    photos = []
    megapixels = []
    for width in WIDTHS:
        height = width * 3 // 4
        page = one_digit(size=(width, height))
        photos.append(jpeg(page))
        megapixels.append(round(width * height / 1e6, 2))
    costs = times(photos, readings)
    return Curve("time to read, megapixels", tuple(megapixels), "ms", costs)


def _of_users(photos: Labelled, seconds: float, rounds: int) -> list[Curve]:
    start = Demand(1, "document", photos=1)
    demands = [Demand(users, "document", seconds=seconds) for users in USERS]
    answers: list[list[float]] = [[] for _ in demands]
    costs: list[list[float]] = [[] for _ in demands]
    with running() as sandbox, bot(sandbox) as pid:
        serve(sandbox, pid, photos, start)  # waits for the bot to start
        for _ in range(rounds):
            for place, demand in enumerate(demands):
                served = serve(sandbox, pid, photos, demand)
                answers[place].append(served.median)
                costs[place].append(served.processor)
    return [
        Curve("median answer time, users at once", USERS, "ms", answers),
        Curve("the bot's processor time a photo, users at once", USERS, "ms", costs),
    ]
