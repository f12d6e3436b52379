"""Replicas that take their work from one PostgreSQL at the same time."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta, tzinfo

import pytest
from sqlalchemy import delete

from bot.storage import inbox
from bot.storage.database import Database, connected
from bot.storage.inbox import Inbox
from bot.storage.inbox_rows import Entry, Row, Taken
from tests.bot.deploy.parts import nobodys_folder, postgresql

pytestmark = pytest.mark.slow  # to make a server takes seconds

BOT = 123456
REPLICAS = 4


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with nobodys_folder() as folder, postgresql(folder) as (_, url):
        yield url


@pytest.fixture
async def databases(url: str) -> AsyncIterator[list[Database]]:
    """One database, as each replica is connected to it."""
    async with AsyncExitStack() as stack:
        databases = [await stack.enter_async_context(connected(url)) for _ in range(REPLICAS)]
        await databases[0].run(lambda session: session.execute(delete(Row)))
        yield databases


@pytest.fixture
def replicas(databases: list[Database]) -> list[Inbox]:
    return [Inbox(each, BOT) for each in databases]


def entry(update_id: int, chat: str, album: str | None = None) -> Entry:
    """An update whose payload tells its number."""
    return Entry(update_id, "", f"sender of {update_id}", chat, album, str(update_id))


async def take_all(replicas: list[Inbox], count: int) -> list[list[Taken]]:
    """What each takes if all take so many at the same time."""
    return await asyncio.gather(*(each.take(count) for each in replicas))


async def test_each_update_is_taken_once_however_many_take_at_the_same_time(
    replicas: list[Inbox],
) -> None:
    await replicas[0].store(entry(number, f"chat {number}") for number in range(100))
    numbers: list[int] = []
    async with asyncio.timeout(30):
        while len(numbers) < 100:
            for taken in await take_all(replicas, 5):
                assert len(taken) <= 5
                numbers += [int(each.payload) for each in taken]
    assert sorted(numbers) == list(range(100))


async def test_a_chat_keeps_its_order_whoever_takes(replicas: list[Inbox]) -> None:
    chats = ("A", "B")
    updates = []
    for number in range(20):
        chat = chats[number % 2]
        updates.append(entry(number, chat)._replace(payload=f"{chat}{number}"))
    await replicas[0].store(updates)
    order: list[str] = []
    async with asyncio.timeout(30):
        while len(order) < len(updates):
            by_replica = await take_all(replicas, 10)
            assert sum(map(len, by_replica)) <= len(chats)
            for replica, taken in zip(replicas, by_replica, strict=True):
                order += [each.payload for each in taken]
                await replica.finish(*(each.number for each in taken))
    for chat in chats:
        wanted = [each.payload for each in updates if each.chat == chat]
        assert [each for each in order if each[0] == chat] == wanted


async def test_an_update_that_comes_to_several_at_once_is_stored_once(
    replicas: list[Inbox],
) -> None:
    update = entry(7, "A")
    known = await asyncio.gather(*(each.store([update]) for each in replicas))
    assert sorted(known) == [[], *[[update]] * (REPLICAS - 1)]
    assert sum(map(len, await take_all(replicas, 10))) == 1


async def test_what_a_dead_replica_had_in_hand_another_takes_one_at_a_time(
    replicas: list[Inbox], databases: list[Database]
) -> None:
    await replicas[0].store([entry(1, "A"), entry(2, "B")])
    assert len(await replicas[0].take(10)) == 2
    only_one = Inbox(databases[1], BOT)
    await only_one.take_over()
    [suspect] = await only_one.take(10)
    assert suspect.times_begun == 2
    assert await only_one.take(10) == []
    await only_one.finish(suspect.number)
    assert len(await only_one.take(10)) == 1


@pytest.mark.parametrize("skew", [timedelta(hours=1), -timedelta(hours=1)], ids=["fast", "slow"])
async def test_a_replica_whose_clock_is_wrong_takes_nothing_that_another_has_in_hand(
    replicas: list[Inbox], skew: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    class WrongClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "WrongClock":
            return super().now(tz) + skew

    right, wrong, *_ = replicas
    await right.store([entry(1, "a"), entry(2, "b")])
    [of_right] = await right.take(1)
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "datetime", WrongClock)
        [of_wrong] = await wrong.take(1)
        assert of_wrong.number != of_right.number
        assert await wrong.take(1) == []
        async with wrong.heartbeat():
            await asyncio.sleep(0.2)
    assert await right.take(1) == []


async def test_what_a_dead_replica_with_a_wrong_clock_had_is_taken_in_time(
    databases: list[Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    class FastClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "FastClock":
            return super().now(tz) + timedelta(hours=1)

    lease = timedelta(seconds=0.3)
    dead, other = (Inbox(each, BOT, lease) for each in databases[:2])
    await dead.store([entry(1, "a")])
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "datetime", FastClock)
        assert len(await dead.take(1)) == 1
    async with asyncio.timeout(5):
        while not await other.take(1):
            await asyncio.sleep(0.05)
