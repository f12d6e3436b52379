"""The rows of the inbox, and the statements that store and take them."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from bot.storage.database import Database, insert_into
from bot.storage.pseudonyms import PSEUDONYM
from bot.storage.schema import Base

MOST_OF_ONE_SENDER = 10  # in hand at the same time, by all replicas: the photos of an album
FREE = datetime.fromtimestamp(0, UTC)  # when a row was in hand last that never was, or is no more


class Entry(NamedTuple):
    """An update to store.

    Attributes:
        update_id: Telegram's number of it, which another Bot API server may give again.
        fingerprint: what else tells it from other updates.
        sender: a name for who sent it; their updates are taken in turn with other senders'.
        chat: a name for the chat, whose updates are taken one after the other.
        album: a name for the album that it is a part of; these are taken together.
        payload: the update as JSON.
    """

    update_id: int
    fingerprint: str
    sender: str
    chat: str
    album: str | None
    payload: str


class Taken(NamedTuple):
    """An update in hand: its number in the inbox, its JSON, and how often it was begun by now."""

    number: int
    payload: str
    times_begun: int


class Row(Base):
    """An update and where it stands; once it is answered, without what it says and whose it was."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot", "update_id", "fingerprint"),
        Index("inbox_pending", "bot", "answered", "chat", "number"),
        Index("inbox_received", "received_at"),
    )

    number: Mapped[int] = mapped_column(
        # SQLite counts rows in a column of this type alone.
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        init=False,
    )
    bot: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    fingerprint: Mapped[str] = mapped_column(String(64), info=PSEUDONYM)
    sender: Mapped[str] = mapped_column(String(64), info=PSEUDONYM)
    chat: Mapped[str] = mapped_column(String(64), info=PSEUDONYM)
    album: Mapped[str | None] = mapped_column(String(64), info=PSEUDONYM)
    payload: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    begun: Mapped[int] = mapped_column(SmallInteger)
    answered: Mapped[bool]
    owner: Mapped[str] = mapped_column(String(16))
    alive_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


# What is done with rows goes by the table: with the class it takes a third longer.
TABLE: Any = Row.__table__


def insertion(database: Database, bot: int) -> Any:  # noqa: ANN401  the dialect's
    """A statement that stores an `Entry`, whose fields it takes, and the time `now`.

    It returns the new row's number, or no row if the update is there already.
    """
    fields: dict[str, Any] = {name: bindparam(name) for name in Entry._fields}
    insert = insert_into(TABLE, database).values(
        bot=bot,
        received_at=bindparam("now"),
        begun=0,
        answered=False,
        owner="",
        alive_at=FREE,
        **fields,
    )
    unique = ["bot", "update_id", "fingerprint"]
    return insert.on_conflict_do_nothing(index_elements=unique).returning(TABLE.c.number)


def taking(bot: int, owner: str, chosen: ColumnElement[bool]) -> Any:  # noqa: ANN401  of any kind
    """A statement that takes what is to be begun next, of the rows that are `chosen`.

    It takes the `count` of rows, the time `now`, since when a silent replica is dead,
    `dead_since`, and the numbers that this one has `in_hand`; it returns the fields of `Taken`, in
    order of no meaning.
    """
    is_pending = (Row.bot == bot) & ~Row.answered
    in_hand: Any = bindparam("in_hand", expanding=True)
    is_free = (Row.alive_at < bindparam("dead_since")) & Row.number.not_in(in_hand)
    # A sender's updates in hand have the first turns.
    turn = func.row_number().over(partition_by=Row.sender, order_by=[is_free, Row.number])
    first = aliased(Row)
    turns = (
        select(Row.number, turn.label("turn"))
        .join(first, (first.bot == Row.bot) & (first.chat == Row.chat))
        .where(is_pending, first.number.in_(_first_of_each_chat(bot)))
        .where((Row.number == first.number) | (Row.album == first.album))
        .subquery()
    )
    next_ones = (
        select(Row.number)
        .join(turns, turns.c.number == Row.number)
        .where(chosen, is_pending, is_free)
        .where(turns.c.turn <= MOST_OF_ONE_SENDER)
        .order_by(turns.c.turn, Row.number)
        .limit(bindparam("count"))
        .with_for_update(of=Row, skip_locked=True)
    )
    return (
        update(TABLE)
        .where(Row.number.in_(next_ones))
        .values(begun=Row.begun + 1, owner=owner, alive_at=bindparam("now"))
        .returning(TABLE.c.number, TABLE.c.payload, TABLE.c.begun)
    )


def noting_answered() -> Any:  # noqa: ANN401  of any kind
    """A statement that notes that updates are answered, whose `numbers` it takes.

    What people wrote, and who they are, is kept no longer than it is needed.
    """
    these = TABLE.c.number.in_(bindparam("numbers", expanding=True))
    emptied = {"payload": None, "sender": "", "chat": "", "album": None}
    return update(TABLE).where(these).values(answered=True, **emptied)


def _first_of_each_chat(bot: int) -> Any:  # noqa: ANN401  of any kind
    """The numbers of the updates for which the others of their chats have to wait."""
    pending = select(func.min(Row.number)).where(Row.bot == bot, ~Row.answered)
    return pending.group_by(Row.chat)
