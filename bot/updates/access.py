"""Who is answered at all: where an operator names some users, nobody else."""

from collections.abc import Collection

from telegram import Update

from bot.chat.addressing import Addressed
from bot.updates.rejection import SILENCE, Rejection

STRANGERS = 10_000  # who are remembered to have been told


class AccessList:
    """Nobody but those `allowed`, if there are any; others are told once."""

    def __init__(self, allowed: Collection[int]) -> None:
        """Let in those with these ids; everybody if there are none."""
        self._allowed = frozenset(allowed)
        self._told: dict[int, None] = {}  # who was heard of last comes last

    def rejection(self, update: Update, user: int) -> Rejection | None:
        """What to say to an update of this user, or None if they are let in."""
        if not self._allowed or user in self._allowed:
            return None
        known = user in self._told
        if not known and not _addresses_the_bot(update):
            return SILENCE
        self._told.pop(user, None)
        self._told[user] = None
        if len(self._told) > STRANGERS:
            del self._told[next(iter(self._told))]
        # A notice has no markup.
        name = str(user) if update.callback_query else f"<code>{user}</code>"
        return SILENCE if known else Rejection("not-invited", {"id": name})


def _addresses_the_bot(update: Update) -> bool:
    message = update.message or update.edited_message
    return bool(update.callback_query or (message and Addressed().filter(message)))
