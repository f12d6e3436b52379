"""Guest mode: people have a photo read in a chat that the bot is not in.

They reply to the photo with the bot's name, or send it with that name below. Such an answer has no
buttons: Telegram does not tell what a button's message replies to where the bot is no member.
"""

from telegram import Update
from telegram.error import BadRequest, Forbidden

from bot.api.downloads import Picture
from bot.chat import answers
from bot.chat.context import Context, sender_id, translator_for
from bot.chat.pictures import asked_picture
from bot.chat.replying import reply
from bot.reading.photo_reader import PhotoReader


class Guests:
    """The callback of messages in other people's chats; what goes wrong is raised to `Delivery`."""

    def __init__(self, photos: PhotoReader) -> None:
        """Read with `photos`."""
        self._photos = photos

    async def answer(self, update: Update, context: Context) -> None:
        """Read the picture that a guest message is about."""
        message = update.guest_message
        if message is None:
            raise ValueError("an update without a guest message passed the filters")
        picture = asked_picture(message)
        if picture is None:
            translate = translator_for(update, context)
            text = translate("guest-help", name=f"@{context.bot.username}")
        else:
            text = await self._read(picture, update, context)
        await reply(message, text)

    async def _read(self, picture: Picture, update: Update, context: Context) -> str:
        """What a picture says, or that Telegram does not hand it out."""
        translate = translator_for(update, context)
        try:
            reading = await self._photos.read(picture, context.bot, sender_id(update))
        except (BadRequest, Forbidden):
            return translate("guest-no-file")
        return answers.answer(translate, reading)
