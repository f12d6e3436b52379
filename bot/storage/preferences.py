"""The languages that users have chosen, kept under pseudonyms."""

from sqlalchemy import String, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.database import Database, insert_into
from bot.storage.pseudonyms import PSEUDONYM, PseudonymKey, pseudonym
from bot.storage.schema import Base
from bot.translations import for_code


class _Row(Base):
    __tablename__ = "languages"

    user: Mapped[str] = mapped_column(String(64), primary_key=True, info=PSEUDONYM)
    language: Mapped[str] = mapped_column(String(16))


LANGUAGE_OF = select(_Row.language).where(_Row.user == bindparam("user"))


class Preferences:
    """The languages in one database; safe to use from many tasks and processes at once."""

    def __init__(self, database: Database, key: PseudonymKey) -> None:
        """Keep rows in `database`; the users in them are hashes with `key`."""
        self._database = database
        self._key = key

    async def language(self, user_id: int) -> str | None:
        """The code of the language that a user has chosen, if any; None if the database is away."""
        user = {"user": self._name(user_id)}
        try:
            return await self._database.run(lambda session: session.scalar(LANGUAGE_OF, user))
        except Exception:  # noqa: BLE001  drivers raise what they please; it is logged already
            return None

    async def choose(self, user_id: int, language: str) -> None:
        """Keep a user's language; English if the bot does not speak `language`.

        Raises:
            Exception: the database is out of reach; drivers raise what they please.
        """
        code = for_code(language).code
        statement = (
            insert_into(_Row, self._database)
            .values(user=self._name(user_id), language=code)
            .on_conflict_do_update(index_elements=[_Row.user], set_={"language": code})
        )
        await self._database.run(lambda session: session.execute(statement))

    async def forget(self, user_id: int) -> bool:
        """Delete a user's choice; returns whether there was one.

        Raises:
            Exception: the database is out of reach; drivers raise what they please.
        """
        user = self._name(user_id)
        statement = delete(_Row).where(_Row.user == user).returning(_Row.user)
        deleted = await self._database.run(lambda session: session.scalar(statement))
        return deleted is not None

    def _name(self, user_id: int) -> str:
        return pseudonym(self._key, "user", user_id)
