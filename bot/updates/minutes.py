"""What somebody used within the last minute, and when there is room for more."""

from collections import deque
from math import inf
from typing import NamedTuple

WINDOW_SECONDS = 60.0  # the minute of the settings
# How often a minute a user gets at most the notice of too much: once the limit is reached, nothing
# is let in until a tenth of it is free again.
NOTICES_A_MINUTE = 10


class Use(NamedTuple):
    """Something that was used: at what time, on a clock in seconds, and how much."""

    at: float
    amount: float


class Minute:
    """How much was used within the last minute; times are on a clock in seconds."""

    def __init__(self) -> None:
        """Begin with nothing used."""
        self._uses: deque[Use] = deque()  # the oldest first
        self._closed_until = -inf

    @property
    def is_empty(self) -> bool:
        """Whether nothing was used."""
        return not self._uses

    def add(self, now: float, amount: float = 1.0) -> None:
        """Note that so much was used."""
        self._uses.append(Use(now, amount))

    def forget(self, now: float) -> None:
        """Forget what was used a minute ago or earlier."""
        while self._uses and self._uses[0].at <= now - WINDOW_SECONDS:
            self._uses.popleft()

    def is_closed(self, now: float) -> bool:
        """Whether nothing is let in, since the limit was reached before."""
        return now < self._closed_until

    def close_if_full(self, now: float, limit: float) -> float:
        """Close it if `limit` is used up, until more than a tenth of that is free again.

        If it reopened for one thing, somebody who goes on sending would get a notice for each.

        Returns:
            For how many seconds it is closed: 0 if it is not full.
        """
        left = sum(use.amount for use in self._uses)
        if left < limit:
            return 0.0
        for use in self._uses:
            left -= use.amount
            if limit - left > limit / NOTICES_A_MINUTE:
                self._closed_until = use.at + WINDOW_SECONDS
                break
        return self._closed_until - now
