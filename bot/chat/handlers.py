"""One coroutine for each thing a user can do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from telegram import InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatAction, ReactionEmoji
from telegram.error import BadRequest, TelegramError

from bot import __version__
from bot.api.downloads import Picture
from bot.chat import keyboards, replies
from bot.chat.albums import Albums
from bot.chat.context import Context, acknowledge, message_of, query_of, translator_for
from bot.chat.pictures import picture_in
from bot.metrics import STAGES
from bot.reading.photo_reader import PhotoReader
from bot.storage.corrections import Corrections
from bot.storage.update_log import UpdateLog

SAMPLE = Path(__file__).with_name("sample.jpg").read_bytes()


class Handlers:
    """What the handlers share: one reader, one store of corrections, one uploaded heatmap."""

    def __init__(
        self,
        photos: PhotoReader,
        corrections: Corrections,
        ledger: UpdateLog,
        *,
        albums: bool = True,
    ) -> None:
        """Read with `photos`, tell what people said in `corrections`, note answers in `ledger`.

        Without `albums`, each of their photos is answered by itself.
        """
        self._photos = photos
        self._corrections = corrections
        self._ledger = ledger
        self._albums = Albums() if albums else None
        self._file_ids: dict[str, str] = {}  # of pictures that were sent before

    async def help(self, update: Update, context: Context) -> None:
        """Say what to send."""
        await message_of(update).reply_html(replies.help(translator_for(update, context)))

    async def accuracy(self, update: Update, context: Context) -> None:
        """Give the test metrics, and how many answers people called right."""
        judged, right = await self._corrections.count()
        translate, metrics = translator_for(update, context), self._photos.model.metrics
        text = replies.accuracy(translate, metrics, (right, judged))
        await message_of(update).reply_html(text)

    async def read(self, update: Update, context: Context) -> None:
        """Read the photo that a command replies to."""
        replied = message_of(update).reply_to_message
        picture = picture_in(replied)
        if replied is None or picture is None:
            await message_of(update).reply_html(translator_for(update, context)("read-help"))
            return
        await self._answer(update, context, replied, picture)

    async def about(self, update: Update, context: Context) -> None:
        """Name model, size, data and version."""
        translate, model = translator_for(update, context), self._photos.model
        text = replies.about(translate, model.metrics, model.classifier.size, __version__)
        await message_of(update).reply_html(text)

    async def confusion(self, update: Update, context: Context) -> None:
        """Send the heatmap, uploaded once and named by its file id from then on."""
        message, metrics = message_of(update), self._photos.model.metrics
        caption = replies.confusion_caption(translator_for(update, context), metrics)
        await self._send_again(message, "confusion", self._photos.model.confusion_picture, caption)

    async def start(self, update: Update, context: Context) -> None:
        """Greet with a sample that can be tried."""
        translate = translator_for(update, context)
        await self._send_again(
            message_of(update), "sample", SAMPLE, translate("greeting"), keyboards.sample(translate)
        )

    async def try_sample(self, update: Update, context: Context) -> None:
        """Answer the sample."""
        query, translate = query_of(update), translator_for(update, context)
        await acknowledge(query)
        if isinstance(query.message, Message):
            reading = await self._photos.read_bytes(SAMPLE)
            # Nobody's writing is judged here.
            buttons = keyboards.answer(translate, "")
            await query.message.reply_html(replies.answer(translate, reading), reply_markup=buttons)

    async def _send_again(
        self,
        message: Message,
        name: str,
        picture: bytes,
        caption: str,
        buttons: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Send a picture of the bot's own: uploaded once, named by its file id from then on."""
        if name in self._file_ids:
            # Telegram may forget a file; then it is uploaded again.
            with suppress(BadRequest):
                await message.reply_photo(
                    self._file_ids[name], caption=caption, reply_markup=buttons
                )
                return
        sent = await message.reply_photo(picture, caption=caption, reply_markup=buttons)
        self._file_ids[name] = sent.photo[-1].file_id

    async def photo(self, update: Update, context: Context) -> None:
        """Read a photo, or all of an album, in the largest size that Telegram made."""
        message = message_of(update)
        if message.media_group_id is None or self._albums is None:
            await self._answer(update, context, message, message.photo[-1])
            return
        async with self._albums.gathered(update) as updates:
            if updates:
                await self._answer_album(context, updates)

    async def document(self, update: Update, context: Context) -> None:
        """Read a picture that was sent as a file."""
        message = message_of(update)
        document = message.document
        if document is None or not (document.mime_type or "image/").startswith("image/"):
            await message.reply_html(translator_for(update, context)("not-an-image-file"))
            return
        await self._answer(update, context, message, document)

    async def sticker(self, update: Update, context: Context) -> None:
        """Read a sticker that does not move."""
        message = message_of(update)
        sticker = message.sticker
        if sticker is None or sticker.is_animated or sticker.is_video:
            await message.reply_html(translator_for(update, context)("moving-sticker"))
            return
        await self._answer(update, context, message, sticker)

    async def edited(self, update: Update, context: Context) -> None:
        """Say that an edited photo is not read again."""
        if update.edited_message is not None:
            await update.edited_message.reply_html(translator_for(update, context)("edited"))

    async def hint(self, update: Update, context: Context) -> None:
        """Tell someone who sent anything else what to send."""
        await message_of(update).reply_html(translator_for(update, context)("hint"))

    async def _answer(
        self, update: Update, context: Context, message: Message, picture: Picture
    ) -> None:
        """Read the `picture` of `message` and reply to it."""
        translate = translator_for(update, context)
        async with _working_on(message):
            reading = await self._photos.read(picture, context.bot)
            buttons = keyboards.answer(translate, reading.text) if reading.seen else None
            text = replies.answer(translate, reading)
            with STAGES.labels("reply").time():
                async with self._ledger.answering(update.update_id):
                    await message.reply_html(text, reply_markup=buttons)
        await _react(
            message, ReactionEmoji.SHRUG if reading.refused else ReactionEmoji.OK_HAND_SIGN
        )

    async def _answer_album(self, context: Context, updates: list[Update]) -> None:
        """Read the photos of an album and reply to the first with all that they say."""
        messages = [message_of(update) for update in updates]
        async with _working_on(messages[0]):
            read = (self._photos.read(each.photo[-1], context.bot) for each in messages)
            readings = await asyncio.gather(*read)
            text = replies.album(translator_for(updates[0], context), readings)
            async with self._ledger.answering(*(update.update_id for update in updates)):
                await messages[0].reply_html(text)
        await _react(messages[0], ReactionEmoji.OK_HAND_SIGN)


@asynccontextmanager
async def _working_on(message: Message) -> AsyncIterator[None]:
    """Show meanwhile that work goes on; an answer neither waits for that nor fails with it."""
    showing = asyncio.create_task(_show_work(message))
    try:
        yield
        await showing  # before another reaction takes its place
    finally:
        showing.cancel()


async def _show_work(message: Message) -> None:
    with suppress(TelegramError):
        await message.reply_chat_action(ChatAction.TYPING)
    await _react(message, ReactionEmoji.EYES)


async def _react(message: Message, emoji: str) -> None:
    """React to a message where Telegram allows it."""
    with suppress(TelegramError):
        await message.set_reaction(emoji)
