"""The menu button of the bot's chats."""

import json
from collections.abc import Awaitable, Callable

import httpx
import pytest
from telegram import (
    Bot,
    MenuButtonCommands,
    MenuButtonDefault,
    MenuButtonWebApp,
    WebAppInfo,
)

Call = Callable[..., Awaitable[httpx.Response]]
Refusal = Callable[..., Awaitable[tuple[int, str]]]

OPENS_A_PAGE = MenuButtonWebApp("Draw", WebAppInfo("https://bot.example.org/draw/"))


async def test_a_button_is_kept_for_all_chats_and_for_one(
    bot: Bot, hello: int, chat_id: int
) -> None:
    del hello  # which has opened the chat
    assert await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert await bot.get_chat_menu_button() == MenuButtonCommands()
    assert await bot.get_chat_menu_button(chat_id) == MenuButtonDefault()
    assert await bot.set_chat_menu_button(chat_id, OPENS_A_PAGE)
    assert await bot.get_chat_menu_button(chat_id) == OPENS_A_PAGE
    assert await bot.get_chat_menu_button() == MenuButtonCommands()
    assert await bot.set_chat_menu_button(chat_id)
    assert await bot.get_chat_menu_button(chat_id) == MenuButtonDefault()


async def test_a_button_may_come_as_json_in_a_text(sandbox_call: Call, bot: Bot) -> None:
    button = json.dumps(OPENS_A_PAGE.to_dict())
    answer = await sandbox_call("setChatMenuButton", chat_id=None, menu_button=button)
    assert answer.json() == {"ok": True, "result": True}
    assert await bot.get_chat_menu_button() == OPENS_A_PAGE


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ("{", "can't parse menu button JSON object"),
        ("[1]", "can't parse menu button: MenuButton must be an Object"),
        ({"text": "x"}, "can't parse menu button: Can't find field \"type\""),
        ({"type": "game"}, "can't parse menu button: MenuButton has unsupported type"),
        ({"type": "web_app"}, "can't parse menu button: Can't find field \"text\""),
        (
            {"type": "web_app", "text": "x"},
            "can't parse menu button: Can't find field \"web_app\"",
        ),
        (
            {"type": "web_app", "text": "x", "web_app": "https://x.org"},
            'can\'t parse menu button: Field "web_app" must be of type Object',
        ),
        (
            {"type": "web_app", "text": "x", "web_app": {}},
            "can't parse menu button: Can't find field \"url\"",
        ),
        (
            {"type": "web_app", "text": "", "web_app": {"url": "https://x.org"}},
            "menu button text must be non-empty",
        ),
        (
            {"type": "web_app", "text": "x", "web_app": {"url": "http://x.org"}},
            "menu button Web App URL 'http://x.org' is invalid: Only HTTPS links are allowed",
        ),
        (
            {"type": "web_app", "text": "x", "web_app": {"url": "https:///draw"}},
            "menu button Web App URL 'https:///draw' is invalid: URL host is empty",
        ),
        (
            {"type": "web_app", "text": "x", "web_app": {"url": "https://["}},
            "menu button Web App URL 'https://[' is invalid",
        ),
    ],
)
async def test_a_malformed_button_is_refused(refusal: Refusal, button: object, reason: str) -> None:
    refused = await refusal("setChatMenuButton", chat_id=None, menu_button=button)
    assert refused == (400, f"Bad Request: {reason}")


@pytest.mark.parametrize(
    ("chat", "reason"), [(-5, "invalid chat_id specified"), (2**40, "user not found")]
)
@pytest.mark.parametrize("method", ["setChatMenuButton", "getChatMenuButton"])
async def test_only_a_private_chat_that_is_there_has_a_button(
    refusal: Refusal, method: str, chat: int, reason: str
) -> None:
    assert await refusal(method, chat_id=chat) == (400, f"Bad Request: {reason}")
