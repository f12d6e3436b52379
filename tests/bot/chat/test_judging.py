"""What people say of an answer is kept; what was read is read anew or known from the answer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram import Chat, Message, User

from bot.chat.answered import Answered
from bot.chat.judging import Judging
from bot.storage.corrections import Corrections
from bot.storage.database import connected
from bot.storage.pseudonyms import PseudonymKey
from model.reader import Reading, Refusal
from tests.readings import certain, in_a_line, written

ANNA = 777000111
PHOTO = Message(
    7, datetime.now(UTC), Chat(ANNA, Chat.PRIVATE), from_user=User(ANNA, "Anna", is_bot=False)
)
MODEL = SimpleNamespace(model=SimpleNamespace(metrics={"tflite_sha256": "c0ffee"}))


@pytest.fixture
async def corrections(tmp_path: Path) -> AsyncIterator[Corrections]:
    async with connected(f"sqlite:///{tmp_path / 'said.db'}") as database:
        yield Corrections(database, PseudonymKey(b"1:nobody"))


@pytest.fixture
def judging(corrections: Corrections) -> Judging:
    """Reads nothing: the readings are made by hand."""
    return Judging(cast("Any", MODEL), corrections)


async def digits(corrections: Corrections) -> list[tuple[int | None, int | None]]:
    """What was said of digits: what each was read as, and what it is."""
    pairs = [(each.reading, each.correction) for each in await corrections.load()]
    return sorted(pairs, key=str)


async def texts(corrections: Corrections) -> list[tuple[str, str]]:
    """What was said of answers: what was read, and what it is."""
    return [(each.reading, each.truth) for each in await corrections.readings()]


async def test_a_right_answer_is_kept_with_all_of_its_digits(
    judging: Judging, corrections: Corrections
) -> None:
    await judging.confirm(ANNA, PHOTO, written("12.5"))
    assert await texts(corrections) == [("12.5", "12.5")]
    assert await digits(corrections) == [(1, 1), (2, 2), (5, 5)]
    assert {each.model for each in await corrections.load()} == {"c0ffee"}


async def test_digits_are_corrected_one_by_one_and_the_whole_with_them(
    judging: Judging, corrections: Corrections
) -> None:
    reading = written("12.5")
    assert await judging.answered(PHOTO, reading) == Answered(7, ANNA, "12.5", None)
    await judging.correct(ANNA, PHOTO, reading, 1, 7)
    await judging.correct(ANNA, PHOTO, reading, 2, None)
    assert await texts(corrections) == [("12.5", "17.")]
    assert await digits(corrections) == [(2, 7), (5, None)]
    assert await judging.answered(PHOTO, reading) == Answered(7, ANNA, "12.5", "17.")


@pytest.mark.parametrize(("value", "truth"), [(7, "7"), (None, "")])
async def test_of_a_refused_photo_nothing_was_read(
    judging: Judging, corrections: Corrections, value: int | None, truth: str
) -> None:
    refused = in_a_line(certain(1), refused=Refusal.NOT_A_DIGIT)
    await judging.correct(ANNA, PHOTO, refused, 0, value)
    assert await texts(corrections) == [("", truth)]
    assert await digits(corrections) == [(None, value)]


async def test_what_is_told_is_written_as_it_was_read_if_that_is_the_same(
    judging: Judging, corrections: Corrections
) -> None:
    assert await judging.tell(ANNA, PHOTO, written("12.5"), "12,5") == "12.5"
    assert await judging.tell(ANNA, PHOTO, written("1 234"), "1234") == "1 234"
    assert await judging.tell(ANNA, PHOTO, written("12.5"), "12,6") == "12,6"
    assert await digits(corrections) == [(1, 1), (2, 2), (5, 6)]


@pytest.mark.parametrize("count", [0, 2])
async def test_of_what_was_refused_as_no_digit_no_digits_are_kept_unless_it_is_one(
    judging: Judging, corrections: Corrections, count: int
) -> None:
    refused = in_a_line(*[certain(1)] * count, refused=Refusal.NO_DIGIT)
    await judging.tell(ANNA, PHOTO, refused, "17")
    assert await texts(corrections) == [("", "17")]
    assert await digits(corrections) == []
    one = replace(refused, lines=written("1").lines)
    await judging.tell(ANNA, PHOTO, one, "7")
    assert await digits(corrections) == [(None, 7)]


async def test_without_the_photo_what_was_read_is_what_is_kept_or_what_the_answer_knows(
    judging: Judging, corrections: Corrections
) -> None:
    unknown = Answered(7, ANNA, None)
    assert await judging.tell_of(ANNA, ANNA, unknown, "1") is None
    assert await texts(corrections) == []
    judged = await judging.tell_of(ANNA, ANNA, Answered(7, ANNA, "12.5"), "1")
    assert judged
    assert judged[:2] == ("12.5", "1")
    assert await judging.tell_of(ANNA, ANNA, unknown, "12,5") == ("12.5", "12.5", ())
    assert await texts(corrections) == [("12.5", "12.5")]


async def test_what_was_said_of_digits_goes_when_the_whole_is_told_without_the_photo(
    judging: Judging, corrections: Corrections
) -> None:
    reading: Reading = written("12.5")
    await judging.confirm(ANNA, PHOTO, reading)
    await judging.tell_of(ANNA, ANNA, Answered.to(PHOTO, reading.text), "17.5")
    assert await digits(corrections) == []


async def test_a_photo_that_is_gone_cannot_be_read(judging: Judging) -> None:
    assert await judging.read(None, cast("Any", None), ANNA) is None
    assert await judging.read(PHOTO, cast("Any", None), ANNA) is None  # it holds no picture
