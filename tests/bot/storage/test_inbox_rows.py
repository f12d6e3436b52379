"""Which updates are taken next: each chat's in their order, and all senders' in turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import connected
from bot.storage.inbox import Inbox
from bot.storage.inbox_rows import MOST_OF_ONE_SENDER, Entry

BOT = 123456


def entry(update_id: int, sender: str, chat: str, album: str | None = None) -> Entry:
    """An update whose payload tells its number."""
    return Entry(update_id, "", sender, chat, album, str(update_id))


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    async with connected(f"sqlite:///{tmp_path / 'inbox.db'}") as database:
        yield Inbox(database, BOT)


async def taken(inbox: Inbox, count: int = 100) -> list[int]:
    """The ids of the updates that are taken now, in their order."""
    return [int(each.payload) for each in await inbox.take(count)]


async def test_what_is_taken_is_what_was_stored(inbox: Inbox) -> None:
    assert await inbox.store([entry(7, "a", "A")]) == []
    [update] = await inbox.take(1)
    assert update.payload == "7"
    assert update.times_begun == 1
    assert await inbox.take(1) == []


async def test_what_was_stored_before_is_given_back(inbox: Inbox) -> None:
    one, other = entry(7, "a", "A"), entry(7, "a", "A")._replace(fingerprint="another")
    assert await inbox.store([one]) == []
    assert await inbox.store([one, other, one]) == [one, one]
    assert await taken(inbox) == [7]


async def test_another_update_of_the_same_id_is_an_update(inbox: Inbox) -> None:
    one = entry(7, "a", "A")
    other = entry(7, "b", "B")._replace(fingerprint="another")
    assert await inbox.store([one, other]) == []
    assert await taken(inbox) == [7, 7]


async def test_the_updates_of_a_chat_are_taken_one_after_the_other(inbox: Inbox) -> None:
    await inbox.store([entry(1, "a", "A"), entry(2, "b", "A"), entry(3, "a", "B")])
    first = await inbox.take(100)
    assert [each.payload for each in first] == ["1", "3"]
    assert await taken(inbox) == []
    await inbox.finish(first[0].number)
    assert await taken(inbox) == [2]


async def test_the_photos_of_an_album_are_taken_together(inbox: Inbox) -> None:
    album = [entry(number, "a", "A", "album") for number in (2, 3)]
    await inbox.store([entry(1, "a", "A"), *album, entry(4, "a", "A"), entry(5, "a", "A", "next")])
    [first] = await inbox.take(100)
    assert first.payload == "1"
    await inbox.finish(first.number)
    photos = await inbox.take(100)
    assert [each.payload for each in photos] == ["2", "3"]
    await inbox.finish(photos[0].number)
    assert await taken(inbox) == []
    await inbox.finish(photos[1].number)
    assert await taken(inbox) == [4]


async def test_senders_come_in_turn_however_much_one_has_sent(inbox: Inbox) -> None:
    await inbox.store([entry(number, "a", f"chat {number}") for number in range(1, 6)])
    await inbox.store([entry(6, "b", "B"), entry(7, "c", "C")])
    assert await taken(inbox, 3) == [1, 6, 7]
    assert await taken(inbox, 2) == [2, 3]
    await inbox.store([entry(8, "d", "D")])
    assert await taken(inbox, 1) == [8]


async def test_one_sender_has_no_more_in_hand_than_an_album(inbox: Inbox) -> None:
    many = range(2 * MOST_OF_ONE_SENDER)
    await inbox.store([entry(number, "a", f"chat {number}") for number in many])
    first = await inbox.take(100)
    assert len(first) == MOST_OF_ONE_SENDER
    assert await inbox.take(100) == []
    await inbox.finish(first[0].number, first[1].number)
    assert await taken(inbox) == [MOST_OF_ONE_SENDER, MOST_OF_ONE_SENDER + 1]


async def test_what_waits_for_its_chat_takes_no_turn(inbox: Inbox) -> None:
    await inbox.store([entry(0, "b", "group")])
    await inbox.store([entry(1 + number, "a", "group") for number in range(MOST_OF_ONE_SENDER)])
    await inbox.store([entry(99, "a", "private")])
    assert await taken(inbox) == [0, 99]


async def test_no_more_is_taken_than_asked_for(inbox: Inbox) -> None:
    await inbox.store([entry(number, str(number), str(number)) for number in range(5)])
    assert await taken(inbox, 0) == []
    assert await taken(inbox, 2) == [0, 1]
    assert await taken(inbox, 2) == [2, 3]
