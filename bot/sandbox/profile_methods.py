"""The Bot API methods by which a bot presents itself."""

import asyncio
import re
from typing import Any

from telegram.constants import (
    BotCommandLimit,
    BotCommandScopeType,
    BotDescriptionLimit,
    BotNameLimit,
    InputProfilePhotoType,
    UserProfilePhotosLimit,
)

from bot.sandbox import photo_sizes
from bot.sandbox.chats import EVERYONE
from bot.sandbox.errors import ApiError
from bot.sandbox.parameters import Parameters
from bot.sandbox.profile import Commands
from bot.sandbox.state import State

_JPEG = b"\xff\xd8\xff"


async def set_my_commands(state: State, call: Parameters) -> bool:
    """Sets the command menu of one scope and language.

    Raises:
        ApiError: there are too many commands, or one, the scope or the language is malformed.
    """
    commands = [_command(command) for command in call.objects("commands")]
    if len(commands) > BotCommandLimit.MAX_COMMAND_NUMBER:
        raise ApiError("BOT_COMMANDS_TOO_MUCH")
    by_language = state.profile.commands.setdefault(_scope(state, call), {})
    by_language[_language(call)] = commands
    return _announce(state)


async def delete_my_commands(state: State, call: Parameters) -> bool:
    """Takes back the command menu of one scope and language, so that of a wider scope is seen.

    Raises:
        ApiError: the scope or the language is malformed.
    """
    by_language = state.profile.commands.get(_scope(state, call), {})
    by_language.pop(_language(call), None)
    return _announce(state)


async def get_my_commands(state: State, call: Parameters) -> Commands:
    """The command menu of exactly this scope and language; [] if there is none.

    Raises:
        ApiError: the scope or the language is malformed.
    """
    by_language = state.profile.commands.get(_scope(state, call), {})
    return by_language.get(_language(call), [])


async def set_my_name(state: State, call: Parameters) -> bool:
    """Sets the bot's name in one language; an empty one takes it back.

    Raises:
        ApiError: it is too long, or empty for all languages, or the language is malformed.
    """
    name = call.limited("name", BotNameLimit.MAX_NAME_LENGTH, "BOT_NAME_TOO_LONG")
    language = _language(call)
    if not name and not language:
        raise ApiError("BOT_NAME_INVALID")
    state.profile.names[language] = name
    return _announce(state)


async def get_my_name(state: State, call: Parameters) -> dict[str, str]:
    """The bot's name as users of one language see it.

    Raises:
        ApiError: the language is malformed.
    """
    return {"name": state.profile.name_for(_language(call))}


async def set_my_description(state: State, call: Parameters) -> bool:
    """Sets what an empty chat shows.

    Raises:
        ApiError: it is too long, or the language is malformed.
    """
    longest = BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
    text = call.limited("description", longest, "BOT_DESCRIPTION_TOO_LONG")
    state.profile.descriptions[_language(call)] = text
    return _announce(state)


async def get_my_description(state: State, call: Parameters) -> dict[str, str]:
    """What an empty chat shows to users of one language.

    Raises:
        ApiError: the language is malformed.
    """
    return {"description": state.profile.description_for(_language(call))}


async def set_my_short_description(state: State, call: Parameters) -> bool:
    """Sets what the bot's profile shows.

    Raises:
        ApiError: it is too long, or the language is malformed.
    """
    longest = BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
    text = call.limited("short_description", longest, "BOT_SHORT_DESCRIPTION_TOO_LONG")
    state.profile.short_descriptions[_language(call)] = text
    return _announce(state)


async def get_my_short_description(state: State, call: Parameters) -> dict[str, str]:
    """What the bot's profile shows to users of one language.

    Raises:
        ApiError: the language is malformed.
    """
    return {"short_description": state.profile.short_description_for(_language(call))}


async def set_my_profile_photo(state: State, call: Parameters) -> bool:
    """Sets the bot's photo: a JPEG that comes with the call.

    Raises:
        ApiError: it is of another kind, or no picture comes with the call.
    """
    photo = call.nested("photo")
    if photo.text("type") != InputProfilePhotoType.STATIC:
        raise ApiError("unsupported profile photo type: the sandbox knows static ones only")
    data = photo.upload("photo")
    if data is None:
        raise ApiError("there is no photo in the request")
    if not data.startswith(_JPEG):
        raise ApiError("IMAGE_PROCESS_FAILED")
    try:
        sizes = await asyncio.to_thread(photo_sizes.sizes_of, data)
    except photo_sizes.UnreadableError:
        raise ApiError("IMAGE_PROCESS_FAILED") from None
    state.profile.photos.insert(0, state.files.add_photo(sizes))
    return _announce(state)


async def get_user_profile_photos(state: State, call: Parameters) -> dict[str, Any]:
    """The photos of the bot, the newest first; nobody else has any.

    Raises:
        ApiError: there is no such user.
    """
    user_id = call.integer("user_id")
    if user_id != state.bot["id"] and user_id not in state.chats:
        raise ApiError("user not found")
    photos = state.profile.photos if user_id == state.bot["id"] else []
    offset = call.integer("offset")
    limit = call.integer("limit", UserProfilePhotosLimit.MAX_LIMIT)
    return {"total_count": len(photos), "photos": photos[offset : offset + limit]}


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


def _scope(state: State, call: Parameters) -> tuple[str, int]:
    scope = call.nested("scope")
    kind = scope.text("type") or BotCommandScopeType.DEFAULT
    if kind not in list(BotCommandScopeType):
        raise ApiError("can't parse BotCommandScope: Unsupported type specified")
    chat_id = scope.integer("chat_id")
    if kind == BotCommandScopeType.CHAT and chat_id not in state.chats:
        raise ApiError("chat not found")
    return kind, chat_id


def _language(call: Parameters) -> str:
    code = call.text("language_code")
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise ApiError("invalid language code specified")
    return code
