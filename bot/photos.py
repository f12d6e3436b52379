"""Photos from Telegram: downloaded, read and drawn, off the event loop."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

from telegram import Bot, Document, Message, PhotoSize, Sticker
from telegram.constants import FileSizeLimit

from bot import pictures
from model.reader import Reader, Reading, Refusal

Picture = PhotoSize | Document | Sticker


def picture_in(message: Message | None) -> Picture | None:
    """The largest size of a message's photo, or its picture file or sticker."""
    if message is None:
        return None
    return message.photo[-1] if message.photo else message.document or message.sticker


class Photos:
    """Reads with one reader in one bounded pool of threads."""

    def __init__(self, reader: Reader) -> None:
        """Read with `reader`, in as many threads as there are cores."""
        self.model = reader.model
        self._reader = reader
        self._pool = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="reader")

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def read(self, picture: Picture, bot: Bot) -> Reading:
        """Download and read a picture.

        Raises:
            TelegramError: it cannot be downloaded.
        """
        if (picture.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
            return Reading(refused=Refusal.TOO_MANY_BYTES)
        file = await bot.get_file(picture)
        return await self.read_bytes(bytes(await file.download_as_bytearray()))

    async def read_bytes(self, data: bytes) -> Reading:
        """Read the bytes of a picture file."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._reader.read, data)

    async def explain(self, reading: Reading) -> bytes:
        """Draw how a photo was read, as `pictures.explain` does."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, pictures.explain, reading)
