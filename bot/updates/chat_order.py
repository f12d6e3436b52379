"""The order within a chat: its updates one after the other, other chats' at the same time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Update


class _Group:
    """The updates of a chat that are handled at the same time: one, or those of one album."""

    def __init__(self, album: str | None, previous: "_Group | None") -> None:
        self.album = album
        self.unfinished = 0
        self.finished = asyncio.Event()
        self.previous_finished = previous.finished if previous else None


class ChatOrder:
    """The queues of all chats that have updates under way."""

    def __init__(self) -> None:
        """Begin with no update under way."""
        self._last_groups: dict[int, _Group] = {}

    @asynccontextmanager
    async def turn(self, update: Update) -> AsyncIterator[None]:
        """Enter when the earlier updates of this chat are done; the order is that of the calls.

        The photos of an album do not wait for each other.
        """
        place = update.effective_chat or update.effective_user
        # An update without chat and user waits for no other.
        key = place.id if place else -update.update_id
        group = self._join(key, update)
        try:
            if group.previous_finished:
                await group.previous_finished.wait()
            yield
        finally:
            self._leave(key, group)

    def _join(self, key: int, update: Update) -> _Group:
        album = update.message.media_group_id if update.message else None
        last = self._last_groups.get(key)
        if last is None or album is None or last.album != album:
            last = self._last_groups[key] = _Group(album, last)
        last.unfinished += 1
        return last

    def _leave(self, key: int, group: _Group) -> None:
        group.unfinished -= 1
        if group.unfinished:
            return
        group.finished.set()
        if self._last_groups[key] is group:
            del self._last_groups[key]
