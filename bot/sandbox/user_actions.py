"""What the person at the chat page does, as the updates that reach the bot."""

import asyncio
import secrets
import time
from typing import Any, NamedTuple

from telegram.constants import MediaGroupLimit, MessageLimit

from bot.sandbox import photo_sizes
from bot.sandbox.chats import Message
from bot.sandbox.entities import clean, strip, utf16_length, with_commands
from bot.sandbox.errors import PageError
from bot.sandbox.state import State

_PRESSES_KEPT = 1_000
_LONGEST = {"text": MessageLimit.MAX_TEXT_LENGTH, "caption": MessageLimit.CAPTION_LENGTH}


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
    content = _written("text", text)
    if not content:
        raise PageError("There is nothing to send yet: write a message or choose a picture.")
    return _send(state, sender, content)


async def send_files(
    state: State, sender: dict[str, Any], kind: str, attachments: list[Attachment], caption: str
) -> list[Message]:
    """Sends a file, or up to ten as an album: a message each, with the same media_group_id.

    Args:
        state: the sandbox.
        sender: the person.
        kind: "photo" for a JPEG in a few sizes, "document" for the bytes untouched.
        attachments: the files.
        caption: what stands under the first of them.

    Raises:
        PageError: there are too many files, one is no picture, or the caption is too long.
    """
    written = _written("caption", caption)
    if len(attachments) > MediaGroupLimit.MAX_MEDIA_LENGTH:
        raise PageError("An album holds ten files at most: send the others in another one.")
    store = _photo if kind == "photo" else _document
    contents = await asyncio.gather(*(store(state, each) for each in attachments))
    contents[0].update(written)
    group = {"media_group_id": str(secrets.randbits(62))} if len(contents) > 1 else {}
    return [_send(state, sender, content | group) for content in contents]


async def send_sticker(state: State, sender: dict[str, Any], attachment: Attachment) -> Message:
    """Sends a WebP picture as a sticker that does not move.

    Raises:
        PageError: the file is no WebP picture.
    """
    data = attachment.data
    if data[8:12] != b"WEBP":
        raise PageError("A sticker is a WebP picture: send other pictures as photo_sizes.")
    pictures = await _sizes(attachment)
    sticker = state.files.add_sticker(data, pictures[-1].width, pictures[-1].height)
    thumbnail = state.files.add_photo(pictures[:2])[-1]
    return _send(state, sender, {"sticker": {**sticker, "thumbnail": thumbnail}})


def edit(state: State, sender: dict[str, Any], message_id: int, text: str) -> Message:
    """Changes the text of a message that the person has sent, or the caption of a file.

    Raises:
        PageError: it is not the person's message, or the text is empty or too long.
    """
    old = state.chats.get(sender["id"], message_id)
    if old is None or old["from"]["id"] != sender["id"] or "sticker" in old:
        raise PageError("This cannot be edited: choose a message of your own.")
    name = "text" if "text" in old else "caption"
    written = _written(name, text)
    if name == "text" and not written:
        raise PageError("A message cannot be empty: write something.")
    kept = {key: old[key] for key in old if key not in (name, _entities_name(name))}
    new = kept | written | {"edit_date": int(time.time())}
    state.chats.replace(new)
    state.updates.push("edited_message", new)
    return new


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


async def _photo(state: State, attachment: Attachment) -> dict[str, Any]:
    return {"photo": state.files.add_photo(await _sizes(attachment))}


async def _document(state: State, attachment: Attachment) -> dict[str, Any]:
    return {"document": state.files.add_document(*attachment)}


async def _sizes(attachment: Attachment) -> list[photo_sizes.Picture]:
    try:
        return await asyncio.to_thread(
            lambda: photo_sizes.sizes(photo_sizes.decode(attachment.data))
        )
    except photo_sizes.UnreadableError:
        raise PageError(
            f"{attachment.name} cannot be read as a picture. Send it as a file."
        ) from None


def _written(name: str, text: str) -> dict[str, Any]:
    text, _ = strip(clean(text), [])
    if utf16_length(text) > _LONGEST[name]:
        raise PageError(f"The text is too long: keep it within {_LONGEST[name]} characters.")
    commands = with_commands(text, [])
    return ({name: text} if text else {}) | ({_entities_name(name): commands} if commands else {})


def _entities_name(name: str) -> str:
    return "entities" if name == "text" else "caption_entities"


def _send(state: State, sender: dict[str, Any], content: dict[str, Any]) -> Message:
    state.chats.open(sender)
    message = state.chats.add(sender["id"], sender, content)
    state.updates.push("message", message)
    return message
