"""How long to wait between tries: each time twice as long, up to a longest pause."""

from collections.abc import Iterator
from typing import NamedTuple


class Backoff(NamedTuple):
    """The `first` pause and the `longest` one, in seconds."""

    first: float
    longest: float

    def pauses(self) -> Iterator[float]:
        """The pauses after the first failure, the second and so on, without end, in seconds."""
        pause = self.first
        while True:
            yield pause
            pause = min(2 * pause, self.longest)
