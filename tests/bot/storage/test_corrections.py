"""What people say of answers is kept, counted, and forgotten on demand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage.corrections import Corrections
from bot.storage.database import connected
from bot.storage.judgements import JudgedAnswer, Judgement
from bot.storage.pseudonyms import PseudonymKey
from bot.storage.tally import tally
from tests.model.mnist_pages import digit

KEY = PseudonymKey(b"123456:a-token-of-nobody")
MODEL = "c0ffee" * 10 + "c0de"
ANNA, BORIS = 777000111, 888000222
CHAT, MESSAGE = -1001234567890, 987654
ANSWER = CHAT, MESSAGE


def at(folder: Path) -> str:
    """The URL of a database in this folder."""
    return f"sqlite:///{folder / 'corrections.db'}"


def contents(folder: Path) -> bytes:
    """All bytes of all files in it."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


@asynccontextmanager
async def opened(folder: Path, key: PseudonymKey = KEY) -> AsyncIterator[Corrections]:
    async with connected(at(folder)) as database:
        yield Corrections(database, key)


@pytest.fixture
async def corrections(tmp_path: Path) -> AsyncIterator[Corrections]:
    """An empty database."""
    async with opened(tmp_path) as corrections:
        yield corrections


def answer(message: int) -> tuple[int, int]:
    return CHAT, message


def crop(value: int) -> bytes:
    return digit(value).tobytes()


SEVEN = crop(7)


def said(reading: int | None, correction: int | None, seen: bytes = SEVEN) -> JudgedAnswer:
    """What was said of an answer with one digit."""
    read, truth = ("" if value is None else str(value) for value in (reading, correction))
    return JudgedAnswer(read, truth, [Judgement(0, seen, reading, correction)])


async def count(corrections: Corrections) -> tuple[int, int]:
    """How many answers people judged, and how many of those were right."""
    counted = tally(await corrections.readings())
    return counted.answers, counted.right


async def test_what_was_said_comes_back_to_train_on(corrections: Corrections) -> None:
    before = datetime.now(UTC)
    await corrections.save(ANNA, ANSWER, said(1, 7), MODEL)
    [kept] = await corrections.load()
    assert kept.crop == SEVEN
    assert (kept.reading, kept.correction, kept.model) == (1, 7, MODEL)
    assert before <= kept.said_at <= datetime.now(UTC)


@pytest.mark.parametrize("reading", [None, 0, 9])
@pytest.mark.parametrize("correction", [None, 0, 9])
async def test_nothing_asserted_and_no_digit_are_told_from_nought(
    corrections: Corrections, reading: int | None, correction: int | None
) -> None:
    await corrections.save(ANNA, ANSWER, said(reading, correction, crop(0)), MODEL)
    [kept] = await corrections.load()
    assert (kept.reading, kept.correction) == (reading, correction)


async def test_the_oldest_comes_first(corrections: Corrections) -> None:
    for label in (5, 3, 8, 1):
        await corrections.save(ANNA, answer(100 - label), said(label, label, crop(label)), MODEL)
    kept = await corrections.load()
    assert [one.correction for one in kept] == [5, 3, 8, 1]
    assert [one.said_at for one in kept] == sorted(one.said_at for one in kept)


async def test_pressing_twice_replaces_what_was_said(corrections: Corrections) -> None:
    await corrections.save(ANNA, ANSWER, said(1, 1), MODEL)
    await corrections.save(BORIS, ANSWER, said(1, 7), MODEL)
    [kept] = await corrections.load()
    assert kept.correction == 7
    assert await corrections.forget(ANNA) == 0
    assert await corrections.forget(BORIS) == 1


async def test_messages_and_chats_are_judged_apart(corrections: Corrections) -> None:
    for apart in (ANSWER, (CHAT, MESSAGE + 1), (CHAT + 1, MESSAGE)):
        await corrections.save(ANNA, apart, said(7, 7), MODEL)
    assert await count(corrections) == (3, 3)


async def test_an_answer_counts_once_however_many_digits_it_has(corrections: Corrections) -> None:
    digits = [Judgement(place, SEVEN, 7, 7) for place in range(400)]
    await corrections.save(ANNA, ANSWER, JudgedAnswer("7" * 400, "7" * 400, digits), MODEL)
    assert await count(corrections) == (1, 1)
    assert len(await corrections.load()) == 400
    assert await corrections.forget(ANNA) == 1
    assert await corrections.load() == []


async def test_what_is_said_anew_takes_the_place_of_all_that_was_said_before(
    corrections: Corrections,
) -> None:
    digits = [Judgement(place, SEVEN, 7, 7) for place in range(4)]
    await corrections.save(ANNA, ANSWER, JudgedAnswer("77.77", "77.77", digits), MODEL)
    await corrections.save(BORIS, answer(1), said(7, 7), MODEL)
    await corrections.save(ANNA, ANSWER, JudgedAnswer("77.77", "77.71", digits[:1]), MODEL)
    assert await corrections.said(ANSWER, 4) == {0: 7}
    await corrections.save(ANNA, ANSWER, JudgedAnswer("77.77", "7"), MODEL)
    assert await corrections.said(ANSWER, 4) == {}
    assert [one.truth for one in await corrections.readings()] == ["7", "7"]
    assert len(await corrections.load()) == 1


async def test_of_a_refused_photo_the_one_digit_is_replaced_too(corrections: Corrections) -> None:
    await corrections.save(ANNA, ANSWER, said(None, 7), MODEL)
    await corrections.save(ANNA, ANSWER, JudgedAnswer("", "12"), MODEL)
    assert await corrections.load() == []
    kept = await corrections.judged(ANSWER)
    assert kept
    assert (kept.reading, kept.truth) == ("", "12")


async def test_what_was_read_and_what_it_is_come_back_with_model_user_and_time(
    corrections: Corrections,
) -> None:
    assert await corrections.judged(ANSWER) is None
    before = datetime.now(UTC)
    await corrections.save(ANNA, ANSWER, JudgedAnswer("12.5\n7", "12.54\n7"), MODEL)
    kept = await corrections.judged(ANSWER)
    assert kept
    assert (kept.reading, kept.truth, kept.model) == ("12.5\n7", "12.54\n7", MODEL)
    assert before <= kept.said_at <= datetime.now(UTC)
    assert await corrections.readings() == [kept]
    await corrections.save(ANNA, answer(1), said(7, 7), MODEL)
    assert [one.user for one in await corrections.load()] == [kept.user]


async def test_the_latest_readings_come_first_and_no_more_than_are_asked_for(
    corrections: Corrections,
) -> None:
    for value in range(5):
        await corrections.save(ANNA, answer(value), said(value, value), MODEL)
    assert [one.truth for one in await corrections.readings(3)] == ["4", "3", "2"]


async def test_what_was_said_of_an_answer_is_told_by_place(corrections: Corrections) -> None:
    assert await corrections.said(ANSWER, 400) == {}
    judgements = [Judgement(0, SEVEN, 7, 1), Judgement(3, SEVEN, 7, None)]
    await corrections.save(ANNA, ANSWER, JudgedAnswer("7777", "177", judgements), MODEL)
    await corrections.save(ANNA, answer(1), said(7, 7), MODEL)
    assert await corrections.said(ANSWER, 400) == {0: 1, 3: None}
    assert await corrections.said(ANSWER, 3) == {0: 1}
    assert await corrections.said(ANSWER, 0) == {}


async def test_of_judgements_all_are_kept_or_none(corrections: Corrections) -> None:
    judgements = [Judgement(0, SEVEN, 7, 7), Judgement(1, SEVEN, 7, 70)]
    with pytest.raises(ValueError, match="no digit"):
        await corrections.save(ANNA, ANSWER, JudgedAnswer("77", "7", judgements), MODEL)
    assert await count(corrections) == (0, 0)


async def test_counted_are_the_answers_that_were_right(corrections: Corrections) -> None:
    assert await count(corrections) == (0, 0)
    judgements = [(7, 7), (1, 7), (None, 7), (7, None), (None, None), (0, 0), (0, None)]
    for message, (reading, correction) in enumerate(judgements):
        await corrections.save(ANNA, answer(message), said(reading, correction), MODEL)
    assert await count(corrections) == (7, 3)


async def test_a_user_is_forgotten_and_no_other(corrections: Corrections) -> None:
    for message, user in enumerate((ANNA, BORIS, ANNA)):
        await corrections.save(user, answer(message), said(7, 7), MODEL)
    users = [one.user for one in await corrections.load()]
    assert await corrections.forget(ANNA) == 2
    assert [one.user for one in await corrections.load()] == [users[1]]
    assert users[0] == users[2] != users[1]
    assert await corrections.forget(ANNA) == 0


async def test_what_was_said_outlives_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as first:
        await first.save(ANNA, ANSWER, said(1, 1), MODEL)
        await first.save(ANNA, answer(1), said(3, 3, crop(3)), MODEL)
    async with opened(tmp_path) as second:
        assert await count(second) == (2, 2)
        await second.save(ANNA, ANSWER, said(1, 7), MODEL)
        assert await count(second) == (2, 1)
        assert await second.forget(ANNA) == 2


async def test_two_who_press_at_once_leave_one_row(tmp_path: Path) -> None:
    async with opened(tmp_path) as one, opened(tmp_path) as other:
        await asyncio.gather(
            *(
                each.save(user, ANSWER, said(1, correction), MODEL)
                for each in (one, other)
                for user, correction in ((ANNA, 7), (BORIS, 4)) * 10
            )
        )
        [kept] = await one.load()
        [reading] = await one.readings()
        assert str(kept.correction) == reading.truth in {"4", "7"}


async def test_saying_and_forgetting_at_once_both_get_their_way(corrections: Corrections) -> None:
    for _ in range(10):
        await asyncio.gather(
            *(corrections.save(ANNA, ANSWER, said(1, label), MODEL) for label in range(5)),
            *(corrections.forget(ANNA) for _ in range(5)),
        )
    assert await count(corrections) in {(0, 0), (1, 0), (1, 1)}
    await corrections.forget(ANNA)
    assert await corrections.load() == []
    assert await corrections.readings() == []


async def test_no_plain_id_and_no_key_is_in_the_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as corrections:
        await corrections.save(ANNA, ANSWER, said(1, 7), MODEL)
    written = contents(tmp_path)
    assert MODEL.encode() in written
    assert SEVEN in written
    assert KEY.token not in written
    for plain in (ANNA, abs(CHAT), MESSAGE):
        assert str(plain).encode() not in written
        assert not any(
            plain.to_bytes(size, order, signed=True) in written
            for size in range((plain.bit_length() + 8) // 8, 9)
            for order in ("big", "little")
        )


async def test_hashes_differ_by_key(tmp_path: Path) -> None:
    users = set()
    for key in (KEY, PseudonymKey(KEY.token + b"1")):
        async with opened(tmp_path, key) as corrections:
            await corrections.save(ANNA, ANSWER, said(7, 7), MODEL)
            users |= {one.user for one in await corrections.load()}
    assert len(users) == 2


@pytest.mark.parametrize("seen", [b"", SEVEN[1:], SEVEN + b"\0"])
async def test_what_is_no_crop_is_not_kept(corrections: Corrections, seen: bytes) -> None:
    with pytest.raises(ValueError, match="crop"):
        await corrections.save(ANNA, ANSWER, said(7, 7, seen), MODEL)
    assert await count(corrections) == (0, 0)


@pytest.mark.parametrize(("reading", "correction"), [(10, 7), (7, 10), (-1, None), (None, 70)])
async def test_what_is_no_digit_is_not_kept(
    corrections: Corrections, reading: int | None, correction: int | None
) -> None:
    with pytest.raises(ValueError, match="no digit"):
        await corrections.save(ANNA, ANSWER, said(reading, correction), MODEL)
    assert await count(corrections) == (0, 0)
