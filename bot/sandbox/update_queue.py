"""The queue of updates for the bot, which polls them or gets them by webhook."""

import itertools
import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.notifier import Notifier

Update = dict[str, Any]

_KEPT = 10_000  # updates


class _Poll:
    """A getUpdates call that waits."""

    ended_by = ""


class UpdateQueue:
    """What the bot has not yet acknowledged, oldest first."""

    def __init__(self, notifier: Notifier) -> None:
        """An empty queue; the notifier wakes a long poll."""
        self.allowed: list[str] = []
        """The kinds of updates to queue; [] for all."""
        self._notifier = notifier
        self._waiting: OrderedDict[int, Update] = OrderedDict()
        self._ids = itertools.count(secrets.randbelow(2**30) + 1)
        self._poll = _Poll()
        self._listener: Callable[[Update], None] | None = None

    def __len__(self) -> int:
        """How many updates wait."""
        return len(self._waiting)

    def push(self, kind: str, content: dict[str, Any]) -> None:
        """Adds an update, such as a "message", unless the bot asked not to get this kind."""
        if self.allowed and kind not in self.allowed:
            return
        update_id = next(self._ids)
        update = {"update_id": update_id, kind: content}
        self._waiting[update_id] = update
        if len(self._waiting) > _KEPT:
            self._waiting.popitem(last=False)
        if self._listener:
            self._listener(update)
        self._notifier.notify("updates")

    def clear(self) -> None:
        """Forgets all updates that wait."""
        self._waiting.clear()

    def acknowledge(self, update: Update) -> None:
        """Forgets one update, which the bot has received."""
        self._waiting.pop(update["update_id"], None)

    def follow(self, listener: Callable[[Update], None]) -> None:
        """Passes every waiting update to the listener, and from now on every new one."""
        self._listener = listener
        for update in self._waiting.values():
            listener(update)

    def unfollow(self) -> None:
        """Stops passing updates to the listener."""
        self._listener = None

    async def poll(
        self, offset: int, limit: int, seconds: float, allowed: list[str] | None
    ) -> list[Update]:
        """Waits for updates from `offset` on; the earlier ones count as received.

        Args:
            offset: an update_id; a negative one counts from the end of the queue.
            limit: the most updates to return.
            seconds: how long to wait for the first one.
            allowed: kinds of updates to queue from now on; None for no change, [] for all.

        Raises:
            ApiError: a newer poll or a webhook began while this one was waiting.
        """
        if allowed is not None:
            self.allowed = allowed
        self._acknowledge_before(offset)
        self.end_poll("other getUpdates request; make sure that only one bot instance is running")
        self._poll = this = _Poll()
        await self._notifier.wait("updates", lambda: self._waiting or this.ended_by, seconds)
        if this.ended_by:
            raise ApiError(f"terminated by {this.ended_by}", 409)
        return list(itertools.islice(self._waiting.values(), limit))

    def end_poll(self, reason: str) -> None:
        """Refuses the poll that is waiting, if one is, with this reason."""
        self._poll.ended_by = reason
        self._notifier.notify("updates")

    def _acknowledge_before(self, offset: int) -> None:
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popitem(last=False)
        else:
            for update_id in list(self._waiting):
                if update_id < offset:
                    del self._waiting[update_id]
