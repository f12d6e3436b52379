"""What the person at the chat page does, as the updates that reach the bot."""

import asyncio
import secrets
from typing import Any, NamedTuple

from telegram.constants import MessageLimit

from bot.sandbox import photos
from bot.sandbox.chats import Message
from bot.sandbox.entities import clean, strip, utf16_length, with_commands
from bot.sandbox.errors import PageError
from bot.sandbox.state import State

_PRESSES_KEPT = 1_000


class Attachment(NamedTuple):
    """A file as the person chose it."""

    data: bytes
    name: str
    mime_type: str


def user(chat_id: int, language: str) -> dict[str, Any]:
    """The person as Telegram's User; chat_id is the user's id too."""
    return {"id": chat_id, "is_bot": False, "first_name": "Guest", "language_code": language}


def send_text(state: State, sender: dict[str, Any], text: str) -> Message:
    """Sends a text or a command.

    Raises:
        PageError: the text is empty or too long.
    """
    content = _written("text", text, MessageLimit.MAX_TEXT_LENGTH)
    if not content:
        raise PageError("There is nothing to send yet: write a message or choose a picture.")
    return _send(state, sender, content)


async def send_photo(state: State, sender: dict[str, Any], data: bytes, caption: str) -> Message:
    """Sends a picture the way Telegram sends photos: in a few sizes, as JPEG.

    Raises:
        PageError: the bytes are no picture, or the caption is too long.
    """
    written = _written("caption", caption, MessageLimit.CAPTION_LENGTH)
    try:
        pictures = await asyncio.to_thread(lambda: photos.sizes(photos.decode(data)))
    except photos.UnreadableError:
        raise PageError("This file cannot be read as a picture. Send it as a file.") from None
    return _send(state, sender, {"photo": state.files.add_photo(pictures), **written})


def send_document(
    state: State, sender: dict[str, Any], attachment: Attachment, caption: str
) -> Message:
    """Sends a file with its bytes untouched.

    Raises:
        PageError: the caption is too long.
    """
    written = _written("caption", caption, MessageLimit.CAPTION_LENGTH)
    document = state.files.add_document(*attachment)
    return _send(state, sender, {"document": document, **written})


def press(state: State, sender: dict[str, Any], message_id: int, data: str) -> str:
    """Presses an inline keyboard button; returns the id of the callback query.

    Raises:
        PageError: the message has no such button (any more).
    """
    chat_id = sender["id"]
    message = state.chats.get(chat_id, message_id) or {}
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    if not any(button.get("callback_data") == data for row in rows for button in row):
        raise PageError("This button is no longer there: use a newer message.")
    query_id = str(secrets.randbits(62))
    state.pressed[query_id] = chat_id, message_id
    if len(state.pressed) > _PRESSES_KEPT:
        state.pressed.pop(next(iter(state.pressed)))
    query = {"id": query_id, "from": sender, "message": message, "data": data}
    state.updates.push("callback_query", {**query, "chat_instance": str(chat_id)})
    return query_id


def _written(name: str, text: str, longest: int) -> dict[str, Any]:
    text, _ = strip(clean(text), [])
    if utf16_length(text) > longest:
        raise PageError(f"The text is too long: keep it within {longest} characters.")
    commands = with_commands(text, [])
    entities_name = "entities" if name == "text" else "caption_entities"
    return ({name: text} if text else {}) | ({entities_name: commands} if commands else {})


def _send(state: State, sender: dict[str, Any], content: dict[str, Any]) -> Message:
    state.chats.open(sender)
    message = state.chats.add(sender["id"], sender, content)
    state.updates.push("message", message)
    return message
