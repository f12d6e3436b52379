"""Traces of what was deleted: an SQLite file's log holds it until it is written over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.background import in_background
from bot.storage.database import Database

RETRY_SECONDS = 3.0  # while another process reads the file, such as one that makes a backup
EVERY_SECONDS = 3600.0  # also where nobody asks for it: what people wrote is deleted all the time


class Traces:
    """Erases what was deleted from a database; a server does that in its own time."""

    def __init__(self, database: Database, retry_seconds: float = RETRY_SECONDS) -> None:
        """Erase nothing yet."""
        self._database = database
        self._retry_seconds = retry_seconds
        self._due = asyncio.Event()

    def erase(self) -> None:
        """Have what was deleted until now erased soon, in the background."""
        self._due.set()

    @asynccontextmanager
    async def erasing(self) -> AsyncIterator[None]:
        """Erase what an earlier process may have left, and then whatever is due."""
        async with in_background(self._erase()):
            yield

    async def _erase(self) -> None:
        while True:
            self._due.clear()
            is_erased = await self._is_erased()
            seconds = EVERY_SECONDS if is_erased else self._retry_seconds
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._due.wait()

    async def _is_erased(self) -> bool:
        try:
            await self._database.erase_deleted()
        except Exception:  # noqa: BLE001  drivers raise what they please
            return False
        return True
