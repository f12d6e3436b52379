"""The interval around a share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from bot.chat.intervals import wilson_interval


@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_that_of_another_library(judged: tuple[int, int]) -> None:
    expected = binomtest(*judged).proportion_ci(method="wilson")
    assert wilson_interval(*judged) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_more_answers_make_it_narrower() -> None:
    widths = [high - low for low, high in (wilson_interval(9 * n, 10 * n) for n in (1, 10, 100))]
    assert widths == sorted(widths, reverse=True)
