"""What is remembered of updates over crashes, and between replicas."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bot.storage.database import Database, DatabaseError, connected
from bot.storage.update_log import ANSWERS_AT_ONCE, LEASE, RETENTION, Decision, UpdateLog

BOT = 123456


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with connected(f"sqlite:///{tmp_path / 'updates.db'}") as database:
        yield database


async def restarted(database: Database) -> UpdateLog:
    """As a new process sees it that polls, and so is the only one."""
    new = UpdateLog(database, BOT)
    await new.take_over()
    return new


async def set_alive_at(database: Database, time: datetime) -> None:
    """Let every replica have been heard of last at this time."""
    age = text("UPDATE updates SET alive_at = :time").bindparams(time=str(time))
    await database.run(lambda session: session.execute(age))


async def test_what_is_answered_is_not_handled_again(database: Database) -> None:
    first = UpdateLog(database, BOT)
    assert await first.begin(7) is Decision.HANDLE
    await first.finish(7)
    assert await first.begin(7) is Decision.SKIP
    assert await (await restarted(database)).begin(7) is Decision.SKIP


async def test_what_ended_two_processes_gets_an_apology_instead_of_a_third(
    database: Database,
) -> None:
    turns = [await (await restarted(database)).begin(7) for _ in range(3)]
    assert turns == [Decision.HANDLE, Decision.HANDLE, Decision.APOLOGIZE]


async def test_what_could_not_be_answered_for_telegrams_sake_may_be_tried_any_number_of_times(
    database: Database,
) -> None:
    own = UpdateLog(database, BOT)
    for _ in range(5):
        assert await own.begin(7) is Decision.HANDLE
        await own.release(7)


async def test_what_another_replica_has_in_hand_is_for_later(database: Database) -> None:
    one, other = UpdateLog(database, BOT), UpdateLog(database, BOT)
    assert await one.begin(7) is Decision.HANDLE
    assert await other.begin(7) is Decision.WAIT
    await one.release(7)
    assert await other.begin(7) is Decision.HANDLE
    await other.finish(7)
    assert await one.begin(7) is Decision.SKIP


async def test_a_replica_that_is_heard_of_no_more_loses_what_it_had(
    database: Database,
) -> None:
    dead, alive, other = (UpdateLog(database, BOT) for _ in range(3))
    await dead.begin(7)
    await alive.begin(8)
    await set_alive_at(database, datetime.now(UTC) - LEASE - timedelta(seconds=1))
    async with alive.heartbeat():
        await asyncio.sleep(0.01)
        assert await other.begin(7) is Decision.HANDLE
        assert await other.begin(8) is Decision.WAIT


async def test_a_replica_keeps_what_it_has_for_the_whole_of_its_lease(database: Database) -> None:
    silent, other = UpdateLog(database, BOT), UpdateLog(database, BOT)
    await silent.begin(7)
    await set_alive_at(database, datetime.now(UTC) - LEASE + timedelta(seconds=5))
    assert await other.begin(7) is Decision.WAIT
    impatient = UpdateLog(database, BOT, lease=timedelta(0))
    assert await impatient.begin(7) is Decision.HANDLE


async def test_the_same_number_of_another_bot_is_another_update(database: Database) -> None:
    one, other = UpdateLog(database, BOT), UpdateLog(database, BOT + 1)
    assert await one.begin(7) is Decision.HANDLE
    await one.finish(7)
    assert await other.begin(7) is Decision.HANDLE


async def test_an_answer_is_remembered_while_the_database_is_away(
    database: Database,
) -> None:
    own = UpdateLog(database, BOT)
    await own.begin(7)
    await database.run(lambda session: session.execute(text("ALTER TABLE updates RENAME TO away")))
    await own.finish(7)
    assert await own.begin(7) is Decision.SKIP
    with pytest.raises(Exception, match="updates"):
        await own.begin(8)
    await database.run(lambda session: session.execute(text("ALTER TABLE away RENAME TO updates")))
    await own.finish()
    assert await (await restarted(database)).begin(7) is Decision.SKIP


async def test_what_telegram_hands_out_no_more_is_forgotten(database: Database) -> None:
    own = UpdateLog(database, BOT)
    await own.begin(7)
    await own.finish(7)
    await set_alive_at(database, datetime.now(UTC) - RETENTION - timedelta(hours=1))
    async with own.heartbeat():
        while await own.begin(7) is Decision.SKIP:
            await asyncio.sleep(0.01)


async def test_a_start_without_the_database_is_told_in_one_sentence(database: Database) -> None:
    await database.run(lambda session: session.execute(text("DROP TABLE updates")))
    with pytest.raises(DatabaseError, match=r"cannot be used \(no such table: updates\)\."):
        await restarted(database)


async def test_what_the_last_process_left_unanswered_is_handled_one_at_a_time(
    database: Database,
) -> None:
    before = UpdateLog(database, BOT)
    for update_id in (7, 8):
        await before.begin(update_id)
    after = await restarted(database)
    handled: list[int] = []

    async def handle(update_id: int) -> None:
        async with after.isolate_suspect(update_id):
            handled.append(update_id)
            await asyncio.sleep(0.02)
            handled.append(update_id)

    await asyncio.gather(handle(7), handle(8))
    assert handled == [7, 7, 8, 8]
    handled.clear()
    await asyncio.gather(handle(7), handle(9))  # none of which is suspected any more
    assert handled == [7, 9, 7, 9]


async def test_few_answers_are_sent_at_once_and_each_is_noted(database: Database) -> None:
    own = UpdateLog(database, BOT)
    sending = most = 0

    async def answer(update_id: int) -> None:
        nonlocal sending, most
        await own.begin(update_id)
        async with own.answering(update_id):
            sending += 1
            most = max(most, sending)
            await asyncio.sleep(0.01)
            sending -= 1

    await asyncio.gather(*map(answer, range(2 * ANSWERS_AT_ONCE)))
    assert most == ANSWERS_AT_ONCE
    new = await restarted(database)
    assert {await new.begin(each) for each in range(2 * ANSWERS_AT_ONCE)} == {Decision.SKIP}


async def test_an_answer_that_could_not_be_sent_is_not_noted(database: Database) -> None:
    own = UpdateLog(database, BOT)
    await own.begin(7)
    with pytest.raises(ConnectionError):
        async with own.answering(7):
            raise ConnectionError
    assert await (await restarted(database)).begin(7) is Decision.HANDLE


async def test_a_database_that_answers_can_be_told_from_one_that_does_not(
    database: Database,
) -> None:
    await UpdateLog(database, BOT).ping()
    with pytest.raises(OperationalError):
        await UpdateLog(Database(create_engine("sqlite:////nowhere/at/all.db")), BOT).ping()
