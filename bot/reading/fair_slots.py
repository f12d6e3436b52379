"""Slots for work that takes long, given out to the senders in turn."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class FairSlots:
    """As many slots as work is done at once, of which one sender may have only some.

    So somebody else's work begins at once, or as soon as a slot is free, however much one sender
    asks for.
    """

    def __init__(self, count: int, most_of_one: int) -> None:
        """Begin with `count` free slots; a sender has at most `most_of_one`, at least 1."""
        self._free = count
        self._most_of_one = max(1, most_of_one)
        self._held: Counter[Hashable] = Counter()
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}  # who is next comes first

    @asynccontextmanager
    async def slot(self, sender: Hashable) -> AsyncIterator[None]:
        """Hold a slot for the work of `sender`, once it is their turn, until the context ends."""
        await self._acquire(sender)
        try:
            yield
        finally:
            self._release(sender)

    async def _acquire(self, sender: Hashable) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(sender, deque()).append(turn)
        self._hand_out()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had come, unnoticed
                self._release(sender)
            raise

    def _release(self, sender: Hashable) -> None:
        self._free += 1
        self._held[sender] -= 1
        if not self._held[sender]:
            del self._held[sender]
        if sender in self._waiting:  # the others are next
            self._waiting[sender] = self._waiting.pop(sender)
        self._hand_out()

    def _hand_out(self) -> None:
        """Give free slots to those who wait, each time to the one who is next and may have one."""
        while self._free:
            self._forget_cancelled()
            may_have_one = (
                sender for sender in self._waiting if self._held[sender] < self._most_of_one
            )
            sender = next(may_have_one, None)
            if sender is None:
                return
            self._grant(sender)

    def _forget_cancelled(self) -> None:
        for sender, turns in list(self._waiting.items()):
            wanted = deque(turn for turn in turns if not turn.cancelled())
            if wanted:
                self._waiting[sender] = wanted
            else:
                del self._waiting[sender]

    def _grant(self, sender: Hashable) -> None:
        """Give a slot to the sender's earliest work; the others are next then."""
        turns = self._waiting.pop(sender)
        turns.popleft().set_result(None)
        if turns:
            self._waiting[sender] = turns
        self._free -= 1
        self._held[sender] += 1
