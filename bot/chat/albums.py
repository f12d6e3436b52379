"""Albums: Telegram sends their photos one by one, people mean them as one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Update

from bot.chat.context import message_of

PATIENCE_SECONDS = 1.0  # photos of an album come within moments of each other


class _Album:
    def __init__(self, updates: list[Update]) -> None:
        self.updates = updates
        self.answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Albums:
    """Gathers the updates of each album."""

    def __init__(self) -> None:
        """None has begun."""
        self._open: dict[str, _Album] = {}

    @asynccontextmanager
    async def gathered(self, update: Update) -> AsyncIterator[list[Update]]:
        """All updates of the album that this one is of, once no more of them come.

        For the first that comes of an album; for the others nothing, once the first is through,
        and what it raises: none of them is done before all are answered.
        """
        name = str(message_of(update).media_group_id)
        if name in self._open:
            album = self._open[name]
            album.updates.append(update)
            await asyncio.shield(album.answered)
            yield []
            return
        album = self._open[name] = _Album([update])
        try:
            yield await self._complete(name)
        except BaseException as error:
            album.answered.set_exception(error)
            album.answered.exception()  # there may be nobody to take it
            raise
        album.answered.set_result(None)

    async def _complete(self, name: str) -> list[Update]:
        album, known = self._open[name], 0
        try:
            while known < len(album.updates):
                known = len(album.updates)
                await asyncio.sleep(PATIENCE_SECONDS)
        finally:
            del self._open[name]
        return sorted(album.updates, key=lambda each: message_of(each).message_id)
