"""A generator whose draws are chosen: so an effect is tested at its strongest and its weakest."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

Shape = int | Sequence[int] | None
Draw = NDArray[np.generic] | np.generic


def draws(
    *,
    uniform: float = 0.5,
    random: float | Sequence[float] = 0.5,
    normal: float = 0.0,
    integer: float = 0.0,
) -> Generator:
    """A generator that draws at a chosen place of each range, whatever the range.

    Args:
        uniform: place of uniform draws, 0 at their lower bound, 1 at the upper one; the mean
            times that is an exponential draw.
        random: what each call of `random()` gives; several are given in turn, the last for ever.
        normal: by how many deviations normal draws are off their mean.
        integer: place of integers and choices, 0 the first, 0.99 the last.
    """
    shares = list(random) if isinstance(random, Sequence) else [random]
    return cast("Generator", _Draws(uniform, shares, normal, integer))


class _Draws:
    """What of a generator the renderer uses."""

    def __init__(self, place: float, shares: list[float], normal: float, integer: float) -> None:
        self._place, self._shares = place, shares
        self._deviations, self._integer = normal, integer

    def random(self, size: Shape = None) -> Draw | float:
        share = self._shares.pop(0) if len(self._shares) > 1 else self._shares[0]
        return share if size is None else np.full(size, share)

    def uniform(self, low: ArrayLike, high: ArrayLike, size: Shape = None) -> Draw:
        start, end = np.asarray(low), np.asarray(high)
        return _filled(start + self._place * (end - start), size)

    def normal(self, mean: ArrayLike, deviation: ArrayLike, size: Shape = None) -> Draw:
        return _filled(np.asarray(mean) + self._deviations * np.asarray(deviation), size)

    def exponential(self, mean: float) -> float:
        return self._place * mean

    def integers(self, low: ArrayLike, high: ArrayLike | None = None, size: Shape = None) -> Draw:
        start, end = (np.zeros(1, int)[0], low) if high is None else (np.asarray(low), high)
        steps = np.floor(self._integer * (np.asarray(end) - start))
        return _filled((start + steps).astype(int), size)

    def choice(self, values: ArrayLike, size: Shape = None) -> Draw:
        every = np.asarray(values)
        place = int(self._integer * len(every))
        return _filled(np.asarray(every[place]), size)


def _filled(value: NDArray[np.generic], size: Shape) -> Draw:
    if size is not None:
        return np.broadcast_to(value, size).copy()
    return value.item() if value.dtype.kind == "f" and not value.ndim else value[()]
