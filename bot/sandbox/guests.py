"""Guest mode: a group that the bot is not in, where people summon it all the same."""

import secrets
from collections.abc import Sequence
from typing import Any

from telegram.constants import InlineQueryResultLimit, InlineQueryResultType

from bot.sandbox.chats import Message
from bot.sandbox.errors import ApiError, PageError
from bot.sandbox.message_methods import text_fields
from bot.sandbox.parameters import Parameters
from bot.sandbox.state import State
from bot.sandbox.user_actions import Attachment, photo_fields, reply_fields
from bot.sandbox.user_actions import text_fields as user_text_fields

_QUERIES_KEPT = 1_000  # that wait for an answer


async def send(
    state: State, sender: dict[str, Any], text: str, photo: Sequence[Attachment], reply_to: int
) -> Message:
    """Sends a text, or a photo with it below; the bot hears of it only if it is summoned.

    Raises:
        PageError: there is nothing to send, the text is too long, the picture is none, or the
            message is not there.
    """
    chat_id = state.chats.open_group(sender)
    content = user_text_fields("caption" if photo else "text", text)
    if photo:
        content |= await photo_fields(state, photo[0])
    if not content:
        raise PageError("nothing-to-send")
    content |= reply_fields(state, chat_id, reply_to)
    message = state.chats.add(chat_id, sender, content)
    if _is_summons(state, message):
        query_id = _new_query(state, chat_id)
        state.updates.push("guest_message", message | {"guest_query_id": query_id})
    return message


async def answer_guest_query(state: State, call: Parameters) -> dict[str, Any]:
    """Sends the one message by which a guest may answer.

    Raises:
        ApiError: no such query waits for an answer, or the message is refused.
    """
    query_id = call.text("guest_query_id")
    chat_id = state.guest_queries.get(query_id)
    if chat_id is None:
        raise ApiError("query is too old and response timeout expired or query ID is invalid")
    content = _content(call.nested("result"))
    del state.guest_queries[query_id]
    state.chats.add(chat_id, state.bot, content)
    return {"inline_message_id": secrets.token_urlsafe(18)}


def _content(result: Parameters) -> dict[str, Any]:
    """The fields of the message that a result stands for."""
    if result.text("type") != InlineQueryResultType.ARTICLE:
        raise ApiError("unsupported result type: the sandbox knows articles only")
    if not 1 <= len(result.text("id").encode()) <= InlineQueryResultLimit.MAX_ID_LENGTH:
        raise ApiError("RESULT_ID_INVALID")
    if not result.text("title"):
        raise ApiError('can\'t parse InlineQueryResult: Field "title" must be non-empty')
    message = result.nested("input_message_content")
    values = message.values | {"text": message.text("message_text")}
    return text_fields(Parameters(values), "MESSAGE_TOO_LONG") | result.keyboard()


def _is_summons(state: State, message: Message) -> bool:
    """Whether a message names the bot, or replies to something that it has said."""
    replied = message.get("reply_to_message", {})
    if replied.get("from", {}).get("id") == state.bot["id"]:
        return True
    text = str(message.get("text", message.get("caption", ""))).encode("utf-16-le")
    name = f"@{state.bot['username']}"
    found = [*message.get("entities", ()), *message.get("caption_entities", ())]
    texts = [text[2 * each["offset"] :][: 2 * each["length"]] for each in found]
    return any(each.decode("utf-16-le").endswith(name) for each in texts)


def _new_query(state: State, chat_id: int) -> str:
    query_id = str(secrets.randbits(62))
    state.guest_queries[query_id] = chat_id
    if len(state.guest_queries) > _QUERIES_KEPT:
        del state.guest_queries[next(iter(state.guest_queries))]
    return query_id
