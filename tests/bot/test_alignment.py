"""Digits that were read beside those that are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alignment import aligned

DIGITS = st.lists(st.integers(0, 9), max_size=12)


def beside(written: str, read: str) -> str:
    """Each written digit as it was read; "." if it was missed."""
    places = dict(aligned([*map(int, written)], [*map(int, read)]))
    return "".join(read[places[place]] if place in places else "." for place in range(len(written)))


@pytest.mark.parametrize(
    ("written", "read", "as_read"),
    [
        ("204", "204", "204"),
        ("204", "264", "264"),
        ("71", "11", "11"),
        ("17", "71", "71"),
        ("2045", "245", "2.45"),
        ("2456", "20456", "2456"),
        ("45671", "94567", "4567."),
        ("1234567", "12945", "12945.."),
        ("345", "9945", ".45"),
        ("7", "", "."),
        ("", "7", ""),
    ],
)
def test_digits_are_set_beside_what_they_are(written: str, read: str, as_read: str) -> None:
    assert beside(written, read) == as_read


@given(DIGITS, DIGITS)
def test_each_digit_is_in_one_pair_at_most_and_all_keep_their_order(
    written: list[int], read: list[int]
) -> None:
    pairs = aligned(written, read)
    assert pairs == sorted(pairs)
    for side, digits in zip(zip(*pairs, strict=True), (written, read), strict=False):
        assert len(set(side)) == len(side)
        assert set(side) <= set(range(len(digits)))
