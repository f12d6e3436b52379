"""Albums: Telegram sends their photos as updates of their own, the answer is one for all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Update

from bot.chat.context import message_of

PATIENCE_SECONDS = 1.0  # for the next photo; those of an album come within moments of each other


class _Album:
    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Albums:
    """Gathers the updates of each album."""

    def __init__(self) -> None:
        """Begin with no album under way."""
        self._open: dict[str, _Album] = {}

    @asynccontextmanager
    async def gathered(self, update: Update) -> AsyncIterator[list[Update]]:
        """All updates of this one's album, once no more of them come.

        The first update of an album gets them all, in the order of their messages. The others wait
        until the first is handled, and get none, or raise what it has raised: no photo counts as
        answered before all are.
        """
        name = str(message_of(update).media_group_id)
        album = self._open.get(name)
        if album is None:
            async with self._begun(name, update) as updates:
                yield updates
        else:
            album.updates.append(update)
            await asyncio.shield(album.answered)
            yield []

    @asynccontextmanager
    async def _begun(self, name: str, update: Update) -> AsyncIterator[list[Update]]:
        album = self._open[name] = _Album()
        album.updates.append(update)
        try:
            await self._complete(name, album)
            yield sorted(album.updates, key=lambda each: message_of(each).message_id)
        except BaseException as error:
            album.answered.set_exception(error)
            album.answered.exception()  # marked as retrieved: no other photo may be waiting
            raise
        album.answered.set_result(None)

    async def _complete(self, name: str, album: _Album) -> None:
        """Wait until no more photos come."""
        known = 0
        try:
            while known < len(album.updates):
                known = len(album.updates)
                await asyncio.sleep(PATIENCE_SECONDS)
        finally:
            del self._open[name]
