"""What is in the inbox is handled: as much at once as the bot can, and no more."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from bot.storage.inbox import Inbox
from bot.storage.inbox_rows import Taken

UPDATES_AT_ONCE = 64  # handled at once, and so the connections that a webhook may open at most
# In hand in all, with those that wait for long: each is some kilobytes of memory, and a row to
# give back when the bot stops.
UPDATES_IN_HAND = 512


class DispatchTimes(NamedTuple):
    """How long to wait for what, in seconds."""

    look: float = 1.0
    """Until the inbox is looked into again, for what other replicas have stored or left; and for
    the last look to end when the bot has to stop."""
    place: float = 1.0
    """For which an update counts as one of those at once. One that takes longer waits, most likely
    because Telegram lets its chat wait, and must not keep others waiting, too."""
    grace: float = 8.0
    """For updates that are under way when the bot has to stop."""


TIMES = DispatchTimes()


class Dispatcher:
    """Takes updates from the inbox and has them delivered."""

    def __init__(
        self,
        inbox: Inbox,
        deliver: Callable[[Taken], Awaitable[None]],
        times: DispatchTimes = TIMES,
    ) -> None:
        """Have `deliver` handle what is in `inbox`."""
        self._inbox = inbox
        self._deliver = deliver
        self._times = times
        self._tasks: set[asyncio.Task[None]] = set()
        self._recent: set[asyncio.Task[None]] = set()  # the tasks that count as at once
        self._stopping = False
        self._may_take = asyncio.Event()
        self._idle = asyncio.Event()

    def wake(self) -> None:
        """Look into the inbox now: there is something new."""
        self._may_take.set()

    async def join(self) -> None:
        """Wait until all that is in the inbox now is answered, or in the hands of others."""
        self._idle.clear()
        self.wake()
        await self._idle.wait()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Handle updates until the context ends; then finish those that are under way."""
        taking = asyncio.create_task(self._take())
        try:
            yield
        finally:
            self._stopping = True
            self.wake()
            # What is taken at this moment counts as begun, so somebody should have it in hand.
            await asyncio.wait({taking}, timeout=self._times.look)
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)
            await self._finish()

    async def _take(self) -> None:
        now = asyncio.get_running_loop().time
        while not self._stopping:
            self._may_take.clear()
            start = now()
            is_known = await self._begin()
            end = now()
            if is_known and not self._tasks and not self._may_take.is_set():
                self._idle.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._times.look):
                    await self._may_take.wait()
            # With much in the inbox, looking takes long: at most half of the time goes into that.
            pause = min(end - start, self._times.look)
            await asyncio.sleep(end + pause - now())

    async def _begin(self) -> bool:
        """Begin with what comes next in the inbox; returns whether that is known."""
        at_once = UPDATES_AT_ONCE - len(self._recent)
        in_hand = UPDATES_IN_HAND - len(self._tasks)
        free = min(at_once, in_hand)
        if not free:
            return True
        try:
            updates = await self._inbox.take(free)
        except Exception:  # noqa: BLE001  drivers raise what they please; it is logged already
            return False
        loop = asyncio.get_running_loop()
        for update in updates:
            task = loop.create_task(self._handle(update))
            self._tasks.add(task)
            self._recent.add(task)
            loop.call_later(self._times.place, self._free_place, task)
        return True

    def _free_place(self, task: asyncio.Task[None]) -> None:
        """Have a task no longer count as at once."""
        if task in self._recent:
            self._recent.remove(task)
            self.wake()

    async def _handle(self, update: Taken) -> None:
        try:
            await self._deliver(update)
        finally:
            task = asyncio.current_task()
            if task:
                self._tasks.discard(task)
                self._recent.discard(task)
            self.wake()  # the next one of that chat may begin

    async def _finish(self) -> None:
        """Wait for what is under way, and cancel what takes too long."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=self._times.grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
