"""Which updates were begun and which are answered, kept over crashes and for all replicas.

Telegram hands out an update again until it is acknowledged. A row for each update says what is to
be done then: nothing if it was answered; wait if another replica has it in hand; and no third try
if it was begun twice and each time the process ended.
"""

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Index,
    SmallInteger,
    String,
    bindparam,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage.database import Database, DatabaseError, insert_into, reason
from bot.storage.schema import Base

TRIES = 2  # of an update that ends the process each time
ANSWERS_AT_ONCE = 4  # at 0.1 s each that is more than the 30 a second that Telegram takes
HEARTBEAT = timedelta(seconds=3)  # how often a replica notes that it is alive
LEASE = timedelta(seconds=10)  # a replica without a heartbeat for so long counts as dead
BEATS_BETWEEN_PRUNINGS = 1200  # at 3 s each, an hour
PRUNED_AT_ONCE = 1000  # rows; others wait some milliseconds meanwhile
RETENTION = timedelta(days=2)  # of a row; Telegram keeps undelivered updates for one day


class Decision(Enum):
    """What is to be done with an update."""

    HANDLE = auto()
    APOLOGIZE = auto()
    """It was begun before, and each time the process ended."""
    SKIP = auto()
    """It is answered."""
    WAIT = auto()
    """Another replica has it in hand."""


class _Row(Base):
    __tablename__ = "updates"

    bot: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    begun: Mapped[int] = mapped_column(SmallInteger)
    answered: Mapped[bool]
    owner: Mapped[str] = mapped_column(String(16))
    alive_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


# The few that are not answered are found at the start without looking through all others.
Index(
    "ix_updates_unanswered",
    _Row.bot,
    sqlite_where=~_Row.answered,
    postgresql_where=~_Row.answered,
)


class UpdateLog:
    """The updates of one bot, as one replica sees them."""

    def __init__(self, database: Database, bot_id: int, lease: timedelta = LEASE) -> None:
        """Keep rows in `database`; a replica that is silent for the `lease` counts as dead."""
        self._database = database
        self._bot = bot_id
        self._lease = lease
        self._owner = secrets.token_hex(8)
        # Built once, since building them takes longer than the database takes to run them.
        self._take = self._take_statement()
        self._is_answered = select(_Row.answered).where(
            _Row.bot == self._bot, _Row.update_id == bindparam("update_id")
        )
        self._open: set[int] = set()
        self._answered: set[int] = set()  # not yet written to the database
        self._suspects: set[int] = set()
        self._one_suspect = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._answering = asyncio.Semaphore(ANSWERS_AT_ONCE)

    async def begin(self, update_id: int) -> Decision:
        """Take an update in hand, unless it is answered or another replica has it.

        Raises:
            Exception: the database is out of reach; drivers raise what they please.
        """
        if update_id in self._answered:
            return Decision.SKIP
        decision = await self._database.run(partial(self._decide, update_id))
        if decision in {Decision.HANDLE, Decision.APOLOGIZE}:
            self._open.add(update_id)
        return decision

    def _decide(self, update_id: int, session: Session) -> Decision:
        now = datetime.now(UTC)
        values = {"update_id": update_id, "alive_at": now, "dead_since": now - self._lease}
        times_begun = session.scalar(self._take, values)
        if times_begun is not None:
            return Decision.HANDLE if times_begun <= TRIES else Decision.APOLOGIZE
        answered = session.scalar(self._is_answered, values)
        return Decision.SKIP if answered else Decision.WAIT

    def _take_statement(self) -> Any:  # noqa: ANN401  the dialect's
        """A statement that takes an update no live replica has in hand.

        It returns how often the update was begun by now, or no row if it could not be taken.
        """
        ownership = {"owner": self._owner, "alive_at": bindparam("alive_at")}
        is_free = ~_Row.answered & (_Row.alive_at < bindparam("dead_since"))
        insert = insert_into(_Row, self._database).values(
            bot=self._bot,
            update_id=bindparam("update_id"),
            begun=1,
            answered=False,
            **ownership,
        )
        return insert.on_conflict_do_update(
            index_elements=[_Row.bot, _Row.update_id],
            set_={"begun": _Row.begun + 1, **ownership},
            where=is_free,
        ).returning(_Row.begun)

    async def finish(self, *update_ids: int) -> None:
        """Note that these are answered: in the database, or in memory until it is reachable."""
        mine = self._open.intersection(update_ids)
        self._open -= mine
        self._answered |= mine
        await self._write_answered()

    @asynccontextmanager
    async def answering(self, *update_ids: int) -> AsyncIterator[None]:
        """Note that these updates are answered once the context, which sends the answer, ends.

        If the process is killed between the two, they are answered once more. Few answers are sent
        at the same time, so that few are answered twice then.
        """
        async with self._answering:
            yield
            await self.finish(*update_ids)

    async def release(self, update_id: int) -> None:
        """Give back an update that could not be answered for reasons that pass.

        Raises:
            Exception: the database is out of reach; drivers raise what they please.
        """
        self._open.discard(update_id)
        one_less = _Row.begun - 1
        await self._set({update_id}, begun=one_less, alive_at=self._long_ago())

    async def take_over(self) -> None:
        """Free what other processes have in hand: this is the only one that serves this bot now.

        Raises:
            DatabaseError: the database is out of reach.
        """
        statement = (
            update(_Row)
            .where(_Row.bot == self._bot, ~_Row.answered)
            .values(alive_at=self._long_ago())
            .returning(_Row.update_id)
        )
        try:
            freed = await self._database.run(lambda session: session.scalars(statement).all())
        except Exception as error:
            raise DatabaseError(f"The database cannot be used ({reason(error)}).") from error
        self._suspects = set(freed)

    @asynccontextmanager
    async def isolate_suspect(self, update_id: int) -> AsyncIterator[None]:
        """Handle an update in the context, one at a time of those that the last process left.

        One of them may have ended that process. If it ends this one too, no other is blamed.
        """
        if update_id not in self._suspects:
            yield
            return
        async with self._one_suspect:
            yield
        self._suspects.discard(update_id)

    async def ping(self) -> None:
        """See whether the database can be written and read.

        Raises:
            Exception: it cannot; drivers raise what they please.
        """
        await self._database.check()

    @asynccontextmanager
    async def heartbeat(self) -> AsyncIterator[None]:
        """Note from time to time that this replica is at work, and delete what is old."""
        beating = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    async def _beat(self) -> None:
        for beat in itertools.count():
            await self._write_answered()
            with suppress(Exception):  # what goes wrong is logged already
                if self._database.away:
                    await self._database.check()
                if self._open:
                    await self._set(self._open, alive_at=datetime.now(UTC))
                if beat % BEATS_BETWEEN_PRUNINGS == 0:
                    await self._prune()
            await asyncio.sleep(HEARTBEAT.total_seconds())

    async def _prune(self) -> None:
        old = datetime.now(UTC) - RETENTION
        key = tuple_(_Row.bot, _Row.update_id)
        some = select(_Row.bot, _Row.update_id).where(_Row.alive_at < old).limit(PRUNED_AT_ONCE)
        prune = delete(_Row).where(key.in_(some)).returning(_Row.update_id)
        pruned = PRUNED_AT_ONCE
        while pruned == PRUNED_AT_ONCE:
            deleted = await self._database.run(lambda session: session.scalars(prune).all())
            pruned = len(deleted)

    async def _write_answered(self) -> None:
        async with self._writing:  # after waiting, there may be nothing left to write
            written = set(self._answered)
            if not written:
                return
            with suppress(Exception):
                await self._set(written, answered=True)
                self._answered -= written

    async def _set(self, update_ids: set[int], **values: Any) -> None:  # noqa: ANN401  columns
        these = _Row.bot == self._bot, _Row.update_id.in_(update_ids)
        await self._execute(update(_Row).where(*these).values(**values))

    async def _execute(self, statement: Any) -> None:  # noqa: ANN401  of any kind
        await self._database.run(lambda session: session.execute(statement))

    def _long_ago(self) -> datetime:
        """A time so long ago that a replica with no heartbeat since then counts as dead."""
        return datetime.now(UTC) - 2 * self._lease
