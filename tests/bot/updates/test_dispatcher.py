"""What is in the inbox is handled: much at once, fairly, each chat's in its order, and once."""

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.inbox import Inbox
from bot.storage.inbox_rows import MOST_OF_ONE_SENDER, Entry, Taken
from bot.updates.dispatcher import UPDATES_AT_ONCE, Dispatcher, DispatchTimes
from tests.bot.updates.inboxes import BOT

HASTE = DispatchTimes(look=0.02)
NEVER = DispatchTimes(look=60)

_ids = itertools.count(1)


def entry(name: str, chat: str = "", album: str | None = None) -> Entry:
    """An update of the sender whose name begins so, in a chat with them or in another."""
    update_id = next(_ids)
    return Entry(update_id, "", name[0], chat or name[0], album, name)


class Desk:
    """Handles updates, each until it is told to end."""

    def __init__(self, inbox: Inbox) -> None:
        """Nothing came yet."""
        self._inbox = inbox
        self._ends: dict[str, asyncio.Event] = {}
        self.begun: list[str] = []
        self.under_way: set[str] = set()
        self.cancelled: list[str] = []

    async def deliver(self, taken: Taken) -> None:
        """Wait for its end."""
        name = taken.payload
        self.begun.append(name)
        self.under_way.add(name)
        try:
            await self._end_of(name).wait()
            await self._inbox.finish(taken.number)
        except asyncio.CancelledError:
            self.cancelled.append(name)
            await self._inbox.release(taken.number)
            raise
        finally:
            self.under_way.discard(name)

    def end(self, *names: str) -> None:
        """Let these end, as soon as they begin."""
        for name in names:
            self._end_of(name).set()

    def _end_of(self, name: str) -> asyncio.Event:
        return self._ends.setdefault(name, asyncio.Event())

    async def has_begun(self, *names: str) -> None:
        """Wait until these have begun, in this order and no others."""
        async with asyncio.timeout(10):
            while len(self.begun) < len(names):
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        assert self.begun == [*names]


@pytest.fixture
def desk(inbox: Inbox) -> Desk:
    return Desk(inbox)


@asynccontextmanager
async def dispatching(
    inbox: Inbox, desk: Desk, times: DispatchTimes = NEVER
) -> AsyncIterator[Dispatcher]:
    dispatcher = Dispatcher(inbox, desk.deliver, times)
    async with dispatcher.running():
        yield dispatcher


async def test_what_is_in_the_inbox_at_the_start_is_handled(inbox: Inbox, desk: Desk) -> None:
    await inbox.store([entry("a"), entry("b")])
    desk.end("a", "b")
    async with dispatching(inbox, desk) as dispatcher:
        await dispatcher.join()
    assert desk.begun == ["a", "b"]


async def test_what_comes_later_is_handled_at_once_when_it_is_told_of(
    inbox: Inbox, desk: Desk
) -> None:
    desk.end("a")
    async with dispatching(inbox, desk) as dispatcher:
        await dispatcher.join()
        await inbox.store([entry("a")])
        dispatcher.wake()
        await desk.has_begun("a")


async def test_a_chat_is_answered_in_its_order_and_others_meanwhile(
    inbox: Inbox, desk: Desk
) -> None:
    await inbox.store([entry("a1"), entry("a2"), entry("b1"), entry("a3")])
    async with dispatching(inbox, desk) as dispatcher:
        await desk.has_begun("a1", "b1")
        desk.end("a1")
        await desk.has_begun("a1", "b1", "a2")
        desk.end("b1", "a2", "a3")
        await dispatcher.join()
    assert desk.begun == ["a1", "b1", "a2", "a3"]


async def test_the_photos_of_an_album_are_handled_together(inbox: Inbox, desk: Desk) -> None:
    await inbox.store([entry("a1", album="x"), entry("a2", album="x"), entry("a3")])
    async with dispatching(inbox, desk) as dispatcher:
        await desk.has_begun("a1", "a2")
        desk.end("a1", "a2", "a3")
        await dispatcher.join()


async def test_64_updates_are_handled_at_once(inbox: Inbox, desk: Desk) -> None:
    names = [chr(1000 + number) for number in range(UPDATES_AT_ONCE + 6)]
    await inbox.store(map(entry, names))
    async with dispatching(inbox, desk) as dispatcher:
        await desk.has_begun(*names[:UPDATES_AT_ONCE])
        assert len(desk.under_way) == UPDATES_AT_ONCE == 64
        desk.end(*names)
        await dispatcher.join()
    assert sorted(desk.begun) == names


async def test_whoever_sends_much_keeps_no_other_waiting(inbox: Inbox, desk: Desk) -> None:
    flood = [f"a{number}" for number in range(100)]
    await inbox.store([entry(name, chat=name) for name in flood])
    async with dispatching(inbox, desk) as dispatcher:
        await desk.has_begun(*flood[:MOST_OF_ONE_SENDER])
        await inbox.store([entry("b")])
        dispatcher.wake()
        await desk.has_begun(*flood[:MOST_OF_ONE_SENDER], "b")
        desk.end(*flood, "b")
        await dispatcher.join()
    assert sorted(desk.begun) == sorted([*flood, "b"])


async def test_nobody_comes_twice_before_everybody_came_once(inbox: Inbox, desk: Desk) -> None:
    senders = [chr(1000 + number) for number in range(UPDATES_AT_ONCE - 1)]
    names = [f"{sender}{number}" for number in range(2) for sender in senders]
    await inbox.store([entry(name, chat=name) for name in names])
    await inbox.store([entry("b")])
    async with dispatching(inbox, desk) as dispatcher:
        await desk.has_begun(*names[: len(senders)], "b")
        desk.end(*names, "b")
        await dispatcher.join()


async def test_what_other_replicas_have_stored_is_handled_without_a_word(
    inbox: Inbox, desk: Desk, database: Database
) -> None:
    desk.end("a")
    async with dispatching(inbox, desk, HASTE) as dispatcher:
        await dispatcher.join()
        await Inbox(database, BOT).store([entry("a")])
        await desk.has_begun("a")


async def test_what_a_dead_replica_had_in_hand_is_handled(desk: Desk, database: Database) -> None:
    dead = Inbox(database, BOT)
    await dead.store([entry("a")])
    assert len(await dead.take(1)) == 1
    desk.end("a")
    heir = Inbox(database, BOT, lease=timedelta(0))
    async with dispatching(heir, desk, HASTE):
        await desk.has_begun("a")


async def test_two_replicas_share_a_backlog_and_each_update_is_handled_once(
    inbox: Inbox, desk: Desk, database: Database
) -> None:
    names = [f"{chr(1000 + number)}" for number in range(100)]
    await inbox.store(map(entry, names))
    other = Inbox(database, BOT)
    others_desk = Desk(other)
    async with (
        dispatching(inbox, desk, HASTE) as dispatcher,
        dispatching(other, others_desk, HASTE),
    ):
        async with asyncio.timeout(10):
            while len(desk.begun) + len(others_desk.begun) < 100:
                await asyncio.sleep(0.01)
        for each in (desk, others_desk):
            each.end(*names)
        await dispatcher.join()
    assert sorted(desk.begun + others_desk.begun) == names
    assert desk.begun
    assert others_desk.begun


async def test_what_was_under_way_when_the_process_ended_is_handled_one_by_one(
    inbox: Inbox, desk: Desk, database: Database
) -> None:
    before = Inbox(database, BOT)
    await before.store([entry("a"), entry("b"), entry("c")])
    assert len(await before.take(3)) == 3
    await inbox.take_over()
    await inbox.store([entry("d"), entry("e")])
    async with dispatching(inbox, desk) as dispatcher:
        await desk.has_begun("a", "d", "e")
        desk.end("d", "e")
        await desk.has_begun("a", "d", "e")
        desk.end("a")
        await desk.has_begun("a", "d", "e", "b")
        desk.end("b", "c")
        await dispatcher.join()
    assert desk.begun == ["a", "d", "e", "b", "c"]


async def test_what_is_under_way_is_finished_when_it_has_to_stop_and_nothing_else_begins(
    inbox: Inbox, desk: Desk, database: Database
) -> None:
    await inbox.store([entry("a1"), entry("a2")])
    async with dispatching(inbox, desk):
        await desk.has_begun("a1")
        asyncio.get_running_loop().call_later(0.1, desk.end, "a1")
    assert desk.begun == ["a1"]
    assert desk.cancelled == []
    [next_one] = await Inbox(database, BOT).take(100)
    assert next_one.payload == "a2"


async def test_what_takes_too_long_when_it_has_to_stop_is_cut_short_and_given_back(
    inbox: Inbox, desk: Desk, database: Database
) -> None:
    await inbox.store([entry("a"), entry("b")])
    async with asyncio.timeout(5), dispatching(inbox, desk, DispatchTimes(60, grace=0.2)):
        await desk.has_begun("a", "b")
        asyncio.get_running_loop().call_later(0.1, desk.end, "b")
    assert desk.cancelled == ["a"]
    [again] = await Inbox(database, BOT).take(100)
    assert (again.payload, again.times_begun) == ("a", 1)


async def test_what_is_being_taken_when_it_has_to_stop_is_handled_still(
    inbox: Inbox, desk: Desk, tmp_path: Path
) -> None:
    await inbox.store([entry("a")])
    desk.end("a")
    with closing(sqlite3.connect(tmp_path / "inbox.db")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        async with dispatching(inbox, desk):
            await asyncio.sleep(0.05)
            assert desk.begun == []
            asyncio.get_running_loop().call_later(0.05, writer.rollback)
    assert desk.begun == ["a"]
    assert desk.cancelled == []


async def test_a_database_that_stands_still_holds_up_no_stop(
    inbox: Inbox, desk: Desk, tmp_path: Path
) -> None:
    await inbox.store([entry("a")])
    with closing(sqlite3.connect(tmp_path / "inbox.db")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(2), dispatching(inbox, desk, HASTE):
            await asyncio.sleep(0.05)
        writer.rollback()
    assert desk.begun == []
    [taken] = await inbox.take(1)
    assert taken.times_begun == 1


async def test_it_goes_on_when_the_database_is_back_and_only_one_line_is_logged(
    inbox: Inbox, desk: Desk, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def rename(old: str, new: str) -> None:
        statement = text(f"ALTER TABLE {old} RENAME TO {new}")
        await database.run(lambda session: session.execute(statement))

    await inbox.store([entry("a")])
    desk.end("a")
    await rename("inbox", "away")
    async with dispatching(inbox, desk, HASTE) as dispatcher:
        joining = asyncio.create_task(dispatcher.join())
        await asyncio.sleep(0.2)
        assert desk.begun == []
        assert not joining.done()
        assert len(caplog.records) == 1
        await rename("away", "inbox")
        await desk.has_begun("a")
        await joining
