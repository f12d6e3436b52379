"""Lets requests wait until something happens."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import TypeVar

Answer = TypeVar("Answer")


class Notifier:
    """Wakes the requests that wait under a name, so that they look again."""

    def __init__(self) -> None:
        """Nobody waits yet."""
        self._events: defaultdict[Hashable, asyncio.Event] = defaultdict(asyncio.Event)
        self._closed = False

    def notify(self, *names: Hashable) -> None:
        """Wakes whoever waits now for one of these names; without any, everybody."""
        for name in names or tuple(self._events):
            event = self._events.pop(name, None)
            if event:
                event.set()

    def close(self) -> None:
        """Ends every wait, now and from now on."""
        self._closed = True
        self.notify()

    async def wait(self, name: Hashable, look: Callable[[], Answer], seconds: float) -> Answer:
        """What `look` returns, as soon as that is true, but at most after this many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not (self._closed or look()):
                    await self._events[name].wait()
        return look()

    async def sleep(self, seconds: float) -> None:
        """Waits this long, or until the notifier is closed."""
        await self.wait("the end", lambda: False, seconds)
