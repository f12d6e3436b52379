"""Draws from distributions."""

import numpy as np
import pytest

from model.synthesis.sampling import log_uniform, pick
from tests.model.synthesis.draws import draws


def test_each_item_is_picked_as_often() -> None:
    rng = np.random.default_rng(0)
    picked = [pick("abc", rng) for _ in range(3000)]
    assert [picked.count(item) for item in "abc"] == pytest.approx([1000] * 3, abs=100)
    assert pick(["one"], rng) == "one"


def test_of_nothing_nothing_can_be_picked() -> None:
    with pytest.raises(ValueError, match="high <= 0"):
        pick([], np.random.default_rng(0))


def test_a_logarithmic_draw_keeps_its_bounds() -> None:
    assert log_uniform((2, 50), draws(uniform=0)) == pytest.approx(2)
    assert log_uniform((2, 50), draws(uniform=0.5)) == pytest.approx(10)
    assert log_uniform((2, 50), draws(uniform=1)) == pytest.approx(50)


def test_each_doubling_is_as_likely() -> None:
    rng = np.random.default_rng(0)
    values = [log_uniform((1, 8), rng) for _ in range(3000)]
    assert np.histogram(values, (1, 2, 4, 8))[0] == pytest.approx(1000, abs=100)
