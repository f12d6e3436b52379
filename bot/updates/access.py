"""Access: where an operator names some users, nobody else is answered."""

from collections.abc import Collection

from telegram import Update

from bot.chat.addressing import Addressed, Summoned
from bot.updates.rejection import SILENCE, Rejection

STRANGERS_REMEMBERED = 10_000  # users, which take about 1 MB


class AccessList:
    """The users who are answered; a stranger is told once that they are not."""

    def __init__(self, allowed: Collection[int], capacity: int = STRANGERS_REMEMBERED) -> None:
        """Let in the users with the ids `allowed`; everybody if there are none.

        At most `capacity` strangers are remembered to have been told.
        """
        self._allowed = frozenset(allowed)
        self._capacity = capacity
        self._strangers: dict[int, None] = {}  # in the order of their latest updates

    def lets_in(self, user_id: int) -> bool:
        """Whether a user is answered."""
        return not self._allowed or user_id in self._allowed

    def rejection(self, update: Update, user_id: int) -> Rejection | None:
        """The rejection of an update of this user, or None if they are let in.

        An update without a sender, whose `user_id` is 0, is let in only if everybody is.
        """
        if self.lets_in(user_id):
            return None
        if user_id in self._strangers:
            self._remember(user_id)
            return SILENCE
        if not user_id or not _addresses_the_bot(update):
            return SILENCE
        self._remember(user_id)
        # The notice that a button press gets has no markup.
        name = str(user_id) if update.callback_query else f"<code>{user_id}</code>"
        return Rejection("not-invited", {"id": name})

    def _remember(self, user_id: int) -> None:
        self._strangers.pop(user_id, None)
        self._strangers[user_id] = None
        if len(self._strangers) > self._capacity:
            longest_silent = next(iter(self._strangers))
            del self._strangers[longest_silent]


def _addresses_the_bot(update: Update) -> bool:
    if update.callback_query:
        return True
    if update.guest_message:
        return Summoned().filter(update.guest_message)
    message = update.message or update.edited_message
    return message is not None and Addressed().filter(message)
