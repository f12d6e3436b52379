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

USERS = (1, 2, 4, 8, 16, 32, 64)
DIGITS = (1, 2, 5, 10, 20, 35, 50)
WIDTHS = (365, 640, 1280, 2000, 2828, 4000)  # pixels: 0.1 to 12 megapixels


class Curve(NamedTuple):
    """`costs` in `unit`, a list of repetitions for each amount of `work`."""

    name: str
    work: tuple[float, ...]
    unit: str
    costs: list[list[float]]

    @property
    def exponents(self) -> list[float]:
        """The slope between logarithms, of each repetition: 1 is linear."""
        work = np.log(self.work)
        repetitions = np.log(self.costs).T
        lines = [np.polyfit(work, costs, deg=1) for costs in repetitions]
        return [float(slope) for slope, _ in lines]

    def as_json(self) -> dict[str, Any]:
        """All of it, in plain values."""
        costs = [Measurement.of(values)._asdict() for values in self.costs]
        return self._asdict() | {
            "costs": costs,
            "exponent": Measurement.of(self.exponents)._asdict(),
        }


def row(curve: Curve) -> Row:
    """The curve's exponent, to be no worse than linear."""
    first = Measurement.of(curve.costs[0]).text(curve.unit)
    last = Measurement.of(curve.costs[-1]).text(curve.unit)
    work = f"{curve.work[0]:g} to {curve.work[-1]:g}"
    what = f"{curve.name}, {work}: {first} to {last}; exponent"
    exponent = Measurement.of(curve.exponents)
    return Row(what, "", exponent, target=Target(most=1))


def curves(photos: Labelled, readings: int, seconds: float, rounds: int) -> list[Curve]:
    """Of users, digits and pixels."""
    digits = [jpeg(many_digits(count)) for count in DIGITS]
    sizes = [(width, width * 3 // 4) for width in WIDTHS]
    large = [jpeg(one_digit(size=size)) for size in sizes]
    megapixels = tuple(round(width * height / 1e6, 2) for width, height in sizes)
    return [
        *_of_users(photos, seconds, rounds),
        Curve("time to read, digits", DIGITS, "ms", times(digits, readings)),
        Curve("time to read, megapixels", megapixels, "ms", times(large, readings)),
    ]


def _of_users(photos: Labelled, seconds: float, rounds: int) -> list[Curve]:
    with running() as sandbox, bot(sandbox) as pid:
        serve(sandbox, pid, photos, Demand(1, "document", photos=1))  # waits for the bot to start
        demands = [Demand(users, "document", seconds=seconds) for users in USERS]
        served = [
            [serve(sandbox, pid, photos, demand) for demand in demands] for _ in range(rounds)
        ]
    by_users = list(zip(*served, strict=True))
    answers = [[each.median for each in loads] for loads in by_users]
    costs = [[each.processor for each in loads] for loads in by_users]
    return [
        Curve("median answer time, users at once", USERS, "ms", answers),
        Curve("the bot's processor time a photo, users at once", USERS, "ms", costs),
    ]
