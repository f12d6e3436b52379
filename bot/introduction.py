"""How the bot presents itself at Telegram: its texts in each language, its name and its photo.

Telegram takes few changes of these a day, so each is read first and set only where it differs.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from telegram import BotCommand, InputProfilePhotoStatic
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.background import in_background
from bot.chat import replies
from bot.translations import DEFAULT_LANGUAGE, Translator, all_languages, for_code

PHOTO_FILE = Path(__file__).with_name("profile.jpg")

logger = logging.getLogger(__name__)

AnyBot = ExtBot[Any]


@asynccontextmanager
async def introducing(bot: AnyBot) -> AsyncIterator[None]:
    """Register with Telegram how the bot presents itself, in the background."""
    async with in_background(introduce(bot)):
        yield


async def introduce(bot: AnyBot) -> None:
    """Register one thing after the other; the bot works without any of them, too."""
    parts = {
        "Commands and descriptions": _set_texts,
        "The bot's names": _set_names,
        "The bot's photo": _set_photo,
    }
    for name, register in parts.items():
        try:
            await register(bot)
        except TelegramError as error:
            logger.warning("%s could not be registered: %s", name, error)


async def _set_texts(bot: AnyBot) -> None:
    for code, translate in all_languages().items():
        await _set_texts_in(bot, translate, None if code == DEFAULT_LANGUAGE else code)


async def _set_texts_in(bot: AnyBot, translate: Translator, code: str | None) -> None:
    """Register them for users of one language, or of all other languages if `code` is None.

    Raises:
        TelegramError: the Bot API cannot be reached, or refuses them.
    """
    described = replies.commands(translate)
    commands = tuple(BotCommand(*each) for each in described.items())
    if await bot.get_my_commands(language_code=code) != commands:
        await bot.set_my_commands(commands, language_code=code)
    description = translate("description")
    if (await bot.get_my_description(code)).description != description:
        await bot.set_my_description(description, code)
    short = translate("short-description")
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)


async def _set_names(bot: AnyBot) -> None:
    """Translate the bot's name, if it is the one that this project gives.

    Any other name is the operator's choice, in every language, and so is a name that one language
    has already.

    Raises:
        TelegramError: the Bot API cannot be reached, or refuses them.
    """
    default = (await bot.get_my_name()).name
    if default != for_code(DEFAULT_LANGUAGE)("bot-name"):
        return
    for code, translate in all_languages().items():
        is_unnamed = (await bot.get_my_name(code)).name in {default, ""}
        if is_unnamed and translate("bot-name") != default:
            await bot.set_my_name(translate("bot-name"), code)


async def _set_photo(bot: AnyBot) -> None:
    """Give the bot a photo, if it has none.

    Raises:
        TelegramError: the Bot API cannot be reached, or refuses it.
    """
    photos = await bot.get_user_profile_photos(bot.id, limit=1)
    if not photos.total_count:
        await bot.set_my_profile_photo(InputProfilePhotoStatic(PHOTO_FILE.read_bytes()))
