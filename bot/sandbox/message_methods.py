"""The Bot API methods that send and edit messages."""

import asyncio
import secrets
import time
from typing import Any

from telegram.constants import MediaGroupLimit, MessageLimit

from bot.sandbox import photo_sizes
from bot.sandbox.chats import Message
from bot.sandbox.entities import utf16_length
from bot.sandbox.errors import ApiError
from bot.sandbox.parameters import Parameters
from bot.sandbox.state import State

_PHOTO_BYTES = 10 * 2**20
_SIDES_SUM = 10_000  # px, width plus height
_SIDES_RATIO = 20
_KEPT_BY_EDITS = ("message_id", "from", "chat", "date", "reply_to_message", "media_group_id")


async def send_message(state: State, call: Parameters) -> Message:
    """Sends a text."""
    return _send(state, call, _text(call, "message is too long"))


async def send_photo(state: State, call: Parameters) -> Message:
    """Sends a picture: an upload, or a photo the sandbox knows by its file_id."""
    caption = _caption(call, "message caption is too long")
    return _send(state, call, {"photo": await _photo(state, call, "photo"), **caption})


async def send_media_group(state: State, call: Parameters) -> list[Message]:
    """Sends up to ten pictures as an album."""
    items = call.array("media") or []
    if not items:
        raise ApiError("there are no messages to send")
    if len(items) > MediaGroupLimit.MAX_MEDIA_LENGTH:
        raise ApiError("too many messages to send as an album")
    media = [Parameters({"media": item}, call.uploads).nested("media") for item in items]
    contents = [await _media(state, each) for each in media]
    group = {"media_group_id": str(secrets.randbits(62))}
    return [_send(state, call, content | group) for content in contents]


async def edit_message_text(state: State, call: Parameters) -> Message:
    """Replaces the text of a message."""
    content = _text(call, "MESSAGE_TOO_LONG")
    old = _editable(state, call)
    if "text" not in old:
        raise ApiError("there is no text in the message to edit")
    return _edit(state, call, old, content)


async def edit_message_caption(state: State, call: Parameters) -> Message:
    """Replaces the caption of a picture."""
    caption = _caption(call, "MEDIA_CAPTION_TOO_LONG")
    old = _editable(state, call)
    if "photo" not in old:
        raise ApiError("there is no caption in the message to edit")
    return _edit(state, call, old, {"photo": old["photo"], **caption})


async def edit_message_media(state: State, call: Parameters) -> Message:
    """Replaces a message's text or picture by a picture."""
    old = _editable(state, call)
    return _edit(state, call, old, await _media(state, call.nested("media")))


async def edit_message_reply_markup(state: State, call: Parameters) -> Message:
    """Replaces the keyboard of a message, or takes it away."""
    old = _editable(state, call)
    lost = (*_KEPT_BY_EDITS, "edit_date", "reply_markup")
    return _edit(state, call, old, {key: old[key] for key in old if key not in lost})


def chat(state: State, call: Parameters) -> int:
    """The id of the chat that a call is about.

    Raises:
        ApiError: there is no such chat, or its user has not written to the bot.
    """
    if not call.text("chat_id"):
        raise ApiError("chat_id is empty")
    chat_id = call.integer("chat_id")
    if chat_id not in state.chats:
        raise ApiError("chat not found")
    return chat_id


def _text(call: Parameters, too_long: str) -> dict[str, Any]:
    content = call.formatted("text", "entities")
    if not content:
        raise ApiError("message text is empty")
    if utf16_length(content["text"]) > MessageLimit.MAX_TEXT_LENGTH:
        raise ApiError(too_long)
    return content


def _caption(call: Parameters, too_long: str) -> dict[str, Any]:
    content = call.formatted("caption", "caption_entities")
    if utf16_length(content.get("caption", "")) > MessageLimit.CAPTION_LENGTH:
        raise ApiError(too_long)
    return content


async def _media(state: State, media: Parameters) -> dict[str, Any]:
    if media.text("type") != "photo":
        raise ApiError("unsupported media type: the sandbox knows photos only")
    caption = _caption(media, "MEDIA_CAPTION_TOO_LONG")
    return {"photo": await _photo(state, media, "media"), **caption}


async def _photo(state: State, call: Parameters, name: str) -> list[dict[str, Any]]:
    data, file_id = call.upload(name), call.text(name)
    if data is not None:
        _check_size(data)
        return state.files.add_photo(await asyncio.to_thread(_encode, data))
    if not file_id:
        raise ApiError(f"there is no {name} in the request")
    file = state.files.get(file_id)
    if file is None:
        raise ApiError("wrong file identifier/HTTP URL specified")
    if not file.sizes:
        raise ApiError("can't use file of type Document as Photo")
    return file.sizes


def _check_size(data: bytes) -> None:
    if len(data) > _PHOTO_BYTES:
        raise ApiError(
            f"file of size {len(data)} bytes is too big for a photo;"
            f" the maximum size is {_PHOTO_BYTES} bytes"
        )


def _encode(data: bytes) -> list[photo_sizes.Picture]:
    try:
        image = photo_sizes.decode(data)
    except photo_sizes.UnreadableError:
        raise ApiError("IMAGE_PROCESS_FAILED") from None
    short, long = sorted(image.shape[:2])
    if short + long > _SIDES_SUM or long > short * _SIDES_RATIO:
        raise ApiError("PHOTO_INVALID_DIMENSIONS")
    return photo_sizes.sizes(image)


def _send(state: State, call: Parameters, content: dict[str, Any]) -> Message:
    chat_id = chat(state, call)
    content = _reply(state, call, chat_id) | content | call.keyboard()
    return state.chats.add(chat_id, state.bot, content)


def _reply(state: State, call: Parameters, chat_id: int) -> dict[str, Any]:
    reply = call.nested("reply_parameters")
    message_id = reply.integer("message_id") or call.integer("reply_to_message_id")
    original = state.chats.get(chat_id, message_id)
    if original:
        quoted = {key: value for key, value in original.items() if key != "reply_to_message"}
        return {"reply_to_message": quoted}
    optional = "allow_sending_without_reply"
    if message_id and not (reply.flag(optional) or call.flag(optional)):
        raise ApiError("message to be replied not found")
    return {}


def _editable(state: State, call: Parameters) -> Message:
    message = state.chats.get(chat(state, call), call.integer("message_id"))
    if message is None:
        raise ApiError("message to edit not found")
    if message["from"] != state.bot:
        raise ApiError("message can't be edited")
    return message


def _edit(state: State, call: Parameters, old: Message, content: dict[str, Any]) -> Message:
    kept = {key: old[key] for key in _KEPT_BY_EDITS if key in old}
    new = kept | content | call.keyboard()
    if new == {key: value for key, value in old.items() if key != "edit_date"}:
        raise ApiError(
            "message is not modified: specified new message content and reply markup are exactly"
            " the same as a current content and reply markup of the message"
        )
    new["edit_date"] = int(time.time())
    state.chats.replace(new)
    return new
