"""What was used within the last minute, and when there is room for more."""

import pytest

from bot.updates.minutes import WINDOW_SECONDS, Minute


def filled(*uses: tuple[float, float]) -> Minute:
    """A minute with uses: when, and how much."""
    minute = Minute()
    for at, amount in uses:
        minute.add(at, amount)
    return minute


def test_what_is_used_is_forgotten_after_a_minute() -> None:
    minute = filled((10, 1), (20, 1))
    minute.forget(10 + WINDOW_SECONDS - 0.1)
    assert minute.close_if_full(60, 2) > 0
    minute.forget(10 + WINDOW_SECONDS)
    assert minute.close_if_full(70, 2) == 0
    assert not minute.is_empty
    minute.forget(20 + WINDOW_SECONDS)
    assert minute.is_empty


def test_it_is_closed_from_the_limit_on() -> None:
    minute = filled((0, 1), (5, 1))
    assert minute.close_if_full(6, 3) == 0
    assert not minute.is_closed(6)
    assert minute.close_if_full(6, 2) == 54
    assert minute.is_closed(59.9)
    assert not minute.is_closed(60)


@pytest.mark.parametrize(("limit", "freed"), [(1, 1), (9, 1), (10, 2), (19, 2), (20, 3)])
def test_it_opens_when_more_than_a_tenth_is_free(limit: int, freed: int) -> None:
    minute = filled(*[(second, 1) for second in range(limit)])
    assert minute.close_if_full(limit, limit) == freed - 1 + WINDOW_SECONDS - limit


def test_amounts_beyond_the_limit_have_to_become_free_first() -> None:
    minute = filled((0, 3.0), (1, 3.0), (2, 3.0), (3, 6.0))
    assert minute.close_if_full(4, 10.0) == 2 + WINDOW_SECONDS - 4
