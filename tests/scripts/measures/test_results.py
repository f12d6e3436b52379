"""scripts/measures/results.py: spread, targets and the table."""

from pathlib import Path

import cv2
import pytest

from measures import plots
from measures.growth import Curve
from measures.results import Measurement, Row, Target, interleaved, table


def test_a_figure_is_the_median_and_the_quartiles() -> None:
    assert Measurement.of([5, 1, 2, 4, 3]) == (3, 2, 4, 5, None)
    assert Measurement.of([3, 2, 4], right=0.5).text("ms") == "3 ms (2.5 to 3.5), 50% right"
    assert Measurement.of([1234.5]).text("MB") == "1,234 MB"


def test_what_is_interleaved_takes_turns() -> None:
    called = []

    def call(name: str) -> str:
        called.append(name)
        return name

    taken = interleaved({"a": lambda: call("a"), "b": lambda: call("b")}, 2)
    assert called == ["a", "b", "a", "b"]
    assert taken == {"a": ["a", "a"], "b": ["b", "b"]}


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target(), None),
        (Target(times=0.5), True),
        (Target(times=0.49), False),
        (Target(times=0.5, most=9), False),
        (Target(most=10), True),
        (Target(least=10), True),
        (Target(least=11), False),
        (Target(righter=True), True),
    ],
)
def test_a_target_is_met_in_all_its_parts(target: Target, met: bool | None) -> None:
    row = Row("it", "ms", Measurement.of([10], 0.9), "peer", Measurement.of([20], 0.8), target)
    assert row.met is met


def test_as_many_right_is_not_more() -> None:
    measurement = Measurement.of([10], 0.9)
    assert Row("it", "ms", measurement, "peer", measurement, Target(righter=True)).met is False


def test_what_is_absent_is_shown_and_decides_nothing() -> None:
    row = Row("it", "ms", Measurement.of([10]), "peer", None, Target(times=2))
    assert row.met is None
    assert table([row]).splitlines()[-1] == "| it | 10 ms | peer: absent | – | ≤ 2 × | – |"


def test_an_exponent_is_the_power_that_the_costs_grow_by() -> None:
    work = (1, 2, 4, 8)
    curve = Curve("it", work, "ms", [[3 * amount, amount**2] for amount in work])
    assert curve.exponents == pytest.approx([1, 2])


def test_a_curve_is_drawn_in_a_file_of_its_own(tmp_path: Path) -> None:
    curves = [Curve(name, (1, 2), "ms", [[1, 2], [2, 3]]) for name in ("a, b", "c")]
    plots.draw(curves, tmp_path / "new")
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"a-b.png", "c.png"}
    assert cv2.imread(str(tmp_path / "new" / "c.png")) is not None
