"""Updates as they come in: each is rejected at once, or stored before it is acknowledged."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from telegram import Bot, Message, Update

from bot.api.responses import is_update
from bot.chat.context import sender_id
from bot.storage.inbox import Inbox
from bot.storage.inbox_rows import Entry
from bot.storage.pseudonyms import PseudonymKey, pseudonym
from bot.updates.admission import Admission

logger = logging.getLogger(__name__)

Data = dict[str, Any]


class Intake:
    """Takes in the updates of a bot."""

    def __init__(
        self,
        bot: Bot,
        inbox: Inbox,
        key: PseudonymKey,
        admission: Admission,
        stored: Callable[[], None],
    ) -> None:
        """Store updates of `bot` in `inbox`.

        Args:
            bot: whose updates they are.
            inbox: keeps them until they are answered.
            key: hides the names of senders and chats there.
            admission: which of them are let in.
            stored: is called when there is something new in the inbox.
        """
        self._bot = bot
        self._inbox = inbox
        self._key = key
        self._admission = admission
        self._stored = stored

    async def receive(self, updates: Iterable[Data]) -> bool:
        """Take in updates, in their order.

        Returns:
            Whether they may be acknowledged: they are stored, rejected or passed over. If not, the
            database is away, and Telegram has to hand them out again.
        """
        parsed = [each for each in map(self._parsed, updates) if each]
        try:
            pending = await self._inbox.pending({entry.sender for _, entry in parsed})
            entries = [entry for update, entry in parsed if self._admits(update, entry, pending)]
            known = await self._inbox.store(entries)
        except Exception:  # noqa: BLE001  drivers raise what they please; it is logged already
            return False
        for entry in known:
            logger.info("Update %s was handed out before, and is passed over.", entry.update_id)
        self._stored()
        return True

    def _parsed(self, data: Data) -> tuple[Update, Entry] | None:
        if not is_update(data):
            logger.error("An update without an id is passed over.")
            return None
        try:
            update = Update.de_json(data, self._bot)
            return update, entry_of(data, update, self._key)
        except Exception:  # raised, it would keep all others waiting each time that it comes
            logger.exception("An update that nobody can take apart is passed over.")
            return None

    def _admits(self, update: Update, entry: Entry, pending: Counter[str]) -> bool:
        """Whether an update is let in, and so one more of its sender's is `pending`."""
        try:
            is_let_in = self._admission.admits(update, pending[entry.sender])
        except Exception:
            logger.exception("An update that nobody can make sense of is passed over.")
            return False
        pending[entry.sender] += is_let_in
        return is_let_in


def entry_of(data: Data, update: Update, key: PseudonymKey) -> Entry:
    """An update as it is stored, with the names of sender and chat hidden by `key`.

    An update's id is not enough to tell it from others: a Bot API server that was set up anew
    begins to count anew. So its fingerprint is of its chat, its message and when that was sent.
    """
    message = update.effective_message
    query = update.callback_query
    sent = _name_of(message) if isinstance(message, Message) else ()
    pressed = (query.id,) if query else ()
    place = update.effective_chat or update.effective_user
    chat_id = place.id if place else 0
    album = update.message.media_group_id if update.message else None
    return Entry(
        update_id=update.update_id,
        fingerprint=pseudonym(key, "update", chat_id, *sent, *pressed),
        sender=sender_name(key, sender_id(update)),
        chat=pseudonym(key, "chat", chat_id),
        album=pseudonym(key, "album", album) if album else None,
        payload=json.dumps(data),
    )


def _name_of(message: Message) -> tuple[int | str, ...]:
    """What tells a message from others of its chat; a guest's chat may have another one's id."""
    as_guest = (message.guest_query_id,) if message.guest_query_id else ()
    return (message.message_id, _seconds(message), *as_guest)


def sender_name(key: PseudonymKey, user_id: int) -> str:
    """The name of a sender in the inbox, hidden by `key`."""
    return pseudonym(key, "sender", user_id)


def _seconds(message: Message) -> int:
    """When a message was sent or edited last, in seconds since 1970."""
    return round((message.edit_date or message.date).timestamp())
