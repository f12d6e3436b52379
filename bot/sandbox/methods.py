"""The Bot API methods, by name; more of them are in the other `…_methods`."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.constants import (
    BotCommandLimit,
    BotCommandScopeType,
    BotDescriptionLimit,
    CallbackQueryLimit,
    ChatAction,
    ReactionEmoji,
)

from bot.sandbox import menu_methods, message_methods, update_methods
from bot.sandbox.chats import EVERYONE
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
    }


async def set_my_commands(state: State, call: Parameters) -> bool:
    """Sets the command menu of one scope and language.

    Raises:
        ApiError: there are too many commands, or one, the scope or the language is malformed.
    """
    commands = [_command(command) for command in call.objects("commands")]
    if len(commands) > BotCommandLimit.MAX_COMMAND_NUMBER:
        raise ApiError("BOT_COMMANDS_TOO_MUCH")
    scope = _scope(call.nested("scope"))
    language = _language(call)
    by_language = state.profile.commands.setdefault(scope, {})
    by_language[language] = commands
    return _announce(state)


async def set_my_description(state: State, call: Parameters) -> bool:
    """Sets what an empty chat shows.

    Raises:
        ApiError: it is too long, or the language is malformed.
    """
    longest = BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
    text = _limited(call, "description", longest, "BOT_DESCRIPTION_TOO_LONG")
    state.profile.descriptions[_language(call)] = text
    return _announce(state)


async def set_my_short_description(state: State, call: Parameters) -> bool:
    """Sets what the bot's profile shows.

    Raises:
        ApiError: it is too long, or the language is malformed.
    """
    longest = BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
    text = _limited(call, "short_description", longest, "BOT_SHORT_DESCRIPTION_TOO_LONG")
    state.profile.short_descriptions[_language(call)] = text
    return _announce(state)


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
    text = _limited(call, "text", longest, "MESSAGE_TOO_LONG")
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


def _limited(call: Parameters, name: str, longest: int, too_long: str) -> str:
    """The text of a parameter, which is refused with `too_long` if it is longer."""
    text = call.text(name)
    if len(text) > longest:
        raise ApiError(too_long)
    return text


def _announce(state: State) -> bool:
    state.chats.add_event(EVERYONE, "profile", {})
    return True


def _command(command: Parameters) -> dict[str, str]:
    name = command.text("command").strip().removeprefix("/")
    description = command.text("description").strip()
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise ApiError("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= BotCommandLimit.MAX_DESCRIPTION:
        raise ApiError("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _scope(scope: Parameters) -> tuple[str, int]:
    kind = scope.text("type") or BotCommandScopeType.DEFAULT
    if kind not in list(BotCommandScopeType):
        raise ApiError("can't parse BotCommandScope: Unsupported type specified")
    return kind, scope.integer("chat_id")


def _language(call: Parameters) -> str:
    code = call.text("language_code")
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise ApiError("invalid language code specified")
    return code


METHODS: dict[str, Method] = {
    # Telegram does not distinguish "getMe", "getme" and "GETME".
    method.__name__.replace("_", ""): method
    for method in (
        get_me,
        update_methods.get_updates,
        update_methods.set_webhook,
        update_methods.delete_webhook,
        update_methods.get_webhook_info,
        set_my_commands,
        set_my_description,
        set_my_short_description,
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
        set_message_reaction,
        get_file,
    )
}
