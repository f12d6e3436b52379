"""Which messages are for the bot: in a group, people talk to each other."""

from telegram import Message, MessageEntity
from telegram.ext import filters

from bot.chat.answered import Answered
from bot.chat.pictures import picture_in


class Mentioned(filters.MessageFilter):
    """Messages that name the bot or carry /read, in their text or their caption."""

    def filter(self, message: Message) -> bool:
        """Whether `message` does."""
        bot_name = f"@{message.get_bot().username.lower()}"
        summons = {bot_name, "/read", f"/read{bot_name}"}
        return any(text.lower() in summons for text in _mentions_and_commands(message))


class Addressed(Mentioned):
    """Messages that are sent in private, mention the bot, or reply to it."""

    def filter(self, message: Message) -> bool:
        """Whether `message` is one."""
        if message.chat.type == message.chat.PRIVATE or super().filter(message):
            return True
        replied = message.reply_to_message
        if replied is None or replied.from_user is None:
            return False
        return replied.from_user.id == message.get_bot().id


class Summoned(Mentioned):
    """Guest messages that name the bot or hold a picture.

    Telegram hands out those, too, that reply to something which the bot has said as a guest.
    """

    def filter(self, message: Message) -> bool:
        """Whether `message` is one."""
        return picture_in(message) is not None or super().filter(message)


class Correcting(filters.MessageFilter):
    """Replies that may say what a photo shows: to an answer, or in private to the photo itself.

    In a group, whoever replies to a photo talks to its sender.
    """

    def filter(self, message: Message) -> bool:
        """Whether `message` is one."""
        replied = message.reply_to_message
        if replied is None:
            return False
        by_bot = replied.from_user is not None and replied.from_user.id == message.get_bot().id
        if by_bot and Answered.with_buttons(replied):
            return True
        return message.chat.type == message.chat.PRIVATE and picture_in(replied) is not None


def _mentions_and_commands(message: Message) -> list[str]:
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.BOT_COMMAND]
    try:
        if message.text:
            entities = message.parse_entities(kinds)
        elif message.caption:
            entities = message.parse_caption_entities(kinds)
        else:
            return []
    except UnicodeDecodeError:  # the entity cuts a character in two, so it names no bot
        return []
    return list(entities.values())
