"""Photos from Telegram: downloaded here, read and drawn by worker processes."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Self, TypeVar

from telegram import Bot
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest

from bot.api.downloads import Downloads, Picture, TooLargeError
from bot.metrics import PHOTOS, REFUSALS, STAGES
from bot.reading import jobs
from bot.reading.fair_slots import FairSlots
from bot.reading.jobs import Explanation, Job, TooDemandingError
from bot.reading.worker_pool import DEADLINE_SECONDS, WorkerPool, cores
from model.reader import Reader, Reading, Refusal

# Pictures being downloaded or read: enough for 30 a second, if it takes half a second to download
# one, and little memory even if all are as large as may be. Others wait, and each user's come in
# their order.
PICTURES_AT_ONCE = 16
PICTURES_OF_ONE_USER = 8  # of these

T = TypeVar("T")
Spend = Callable[[int, float], None]


class PhotoReader:
    """Downloads and reads pictures; one that crashes its worker harms no other."""

    def __init__(
        self,
        reader: Reader,
        api_root: str,
        deadline_seconds: int = DEADLINE_SECONDS,
        spend: Spend = lambda *_: None,
    ) -> None:
        """Read with `reader` pictures from the Bot API at `api_root`.

        Args:
            reader: is sent to the workers.
            api_root: the address of a Bot API server, without a trailing slash.
            deadline_seconds: a picture that takes longer to read is refused.
            spend: is told by how many seconds of a worker each picture of a user has cost.
        """
        self.model = reader.model
        self.lines = reader.lines
        self._pool = WorkerPool(reader, deadline_seconds)
        self._downloads = Downloads(api_root)
        self._spend = spend
        self._pictures = FairSlots(PICTURES_AT_ONCE, PICTURES_OF_ONE_USER)
        # One is left for others, where there is more than one.
        self._workers = FairSlots(cores(), cores() - 1)

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
        await self._do(jobs.do_nothing, b"")

    async def read(self, picture: Picture, bot: Bot, user_id: int) -> Reading:
        """Download and read a picture that a user has asked to be read.

        Raises:
            TelegramError: it cannot be downloaded.
            RuntimeError: the reader is broken.
        """
        try:
            async with self._pictures.slot(user_id):
                data = await self._download(picture, bot)
                reading = await self.read_bytes(data, user_id)
        except TooLargeError:
            reading = Reading(refused=Refusal.TOO_MANY_BYTES)
        PHOTOS.inc()
        if reading.refused:
            REFUSALS.labels(reading.refused.value).inc()
        return reading

    async def read_bytes(self, data: bytes, user_id: int) -> Reading:
        """Read the bytes of a picture file; the reading comes without its `photo`.

        Raises:
            RuntimeError: the reader is broken.
        """
        try:
            with STAGES.labels("read").time():
                return await self._run(jobs.read, data, user_id)
        except TooDemandingError:
            return Reading(refused=Refusal.TOO_DEMANDING)

    async def explain(self, picture: Picture, bot: Bot, user_id: int) -> Explanation | None:
        """Download a picture and draw how it is read; None if it cannot be read.

        Raises:
            TelegramError: it cannot be downloaded.
            RuntimeError: the reader is broken.
        """
        with suppress(TooLargeError, TooDemandingError):
            async with self._pictures.slot(user_id):
                data = await self._download(picture, bot)
                return await self._run(jobs.explain, data, user_id)
        return None

    async def draw_confusion(self, confusion: Sequence[Sequence[int]]) -> bytes:
        """Draw the heatmap of a confusion matrix, ten rows of ten counts, as a PNG.

        Raises:
            TooDemandingError: the worker that drew it has ended.
            RuntimeError: the reader is broken.
        """
        return await self._do(jobs.draw_confusion, json.dumps(confusion).encode())

    async def _run(self, job: Job[T], data: bytes, user_id: int) -> T:
        """Have a worker do a job for a user, when it is their turn."""
        async with self._workers.slot(user_id):
            began = time.monotonic()
            try:
                return await self._do(job, data)
            finally:
                self._spend(user_id, time.monotonic() - began)

    async def _do(self, job: Job[T], data: bytes) -> T:
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
