"""Whose turn it is: the updates of one chat one after the other, chats beside each other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Update


class _Group:
    """What goes on at once in a chat: one update, or those of one album."""

    def __init__(self, album: str | None, before: "_Group | None") -> None:
        self.album = album
        self.open = 0
        self.done = asyncio.Event()
        self.before = before.done if before else None


class ChatOrder:
    """The queues of all chats that something goes on in."""

    def __init__(self) -> None:
        """Nothing goes on."""
        self._last: dict[int, _Group] = {}

    @asynccontextmanager
    async def turn(self, update: Update) -> AsyncIterator[None]:
        """Wait until whatever was in this chat before is done; the order is that of the calls.

        The photos of an album do not wait for each other.
        """
        place = update.effective_chat or update.effective_user
        key = place.id if place else -update.update_id
        group = self._join(key, update)
        try:
            if group.before:
                await group.before.wait()
            yield
        finally:
            group.open -= 1
            if not group.open:
                group.done.set()
                if self._last[key] is group:
                    del self._last[key]

    def _join(self, key: int, update: Update) -> _Group:
        album = update.message.media_group_id if update.message else None
        last = self._last.get(key)
        if last is None or album is None or last.album != album:
            last = self._last[key] = _Group(album, last)
        last.open += 1
        return last
