"""Albums: Telegram sends their photos one by one, people mean them as one."""

import asyncio

from telegram import Message

PATIENCE_SECONDS = 1.0  # photos of an album come within moments of each other


class Albums:
    """Gathers the messages of each album."""

    def __init__(self) -> None:
        """None has begun."""
        self._open: dict[str, list[Message]] = {}

    async def gather(self, message: Message) -> list[Message]:
        """All messages of the album that `message` is of, once no more of them come.

        For the first that comes of an album; for the others nothing, so that one answer is given.
        A message that is of none comes back at once.
        """
        album = message.media_group_id
        if album is None:
            return [message]
        if album in self._open:
            self._open[album].append(message)
            return []
        messages = self._open[album] = [message]
        known = 0
        while known < len(messages):
            known = len(messages)
            await asyncio.sleep(PATIENCE_SECONDS)
        del self._open[album]
        return sorted(messages, key=lambda each: each.message_id)
