"""The actions of the chat page's user, which become updates for the bot."""

import asyncio
import secrets
import time
from typing import Any, NamedTuple

from telegram.constants import MediaGroupLimit, MessageLimit

from bot.sandbox import photo_sizes
from bot.sandbox.chats import Message
from bot.sandbox.entities import clean, strip, utf16_length, with_detected
from bot.sandbox.errors import PageError
from bot.sandbox.state import State

_PRESSES_KEPT = 1_000  # that wait for an answer
_LONGEST = {"text": MessageLimit.MAX_TEXT_LENGTH, "caption": MessageLimit.CAPTION_LENGTH}
_ENTITIES = {"text": "entities", "caption": "caption_entities"}
"""The field with the entities of a text field."""


class Attachment(NamedTuple):
    """A file as the user chose it."""

    data: bytes
    name: str
    mime_type: str


class Parcel(NamedTuple):
    """Files that go together."""

    kind: str
    """"photo" for a JPEG in a few sizes, "document" for the bytes untouched."""
    attachments: list[Attachment]
    caption: str
    """What stands under the first of them."""
    reply_to: int
    """The message that they reply to; 0 for none."""


def user(chat_id: int, language: str) -> dict[str, Any]:
    """The chat page's user as Telegram's User; chat_id is the user's id too."""
    return {"id": chat_id, "is_bot": False, "first_name": "Guest", "language_code": language}


def send_text(state: State, sender: dict[str, Any], text: str, reply_to: int = 0) -> Message:
    """Sends a text or a command, in reply to a message or, with 0, to none.

    Raises:
        PageError: the text is empty or too long, or the message is not there.
    """
    content = text_fields("text", text)
    if not content:
        raise PageError("nothing-to-send")
    reply = reply_fields(state, sender["id"], reply_to)
    return _send(state, sender, content | reply)


async def send_files(state: State, sender: dict[str, Any], parcel: Parcel) -> list[Message]:
    """Sends a file, or up to ten as an album: a message each, with the same media_group_id.

    Raises:
        PageError: there are too many files, one is no picture, the caption is too long, or the
            message is not there.
    """
    fields = text_fields("caption", parcel.caption)
    if len(parcel.attachments) > MediaGroupLimit.MAX_MEDIA_LENGTH:
        raise PageError("album-full")
    reply = reply_fields(state, sender["id"], parcel.reply_to)
    store = photo_fields if parcel.kind == "photo" else _document
    storing = [store(state, attachment) for attachment in parcel.attachments]
    contents = await asyncio.gather(*storing)
    contents[0].update(fields)
    if len(contents) > 1:
        album = str(secrets.randbits(62))
        for content in contents:
            content["media_group_id"] = album
    return [_send(state, sender, content | reply) for content in contents]


async def send_sticker(state: State, sender: dict[str, Any], attachment: Attachment) -> Message:
    """Sends a WebP picture as a sticker that does not move.

    Raises:
        PageError: the file is no WebP picture.
    """
    if attachment.data[8:12] != b"WEBP":
        raise PageError("no-sticker")
    sizes = await _sizes(attachment)
    largest = sizes[-1]
    sticker = state.files.add_sticker(attachment.data, largest.width, largest.height)
    thumbnails = state.files.add_photo(sizes[:2])
    sticker["thumbnail"] = thumbnails[-1]
    return _send(state, sender, {"sticker": sticker})


def edit(state: State, sender: dict[str, Any], message_id: int, text: str) -> Message:
    """Changes the text of a message that the user has sent, or the caption of a file.

    Raises:
        PageError: it is not the user's message, or the text is empty or too long.
    """
    old = state.chats.get(sender["id"], message_id)
    if old is None or old["from"]["id"] != sender["id"] or "sticker" in old:
        raise PageError("not-your-message")
    name = "text" if "text" in old else "caption"
    fields = text_fields(name, text)
    if name == "text" and not fields:
        raise PageError("empty-message")
    new = dict(old)
    new.pop(name, None)
    new.pop(_ENTITIES[name], None)
    new |= fields
    new["edit_date"] = int(time.time())
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
    if data not in _buttons(message):
        raise PageError("button-gone")
    query_id = str(secrets.randbits(62))
    state.pressed[query_id] = chat_id, message_id
    if len(state.pressed) > _PRESSES_KEPT:
        oldest = next(iter(state.pressed))
        del state.pressed[oldest]
    query = {
        "id": query_id,
        "from": sender,
        "message": message,
        "data": data,
        "chat_instance": str(chat_id),
    }
    state.updates.push("callback_query", query)
    return query_id


def _buttons(message: Message) -> list[str | None]:
    """The data of the inline keyboard's buttons; None for one that has none, such as a link."""
    markup = message.get("reply_markup", {})
    rows = markup.get("inline_keyboard", [])
    return [button.get("callback_data") for row in rows for button in row]


async def photo_fields(state: State, attachment: Attachment) -> dict[str, Any]:
    """The field of a message with a photo.

    Raises:
        PageError: it is no picture.
    """
    sizes = await _sizes(attachment)
    return {"photo": state.files.add_photo(sizes)}


async def _document(state: State, attachment: Attachment) -> dict[str, Any]:
    return {"document": state.files.add_document(*attachment)}


async def _sizes(attachment: Attachment) -> list[photo_sizes.Picture]:
    try:
        return await asyncio.to_thread(photo_sizes.sizes_of, attachment.data)
    except photo_sizes.UnreadableError:
        raise PageError("no-picture", name=attachment.name) from None


def text_fields(name: str, text: str) -> dict[str, Any]:
    """The fields of a message with this text or caption; none for an empty one.

    Raises:
        PageError: it is too long.
    """
    text, _ = strip(clean(text), [])
    longest = _LONGEST[name]
    if utf16_length(text) > longest:
        raise PageError("too-long", longest=str(longest))
    fields: dict[str, Any] = {}
    if text:
        fields[name] = text
    detected = with_detected(text, [])
    if detected:
        fields[_ENTITIES[name]] = detected
    return fields


def reply_fields(state: State, chat_id: int, message_id: int) -> dict[str, Any]:
    """The field of a message that replies to this one of its chat; none for 0.

    Raises:
        PageError: there is no such message.
    """
    if not message_id:
        return {}
    original = state.chats.get(chat_id, message_id)
    if original is None:
        raise PageError("original-gone")
    original = dict(original)
    original.pop("reply_to_message", None)
    return {"reply_to_message": original}


def _send(state: State, sender: dict[str, Any], content: dict[str, Any]) -> Message:
    chat_id = sender["id"]
    state.chats.open(sender)
    message = state.chats.add(chat_id, sender, content)
    state.updates.push("message", message)
    return message
