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
from bot.words import Words, for_code
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

    async def help(self, update: Update, context: Context) -> None:
        """Say what to send."""
        await _message(update).reply_html(replies.help(_words(update, context)))

    async def accuracy(self, update: Update, context: Context) -> None:
        """Give the test metrics."""
        text = replies.accuracy(_words(update, context), self._reader.model.metrics)
        await _message(update).reply_html(text)

    async def about(self, update: Update, context: Context) -> None:
        """Name model, size, data and version."""
        words, model = _words(update, context), self._reader.model
        text = replies.about(words, model.metrics, model.classifier.size, __version__)
        await _message(update).reply_html(text)

    async def language(self, update: Update, context: Context) -> None:
        """Offer the languages."""
        text, buttons = _words(update, context)("language"), replies.language_buttons()
        await _message(update).reply_html(text, reply_markup=buttons)

    async def choose_language(self, update: Update, context: Context) -> None:
        """Speak the language of the pressed button to this user from now on."""
        query = update.callback_query
        if query is None or context.user_data is None:
            raise ValueError("an update without a pressed button passed the filters")
        context.user_data["language"] = (query.data or "").partition(":")[2]
        with suppress(BadRequest):  # pressed while the bot was away, it waits no longer
            await query.answer()
        if isinstance(query.message, Message):  # Telegram hands out no old ones
            with suppress(BadRequest):  # pressed twice, it says so already
                await query.edit_message_text(_words(update, context)("language-chosen"))

    async def confusion(self, update: Update, context: Context) -> None:
        """Send the heatmap, uploaded once and named by its file id from then on."""
        message, metrics = _message(update), self._reader.model.metrics
        caption = replies.confusion_caption(_words(update, context), metrics)
        if self._confusion_file_id:
            # Telegram may forget a file; then it is uploaded again.
            with suppress(BadRequest):
                await message.reply_photo(self._confusion_file_id, caption=caption)
                return
        sent = await message.reply_photo(self._reader.model.confusion_picture, caption=caption)
        self._confusion_file_id = sent.photo[-1].file_id

    async def photo(self, update: Update, context: Context) -> None:
        """Read the largest size that Telegram made of a photo."""
        await self._answer(update, context, _message(update).photo[-1])

    async def document(self, update: Update, context: Context) -> None:
        """Read a picture that was sent as a file."""
        message = _message(update)
        document = message.document
        if document is None or not (document.mime_type or "image/").startswith("image/"):
            await message.reply_html(_words(update, context)("not-an-image-file"))
            return
        await self._answer(update, context, document)

    async def hint(self, update: Update, context: Context) -> None:
        """Tell someone who sent anything else what to send."""
        await _message(update).reply_html(_words(update, context)("hint"))

    async def _answer(
        self, update: Update, context: Context, picture: PhotoSize | Document
    ) -> None:
        message = _message(update)
        _, reading = await asyncio.gather(_typing(message), self._read(picture, context.bot))
        await message.reply_html(replies.answer(_words(update, context), reading))

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
            await update.effective_message.reply_html(_words(update, context)("failure"))


def _words(update: Update, context: Context) -> Words:
    """Those of the language that the user has chosen, or else uses Telegram in."""
    user = update.effective_user
    own = user.language_code if user else None
    return for_code((context.user_data or {}).get("language", own))


async def _typing(message: Message) -> None:
    """Show that work goes on; an answer does not fail for want of it."""
    with suppress(TelegramError):
        await message.reply_chat_action(ChatAction.TYPING)


def _message(update: Update) -> Message:
    """The message that the filters made sure of."""
    if update.message is None:
        raise ValueError("an update without a message passed the filters")
    return update.message
