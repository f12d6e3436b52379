"""How a message is replied to: in its chat, or as a guest where the bot is no member."""

import logging

from telegram import InlineQueryResultArticle, InputTextMessageContent, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

RESULT_ID = "answer"  # Telegram wants one, and a title; it shows neither

logger = logging.getLogger(__name__)


async def reply(message: Message, text: str) -> None:
    """Reply to a message with Telegram's HTML; a guest may do that once, and soon.

    Raises:
        TelegramError: Telegram is away, or refuses the reply.
    """
    if message.guest_query_id is None:
        await message.reply_html(text)
        return
    content = InputTextMessageContent(text, ParseMode.HTML)
    try:
        await message.answer_guest_query(InlineQueryResultArticle(RESULT_ID, RESULT_ID, content))
    except BadRequest as error:
        logger.warning("An answer as a guest did not arrive: %s", error)
