"""The button beside the text box of a chat with the bot, which opens the Mini App."""

import logging

from telegram import Bot, MenuButton, MenuButtonCommands, MenuButtonWebApp, WebAppInfo
from telegram.error import TelegramError

from bot.api.http import retried
from bot.translations import DEFAULT_LANGUAGE, for_code

logger = logging.getLogger(__name__)


async def set_menu_button(bot: Bot, url: str | None) -> None:
    """Have the button open the Mini App at `url`; the commands without one, or without https.

    Telegram keeps what was set last, and takes https alone. The bot works without the button, too.
    """
    button = _button(url)
    try:
        await retried(lambda: bot.set_chat_menu_button(menu_button=button))
    except TelegramError as error:
        logger.warning("The menu button could not be set: %s", error)


def _button(url: str | None) -> MenuButton:
    if url is None or not url.startswith("https:"):
        return MenuButtonCommands()
    # Telegram shows the same button to all: it takes no text for each language.
    label = for_code(DEFAULT_LANGUAGE)("button-draw")
    return MenuButtonWebApp(label, WebAppInfo(url))
