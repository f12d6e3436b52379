"""Which messages are for the bot: in a group, people talk to each other."""

from contextlib import suppress

from telegram import Message, MessageEntity
from telegram.ext import filters


class Mentioned(filters.MessageFilter):
    """What names the bot or carries /read, in its text or its caption."""

    def filter(self, message: Message) -> bool:
        """Whether `message` does."""
        kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.BOT_COMMAND]
        said: dict[MessageEntity, str] = {}
        with suppress(UnicodeDecodeError):  # what cuts a character in two names nobody
            if message.text:
                said = message.parse_entities(kinds)
            elif message.caption:
                said = message.parse_caption_entities(kinds)
        name = f"@{message.get_bot().username.lower()}"
        return any(text.lower() in (name, "/read", f"/read{name}") for text in said.values())


class Addressed(Mentioned):
    """What is sent in private, mentions the bot, or replies to it."""

    def filter(self, message: Message) -> bool:
        """Whether `message` is."""
        if message.chat.type == message.chat.PRIVATE or super().filter(message):
            return True
        replied = message.reply_to_message
        return bool(replied and replied.from_user and replied.from_user.id == message.get_bot().id)
