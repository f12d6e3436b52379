"""The queue of updates that a bot polls."""

import itertools
import secrets
from collections import deque
from typing import Any

from bot.sandbox.bell import Bell
from bot.sandbox.errors import ApiError

_KEPT = 10_000


class Updates:
    """What the bot has not yet acknowledged, oldest first."""

    def __init__(self, bell: Bell) -> None:
        """An empty queue; the bell wakes a long poll."""
        self._bell = bell
        self._waiting: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._ids = itertools.count(secrets.randbelow(2**30) + 1)
        self._allowed: list[str] = []
        self._newest_poll = object()

    def __len__(self) -> int:
        """How many updates wait."""
        return len(self._waiting)

    def push(self, kind: str, content: dict[str, Any]) -> None:
        """Adds an update, such as a "message", unless the bot asked not to get this kind."""
        if not self._allowed or kind in self._allowed:
            self._waiting.append({"update_id": next(self._ids), kind: content})
            self._bell.ring()

    def clear(self) -> None:
        """Forgets all updates that wait."""
        self._waiting.clear()

    async def poll(
        self, offset: int, limit: int, seconds: float, allowed: list[str] | None
    ) -> list[dict[str, Any]]:
        """Waits for updates from `offset` on; the earlier ones count as received.

        Args:
            offset: an update_id; a negative one counts from the end of the queue.
            limit: the most updates to return.
            seconds: how long to wait for the first one.
            allowed: kinds of updates to queue from now on; None for no change, [] for all.

        Raises:
            ApiError: a newer poll began while this one was waiting.
        """
        if allowed is not None:
            self._allowed = allowed
        self._acknowledge(offset)
        self._newest_poll = this_poll = object()
        self._bell.ring()
        await self._bell.wait(lambda: self._waiting or self._newest_poll is not this_poll, seconds)
        if self._newest_poll is not this_poll:
            raise ApiError(
                "terminated by other getUpdates request;"
                " make sure that only one bot instance is running",
                409,
            )
        return list(itertools.islice(self._waiting, limit))

    def _acknowledge(self, offset: int) -> None:
        while self._waiting and (
            len(self._waiting) > -offset if offset < 0 else self._waiting[0]["update_id"] < offset
        ):
            self._waiting.popleft()
