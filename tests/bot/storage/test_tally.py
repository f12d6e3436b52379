"""What people's judgements come to, counted without a bias."""

from datetime import UTC, datetime

import pytest

from bot.storage.judgements import JudgedReading
from bot.storage.tally import Tally, tally


def counted(*judged: tuple[str, str]) -> Tally:
    """The tally of answers: what was read, and what it is."""
    now = datetime.now(UTC)
    return tally(JudgedReading(read, truth, "model", "user", now) for read, truth in judged)


def mixed_up(count: Tally) -> dict[tuple[int, int], int]:
    """How often a digit was read as another: by what it is and what was read."""
    rows = enumerate(count.confusion)
    return {(r, c): n for r, row in rows for c, n in enumerate(row) if n and r != c}


def test_nothing_was_judged() -> None:
    count = counted()
    assert count[:4] == (0, 0, 0, 0)
    assert count.confusion == [[0] * 10] * 10


def test_an_answer_is_right_if_all_of_it_is_marks_too() -> None:
    count = counted(("12.54", "12.54"), ("12.54", "12,54"), ("12.54", "12.59"), ("", ""))
    assert (count.answers, count.right) == (4, 2)
    assert (count.digits, count.digits_right) == (12, 11)


def test_a_wrong_answer_counts_with_its_right_digits_as_a_right_one_does() -> None:
    """Half of the answers hold one mistake in ten digits: 95 % of the digits are right."""
    count = counted(*[("1234567890", "1234567890"), ("1234567890", "1234567899")] * 10)
    assert count.digits_right / count.digits == pytest.approx(0.95)
    assert mixed_up(count) == {(9, 0): 10}


@pytest.mark.parametrize(
    ("read", "truth", "digits", "right", "confused"),
    [
        ("20456", "2456", 4, 4, {}),  # one was invented
        ("245", "2045", 4, 3, {}),  # one was missed
        ("345", "3745 9", 5, 3, {}),
        ("1234567", "123456", 6, 6, {}),
        ("94567", "4567 1", 5, 4, {}),
        ("9945", "345", 3, 2, {}),  # what the two nines are is not known
        ("12945", "1234567", 7, 4, {(3, 9): 1}),
        ("923457", "1234567", 7, 5, {(1, 9): 1}),
        ("", "7", 1, 0, {}),
        ("7", "", 0, 0, {}),
        ("1?4", "174", 3, 2, {}),
    ],
)
def test_digits_that_were_missed_or_invented_are_mixed_up_with_none(
    read: str, truth: str, digits: int, right: int, confused: dict[tuple[int, int], int]
) -> None:
    count = counted((read, truth))
    assert (count.digits, count.digits_right) == (digits, right)
    assert mixed_up(count) == confused


def test_a_digit_that_was_mixed_up_is_found_by_its_place() -> None:
    count = counted(("71", "17"))
    assert mixed_up(count) == {(1, 7): 1, (7, 1): 1}
    assert count.digits_right == 0
