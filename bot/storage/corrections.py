"""The feedback on answers, kept to count and to train on, with nothing that identifies anybody.

A row holds the 28x28 crop that the network got, never the photo. Chat, message and user are there
only as hashes with keys that the database does not hold: without these nobody can find the ids by
trying them out. With another token, earlier rows still count, but nobody can replace or delete
them.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import DateTime, LargeBinary, SmallInteger, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage.database import Database, insert_into
from bot.storage.pseudonyms import PSEUDONYM, PseudonymKey, pseudonym
from bot.storage.schema import Base

SIDE = 28  # px, of a crop

MessageId = tuple[int, int]
"""The ids of a chat and of a message in it."""


class Judgement(NamedTuple):
    """What somebody says of one digit of an answer.

    `place` is that among the answer's digits, from 0; `crop` (28, 28) uint8, ink 255; `reading`
    0..9, or None where nothing was asserted; `correction` 0..9, or None for "not a digit".
    """

    place: int
    crop: NDArray[np.uint8]
    reading: int | None
    correction: int | None


class Correction(NamedTuple):
    """What somebody said of one digit.

    `crop` (28, 28) uint8, ink 255; `reading` 0..9, or None where nothing was asserted; `correction`
    0..9, or None for "not a digit"; `model` the sha256 of the .tflite that read it; `user` a keyed
    hash; `said_at` in UTC.
    """

    crop: NDArray[np.uint8]
    reading: int | None
    correction: int | None
    model: str
    user: str
    said_at: datetime


class _Row(Base):
    __tablename__ = "corrections"

    answer: Mapped[str] = mapped_column(String(64), primary_key=True, info=PSEUDONYM)
    user: Mapped[str] = mapped_column(String(64), index=True, info=PSEUDONYM)
    crop: Mapped[bytes] = mapped_column(LargeBinary)
    reading: Mapped[int | None] = mapped_column(SmallInteger)
    correction: Mapped[int | None] = mapped_column(SmallInteger)
    model: Mapped[str] = mapped_column(String(64))
    said_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Corrections:
    """The corrections in one database; safe to use from many tasks and processes at once."""

    def __init__(self, database: Database, key: PseudonymKey) -> None:
        """Keep rows in `database`; the users in them are hashes with `key`."""
        self._database = database
        self._key = key

    async def save(
        self, user_id: int, message: MessageId, judgements: Sequence[Judgement], model: str
    ) -> None:
        """Keep what a user says of an answer's digits, in place of what was said of them before.

        Args:
            user_id: the id that Telegram has given the user.
            message: the answer's.
            judgements: at least one; all are kept, or none.
            model: the sha256 of the .tflite that read them, in hex.

        Raises:
            ValueError: a crop of another shape or type, or a digit beyond 0..9.
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach.
        """
        user = self._hash("user", user_id)
        now = datetime.now(UTC)
        rows = []
        for judgement in judgements:
            _check(judgement)
            row = {
                "answer": self._hash("answer", *message, judgement.place),
                "user": user,
                "crop": judgement.crop.tobytes(),
                "reading": judgement.reading,
                "correction": judgement.correction,
                "model": model,
                "said_at": now,
            }
            rows.append(row)
        insert = insert_into(_Row, self._database)
        replaced = {name: insert.excluded[name] for name in rows[0] if name != "answer"}
        upsert = insert.on_conflict_do_update(index_elements=[_Row.answer], set_=replaced)
        await self._database.run(lambda session: session.execute(upsert, rows))

    async def said(self, message: MessageId, digits: int) -> dict[int, int | None]:
        """What was said of an answer with so many `digits`: 0..9 or None, by their places.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach.
        """
        places = {self._hash("answer", *message, place): place for place in range(digits)}
        query = select(_Row.answer, _Row.correction).where(_Row.answer.in_(places))
        rows = await self._database.run(lambda session: session.execute(query).all())
        return {places[answer]: correction for answer, correction in rows}

    async def count(self) -> tuple[int, int]:
        """How many answers people judged, and how many of those were right.

        A picture that was refused, and of which somebody says that it shows no digit, counts as
        right.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach.
        """
        is_right = _Row.reading.is_not_distinct_from(_Row.correction)
        right = func.count().filter(is_right)
        query = select(func.count(), right).select_from(_Row)
        counts = await self._database.run(lambda session: session.execute(query).one())
        return counts[0], counts[1]

    async def forget(self, user_id: int) -> int:
        """Delete all that a user said; returns how many rows those were.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach.
        """
        user = self._hash("user", user_id)
        statement = delete(_Row).where(_Row.user == user).returning(_Row.answer)
        deleted = await self._database.run(lambda session: session.scalars(statement).all())
        return len(deleted)

    async def load(self) -> list[Correction]:
        """All corrections, oldest first.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach.
        """
        oldest_first = select(_Row).order_by(_Row.said_at, _Row.answer)

        def corrections(session: Session) -> list[Correction]:
            return [_correction(row) for row in session.scalars(oldest_first)]

        return await self._database.run(corrections)

    def _hash(self, kind: str, *ids: int) -> str:
        return pseudonym(self._key, kind, *ids)


def _check(judgement: Judgement) -> None:
    """Raise a ValueError if this is no crop, or no digit."""
    crop = judgement.crop
    if crop.shape != (SIDE, SIDE) or crop.dtype != np.uint8:
        raise ValueError(f"a crop is ({SIDE}, {SIDE}) uint8, not {crop.shape} {crop.dtype}")
    if not {judgement.reading, judgement.correction} <= {None, *range(10)}:
        raise ValueError(f"{judgement.reading} or {judgement.correction} is no digit")


def _correction(row: _Row) -> Correction:
    return Correction(
        crop=np.frombuffer(row.crop, np.uint8).reshape(SIDE, SIDE),
        reading=row.reading,
        correction=row.correction,
        model=row.model,
        user=row.user,
        said_at=row.said_at.replace(tzinfo=UTC),  # SQLite forgets the zone; it is always UTC
    )
