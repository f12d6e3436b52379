"""scripts/measures/results.py: spread, targets and the table."""

import pytest

from measures.results import Measurement, Row, Target, interleaved, table


def test_a_figure_is_the_median_and_the_quartiles() -> None:
    assert Measurement.of([5, 1, 2, 4, 3]) == (3, 2, 4, 5, None)
    assert Measurement.of([3, 2, 4], right=0.5).text("ms") == "3 ms (2.5 to 3.5), 50 % right"
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
