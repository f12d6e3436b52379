"""The inbox: updates that Telegram has handed over, kept until they are answered.

An update is stored before it is acknowledged, so that none is lost. All replicas take their work
from the one inbox: the updates of a chat in their order, and those of the senders in turn, so that
one who sends much does not keep the others waiting. A row outlives its answer for a while, for
Telegram may hand out an update again; it is emptied then of who wrote what.

Kept libraries for such queues, procrastinate and pgqueuer, know PostgreSQL alone, and a bot by
itself has SQLite.
"""

import asyncio
import itertools
import logging
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.background import in_background
from bot.storage.database import Database, DatabaseError, reason
from bot.storage.inbox_rows import (
    FREE,
    TABLE,
    Entry,
    Row,
    Taken,
    insertion,
    noting_answered,
    taking,
)

HEARTBEAT = timedelta(seconds=3)  # how often a replica notes that it is alive
LEASE = timedelta(seconds=10)  # a replica without a heartbeat for so long counts as dead
SUSPECTS_SECONDS = 1.0  # between two looks for what other processes have begun
BEATS_BETWEEN_PRUNINGS = 1200  # at 3 s each, an hour
PRUNED_AT_ONCE = 1000  # rows; others wait some milliseconds meanwhile
RETENTION = timedelta(days=2)  # of a row; Telegram keeps undelivered updates for one day

logger = logging.getLogger(__name__)


class Inbox:
    """The updates of one bot, as one replica sees them."""

    def __init__(self, database: Database, bot_id: int, lease: timedelta = LEASE) -> None:
        """Keep rows in `database`; a replica that is silent for the `lease` counts as dead."""
        self._database = database
        self._bot = bot_id
        self._lease = lease
        self._owner = secrets.token_hex(8)
        # Built once, since building them takes longer than the database takes to run them.
        self._insert = insertion(database, bot_id)
        self._take_new = taking(bot_id, self._owner, Row.begun == 0)
        self._note_answered = noting_answered()
        self._take_suspect = taking(bot_id, self._owner, Row.begun > 0)
        self._in_hand: set[int] = set()
        self._suspects: set[int] = set()  # those in hand that were begun before
        self._next_look = 0.0  # for suspects, on the clock of `time.monotonic`
        self._answered: set[int] = set()  # in hand, but for the database to learn it
        self._writing = asyncio.Lock()

    async def store(self, entries: Iterable[Entry]) -> list[Entry]:
        """Store updates in their order; returns those that were stored before.

        Raises:
            Exception: the database is out of reach; drivers raise what they please.
        """

        def insert(session: Session) -> list[Entry]:
            now = datetime.now(UTC)
            return [
                entry
                for entry in entries
                if session.scalar(self._insert, {**entry._asdict(), "now": now}) is None
            ]

        return await self._database.run(insert)

    async def pending(self, senders: Collection[str]) -> Counter[str]:
        """How many updates of each of `senders` are not answered.

        Raises:
            Exception: the database is out of reach; drivers raise what they please.
        """
        mine = Row.bot == self._bot, ~Row.answered, Row.sender.in_(senders)
        counts = select(Row.sender, func.count()).where(*mine).group_by(Row.sender)
        rows = await self._database.run(lambda session: session.execute(counts).all())
        return Counter(dict(rows))

    async def take(self, count: int) -> list[Taken]:
        """Take at most `count` updates in hand that no live replica has, in the order to begin.

        What was begun before may have ended that process: of such updates one at most is in hand,
        so that if it ends this process, too, no other is blamed.

        Raises:
            Exception: the database is out of reach; drivers raise what they please.
        """

        def take(session: Session) -> list[Taken]:
            now = _now(session)
            # This replica's own heartbeats, too, may have come too late.
            not_free = {"dead_since": now - self._lease, "in_hand": list(self._in_hand)}
            rows: list[Any] = []
            if looks_for_suspects:
                one = {"count": min(1, count), "now": now, **not_free}
                rows += session.execute(self._take_suspect, one)
            others = {"count": count - len(rows), "now": now, **not_free}
            rows += session.execute(self._take_new, others)
            return sorted(Taken(*row) for row in rows)

        looks_for_suspects = not self._suspects and time.monotonic() >= self._next_look
        taken = await self._database.run(take)
        self._in_hand.update(each.number for each in taken)
        self._suspects.update(each.number for each in taken if each.times_begun > 1)
        if looks_for_suspects and not self._suspects:
            self._next_look = time.monotonic() + SUSPECTS_SECONDS
        return taken

    def was_begun_before(self, number: int) -> bool:
        """Whether an update in hand was begun by a process that ended meanwhile."""
        return number in self._suspects

    async def finish(self, *numbers: int) -> None:
        """Note that these are answered: in the database, or in memory until it is reachable."""
        self._answered |= self._in_hand.intersection(numbers)
        await self._write_answered()

    async def release(self, number: int) -> None:
        """Give back an update that could not be answered for reasons that pass.

        Raises:
            Exception: the database is out of reach; drivers raise what they please.
        """
        self._drop({number})
        await self._set_mine({number}, begun=Row.begun - 1, alive_at=FREE)

    async def take_over(self) -> None:
        """Free what other processes have in hand: this is the only one that serves this bot now.

        Raises:
            DatabaseError: the database is out of reach.
        """
        mine = Row.bot == self._bot, ~Row.answered
        try:
            await self._execute(update(TABLE).where(*mine).values(alive_at=FREE))
        except Exception as error:
            raise DatabaseError(f"The database cannot be used ({reason(error)}).") from error

    async def ping(self) -> None:
        """See whether the database can be written and read.

        Raises:
            Exception: it cannot; drivers raise what they please.
        """
        await self._database.check()

    @asynccontextmanager
    async def heartbeat(self) -> AsyncIterator[None]:
        """Note from time to time that this replica is at work, and delete what is old."""
        async with in_background(self._beat()):
            yield

    async def _beat(self) -> None:
        for beat in itertools.count():
            await self._write_answered()
            with suppress(Exception):  # what goes wrong is logged already
                if self._database.away:
                    await self._database.check()
                if self._in_hand:
                    await self._note_alive()
                if beat % BEATS_BETWEEN_PRUNINGS == 0:
                    await self._prune()
            await asyncio.sleep(HEARTBEAT.total_seconds())

    async def _note_alive(self) -> None:
        mine = Row.number.in_(self._in_hand), Row.owner == self._owner

        def note(session: Session) -> None:
            session.execute(update(Row).where(*mine).values(alive_at=_now(session)))

        await self._database.run(note)

    async def _prune(self) -> None:
        """Delete what is old, some rows at a time."""
        old = datetime.now(UTC) - RETENTION
        some = select(Row.number).where(Row.received_at < old).limit(PRUNED_AT_ONCE)
        prune = delete(TABLE).where(Row.number.in_(some)).returning(TABLE.c.answered)
        pruned = PRUNED_AT_ONCE
        while pruned == PRUNED_AT_ONCE:
            answered = await self._database.run(lambda session: session.scalars(prune).all())
            pruned = len(answered)
            if not all(answered):
                logger.warning("Updates too old to be answered: %d.", answered.count(False))

    async def _write_answered(self) -> None:
        async with self._writing:  # after waiting, there may be nothing left to write
            written = set(self._answered)
            if not written:
                return
            with suppress(Exception):
                await self._execute(self._note_answered, {"numbers": list(written)})
                self._answered -= written
                self._drop(written)

    def _drop(self, numbers: set[int]) -> None:
        """Have these no longer in hand."""
        self._in_hand -= numbers
        self._suspects -= numbers

    async def _set_mine(self, numbers: set[int], **values: Any) -> None:  # noqa: ANN401  columns
        """Set columns of those that no other replica has taken since."""
        mine = Row.number.in_(numbers), Row.owner == self._owner
        await self._execute(update(TABLE).where(*mine).values(**values))

    async def _execute(self, statement: Any, values: Any = None) -> None:  # noqa: ANN401  of any kind
        await self._database.run(lambda session: session.execute(statement, values))


def _now(session: Session) -> datetime:
    """The time on the database's clock, since those of several replicas' machines may differ."""
    if session.get_bind().dialect.name == "sqlite":  # which runs on this machine
        return datetime.now(UTC)
    now: datetime = session.scalars(select(func.clock_timestamp())).one()
    return now
