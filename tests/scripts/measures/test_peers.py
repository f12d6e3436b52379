"""The reader beside other ways to read: who is right how often, and who is absent."""

import time

import pytest

from measures import peers, sample_photos
from measures.peers import OWN, share_right
from measures.reading import DECODING
from measures.results import Row
from measures.ways_to_read import AbsentError, Read

PHOTOS = [(sample_photos.jpeg(sample_photos.one_digit(digit)), digit) for digit in "47"]


def always_seven() -> Read:
    return lambda _: "7"


def absent() -> Read:
    raise AbsentError


def not_installed() -> Read:
    raise ImportError


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    """The reader, decoding, and three stand-ins, measured in this process."""
    stand_ins = {"seven": always_seven, "absent": absent, "not installed": not_installed}
    ways = {**peers.BOTH, **stand_ins}
    monkeypatch.setattr(peers, "ONE_DIGIT", ways)
    monkeypatch.setattr(peers, "on_one_core", lambda measure, *arguments: measure(*arguments))
    return peers.peers(PHOTOS)


def test_the_reader_is_held_against_decoding_and_each_peer(rows: list[Row]) -> None:
    assert [row.against for row in rows] == [DECODING, "seven", "absent", "not installed"]
    assert {row.what for row in rows} == {"2 photos of one digit"}
    assert {row.own for row in rows} == {rows[0].own}
    assert rows[0].own.right == 1
    assert rows[0].own.size == 2


def test_a_peer_is_right_as_often_as_its_answers_are_the_labels(rows: list[Row]) -> None:
    decoding, seven, *_ = rows
    assert decoding.other is not None
    assert decoding.other.right is None
    assert seven.other is not None
    assert seven.other.right == 0.5
    assert seven.met is False  # as it takes no time


def test_each_way_reads_a_photo_twice_and_the_second_time_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[bytes] = []

    def slow_at_first(data: bytes) -> str:
        if data not in read:
            time.sleep(0.05)
        read.append(data)
        return "4"

    ways = {OWN: lambda: slow_at_first, DECODING: peers.BOTH[DECODING]}
    monkeypatch.setattr(peers, "ONE_DIGIT", ways)
    monkeypatch.setattr(peers, "on_one_core", lambda measure, *arguments: measure(*arguments))
    [row] = peers.peers(PHOTOS)
    assert row.own.median < 50
    (first, _), (second, _) = PHOTOS
    assert read == [first, first, first, second, second]  # once before anything is measured


def test_breaks_are_judged_as_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = {OWN: lambda: lambda _: "12 54", DECODING: peers.BOTH[DECODING]}
    monkeypatch.setattr(peers, "ONE_DIGIT", ways)
    monkeypatch.setattr(peers, "on_one_core", lambda measure, *arguments: measure(*arguments))
    photo, _ = PHOTOS[0]
    [row] = peers.peers([(photo, "12|54"), (photo, "1254"), (photo, "12|5")])
    assert row.own.right == pytest.approx(5 / 6)  # of the last label one number of two


def test_what_is_absent_decides_nothing(rows: list[Row]) -> None:
    assert [(row.other, row.met) for row in rows[2:]] == [(None, None)] * 2


def test_a_program_that_is_not_there_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(AbsentError):
        peers.ONE_DIGIT[peers.TESSERACT]()


def test_lines_are_measured_as_rows_dates_and_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "ONE_LINE", {**peers.BOTH, "seven": always_seven})
    monkeypatch.setattr(peers, "SEVERAL_LINES", peers.BOTH)
    monkeypatch.setattr(peers, "on_one_core", lambda measure, *arguments: measure(*arguments))
    measured = peers.lines(PHOTOS, PHOTOS[:1], PHOTOS[1:])
    assert [(row.what, row.against) for row in measured] == [
        ("2 photos of ten digits in a row", DECODING),
        ("2 photos of ten digits in a row", "seven"),
        ("1 photos of a date", DECODING),
        ("1 photos of a date", "seven"),
        ("1 photos of 50 numbers", DECODING),
    ]


@pytest.mark.parametrize(
    ("label", "text", "share"),
    [
        ("24.11.2026", "24 11 2026", 1),
        ("24.11.2026", "24.11.2025", 0),
        ("12|345|67|89", "12 345\n67 89", 1),
        ("12|345|67|89", "12.345\n67 89", 1),
        ("12|345|67|89", "12 346\n67 89", 0.75),
        ("12|345|67|89", "67 89\n12 345", 0.5),
        ("12|345|67|89", "", 0),
    ],
)
def test_of_one_number_all_is_right_or_nothing_of_several_each(
    label: str, text: str, share: float
) -> None:
    assert share_right(label, text) == share
