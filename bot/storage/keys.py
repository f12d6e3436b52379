"""Which key a database's pseudonyms are made with, and how that is taken into use.

Whoever has the token and the database could try all ids: so there is a secret beside the token.
The database knows of it only whether it is the right one.
"""

import hmac
import logging
from pathlib import Path
from typing import Any

from sqlalchemy import Column, RowMapping, String, Table, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage import schema
from bot.storage.database import Database, DatabaseError, insert_into, reason
from bot.storage.key_file import key_file, read_or_make
from bot.storage.pseudonyms import PSEUDONYM, PseudonymKey, protected
from bot.storage.schema import Base

ONLY = 1  # the id of the one row

Columns = list[Column[Any]]

logger = logging.getLogger(__name__)


class _Row(Base):
    """One row, as soon as there is a secret."""

    __tablename__ = "pseudonym_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proof: Mapped[str] = mapped_column(String(64))


async def take_into_use(
    database: Database, url: str, token: str, chosen: str | None = None
) -> PseudonymKey:
    """The key of the pseudonyms in a database; those of earlier versions are made anew with it.

    The secret is `chosen`, or else in a file beside an SQLite database, which is made if it is
    missing. Without either, the token alone is the key.

    Args:
        database: at `url`.
        url: of the database.
        token: of the bot.
        chosen: by the operator.

    Raises:
        DatabaseError: the database's pseudonyms are made with another secret; or the file cannot
            be read or made, or the database is out of reach.
    """
    try:
        secret = await _secret(database, url, chosen)
        if secret:
            await _adopt(database, secret.encode())
    except DatabaseError:
        raise
    except Exception as error:  # drivers raise what they please
        raise DatabaseError(f"The database cannot be used ({reason(error)}).") from error
    return PseudonymKey(token.encode(), secret.encode())


async def _secret(database: Database, url: str, chosen: str | None) -> str:
    """The secret of the pseudonyms in a database, or "" if there is none."""
    proof = await database.run(_read_proof)
    secret = chosen or _secret_beside(key_file(url), is_new=proof is None)
    if secret:
        return secret
    if proof is not None:
        raise DatabaseError("The database's pseudonyms need their PSEUDONYM_KEY: set it again.")
    logger.warning(
        "PSEUDONYM_KEY is not set: whoever has the token and the database can find out whose "
        "feedback is in it."
    )
    return ""


def _secret_beside(path: Path | None, *, is_new: bool) -> str | None:
    """The secret in a file, which is made if the database `is_new` to having one.

    Raises:
        DatabaseError: it cannot be read or made.
    """
    if path is None:
        return None
    if not is_new and not path.exists():
        raise DatabaseError(
            f"The file {path} is missing, which holds the key of the database's pseudonyms: "
            "restore it from a backup."
        )
    try:
        return read_or_make(path)
    except (OSError, ValueError) as error:
        raise DatabaseError(
            f"The key in {path} cannot be used ({error}): see that the file holds one, "
            "and may be read."
        ) from error


def _proof(secret: bytes) -> str:
    """What tells that a secret is the right one, and nothing else of it."""
    return hmac.new(secret, b"the key of the pseudonyms", "sha256").hexdigest()


def _read_proof(session: Session) -> str | None:
    return session.scalar(select(_Row.proof))


async def _adopt(database: Database, secret: bytes) -> None:
    """Use this secret from now on, unless the database has had one.

    Raises:
        DatabaseError: it has had another.
    """
    proof = await database.run(_read_proof)
    if proof is None:
        await database.erase_deleted(from_log=False)  # as earlier versions have left it
        proof = await database.migrate(lambda session: _protect(session, database, secret))
    if proof != _proof(secret):
        raise DatabaseError(
            "The database's pseudonyms were made with another key: put its file or PSEUDONYM_KEY "
            "back as it was."
        )


def _protect(session: Session, database: Database, secret: bytes) -> str | None:
    """Make all pseudonyms anew, unless another replica has done so; returns the proof that holds.

    Other replicas wait for the one row.
    """
    schema.lift_time_limit(session)
    first = insert_into(_Row, database).values(id=ONLY, proof=_proof(secret))
    claim = first.on_conflict_do_nothing().returning(_Row.id)
    if session.scalar(claim) is not None:
        for table in Base.metadata.sorted_tables:
            _protect_table(session, table, secret)
    return _read_proof(session)


def _protect_table(session: Session, table: Table, secret: bytes) -> None:
    hidden = [column for column in table.columns if column.info == PSEUDONYM]
    if not hidden:
        return
    keys = list(table.primary_key)
    these = [key == bindparam(f"old_{key.name}") for key in keys]
    values: dict[str, Any] = {column.name: bindparam(f"new_{column.name}") for column in hidden}
    rows = session.execute(select(*keys, *hidden)).mappings().all()
    changes = [_change(row, keys, hidden, secret) for row in rows]
    if changes:
        session.execute(update(table).where(*these).values(values), changes)


def _change(
    row: RowMapping, keys: Columns, hidden: Columns, secret: bytes
) -> dict[str, str | int | None]:
    """What a row is found by, and its new pseudonyms."""
    change = {f"old_{key.name}": row[key.name] for key in keys}
    for column in hidden:
        old = row[column.name]
        # Of an update that is answered nothing is left but its fingerprint.
        change[f"new_{column.name}"] = protected(old, secret) if old else old
    return change
