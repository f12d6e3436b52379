"""The Bot API methods of the menu button: what is beside the text box of a chat."""

from typing import Any
from urllib.parse import urlsplit

from telegram.constants import MenuButtonType

from bot.sandbox.errors import ApiError
from bot.sandbox.parameters import Parameters
from bot.sandbox.state import State

MenuButton = dict[str, Any]

_ALL = 0
"""In place of a chat id: the button of every chat that has none of its own."""
_DEFAULT: MenuButton = {"type": MenuButtonType.DEFAULT}
_COMMANDS: MenuButton = {"type": MenuButtonType.COMMANDS}


async def set_chat_menu_button(state: State, call: Parameters) -> bool:
    """Sets the button of one private chat, or of all others.

    Raises:
        ApiError: the button is malformed or opens no https address, or there is no such chat.
    """
    button = _menu_button(call)
    state.profile.menu_buttons[_chat(state, call)] = button
    return True


async def get_chat_menu_button(state: State, call: Parameters) -> MenuButton:
    """The button of one private chat, or of all others: what was set, or what is there by default.

    Raises:
        ApiError: there is no such chat.
    """
    chat_id = _chat(state, call)
    by_default = _DEFAULT if chat_id else _COMMANDS
    return state.profile.menu_buttons.get(chat_id, by_default)


def _menu_button(call: Parameters) -> MenuButton:
    try:
        value = call.decoded("menu_button")
    except ApiError:
        raise ApiError("can't parse menu button JSON object") from None
    if value is None:
        return _DEFAULT
    if not isinstance(value, dict):
        raise _malformed("MenuButton must be an Object")
    match _field(value, "type"):
        case MenuButtonType.DEFAULT | MenuButtonType.COMMANDS as kind:
            return {"type": kind}
        case MenuButtonType.WEB_APP:
            return _web_app_button(value)
    raise _malformed("MenuButton has unsupported type")


def _web_app_button(value: dict[str, Any]) -> MenuButton:
    text, web_app = _field(value, "text"), _field(value, "web_app")
    if not isinstance(web_app, dict):
        raise _malformed('Field "web_app" must be of type Object')
    url = str(_field(web_app, "url"))
    if not text:
        raise ApiError("menu button text must be non-empty")
    _check_url(url)
    return {"type": MenuButtonType.WEB_APP, "text": str(text), "web_app": {"url": url}}


def _check_url(url: str) -> None:
    invalid = f"menu button Web App URL '{url}' is invalid"
    try:
        scheme, host, *_ = urlsplit(url)
    except ValueError:
        raise ApiError(invalid) from None
    if scheme != "https":
        raise ApiError(f"{invalid}: Only HTTPS links are allowed")
    if not host:
        raise ApiError(f"{invalid}: URL host is empty")


def _field(value: dict[str, Any], name: str) -> Any:  # noqa: ANN401  JSON can be anything
    if name not in value:
        raise _malformed(f'Can\'t find field "{name}"')
    return value[name]


def _malformed(reason: str) -> ApiError:
    return ApiError(f"can't parse menu button: {reason}")


def _chat(state: State, call: Parameters) -> int:
    """The id of the chat that a call is about; `_ALL` if it names none."""
    if not call.text("chat_id"):
        return _ALL
    chat_id = call.integer("chat_id")
    if chat_id <= 0:
        raise ApiError("invalid chat_id specified")
    if chat_id not in state.chats:
        raise ApiError("user not found")
    return chat_id
