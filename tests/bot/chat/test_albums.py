"""The photos of an album are gathered, and count as answered together."""

import asyncio

import pytest
from telegram import Update

from bot.chat.albums import Albums
from tests.bot.arrivals import PHOTO, update_of
from tests.bot.virtual_time import in_virtual_time


def photo(message_id: int, album: str = "a") -> Update:
    return update_of(5, PHOTO | {"message_id": message_id, "media_group_id": album})


def ids(updates: list[Update]) -> list[int]:
    return [update.message.message_id for update in updates if update.message]


Gathered = tuple[list[int], float]
"""The message ids that an update got to answer, and when, in seconds."""


async def gather(albums: Albums, update: Update, at: float = 0, work: float = 0) -> Gathered:
    """Hand an update in at this time; to answer it takes so long."""
    await asyncio.sleep(at)
    async with albums.gathered(update) as updates:
        got = ids(updates), asyncio.get_running_loop().time()
        await asyncio.sleep(work)
    return got


def gathered(*arrivals: tuple[Update, float]) -> list[Gathered]:
    """What each of some updates got, which came at these times."""

    async def run() -> list[Gathered]:
        albums = Albums()
        return await asyncio.gather(*(gather(albums, update, at) for update, at in arrivals))

    return in_virtual_time(run())


def test_the_first_that_comes_gets_all_in_the_order_of_their_messages() -> None:
    first, *others = gathered((photo(3), 0), (photo(1), 0), (photo(2), 0.5))
    assert first == ([1, 2, 3], 2.0)
    assert others == [([], 2.0), ([], 2.0)]


def test_it_waits_until_none_has_come_for_a_second() -> None:
    updates = [(photo(number), 0.9 * number) for number in range(4)]
    first, *_ = gathered(*updates)
    assert first == ([0, 1, 2, 3], 4.0)


def test_one_that_comes_alone_is_an_album_too() -> None:
    assert gathered((photo(1), 0)) == [([1], 1.0)]


def test_albums_are_kept_apart() -> None:
    assert gathered((photo(1, "a"), 0), (photo(2, "b"), 0)) == [([1], 1.0), ([2], 1.0)]


def test_what_comes_too_late_is_an_album_of_its_own() -> None:
    assert gathered((photo(1), 0), (photo(2), 1.5)) == [([1], 1.0), ([2], 2.5)]


def test_no_photo_is_done_before_the_first_has_answered_for_all() -> None:
    async def run() -> list[float]:
        albums = Albums()
        done: list[float] = []

        async def take(update: Update) -> None:
            await gather(albums, update, work=7)
            done.append(asyncio.get_running_loop().time())

        await asyncio.gather(take(photo(1)), take(photo(2)))
        return done

    # The first waits 2 s for more; each then works for 7 s, the second when the first is through.
    assert in_virtual_time(run()) == [9.0, 16.0]


def test_what_goes_wrong_goes_wrong_for_all_of_them() -> None:
    async def run() -> list[BaseException | Gathered]:
        albums = Albums()

        async def fail(update: Update) -> Gathered:
            async with albums.gathered(update):
                raise ValueError(update.update_id)

        later = asyncio.create_task(gather(albums, photo(9), at=30))
        results = await asyncio.gather(
            fail(photo(1)), gather(albums, photo(2)), return_exceptions=True
        )
        return [*results, await later]

    first, second, later = in_virtual_time(run())
    assert isinstance(first, ValueError)
    assert second is first
    assert later == ([9], 31.0)


def test_who_gives_up_waiting_does_not_stop_the_others() -> None:
    async def run() -> Gathered:
        albums = Albums()
        first = asyncio.create_task(gather(albums, photo(1), work=5))
        second = asyncio.create_task(gather(albums, photo(2)))
        await asyncio.sleep(3)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        return await first

    assert in_virtual_time(run()) == ([1, 2], 2.0)
