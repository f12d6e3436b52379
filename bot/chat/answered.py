"""What the buttons below an answer know of it; of a message that is replied to, only they are told.

Telegram sends the message that somebody replies to, but not the photo that this one replies to.
"""

import re
from dataclasses import dataclass
from typing import Self

from telegram import InlineKeyboardButton, Message
from telegram.constants import InlineKeyboardButtonLimit

LONGEST_COPIED = int(InlineKeyboardButtonLimit.MAX_COPY_TEXT)
# In a button's data: whether nothing was read, or what was read is what the copy button copies.
NOTHING, COPIED, ELSEWHERE = "n", "c", "e"
# In 64 bytes, which Telegram gives, there is room for all ids that it documents.
REFERENCE = r"\d{1,10}:\d{1,19}:[nce]"
_REFERENCE = re.compile(rf"\w+:({REFERENCE})", re.ASCII)


@dataclass(frozen=True)
class Answered:
    """An answer to a photo.

    Attributes:
        photo: the id of the message with the photo.
        sender: the id of the user who has sent the photo; 0 if that was no person.
        text: what was read, "" if nothing; None if that is not known.
        truth: what somebody has said that it is, "" for nothing; None if nobody has.
    """

    photo: int
    sender: int
    text: str | None
    truth: str | None = None

    @classmethod
    def to(cls, photo: Message, text: str, truth: str | None = None) -> Self:
        """The answer to the `photo` in which `text` was read."""
        return cls(photo.message_id, person(photo), text, truth)

    @classmethod
    def with_buttons(cls, message: Message) -> Self | None:
        """The answer that is this message of the bot's; None if its buttons name no photo."""
        markup = message.reply_markup
        buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
        for button in buttons:
            reference = _REFERENCE.fullmatch(str(button.callback_data))
            if reference:
                photo, sender, where = reference[1].split(":")
                return cls(int(photo), int(sender), _text(where, buttons))
        return None

    @property
    def copied(self) -> str:
        """What the copy button copies; "" if there is none."""
        text = (self.text if self.truth is None else self.truth) or ""
        return text if len(text) <= LONGEST_COPIED else ""

    @property
    def reference(self) -> str:
        """What a button's data says of the answer."""
        where = NOTHING
        if self.text:
            where = COPIED if self.copied == self.text else ELSEWHERE
        return f"{self.photo}:{self.sender}:{where}"


def person(message: Message) -> int:
    """The id of the user who has sent a message; 0 if that was a bot, a channel or a group.

    What a channel posts comes into its group from a user of Telegram's own; what an administrator
    writes without a name, from a bot of Telegram's.
    """
    sender = message.from_user
    if sender is None or sender.is_bot or message.sender_chat is not None:
        return 0
    return sender.id


def _text(where: str, buttons: list[InlineKeyboardButton]) -> str | None:
    """What was read, as far as the buttons of an answer know it."""
    if where == NOTHING:
        return ""
    copies = [button.copy_text.text for button in buttons if button.copy_text]
    return copies[0] if where == COPIED and copies else None
