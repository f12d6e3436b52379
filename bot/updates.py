"""How updates come in: by polling."""

from telegram import Update
from telegram.error import InvalidToken, TelegramError

from bot.application import AnyApplication

ALLOWED = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY]
"""The kinds of updates that the bot asks for."""


class StartError(Exception):
    """The bot cannot start; the message is one sentence that says what to check."""


def poll(application: AnyApplication) -> None:
    """Answer updates until a signal to stop.

    Raises:
        StartError: Telegram cannot be reached, or refuses the token.
    """
    try:
        application.run_polling(allowed_updates=ALLOWED)
    except InvalidToken:
        # Its own words would show the token.
        raise StartError(
            "The Bot API knows no bot with this TELEGRAM_TOKEN: copy it again from @BotFather, "
            "and check TELEGRAM_API_URL if you set it."
        ) from None
    except TelegramError as error:
        raise StartError(
            f"The Bot API could not be reached ({error}): check the network and TELEGRAM_API_URL."
        ) from error
