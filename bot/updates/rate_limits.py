"""Rate limits: how many photos of one user are read, decided when an update comes.

That is before anything is downloaded. Each replica counts alone and in memory: with several, one
user may send that many times more, and a restart forgets who has sent how much.
"""

import math
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from telegram import Update

from bot.chat import keyboards
from bot.chat.addressing import Addressed, Mentioned
from bot.chat.pictures import picture_in
from bot.updates.access import AccessList
from bot.updates.rejection import SILENCE, Rejection

WINDOW_SECONDS = 60.0  # the minute of the setting PHOTOS_A_MINUTE
# How often a minute a user gets at most the notice of too many photos: once the limit is reached,
# nothing is read until a tenth of it is free again.
NOTICES_A_MINUTE = 10
# The buttons that have a picture read, as a photo does.
READING_BUTTONS = {
    keyboards.SAMPLE,
    keyboards.PICTURE,
    keyboards.RIGHT,
    keyboards.WRONG,
    keyboards.WRONG_PART,
    keyboards.CORRECTION,
}


class RateLimits:
    """Decides for each new update whether it is handled or rejected."""

    def __init__(
        self,
        a_minute: int = 0,
        pending: int = 0,
        allowed: Collection[int] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Let each user send so many photos `a_minute`, and have so many `pending`.

        Args:
            a_minute: how many photos are read at most within any 60 s; 0 for any number.
            pending: how many photos may be waiting for their answers; 0 for any number.
            allowed: the ids of the users who are answered at all; none for everybody.
            clock: tells the time in seconds.
        """
        self._a_minute = a_minute
        self._pending = pending
        self._clock = clock
        self._senders: dict[int, _Sender] = {}  # in the order of their latest photos
        self._access = AccessList(allowed)

    @contextmanager
    def counting(self, update: Update) -> Iterator[Rejection | None]:
        """Count an update until the context ends; yields the rejection, or None if it is let in.

        One that comes again within a minute is neither counted again nor rejected.
        """
        user = update.effective_sender
        rejection = self._access.rejection(update, user.id) if user else None
        if user is None or rejection is not None or not _reads_a_picture(update):
            yield rejection
            return
        sender = self._sender(user.id)
        rejection = self._rejection(sender, update.update_id)
        if rejection is not None:
            yield rejection
            return
        with sender.one_more_pending():
            yield None

    def _sender(self, user_id: int) -> "_Sender":
        """What this user has sent within the last minute."""
        window_start = self._clock() - WINDOW_SECONDS
        self._forget_quiet_senders(window_start)
        sender = self._senders.pop(user_id, None) or _Sender()
        self._senders[user_id] = sender
        sender.forget(window_start)
        return sender

    def _forget_quiet_senders(self, window_start: float) -> None:
        while self._senders:
            longest_silent = next(iter(self._senders))
            if not self._senders[longest_silent].quiet_since(window_start):
                break
            del self._senders[longest_silent]

    def _rejection(self, sender: "_Sender", update_id: int) -> Rejection | None:
        now = self._clock()
        if update_id in sender.arrivals:
            return None
        if sender.had_too_many or now < sender.closed_until:
            return SILENCE
        if 0 < self._pending <= sender.pending:
            sender.had_too_many = True
            return Rejection("too-many-pending", {"count": sender.pending})
        if 0 < self._a_minute <= len(sender.arrivals):
            sender.closed_until = self._reopening(sender)
            seconds = math.ceil(sender.closed_until - now)
            return Rejection("too-many-a-minute", {"seconds": seconds})
        sender.arrivals[update_id] = now
        return None

    def _reopening(self, sender: "_Sender") -> float:
        """The time, on the clock, at which a tenth of the limit is free again.

        If it reopened for one photo, a user who goes on sending would get a notice for each.
        """
        arrivals = list(sender.arrivals.values())
        last_of_a_tenth = arrivals[self._a_minute // NOTICES_A_MINUTE]
        return last_of_a_tenth + WINDOW_SECONDS


@dataclass
class _Sender:
    """The photos of one user."""

    arrivals: dict[int, float] = field(default_factory=dict)
    """When the photos of the last minute that were let in arrived, by update id, oldest first."""
    closed_until: float = 0.0
    """Until this time, on the clock, nothing is read, since there were too many a minute."""
    pending: int = 0
    had_too_many: bool = False
    """There were too many pending, and some are still pending."""

    def quiet_since(self, time: float) -> bool:
        if self.pending:
            return False
        last_arrival = next(reversed(self.arrivals.values()), time)
        return last_arrival <= time

    def forget(self, time: float) -> None:
        """Forget the photos that arrived at this time or before."""
        self.arrivals = {
            update_id: arrival for update_id, arrival in self.arrivals.items() if arrival > time
        }

    @contextmanager
    def one_more_pending(self) -> Iterator[None]:
        self.pending += 1
        try:
            yield
        finally:
            self.pending -= 1
            if not self.pending:
                self.had_too_many = False


def _reads_a_picture(update: Update) -> bool:
    """Whether handling this update has a picture read."""
    query, message = update.callback_query, update.message
    if query:
        button, _, _ = (query.data or "").partition(":")
        return button in READING_BUTTONS
    if message is None:
        return False
    if picture_in(message):
        return Addressed().filter(message)
    return picture_in(message.reply_to_message) is not None and Mentioned().filter(message)
