"""The buttons below an album's answer: each gives the full answer to one of its photos."""

from contextlib import suppress
from contextvars import ContextVar

from telegram import Message, ReplyParameters, Update
from telegram.error import BadRequest

from bot.chat import answers
from bot.chat.context import Context, acknowledge, query_of, translator_for
from bot.chat.feedback import sender_presses, tell_photo_is_gone
from bot.chat.handlers import answer_buttons
from bot.chat.pictures import picture_in
from bot.reading.photo_reader import PhotoReader
from bot.translations import Translator

# The reply to the press that is being handled, if that was tried before and Telegram failed.
_begun: ContextVar[Message | None] = ContextVar("_begun", default=None)


class AlbumPhotos:
    """The callback of these buttons; of the album, nothing is kept.

    What goes wrong is raised to `Delivery`: a `TelegramError`, or a `RuntimeError` if the reader is
    broken.
    """

    def __init__(self, photos: PhotoReader) -> None:
        """Read with `photos`."""
        self._photos = photos

    async def answer(self, update: Update, context: Context) -> None:
        """Reply to the photo of the pressed button with its full answer."""
        query = query_of(update)
        translate = translator_for(update, context)
        if not await sender_presses(query, translate):
            return
        _, number, message_id = (query.data or "").split(":")
        placeholder = f"{translate('album-photo', number=int(number))}: …"
        reply = _begun.get()
        if reply is None and isinstance(query.message, Message):  # of old ones nothing is told
            reply = await _reply_to(query.message, int(message_id), placeholder)
            _begun.set(reply)
        if reply is None:
            await tell_photo_is_gone(query, translate)
            return
        await self._fill_in(reply, query.from_user.id, translate)
        # Telegram's apps take no second press before this.
        await acknowledge(query)

    async def _fill_in(self, reply: Message, user_id: int, translate: Translator) -> None:
        """Put the answer in the place of a reply to the photo."""
        text, buttons = translate("photo-gone"), None
        photo = reply.reply_to_message
        picture = picture_in(photo)
        with suppress(BadRequest):  # Telegram keeps files for a time
            if photo is not None and picture is not None:
                reading = await self._photos.read(picture, reply.get_bot(), user_id)
                text = answers.answer(translate, reading)
                buttons = answer_buttons(translate, photo, reading)
        with suppress(BadRequest):  # tried again, it says so already
            await reply.edit_text(text, reply_markup=buttons)


async def _reply_to(message: Message, message_id: int, text: str) -> Message | None:
    """Reply to another message of the same chat, to learn what it holds; None if it is gone."""
    original = ReplyParameters(message_id, allow_sending_without_reply=False)
    with suppress(BadRequest):
        return await message.reply_html(text, reply_parameters=original)
    return None
