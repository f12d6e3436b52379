"""Pauses grow between tries, and not without end."""

from itertools import islice

import pytest

from bot.updates.backoff import Backoff


@pytest.mark.parametrize(
    ("first", "longest", "pauses"),
    [
        (0.5, 4.0, [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]),
        (1.0, 30.0, [1.0, 2.0, 4.0, 8.0, 16.0, 30.0]),
        (3.0, 3.0, [3.0] * 6),
    ],
)
def test_each_pause_is_twice_the_one_before_until_the_longest(
    first: float, longest: float, pauses: list[float]
) -> None:
    assert list(islice(Backoff(first, longest).pauses(), 6)) == pauses


def test_pauses_begin_anew_for_each_that_asks() -> None:
    backoff = Backoff(1.0, 8.0)
    for _ in range(2):
        assert list(islice(backoff.pauses(), 3)) == [1.0, 2.0, 4.0]
