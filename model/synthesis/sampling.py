"""Choosing at random, in the one way on which the shipped networks' training images depend."""

from collections.abc import Sequence
from typing import TypeVar

from numpy.random import Generator

Item = TypeVar("Item")


def pick(items: Sequence[Item], rng: Generator) -> Item:
    """One of some items, each equally likely.

    Raises:
        ValueError: there are none.
    """
    index = int(rng.integers(len(items)))
    return items[index]
