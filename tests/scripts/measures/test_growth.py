"""How the cost grows with the work."""

import pytest

from measures.growth import Curve, row


def test_an_exponent_is_the_power_that_the_costs_grow_by() -> None:
    work = (1, 2, 4, 8)
    curve = Curve("it", work, "ms", [[3 * amount, amount**2] for amount in work])
    assert curve.exponents == pytest.approx([1, 2])


@pytest.mark.parametrize(("power", "met"), [(0.9, True), (1.1, False)])
def test_a_cost_should_grow_no_faster_than_the_work(power: float, met: bool) -> None:
    work = (1, 4, 16)
    line = row(Curve("time to wait", work, "ms", [[amount**power] for amount in work]))
    assert line.own.median == pytest.approx(power)
    assert line.met is met
    assert line.what.startswith("time to wait, 1 to 16: 1 ms to ")


def test_a_curve_is_told_in_plain_values() -> None:
    told = Curve("it", (1, 2), "ms", [[1, 3], [2, 6]]).as_json()
    assert told["work"] == (1, 2)
    assert [cost["median"] for cost in told["costs"]] == [2, 4]
    assert told["exponent"]["median"] == pytest.approx(1)
