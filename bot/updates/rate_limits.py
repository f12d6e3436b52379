"""Rate limits: how much of one user is answered, decided when an update comes.

That is before anything is downloaded. Each replica counts alone and in memory: with several, one
user may send that many times more, and a restart forgets who has sent how much.
"""

import math
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from telegram import MessageEntity, Update

from bot.chat import keyboards
from bot.chat.addressing import Addressed, Correcting, Mentioned, Summoned
from bot.chat.context import sender_id
from bot.chat.pictures import asked_picture, picture_in
from bot.updates.access import AccessList
from bot.updates.minutes import WINDOW_SECONDS, Minute
from bot.updates.rejection import SILENCE, Rejection

# The buttons that have a picture read, as a photo does.
READING_BUTTONS = {
    keyboards.SAMPLE,
    keyboards.PICTURE,
    keyboards.RIGHT,
    keyboards.WRONG,
    keyboards.WRONG_PART,
    keyboards.CORRECTION,
    keyboards.ALBUM,
    keyboards.BACK,
}


class Limits(NamedTuple):
    """How much of one user is answered; 0 is any amount.

    Attributes:
        photos_a_minute: photos that are read within any 60 s.
        messages_a_minute: other messages and commands that are answered within any 60 s.
        seconds_a_minute: seconds of a processor that reading takes within any 60 s.
        pending: updates that may wait for their answers.
    """

    photos_a_minute: int = 0
    messages_a_minute: int = 0
    seconds_a_minute: float = 0.0
    pending: int = 0


NO_LIMITS = Limits()


class RateLimits:
    """Decides for each new update whether it is handled or rejected."""

    def __init__(
        self,
        limits: Limits = NO_LIMITS,
        allowed: Collection[int] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Let each user have as much answered as `limits` say.

        Args:
            limits: those of each user.
            allowed: the ids of the users who are answered at all; none for everybody.
            clock: tells the time in seconds.
        """
        self._limits = limits
        self._clock = clock
        self._senders: dict[int, _Sender] = {}  # in the order of their latest updates
        self._access = AccessList(allowed)

    def rejection(self, update: Update, pending: int = 0) -> Rejection | None:
        """Count an update; returns its rejection, or None if it is let in.

        One that comes again within a minute is neither counted again nor rejected.

        Args:
            update: a new one.
            pending: how many updates of its sender wait for their answers.
        """
        user_id = sender_id(update)
        rejection = self._access.rejection(update, user_id)
        if rejection is not None:
            return rejection
        reads = _reads_a_picture(update)
        if not reads and not _is_answered(update):
            return None
        sender = self._sender(user_id)
        if update.update_id in sender.let_in:
            return None
        rejection = self._photo(sender, pending) if reads else self._message(sender)
        if rejection is None:
            sender.let_in[update.update_id] = self._clock()
        return rejection

    def drawing_rejection(self, user_id: int, pending: int) -> Rejection | None:
        """Count a drawing as a photo; returns its rejection, plain, or None if it is let in.

        Args:
            user_id: who has drawn it in the Mini App.
            pending: how many updates of theirs wait for their answers.
        """
        if not self._access.lets_in(user_id):
            return Rejection("not-invited", {"id": str(user_id)})
        return self._photo(self._sender(user_id), pending)

    def spend(self, user_id: int, seconds: float) -> None:
        """Note that reading a picture of this user took so many seconds of a processor."""
        self._sender(user_id).seconds.add(self._clock(), seconds)

    def _photo(self, sender: "_Sender", pending: int) -> Rejection | None:
        now = self._clock()
        if pending == 0:
            sender.had_too_many = False
        if sender.had_too_many or sender.photos.is_closed(now) or sender.seconds.is_closed(now):
            return SILENCE
        if 0 < self._limits.pending <= pending:
            sender.had_too_many = True
            return Rejection("too-many-pending", {"count": pending})
        rejection = _if_full(sender.photos, now, self._limits.photos_a_minute, "too-many-a-minute")
        if rejection is None:
            limit = self._limits.seconds_a_minute
            rejection = _if_full(sender.seconds, now, limit, "too-much-reading")
        if rejection is None:
            sender.photos.add(now)
        return rejection

    def _message(self, sender: "_Sender") -> Rejection | None:
        now = self._clock()
        if sender.messages.is_closed(now):
            return SILENCE
        limit = self._limits.messages_a_minute
        rejection = _if_full(sender.messages, now, limit, "too-many-messages")
        if rejection is None:
            sender.messages.add(now)
        return rejection

    def _sender(self, user_id: int) -> "_Sender":
        """What this user had within the last minute."""
        now = self._clock()
        self._forget_quiet_senders(now)
        sender = self._senders.pop(user_id, None) or _Sender()
        sender.forget(now)
        self._senders[user_id] = sender
        return sender

    def _forget_quiet_senders(self, now: float) -> None:
        while self._senders:
            user_id, longest_silent = next(iter(self._senders.items()))
            longest_silent.forget(now)
            if not longest_silent.is_quiet:
                break
            del self._senders[user_id]


@dataclass
class _Sender:
    """What one user had within the last minute."""

    photos: Minute = field(default_factory=Minute)
    messages: Minute = field(default_factory=Minute)
    seconds: Minute = field(default_factory=Minute)
    let_in: dict[int, float] = field(default_factory=dict)
    """When updates were let in, by their ids, the oldest first."""
    had_too_many: bool = False
    """There were too many pending, and some are still pending."""

    @property
    def is_quiet(self) -> bool:
        return not self.let_in and self.photos.is_empty and self.seconds.is_empty

    def forget(self, now: float) -> None:
        """Forget what was a minute ago or earlier."""
        for minute in (self.photos, self.messages, self.seconds):
            minute.forget(now)
        start = now - WINDOW_SECONDS
        self.let_in = {update_id: at for update_id, at in self.let_in.items() if at > start}


def _if_full(minute: Minute, now: float, limit: float, key: str) -> Rejection | None:
    """The rejection, with a text's `key`, if the limit is used up; no limit is 0."""
    seconds = minute.close_if_full(now, limit) if limit else 0.0
    return Rejection(key, {"seconds": math.ceil(seconds)}) if seconds else None


def _reads_a_picture(update: Update) -> bool:
    """Whether handling this update has a picture read."""
    query, message = update.callback_query, update.message
    if query:
        button, _, _ = (query.data or "").partition(":")
        return button in READING_BUTTONS
    if update.guest_message:
        summoned = Summoned().filter(update.guest_message)
        return summoned and asked_picture(update.guest_message) is not None
    if message is None:
        return False
    if picture_in(message):
        return Addressed().filter(message)
    if message.text and Correcting().filter(message):
        return True
    return picture_in(message.reply_to_message) is not None and Mentioned().filter(message)


def _is_answered(update: Update) -> bool:
    """Whether a message is for the bot: in a group, people talk to each other."""
    if update.guest_message:
        return Summoned().filter(update.guest_message)
    message = update.message or update.edited_message
    if message is None:
        return False
    is_command = any(each.type == MessageEntity.BOT_COMMAND for each in message.entities)
    return is_command or Addressed().filter(message)
