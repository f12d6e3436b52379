"""Choosing at random, in the one way on which the shipped networks' training images depend."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.random import Generator

Item = TypeVar("Item")


def pick(items: Sequence[Item], rng: Generator) -> Item:
    """One of some items, each equally likely.

    Raises:
        ValueError: there are none.
    """
    index = int(rng.integers(len(items)))
    return items[index]


def log_uniform(bounds: tuple[float, float], rng: Generator) -> float:
    """A number between `bounds`, both above 0, of which each doubling is equally likely."""
    low, high = np.log(bounds)
    exponent = rng.uniform(low, high)
    return float(np.exp(exponent))
