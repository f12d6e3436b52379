"""The menu button opens the Mini App if there is one, and else the commands."""

import pytest
from telegram import Bot, MenuButtonCommands, MenuButtonWebApp, WebAppInfo

from bot.mini_app.menu_button import set_menu_button
from tests.bot.recording_api import recording_api

URL = "https://bot.example.org/draw/"


async def test_the_button_opens_the_mini_app(silent_bot: Bot) -> None:
    await set_menu_button(silent_bot, URL)
    button = await silent_bot.get_chat_menu_button()
    assert button == MenuButtonWebApp("✏️ Draw", WebAppInfo(URL))


@pytest.mark.parametrize("url", [None, "http://bot.example.org/draw/"])
async def test_without_https_it_opens_the_commands_again(silent_bot: Bot, url: str | None) -> None:
    await set_menu_button(silent_bot, URL)
    await set_menu_button(silent_bot, url)
    assert await silent_bot.get_chat_menu_button() == MenuButtonCommands()


async def test_a_button_that_is_refused_is_a_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with recording_api() as api:
        api.refuse("setChatMenuButton", 400, "button_invalid")
        async with Bot("123456:nobody", f"{api.url}/bot") as bot:
            await set_menu_button(bot, URL)
    assert "The menu button could not be set: Button_invalid" in caplog.messages
