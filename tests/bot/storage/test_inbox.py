"""What is remembered of updates over crashes, and between replicas."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bot.storage.database import Database, DatabaseError, connected
from bot.storage.inbox import LEASE, PRUNED_AT_ONCE, RETENTION, Inbox
from bot.storage.inbox_rows import Entry, Taken

BOT = 123456


def entry(update_id: int) -> Entry:
    """An update of a chat of its own, whose payload tells its number."""
    return Entry(update_id, "", str(update_id), str(update_id), None, str(update_id))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with connected(f"sqlite:///{tmp_path / 'inbox.db'}") as database:
        yield database


async def restarted(database: Database) -> Inbox:
    """As a new process sees it that polls, and so is the only one."""
    new = Inbox(database, BOT)
    await new.take_over()
    return new


async def take(inbox: Inbox) -> list[Taken]:
    """Take all that can be taken."""
    return await inbox.take(100)


async def run(database: Database, statement: str, **values: object) -> None:
    """Run a statement on the rows."""
    bound = text(statement).bindparams(**values)
    await database.run(lambda session: session.execute(bound))


async def count(database: Database) -> int:
    """How many rows there are."""
    rows = text("SELECT count(*) FROM inbox")
    return int(await database.run(lambda session: session.scalar(rows)) or 0)


async def set_time(database: Database, column: str, time: datetime) -> None:
    """Set a time of all rows."""
    await run(database, f"UPDATE inbox SET {column} = :time", time=str(time))  # noqa: S608


async def test_what_is_stored_is_there_after_a_crash(database: Database) -> None:
    await Inbox(database, BOT).store([entry(7), entry(8)])
    new = await restarted(database)
    assert [each.payload for each in await take(new)] == ["7", "8"]


async def test_what_is_answered_is_not_taken_again(database: Database) -> None:
    first = Inbox(database, BOT)
    await first.store([entry(7)])
    [taken] = await take(first)
    await first.finish(taken.number)
    assert await take(await restarted(database)) == []
    assert await first.store([entry(7)]) == [entry(7)]
    assert await take(first) == []


async def test_what_is_answered_is_kept_without_what_it_says_and_whose_it_was(
    database: Database,
) -> None:
    own = Inbox(database, BOT)
    await own.store([entry(7)._replace(album="1")])
    [taken] = await take(own)
    await own.finish(taken.number)
    kept = text("SELECT payload, sender, chat, album FROM inbox")
    rows = await database.run(lambda session: session.execute(kept).all())
    assert [*map(tuple, rows)] == [(None, "", "", None)]


async def test_it_is_told_how_often_an_update_was_begun(database: Database) -> None:
    await Inbox(database, BOT).store([entry(7)])
    times = []
    for _ in range(3):
        [taken] = await take(await restarted(database))
        times.append(taken.times_begun)
    assert times == [1, 2, 3]


async def test_what_could_not_be_answered_for_telegrams_sake_may_be_tried_any_number_of_times(
    database: Database,
) -> None:
    own = Inbox(database, BOT)
    await own.store([entry(7)])
    for _ in range(5):
        [taken] = await take(own)
        assert taken.times_begun == 1
        await own.release(taken.number)


async def test_what_a_replica_has_in_hand_no_other_takes(database: Database) -> None:
    one, other = Inbox(database, BOT), Inbox(database, BOT)
    await one.store([entry(7)])
    [taken] = await take(one)
    assert await take(other) == []
    await one.release(taken.number)
    assert [each.payload for each in await take(other)] == ["7"]


async def test_a_replica_that_is_heard_of_no_more_loses_what_it_had(database: Database) -> None:
    dead, alive, other = (Inbox(database, BOT) for _ in range(3))
    await dead.store([entry(7)])
    await take(dead)
    await alive.store([entry(8)])
    await take(alive)
    await set_time(database, "alive_at", datetime.now(UTC) - LEASE - timedelta(seconds=1))
    async with alive.heartbeat():
        await asyncio.sleep(0.05)
        assert [each.payload for each in await take(other)] == ["7"]


async def test_a_replica_keeps_what_it_has_for_the_whole_of_its_lease(database: Database) -> None:
    silent, other = Inbox(database, BOT), Inbox(database, BOT)
    await silent.store([entry(7)])
    await take(silent)
    await set_time(database, "alive_at", datetime.now(UTC) - LEASE + timedelta(seconds=5))
    assert await take(other) == []
    impatient = Inbox(database, BOT, lease=timedelta(seconds=1))
    assert len(await take(impatient)) == 1


async def test_a_replica_that_stood_still_takes_nothing_twice_itself(database: Database) -> None:
    own = Inbox(database, BOT)
    await own.store([entry(7), entry(8)])
    [first, _] = await take(own)
    await set_time(database, "alive_at", datetime.now(UTC) - 2 * LEASE)
    assert await take(own) == []
    await own.finish(first.number)
    assert await take(own) == []


async def test_what_another_replica_has_taken_over_is_not_given_back(database: Database) -> None:
    silent, heir, other = (Inbox(database, BOT) for _ in range(3))
    await silent.store([entry(7)])
    [taken] = await take(silent)
    await set_time(database, "alive_at", datetime.now(UTC) - 2 * LEASE)
    assert len(await take(heir)) == 1
    await silent.release(taken.number)
    assert await take(other) == []


async def test_a_heartbeat_keeps_nothing_that_another_replica_has_taken_over(
    database: Database,
) -> None:
    silent, heir, other = (Inbox(database, BOT) for _ in range(3))
    await silent.store([entry(7)])
    await take(silent)
    await set_time(database, "alive_at", datetime.now(UTC) - 2 * LEASE)
    assert len(await take(heir)) == 1
    await set_time(database, "alive_at", datetime.now(UTC) - 2 * LEASE)
    async with silent.heartbeat():
        await asyncio.sleep(0.1)
    assert len(await take(other)) == 1


async def test_each_bot_has_its_own_updates(database: Database) -> None:
    one, other = Inbox(database, BOT), Inbox(database, BOT + 1)
    await one.store([entry(7)])
    assert await take(other) == []
    assert await other.store([entry(7)]) == []
    assert len(await take(other)) == len(await take(one)) == 1


async def test_an_answer_is_remembered_while_the_database_is_away(database: Database) -> None:
    own = Inbox(database, BOT)
    await own.store([entry(7)])
    [taken] = await take(own)
    await run(database, "ALTER TABLE inbox RENAME TO away")
    await own.finish(taken.number)
    with pytest.raises(OperationalError):
        await take(own)
    await run(database, "ALTER TABLE away RENAME TO inbox")
    await own.finish()
    assert await take(await restarted(database)) == []


async def test_what_telegram_hands_out_no_more_is_forgotten(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    own = Inbox(database, BOT)
    many = [entry(number) for number in range(PRUNED_AT_ONCE + 1)]
    await own.store(many)
    await run(database, "UPDATE inbox SET answered = true")
    await own.store([entry(-1)])
    old = datetime.now(UTC) - RETENTION - timedelta(hours=1)
    await run(database, "UPDATE inbox SET received_at = :old WHERE update_id > 0", old=str(old))
    async with own.heartbeat(), asyncio.timeout(5):
        while await count(database) > 2:
            await asyncio.sleep(0.01)
    assert await own.store(many[:2]) == many[:1]
    assert caplog.text == ""


async def test_what_is_too_old_to_be_answered_is_not_forgotten_in_silence(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    own = Inbox(database, BOT)
    await own.store([entry(7), entry(8)])
    await set_time(database, "received_at", datetime.now(UTC) - RETENTION - timedelta(hours=1))
    async with own.heartbeat(), asyncio.timeout(5):
        while await count(database):
            await asyncio.sleep(0.01)
    assert "Updates too old to be answered: 2." in caplog.text


async def test_a_start_without_the_database_is_told_in_one_sentence(database: Database) -> None:
    await run(database, "DROP TABLE inbox")
    with pytest.raises(DatabaseError, match=r"cannot be used \(no such table: inbox\)\."):
        await restarted(database)


async def test_a_database_that_is_back_is_noted_by_the_next_heartbeat(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    own = Inbox(database, BOT)
    await run(database, "ALTER TABLE inbox RENAME TO away")
    with pytest.raises(OperationalError):
        await take(own)
    await run(database, "ALTER TABLE away RENAME TO inbox")
    async with own.heartbeat(), asyncio.timeout(5):
        while database.away:
            await asyncio.sleep(0.01)
    assert "can be used again" in caplog.text


async def test_of_what_the_last_process_left_one_at_a_time_is_taken(database: Database) -> None:
    before = Inbox(database, BOT)
    await before.store([entry(7), entry(8)])
    await take(before)
    after = await restarted(database)
    await after.store([entry(9)])
    first = await take(after)
    assert [each.payload for each in first] == ["7", "9"]
    assert await take(after) == []
    await after.finish(first[0].number)
    assert [each.payload for each in await take(after)] == ["8"]


async def test_a_database_that_answers_can_be_told_from_one_that_does_not(
    database: Database,
) -> None:
    await Inbox(database, BOT).ping()
    with pytest.raises(OperationalError):
        await Inbox(Database(create_engine("sqlite:////nowhere/at/all.db")), BOT).ping()
