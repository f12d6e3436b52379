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
_SIDES_RATIO = 20  # the longer by the shorter
# The fields that an edit of the text or picture keeps.
_KEPT_BY_EDITS = ("message_id", "from", "chat", "date", "reply_to_message", "media_group_id")


async def send_message(state: State, call: Parameters) -> Message:
    """Sends a text.

    Raises:
        ApiError: there is no such chat, or the text is empty, too long or malformed.
    """
    return _send(state, call, text_fields(call, "message is too long"))


async def send_photo(state: State, call: Parameters) -> Message:
    """Sends a picture: an upload, or a photo the sandbox knows by its file_id.

    Raises:
        ApiError: there is no such chat or picture, or the caption is too long or malformed.
    """
    caption = _caption(call, "message caption is too long")
    photo = await _photo(state, call, "photo")
    return _send(state, call, {"photo": photo, **caption})


async def send_media_group(state: State, call: Parameters) -> list[Message]:
    """Sends up to ten pictures as an album.

    Raises:
        ApiError: there is no such chat or picture, or there are too many or none.
    """
    items = call.array("media") or []
    if not items:
        raise ApiError("there are no messages to send")
    if len(items) > MediaGroupLimit.MAX_MEDIA_LENGTH:
        raise ApiError("too many messages to send as an album")
    contents = []
    for item in items:
        media = Parameters({"media": item}, call.uploads).nested("media")
        contents.append(await _media(state, media))
    album = {"media_group_id": str(secrets.randbits(62))}
    return [_send(state, call, content | album) for content in contents]


async def edit_message_text(state: State, call: Parameters) -> Message:
    """Replaces the text of a message.

    Raises:
        ApiError: the bot has no such message, it would not change, or the text is refused.
    """
    content = text_fields(call, "MESSAGE_TOO_LONG")
    old = _editable(state, call)
    if "text" not in old:
        raise ApiError("there is no text in the message to edit")
    return _edit(state, call, old, content)


async def edit_message_caption(state: State, call: Parameters) -> Message:
    """Replaces the caption of a picture.

    Raises:
        ApiError: the bot has no such message, it would not change, or the caption is refused.
    """
    caption = _caption(call, "MEDIA_CAPTION_TOO_LONG")
    old = _editable(state, call)
    if "photo" not in old:
        raise ApiError("there is no caption in the message to edit")
    return _edit(state, call, old, {"photo": old["photo"], **caption})


async def edit_message_media(state: State, call: Parameters) -> Message:
    """Replaces a message's text or picture by a picture.

    Raises:
        ApiError: the bot has no such message, it would not change, or the picture is refused.
    """
    old = _editable(state, call)
    media = await _media(state, call.nested("media"))
    return _edit(state, call, old, media)


async def edit_message_reply_markup(state: State, call: Parameters) -> Message:
    """Replaces the keyboard of a message, or takes it away.

    Raises:
        ApiError: the bot has no such message, it would not change, or a button is refused.
    """
    old = _editable(state, call)
    content = dict(old)
    content.pop("reply_markup", None)
    return _edit(state, call, old, content)


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


def text_fields(call: Parameters, too_long: str) -> dict[str, Any]:
    """The fields of a message with the text of a call.

    Raises:
        ApiError: it is empty, malformed, or longer than a message, with the reason `too_long`.
    """
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
    photo = await _photo(state, media, "media")
    return {"photo": photo, **caption}


async def _photo(state: State, call: Parameters, name: str) -> list[dict[str, Any]]:
    data = call.upload(name)
    if data is not None:
        _check_size(data)
        sizes = await asyncio.to_thread(_encode, data)
        return state.files.add_photo(sizes)
    file_id = call.text(name)
    if not file_id:
        raise ApiError(f"there is no {name} in the request")
    return _known_photo(state, file_id)


def _known_photo(state: State, file_id: str) -> list[dict[str, Any]]:
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
    reply = _reply(state, call, chat_id)
    keyboard = call.keyboard()
    return state.chats.add(chat_id, state.bot, reply | content | keyboard)


def _reply(state: State, call: Parameters, chat_id: int) -> dict[str, Any]:
    reply = call.nested("reply_parameters")
    message_id = reply.integer("message_id") or call.integer("reply_to_message_id")
    original = state.chats.get(chat_id, message_id)
    if original:
        return {"reply_to_message": _without(original, "reply_to_message")}
    optional = "allow_sending_without_reply"
    if message_id and not (reply.flag(optional) or call.flag(optional)):
        raise ApiError("message to be replied not found")
    return {}


def _without(message: Message, field: str) -> Message:
    return {name: value for name, value in message.items() if name != field}


def _editable(state: State, call: Parameters) -> Message:
    chat_id = chat(state, call)
    message = state.chats.get(chat_id, call.integer("message_id"))
    if message is None:
        raise ApiError("message to edit not found")
    if message["from"]["id"] != state.bot["id"]:
        raise ApiError("message can't be edited")
    return message


def _edit(state: State, call: Parameters, old: Message, content: dict[str, Any]) -> Message:
    kept = {name: old[name] for name in _KEPT_BY_EDITS if name in old}
    new = _without(kept | content | call.keyboard(), "edit_date")
    if new == _without(old, "edit_date"):
        raise ApiError(
            "message is not modified: specified new message content and reply markup are exactly"
            " the same as a current content and reply markup of the message"
        )
    # Telegram hides it when only the keyboard has changed, so no "edited" is shown.
    if _without(new, "reply_markup") != _without(_without(old, "edit_date"), "reply_markup"):
        new["edit_date"] = int(time.time())
    elif "edit_date" in old:
        new["edit_date"] = old["edit_date"]
    state.chats.replace(new)
    return new
