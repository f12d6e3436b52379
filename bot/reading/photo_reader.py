"""Photos from Telegram: downloaded here, read and drawn by worker processes."""

import asyncio
from contextlib import suppress
from typing import Self, TypeVar

from telegram import Bot
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest

from bot.api.downloads import Downloads, Picture, TooLargeError
from bot.metrics import PHOTOS, REFUSALS, STAGES
from bot.reading import worker_process
from bot.reading.worker_pool import DEADLINE_SECONDS, WorkerPool
from bot.reading.worker_process import Job, TooDemandingError
from model.reader import Reader, Reading, Refusal

# Pictures being downloaded or read: enough for 30 a second, if it takes half a second to download
# one, and little memory even if all are as large as may be. Others wait, and come in their order.
PICTURES_AT_ONCE = 16

T = TypeVar("T")


class PhotoReader:
    """Downloads and reads pictures; one that crashes its worker harms no other."""

    def __init__(
        self, reader: Reader, api_root: str, deadline_seconds: int = DEADLINE_SECONDS
    ) -> None:
        """Read with `reader` pictures from the Bot API at `api_root`.

        A picture that takes longer to read than the deadline is refused.
        """
        self.model = reader.model
        self.lines = reader.lines
        self._pool = WorkerPool(reader, deadline_seconds)
        self._downloads = Downloads(api_root)
        self._slots = asyncio.Semaphore(PICTURES_AT_ONCE)

    async def __aenter__(self) -> Self:
        """Start the workers in the background."""
        self._pool.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the workers, whatever they are doing, and close the connections."""
        self._pool.close()
        await self._downloads.close()

    async def ready(self) -> None:
        """Wait until a worker does a job.

        Raises:
            RuntimeError: no worker can start.
        """
        await self._run(worker_process.do_nothing, b"")

    async def read(self, picture: Picture, bot: Bot) -> Reading:
        """Download and read a picture.

        Raises:
            TelegramError: it cannot be downloaded.
            RuntimeError: the reader is broken.
        """
        try:
            async with self._slots:
                data = await self._download(picture, bot)
                reading = await self.read_bytes(data)
        except TooLargeError:
            reading = Reading(refused=Refusal.TOO_MANY_BYTES)
        PHOTOS.inc()
        if reading.refused:
            REFUSALS.labels(reading.refused.value).inc()
        return reading

    async def read_bytes(self, data: bytes) -> Reading:
        """Read the bytes of a picture file; the reading comes without its `photo`.

        Raises:
            RuntimeError: the reader is broken.
        """
        try:
            with STAGES.labels("read").time():
                return await self._run(worker_process.read, data)
        except TooDemandingError:
            return Reading(refused=Refusal.TOO_DEMANDING)

    async def explain(self, picture: Picture, bot: Bot) -> bytes | None:
        """Download a picture and draw how it is read, as a JPEG; None if it cannot be read.

        Raises:
            TelegramError: it cannot be downloaded.
            RuntimeError: the reader is broken.
        """
        with suppress(TooLargeError, TooDemandingError):
            async with self._slots:
                data = await self._download(picture, bot)
                return await self._run(worker_process.explain, data)
        return None

    async def _run(self, job: Job[T], data: bytes) -> T:
        return await asyncio.wrap_future(self._pool.run(job, data))

    async def _download(self, picture: Picture, bot: Bot) -> bytes:
        """The bytes of a picture file.

        Raises:
            TooLargeError: it has more than a bot may download.
            TelegramError: it cannot be downloaded.
        """
        if (picture.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
            raise TooLargeError
        try:
            file = await bot.get_file(picture)
        except BadRequest as error:
            if error.message.lower() == "file is too big":
                raise TooLargeError from None
            raise
        with STAGES.labels("download").time():
            return await self._downloads.fetch(file.file_path or "")
