"""One coroutine for each thing a user can do."""

import asyncio
import logging
from concurrent.futures import Executor
from contextlib import suppress

from telegram import Bot, Document, Message, PhotoSize, Update
from telegram.constants import ChatAction, FileSizeLimit
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from bot import __version__, replies
from model.reader import Reader, Reading, Refusal

logger = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE


class Handlers:
    """What the handlers share: one reader, one pool for its work, one uploaded heatmap."""

    def __init__(self, reader: Reader, pool: Executor) -> None:
        """Answer with `reader`, which works in `pool` while the event loop serves others."""
        self._reader = reader
        self._pool = pool
        self._confusion_file_id: str | None = None

    async def help(self, update: Update, _: Context) -> None:
        """Say what to send."""
        await _message(update).reply_html(replies.HELP)

    async def accuracy(self, update: Update, _: Context) -> None:
        """Give the test metrics."""
        await _message(update).reply_html(replies.accuracy(self._reader.model.metrics))

    async def about(self, update: Update, _: Context) -> None:
        """Name model, size, data and version."""
        model = self._reader.model
        text = replies.about(model.metrics, model.classifier.size, __version__)
        await _message(update).reply_html(text)

    async def confusion(self, update: Update, _: Context) -> None:
        """Send the heatmap, uploaded once and named by its file id from then on."""
        message, caption = _message(update), replies.confusion_caption(self._reader.model.metrics)
        if self._confusion_file_id:
            # Telegram may forget a file; then it is uploaded again.
            with suppress(BadRequest):
                await message.reply_photo(self._confusion_file_id, caption=caption)
                return
        sent = await message.reply_photo(self._reader.model.confusion_picture, caption=caption)
        self._confusion_file_id = sent.photo[-1].file_id

    async def photo(self, update: Update, context: Context) -> None:
        """Read the largest size that Telegram made of a photo."""
        message = _message(update)
        await self._answer(message, message.photo[-1], context.bot)

    async def document(self, update: Update, context: Context) -> None:
        """Read a picture that was sent as a file."""
        message = _message(update)
        document = message.document
        if document is None or not (document.mime_type or "image/").startswith("image/"):
            await message.reply_html(replies.NOT_AN_IMAGE_FILE)
            return
        await self._answer(message, document, context.bot)

    async def hint(self, update: Update, _: Context) -> None:
        """Tell someone who sent anything else what to send."""
        await _message(update).reply_html(replies.HINT)

    async def _answer(self, message: Message, picture: PhotoSize | Document, bot: Bot) -> None:
        _, reading = await asyncio.gather(_typing(message), self._read(picture, bot))
        await message.reply_html(replies.answer(reading))

    async def _read(self, picture: PhotoSize | Document, bot: Bot) -> Reading:
        if (picture.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
            return Reading(refused=Refusal.TOO_MANY_BYTES)
        file = await bot.get_file(picture)
        data = await file.download_as_bytearray()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._reader.read, bytes(data))


async def error(update: object, context: Context) -> None:
    """Log what went wrong and tell the user one plain sentence."""
    if not isinstance(update, Update):
        # Polling failed and will be tried again: Telegram or the network is away.
        logger.warning("Telegram cannot be reached: %s", context.error)
        return
    logger.error("While handling an update:", exc_info=context.error)
    if update.effective_message is not None:
        with suppress(TelegramError):
            await update.effective_message.reply_text(replies.FAILURE)


async def _typing(message: Message) -> None:
    """Show that work goes on; an answer does not fail for want of it."""
    with suppress(TelegramError):
        await message.reply_chat_action(ChatAction.TYPING)


def _message(update: Update) -> Message:
    """The message that the filters made sure of."""
    if update.message is None:
        raise ValueError("an update without a message passed the filters")
    return update.message
