"""The Bot API methods, by name; most of them are in modules of their own."""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram.constants import CallbackQueryLimit, ChatAction, ReactionEmoji

from bot.sandbox import (
    guests,
    menu_methods,
    message_methods,
    profile_methods,
    update_methods,
)
from bot.sandbox.errors import ApiError
from bot.sandbox.message_methods import chat
from bot.sandbox.parameters import Parameters
from bot.sandbox.state import State

Method = Callable[[State, Parameters], Awaitable[Any]]

_LARGEST_DOWNLOAD = 20 * 2**20  # bytes


async def get_me(state: State, _: Parameters) -> dict[str, Any]:
    """The bot itself."""
    return state.bot | {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "supports_guest_queries": True,
    }


async def send_chat_action(state: State, call: Parameters) -> bool:
    """Shows what the bot is about to do, such as "typing".

    Raises:
        ApiError: there is no such action or chat.
    """
    action = call.text("action")
    if action not in list(ChatAction):
        raise ApiError("wrong parameter action in request")
    chat_id = chat(state, call)
    state.chats.add_event(chat_id, "action", {"action": action})
    return True


async def answer_callback_query(state: State, call: Parameters) -> bool:
    """Ends the wait of a pressed button, with or without a notice.

    Raises:
        ApiError: the notice is too long, or no such press waits for an answer.
    """
    longest = CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH
    text = call.limited("text", longest, "MESSAGE_TOO_LONG")
    pressed = state.pressed.pop(call.text("callback_query_id"), None)
    if pressed is None:
        raise ApiError("query is too old and response timeout expired or query ID is invalid")
    chat_id, message_id = pressed
    answer = {
        "message_id": message_id,
        "text": text,
        "show_alert": call.flag("show_alert"),
    }
    state.chats.add_event(chat_id, "callback_answer", answer)
    return True


async def set_message_reaction(state: State, call: Parameters) -> bool:
    """Puts an emoji on a message, or takes it away.

    Raises:
        ApiError: there is no such message or emoji, or more than one emoji.
    """
    chat_id = chat(state, call)
    message_id = call.integer("message_id")
    if state.chats.get(chat_id, message_id) is None:
        raise ApiError("message to react not found")
    emoji = [reaction.text("emoji") for reaction in call.objects("reaction")]
    if len(emoji) > 1:
        raise ApiError("REACTIONS_TOO_MANY")
    if not set(emoji) <= set(ReactionEmoji):
        raise ApiError("REACTION_INVALID")
    state.chats.add_event(chat_id, "reaction", {"message_id": message_id, "emoji": emoji})
    return True


async def get_file(state: State, call: Parameters) -> dict[str, Any]:
    """Where to download a file.

    Raises:
        ApiError: there is no such file, or it is larger than a bot may download.
    """
    file = state.files.get(call.text("file_id"))
    if file is None:
        raise ApiError("invalid file_id")
    if len(file.data) > _LARGEST_DOWNLOAD:
        raise ApiError("file is too big")
    return file.describe() | {"file_path": file.path}


METHODS: dict[str, Method] = {
    # Telegram does not distinguish "getMe", "getme" and "GETME".
    method.__name__.replace("_", ""): method
    for method in (
        get_me,
        update_methods.get_updates,
        update_methods.set_webhook,
        update_methods.delete_webhook,
        update_methods.get_webhook_info,
        profile_methods.set_my_commands,
        profile_methods.delete_my_commands,
        profile_methods.get_my_commands,
        profile_methods.set_my_name,
        profile_methods.get_my_name,
        profile_methods.set_my_description,
        profile_methods.get_my_description,
        profile_methods.set_my_short_description,
        profile_methods.get_my_short_description,
        profile_methods.set_my_profile_photo,
        profile_methods.get_user_profile_photos,
        menu_methods.set_chat_menu_button,
        menu_methods.get_chat_menu_button,
        message_methods.send_message,
        message_methods.send_photo,
        message_methods.send_media_group,
        message_methods.edit_message_text,
        message_methods.edit_message_caption,
        message_methods.edit_message_media,
        message_methods.edit_message_reply_markup,
        send_chat_action,
        answer_callback_query,
        guests.answer_guest_query,
        set_message_reaction,
        get_file,
    )
}
