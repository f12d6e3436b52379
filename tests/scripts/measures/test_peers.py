"""The reader beside other ways to read: who is right how often, and who is absent."""

import pytest

from measures import peers, sample_photos
from measures.peers import OWN, AbsentError, Read
from measures.reading import DECODING
from measures.results import Row

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
    ways = {name: peers.PEERS[name] for name in (OWN, DECODING)}
    ways |= {"seven": always_seven, "absent": absent, "not installed": not_installed}
    monkeypatch.setattr(peers, "PEERS", ways)
    monkeypatch.setattr(peers, "on_one_core", lambda measure, photos: measure(photos))
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


def test_breaks_are_judged_as_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = {OWN: lambda: lambda _: "12 54", DECODING: peers.PEERS[DECODING]}
    monkeypatch.setattr(peers, "PEERS", ways)
    monkeypatch.setattr(peers, "on_one_core", lambda measure, photos: measure(photos))
    photo, _ = PHOTOS[0]
    [row] = peers.peers([(photo, "12|54"), (photo, "1254"), (photo, "12|5")])
    assert row.own.right == pytest.approx(2 / 3)


def test_what_is_absent_decides_nothing(rows: list[Row]) -> None:
    assert [(row.other, row.met) for row in rows[2:]] == [(None, None)] * 2


def test_a_program_that_is_not_there_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(AbsentError):
        peers.PEERS["Tesseract, a process for each photo"]()
