"""What somebody says of an answer, and the rows that keep it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import DateTime, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.pseudonyms import PSEUDONYM
from bot.storage.schema import Base

CROP_BYTES = 28 * 28  # a byte a pixel


class Judgement(NamedTuple):
    """What somebody says of one digit of an answer.

    `place` is that among the answer's digits, from 0; `crop` 28 rows of 28 bytes, ink 255;
    `reading` 0..9, or None where nothing was asserted; `correction` 0..9, or None for "not a
    digit".
    """

    place: int
    crop: bytes
    reading: int | None
    correction: int | None


class JudgedAnswer(NamedTuple):
    """What somebody says of a whole answer.

    `reading` is what was read, "" if nothing was asserted; `truth` what it is, "" if there is
    nothing to read; `digits` what follows of the digits that were read, as far as that is known.
    """

    reading: str
    truth: str
    digits: Sequence[Judgement] = ()


class Correction(NamedTuple):
    """What somebody said of one digit.

    `crop` 28 rows of 28 bytes, ink 255; `reading` 0..9, or None where nothing was asserted;
    `correction` 0..9, or None for "not a digit"; `model` the sha256 of the .tflite that read it;
    `user` a keyed hash; `said_at` in UTC.
    """

    crop: bytes
    reading: int | None
    correction: int | None
    model: str
    user: str
    said_at: datetime


class JudgedReading(NamedTuple):
    """What somebody said of a whole answer: as `JudgedAnswer` and `Correction` have it."""

    reading: str
    truth: str
    model: str
    user: str
    said_at: datetime


class DigitRow(Base):
    """A digit as the network got it, what it was read as, and what it is."""

    __tablename__ = "corrections"

    answer: Mapped[str] = mapped_column(String(64), primary_key=True, info=PSEUDONYM)
    user: Mapped[str] = mapped_column(String(64), index=True, info=PSEUDONYM)
    crop: Mapped[bytes] = mapped_column(LargeBinary)
    reading: Mapped[int | None] = mapped_column(SmallInteger)
    correction: Mapped[int | None] = mapped_column(SmallInteger)
    model: Mapped[str] = mapped_column(String(64))
    said_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ReadingRow(Base):
    """What a photo was read as, and what it is; nothing of the photo."""

    __tablename__ = "readings"

    answer: Mapped[str] = mapped_column(String(64), primary_key=True, info=PSEUDONYM)
    user: Mapped[str] = mapped_column(String(64), index=True, info=PSEUDONYM)
    reading: Mapped[str] = mapped_column(Text)
    truth: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(String(64))
    said_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


def check(judgement: Judgement) -> None:
    """See that this is what can be kept.

    Raises:
        ValueError: a crop of another size, or a digit beyond 0..9.
    """
    size = len(judgement.crop)
    if size != CROP_BYTES:
        raise ValueError(f"a crop has {CROP_BYTES} bytes, not {size}")
    if not {judgement.reading, judgement.correction} <= {None, *range(10)}:
        raise ValueError(f"{judgement.reading} or {judgement.correction} is no digit")


def correction(row: DigitRow) -> Correction:
    """What a row says."""
    return Correction(
        crop=row.crop,
        reading=row.reading,
        correction=row.correction,
        model=row.model,
        user=row.user,
        said_at=_in_utc(row.said_at),
    )


def judged_reading(row: ReadingRow) -> JudgedReading:
    """What a row says."""
    return JudgedReading(row.reading, row.truth, row.model, row.user, _in_utc(row.said_at))


def _in_utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC)  # SQLite forgets the zone; it is always UTC
