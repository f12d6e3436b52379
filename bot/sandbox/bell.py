"""How a request waits for something to happen."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

Answer = TypeVar("Answer")


class Bell:
    """Wakes every waiting request at each change, so that it can look again."""

    def __init__(self) -> None:
        """A bell that nobody waits at."""
        self._rung = asyncio.Event()
        self._closed = False

    def ring(self) -> None:
        """Wakes whoever waits now."""
        self._rung.set()
        self._rung = asyncio.Event()

    def close(self) -> None:
        """Ends every wait, now and from now on."""
        self._closed = True
        self.ring()

    async def wait(self, look: Callable[[], Answer], seconds: float) -> Answer:
        """What `look` finds, as soon as that is something, else after this many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not (self._closed or look()):
                    await self._rung.wait()
        return look()
