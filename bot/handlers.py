"""One coroutine for each thing a user can do."""

import asyncio
import logging
from contextlib import suppress

from telegram import Message, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError

from bot import __version__, keyboards, replies
from bot.context import Context, message_of, words_for
from bot.corrections import Corrections
from bot.photos import Photos, Picture, picture_in

logger = logging.getLogger(__name__)


class Handlers:
    """What the handlers share: one reader, one store of corrections, one uploaded heatmap."""

    def __init__(self, photos: Photos, corrections: Corrections) -> None:
        """Read with `photos`; tell of what people said and keep it in `corrections`."""
        self._photos = photos
        self._corrections = corrections
        self._confusion_file_id: str | None = None

    async def help(self, update: Update, context: Context) -> None:
        """Say what to send."""
        await message_of(update).reply_html(replies.help(words_for(update, context)))

    async def accuracy(self, update: Update, context: Context) -> None:
        """Give the test metrics, and how many answers people called right."""
        judged, right = await self._corrections.judged()
        words, metrics = words_for(update, context), self._photos.model.metrics
        text = replies.accuracy(words, metrics, (right, judged))
        await message_of(update).reply_html(text)

    async def privacy(self, update: Update, context: Context) -> None:
        """Say what is kept."""
        await message_of(update).reply_html(words_for(update, context)("privacy"))

    async def forget(self, update: Update, context: Context) -> None:
        """Delete what is kept of this user."""
        user = message_of(update).from_user
        count = await self._corrections.forget(user.id) if user else 0
        await message_of(update).reply_html(words_for(update, context)("forgotten", count=count))

    async def read(self, update: Update, context: Context) -> None:
        """Read the photo that a command replies to."""
        replied = message_of(update).reply_to_message
        picture = picture_in(replied)
        if replied is None or picture is None:
            await message_of(update).reply_html(words_for(update, context)("read-help"))
            return
        await self._answer(update, context, replied, picture)

    async def about(self, update: Update, context: Context) -> None:
        """Name model, size, data and version."""
        words, model = words_for(update, context), self._photos.model
        text = replies.about(words, model.metrics, model.classifier.size, __version__)
        await message_of(update).reply_html(text)

    async def language(self, update: Update, context: Context) -> None:
        """Offer the languages."""
        text, buttons = words_for(update, context)("language"), keyboards.languages()
        await message_of(update).reply_html(text, reply_markup=buttons)

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
                await query.edit_message_text(words_for(update, context)("language-chosen"))

    async def confusion(self, update: Update, context: Context) -> None:
        """Send the heatmap, uploaded once and named by its file id from then on."""
        message, metrics = message_of(update), self._photos.model.metrics
        caption = replies.confusion_caption(words_for(update, context), metrics)
        if self._confusion_file_id:
            # Telegram may forget a file; then it is uploaded again.
            with suppress(BadRequest):
                await message.reply_photo(self._confusion_file_id, caption=caption)
                return
        sent = await message.reply_photo(self._photos.model.confusion_picture, caption=caption)
        self._confusion_file_id = sent.photo[-1].file_id

    async def photo(self, update: Update, context: Context) -> None:
        """Read the largest size that Telegram made of a photo."""
        message = message_of(update)
        await self._answer(update, context, message, message.photo[-1])

    async def document(self, update: Update, context: Context) -> None:
        """Read a picture that was sent as a file."""
        message = message_of(update)
        document = message.document
        if document is None or not (document.mime_type or "image/").startswith("image/"):
            await message.reply_html(words_for(update, context)("not-an-image-file"))
            return
        await self._answer(update, context, message, document)

    async def hint(self, update: Update, context: Context) -> None:
        """Tell someone who sent anything else what to send."""
        await message_of(update).reply_html(words_for(update, context)("hint"))

    async def _answer(
        self, update: Update, context: Context, message: Message, picture: Picture
    ) -> None:
        """Read the `picture` of `message` and reply to it."""
        _, reading = await asyncio.gather(_typing(message), self._photos.read(picture, context.bot))
        words = words_for(update, context)
        buttons = keyboards.answer(words, reading.text) if reading.photo else None
        await message.reply_html(replies.answer(words, reading), reply_markup=buttons)


async def error(update: object, context: Context) -> None:
    """Log what went wrong and tell the user one plain sentence."""
    if not isinstance(update, Update):
        # Polling failed and will be tried again: Telegram or the network is away.
        logger.warning("Telegram cannot be reached: %s", context.error)
        return
    logger.error("While handling an update:", exc_info=context.error)
    if update.effective_message is not None:
        with suppress(TelegramError):
            await update.effective_message.reply_html(words_for(update, context)("failure"))


async def _typing(message: Message) -> None:
    """Show that work goes on; an answer does not fail for want of it."""
    with suppress(TelegramError):
        await message.reply_chat_action(ChatAction.TYPING)
