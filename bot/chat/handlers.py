"""The handlers of messages: photos and other pictures are read, and anything else is answered."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from telegram import Document, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatAction, ReactionEmoji
from telegram.error import TelegramError

from bot.api.downloads import Picture
from bot.chat import answers, keyboards
from bot.chat.albums import Albums
from bot.chat.answered import Answered
from bot.chat.context import (
    Context,
    answer_text,
    message_of,
    sender_id,
    translator_for,
)
from bot.chat.pictures import picture_in
from bot.metrics import STAGES
from bot.reading.photo_reader import PhotoReader
from bot.storage.inbox import Inbox
from bot.translations import Translator
from model.reader import Reading


class Handlers:
    """The handlers, one coroutine for each kind of message.

    What goes wrong in one is raised to `Delivery`: a `TelegramError`, what the database raises, or
    a `RuntimeError` if the reader is broken.
    """

    def __init__(
        self,
        photos: PhotoReader,
        inbox: Inbox,
        *,
        albums: bool = True,
    ) -> None:
        """Begin with no album under way.

        Args:
            photos: reads the photos.
            inbox: notes which updates are answered.
            albums: whether an album is answered in one message; else each photo by itself.
        """
        self._photos = photos
        self._inbox = inbox
        self._albums = Albums() if albums else None

    async def read(self, update: Update, context: Context) -> None:
        """Read the photo that a command replies to."""
        replied = message_of(update).reply_to_message
        picture = picture_in(replied)
        if replied is None or picture is None:
            translate = translator_for(update, context)
            await answer_text(message_of(update), translate("read-help"))
            return
        await self._answer(update, context, replied, picture)

    async def photo(self, update: Update, context: Context) -> None:
        """Read a photo, or all of an album, in the largest size that Telegram made."""
        message = message_of(update)
        if message.media_group_id is None or self._albums is None:
            await self._answer(update, context, message, message.photo[-1])
            return
        async with self._albums.gathered(update) as updates:
            if len(updates) == 1:
                await self._answer(update, context, message, message.photo[-1])
            elif updates:
                await self._answer_album(context, updates)

    async def document(self, update: Update, context: Context) -> None:
        """Read a picture that was sent as a file."""
        message = message_of(update)
        document = message.document
        if document is None or not _may_be_a_picture(document):
            translate = translator_for(update, context)
            await message.reply_html(translate("not-an-image-file"))
            return
        await self._answer(update, context, message, document)

    async def sticker(self, update: Update, context: Context) -> None:
        """Read a sticker that does not move."""
        message = message_of(update)
        sticker = message.sticker
        if sticker is None or sticker.is_animated or sticker.is_video:
            translate = translator_for(update, context)
            await message.reply_html(translate("moving-sticker"))
            return
        await self._answer(update, context, message, sticker)

    async def edited(self, update: Update, context: Context) -> None:
        """Say that an edited photo is not read again."""
        translate = translator_for(update, context)
        if update.edited_message is not None:
            await update.edited_message.reply_html(translate("edited"))

    async def hint(self, update: Update, context: Context) -> None:
        """Tell someone who sent anything else what to send."""
        translate = translator_for(update, context)
        await answer_text(message_of(update), translate("hint"))

    async def _answer(
        self, update: Update, context: Context, message: Message, picture: Picture
    ) -> None:
        """Read the `picture` of `message` and reply to it."""
        translate = translator_for(update, context)
        async with _working_on(message):
            reading = await self._photos.read(picture, context.bot, sender_id(update))
            text = answers.answer(translate, reading)
            buttons = answer_buttons(translate, message, reading)
            with STAGES.labels("reply").time():
                await message.reply_html(text, reply_markup=buttons)
                await self._inbox.finish(update.update_id)
        emoji = ReactionEmoji.SHRUG if reading.refused else ReactionEmoji.OK_HAND_SIGN
        await _react(message, emoji)

    async def _answer_album(self, context: Context, updates: list[Update]) -> None:
        """Read the photos of an album; reply to the first with a line and a button for each."""
        messages = [message_of(update) for update in updates]
        first = messages[0]
        update_ids = [update.update_id for update in updates]
        translate = translator_for(updates[0], context)
        async with _working_on(first):
            user_id = sender_id(updates[0])
            reads = [self._photos.read(each.photo[-1], context.bot, user_id) for each in messages]
            readings = await asyncio.gather(*reads)
            text = answers.album(translate, readings)
            buttons = _album_buttons(translate, messages, readings)
            await first.reply_html(text, reply_markup=buttons)
            await self._inbox.finish(*update_ids)
        await _react(first, ReactionEmoji.OK_HAND_SIGN)


def answer_buttons(
    translate: Translator, photo: Message, reading: Reading
) -> InlineKeyboardMarkup | None:
    """What can be pressed below the answer to a photo; nothing if that could not be decoded."""
    if not reading.decoded:
        return None
    return keyboards.answer(translate, Answered.to(photo, reading.text))


def _album_buttons(
    translate: Translator, messages: Sequence[Message], readings: Sequence[Reading]
) -> InlineKeyboardMarkup | None:
    """A button for each photo of an album of which there is more to say; None for none."""
    photos = {}
    for number, (message, reading) in enumerate(zip(messages, readings, strict=True), 1):
        if reading.decoded:
            photos[number] = message.message_id
    return keyboards.album(translate, photos) if photos else None


def _may_be_a_picture(document: Document) -> bool:
    """Whether a file's MIME type is that of a picture, or missing."""
    return not document.mime_type or document.mime_type.startswith("image/")


@asynccontextmanager
async def _working_on(message: Message) -> AsyncIterator[None]:
    """Show that work goes on until the context ends; no error of that reaches the answer."""
    showing = asyncio.create_task(_show_work(message))
    try:
        yield
        await showing  # else it could overwrite the reaction that follows
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
