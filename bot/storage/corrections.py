"""The feedback on answers, kept to count and to train on, with nothing that identifies anybody.

There is one row for each answer, in words, and one for each digit that was judged, with the 28x28
crop that the network got; never the photo. Chat, message and user are there only as hashes with
keys that the database does not hold: without these nobody can find the ids by trying them out. With
another token, earlier rows still count, but nobody can replace or delete them.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage.database import Database, insert_into
from bot.storage.judgements import (
    Correction,
    DigitRow,
    JudgedAnswer,
    JudgedReading,
    Judgement,
    ReadingRow,
    check,
    correction,
    judged_reading,
)
from bot.storage.pseudonyms import PseudonymKey, pseudonym

# Answers of which it is counted how many were right: how often that is so today, and no more than
# is counted in a moment.
LATEST = 10_000

MessageId = tuple[int, int]
"""The ids of a chat and of a message in it."""


class Corrections:
    """The corrections in one database; safe to use from many tasks and processes at once."""

    def __init__(self, database: Database, key: PseudonymKey) -> None:
        """Keep rows in `database`; the users in them are hashes with `key`."""
        self._database = database
        self._key = key

    async def save(self, user_id: int, photo: MessageId, judged: JudgedAnswer, model: str) -> None:
        """Keep what a user says of an answer, in place of all that was said of it before.

        Args:
            user_id: the id that Telegram has given the user.
            photo: the message with the photo that was answered.
            judged: all of it is kept, or nothing.
            model: the sha256 of the .tflite that read the photo, in hex.

        Raises:
            ValueError: a crop of another shape or type, or a digit beyond 0..9.
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach.
        """
        said = {
            "user": self._hash("user", user_id),
            "model": model,
            "said_at": datetime.now(UTC),
        }
        answer = {"answer": self._hash("answer", *photo)}
        reading = said | answer | {"reading": judged.reading, "truth": judged.truth}
        digits = [said | self._digit(photo, digit) for digit in judged.digits]
        kept = {digit["answer"] for digit in digits}
        earlier = select(ReadingRow.reading).where(ReadingRow.answer == reading["answer"])

        def replace(session: Session) -> None:
            # Another model may have read more digits in it before.
            read = [judged.reading, *session.scalars(earlier)]
            gone = self._places(photo, max(map(_judged_digits, read))).keys() - kept
            session.execute(self._upsert(ReadingRow, reading), reading)
            if gone:
                session.execute(delete(DigitRow).where(DigitRow.answer.in_(gone)))
            if digits:
                session.execute(self._upsert(DigitRow, digits[0]), digits)

        await self._database.run(replace)

    async def judged(self, photo: MessageId) -> JudgedReading | None:
        """What was said of the answer to a photo, if anything.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach.
        """
        query = select(ReadingRow).where(ReadingRow.answer == self._hash("answer", *photo))

        def found(session: Session) -> JudgedReading | None:
            row = session.scalar(query)
            return judged_reading(row) if row else None

        return await self._database.run(found)

    async def said(self, photo: MessageId, digits: int) -> dict[int, int | None]:
        """What was said of an answer with so many `digits`: 0..9 or None, by their places.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach.
        """
        places = self._places(photo, digits)
        query = select(DigitRow.answer, DigitRow.correction).where(DigitRow.answer.in_(places))
        rows = await self._database.run(lambda session: session.execute(query).all())
        return {places[answer]: said for answer, said in rows}

    async def forget(self, user_id: int) -> int:
        """Delete all that a user said; returns of how many answers.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach.
        """
        user = self._hash("user", user_id)
        readings = delete(ReadingRow).where(ReadingRow.user == user)
        digits = delete(DigitRow).where(DigitRow.user == user)

        def deleted(session: Session) -> int:
            answers = session.scalars(readings.returning(ReadingRow.answer)).all()
            # Before version 5 there were digits alone; those of one answer were judged at once.
            times = session.scalars(digits.returning(DigitRow.said_at)).all()
            return len(answers) or len(set(times))

        return await self._database.run(deleted)

    async def load(self) -> list[Correction]:
        """What was said of digits, oldest first.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach.
        """
        oldest_first = select(DigitRow).order_by(DigitRow.said_at, DigitRow.answer)

        def corrections(session: Session) -> list[Correction]:
            return [correction(row) for row in session.scalars(oldest_first)]

        return await self._database.run(corrections)

    async def readings(self, most: int = LATEST) -> list[JudgedReading]:
        """What was said of whole answers, the latest first, and so many at most.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach.
        """
        order = ReadingRow.said_at.desc(), ReadingRow.answer
        latest_first = select(ReadingRow).order_by(*order).limit(most)

        def readings(session: Session) -> list[JudgedReading]:
            return [judged_reading(row) for row in session.scalars(latest_first)]

        return await self._database.run(readings)

    def _digit(self, photo: MessageId, judgement: Judgement) -> dict[str, Any]:
        check(judgement)
        return {
            "answer": self._hash("answer", *photo, judgement.place),
            "crop": judgement.crop,
            "reading": judgement.reading,
            "correction": judgement.correction,
        }

    def _places(self, photo: MessageId, digits: int) -> dict[str, int]:
        """The places of an answer's digits, by the pseudonyms of these."""
        return {self._hash("answer", *photo, place): place for place in range(digits)}

    def _upsert(self, table: type[DigitRow | ReadingRow], columns: Iterable[str]) -> Any:  # noqa: ANN401  the dialect's
        insert = insert_into(table, self._database)
        replaced = {name: insert.excluded[name] for name in columns if name != "answer"}
        return insert.on_conflict_do_update(index_elements=[table.answer], set_=replaced)

    def _hash(self, kind: str, *ids: int) -> str:
        return pseudonym(self._key, kind, *ids)


def _judged_digits(reading: str) -> int:
    """Of how many digits something may have been said where this was read."""
    return max(1, sum(map(str.isdecimal, reading)))  # a refused photo may hold one
