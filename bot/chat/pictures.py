"""Which picture a message holds."""

from telegram import Message

from bot.api.downloads import Picture


def picture_in(message: Message | None) -> Picture | None:
    """The largest size of a message's photo, or its picture file or sticker."""
    if message is None:
        return None
    if message.photo:
        return message.photo[-1]
    return message.document or message.sticker


def asked_picture(message: Message) -> Picture | None:
    """The picture that a guest message is about: its own, or that of what it replies to."""
    return picture_in(message) or picture_in(message.reply_to_message)
