"""How much of one user is answered: decided when an update comes, before anything is downloaded.

Each replica counts alone and in memory: with several, one user may send that many times more, and
a restart forgets who has sent how much.
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

WINDOW_SECONDS = 60.0
CLOSINGS = 10  # a minute at most: a full window opens when a tenth of it is free
# These buttons read a picture, as a photo does.
READING = {keyboards.SAMPLE, keyboards.PICTURE, keyboards.RIGHT, keyboards.IS}


class RateLimits:
    """What is asked of each update when it comes."""

    def __init__(
        self,
        a_minute: int = 0,
        pending: int = 0,
        allowed: Collection[int] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Let each user send so many photos `a_minute`, and have so many `pending`.

        Args:
            a_minute: read at most within any 60 s; 0 for any number.
            pending: came and are not yet answered at most; 0 for any number.
            allowed: the ids of those who are answered at all; none for everybody.
            clock: seconds.
        """
        self._a_minute = a_minute
        self._pending = pending
        self._clock = clock
        self._senders: dict[int, _Sender] = {}  # who was heard of last comes last
        self._access = AccessList(allowed)

    @contextmanager
    def counting(self, update: Update) -> Iterator[Rejection | None]:
        """Count an update from its coming until it is done; what to say if it is to be refused.

        One that comes again within a minute is neither counted again nor refused.
        """
        user = update.effective_sender
        rejection = self._access.rejection(update, user.id) if user else None
        if user is None or rejection or not _reads_a_picture(update):
            yield rejection
            return
        sender = self._sender(user.id)
        rejection = self._rejection(sender, update.update_id)
        if rejection:
            yield rejection
            return
        sender.pending += 1
        try:
            yield None
        finally:
            sender.pending -= 1
            sender.full = sender.full and sender.pending > 0

    def _sender(self, user: int) -> "_Sender":
        """What this user has sent lately; whoever was quiet meanwhile is forgotten."""
        before = self._clock() - WINDOW_SECONDS
        while self._senders:
            first = next(iter(self._senders))
            if not self._senders[first].quiet_since(before):
                break
            del self._senders[first]
        sender = self._senders[user] = self._senders.pop(user, _Sender())
        sender.forget(before)
        return sender

    def _rejection(self, sender: "_Sender", update_id: int) -> Rejection | None:
        now = self._clock()
        if update_id in sender.came:
            return None
        if sender.full or now < sender.closed_until:
            return SILENCE
        if 0 < self._pending <= sender.pending:
            sender.full = True
            return Rejection("too-many-pending", {"count": sender.pending})
        if 0 < self._a_minute <= len(sender.came):
            # Were it only until one more is free, who goes on sending would be told each time.
            last = [*sender.came.values()][self._a_minute // CLOSINGS]
            sender.closed_until = last + WINDOW_SECONDS
            seconds = math.ceil(sender.closed_until - now)
            return Rejection("too-many-a-minute", {"seconds": seconds})
        sender.came[update_id] = now
        return None


@dataclass
class _Sender:
    """The photos of one user."""

    came: dict[int, float] = field(default_factory=dict)
    """When those of the last minute came that were let in, by update id, in this order."""
    closed_until: float = 0.0
    pending: int = 0
    full: bool = False
    """There were too many pending, and are still some."""

    def quiet_since(self, before: float) -> bool:
        return not self.pending and next(reversed(self.came.values()), before) <= before

    def forget(self, before: float) -> None:
        self.came = {each: at for each, at in self.came.items() if at > before}


def _reads_a_picture(update: Update) -> bool:
    """Whether to answer this costs what a photo costs."""
    query, message = update.callback_query, update.message
    if query:
        return (query.data or "").partition(":")[0] in READING
    if message is None:
        return False
    if picture_in(message):
        return Addressed().filter(message)
    return bool(picture_in(message.reply_to_message)) and Mentioned().filter(message)
