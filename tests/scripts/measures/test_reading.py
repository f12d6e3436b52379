"""The reader alone beside decoding: which rows there are, and what they are held against."""

import pytest

from measures import reading, sample_photos
from measures.results import Row

SMALL = (320, 240)


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure here: a fresh process, which tests of processes.py have, takes seconds."""
    monkeypatch.setattr(reading, "on_one_core", lambda measure, *arguments: measure(*arguments))


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    monkeypatch.setattr(sample_photos, "LARGE", SMALL)
    return reading.reading(2)


def test_each_photo_is_read_as_often_as_asked(rows: list[Row]) -> None:
    assert [row.unit for row in rows] == ["ms"] * 4
    assert [row.own.size for row in rows] == [2] * 4
    assert min(row.own.lower for row in rows) > 0


def test_one_digit_is_held_against_decoding_and_twenty_against_one(rows: list[Row]) -> None:
    *decoded, twenty = rows
    assert {row.against for row in decoded} == {"imdecode at full size"}
    assert [row.target.times for row in decoded] == [2, 2.5, 0.8]
    assert len({row.other for row in decoded}) == 3
    assert twenty.what.startswith("twenty digits")
    assert twenty.other == rows[0].own
    assert twenty.target.times == 4


def test_of_the_hard_pictures_those_that_took_the_longest_have_a_target() -> None:
    targets = {row.what: row.target.most for row in reading.hard(1)}
    bounded = [what for what, most in targets.items() if most == 60]
    assert bounded == ["noise", "a fine grid", "a page of text"]


def test_each_photo_has_times_of_its_own() -> None:
    photos = [sample_photos.jpeg(sample_photos.paper(size)) for size in (SMALL, (1280, 960))]
    small, large = reading.times(photos, 3)
    assert len(small) == len(large) == 3
    assert 0 < min(small) < min(large)


def test_what_is_compared_with_is_a_picture_at_its_full_size() -> None:
    picture = reading.decode(sample_photos.jpeg(sample_photos.paper(SMALL)))
    assert picture is not None
    assert picture.shape == (240, 320, 3)
    assert reading.decode(b"no picture") is None
