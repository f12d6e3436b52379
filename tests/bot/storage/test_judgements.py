"""What can be kept of a judgement, and what comes out of its rows."""

from datetime import UTC, datetime

import pytest

from bot.storage.judgements import (
    DigitRow,
    Judgement,
    ReadingRow,
    check,
    correction,
    judged_reading,
)
from tests.readings import BLANK

NAIVE = datetime(2026, 11, 28, 12, tzinfo=UTC).replace(tzinfo=None)  # as SQLite gives it


@pytest.mark.parametrize(("reading", "correction"), [(7, 7), (None, 0), (9, None)])
def test_a_crop_and_digits_can_be_kept(reading: int | None, correction: int | None) -> None:
    check(Judgement(0, BLANK, reading, correction))


def test_anything_else_cannot() -> None:
    with pytest.raises(ValueError, match="crop"):
        check(Judgement(0, BLANK[1:], 7, 7))
    with pytest.raises(ValueError, match="no digit"):
        check(Judgement(0, BLANK, 7, 10))


def test_what_rows_say_is_dated_in_utc() -> None:
    digit = DigitRow("answer", "user", bytes(range(196)) * 4, None, 7, "model", NAIVE)
    reading = ReadingRow("answer", "user", "12.5", "12.54", "model", NAIVE)
    kept = correction(digit)
    assert kept.crop == digit.crop
    assert (kept.reading, kept.correction, kept.model, kept.user) == (None, 7, "model", "user")
    assert judged_reading(reading)[:4] == ("12.5", "12.54", "model", "user")
    for said_at in (kept.said_at, judged_reading(reading).said_at):
        assert said_at.tzinfo in {UTC, UTC}
