"""The handlers of /language, /privacy and /forget: what is kept of a user."""

import logging
from contextlib import suppress

from telegram import BotCommandScopeChat, Message, Update
from telegram.error import BadRequest, TelegramError

from bot.chat import keyboards, replies
from bot.chat.context import (
    Context,
    acknowledge,
    answer_text,
    message_of,
    query_of,
    sender_id,
    translator_for,
)
from bot.storage.corrections import Corrections
from bot.storage.inbox import Inbox
from bot.storage.preferences import Preferences
from bot.storage.traces import Traces

logger = logging.getLogger(__name__)


class Privacy:
    """The handlers, and what they share.

    What goes wrong in one is raised to `Delivery`: a `TelegramError`, or what the database raises.
    """

    def __init__(
        self, corrections: Corrections, preferences: Preferences, inbox: Inbox, traces: Traces
    ) -> None:
        """Share what is kept.

        Args:
            corrections: the feedback on answers.
            preferences: the languages.
            inbox: notes which updates are answered.
            traces: erases what was deleted.
        """
        self._corrections = corrections
        self._preferences = preferences
        self._inbox = inbox
        self._traces = traces

    async def load_language(self, update: Update, context: Context) -> None:
        """Look up which language the user has chosen, before any other handler runs."""
        if update.effective_user:
            user_id = update.effective_user.id
            context.language = await self._preferences.language(user_id)

    async def offer_languages(self, update: Update, context: Context) -> None:
        """Offer the languages as buttons."""
        translate = translator_for(update, context)
        buttons = keyboards.languages(translate)
        await answer_text(message_of(update), translate("language"), buttons)

    async def choose_language(self, update: Update, context: Context) -> None:
        """Speak the language of the pressed button to this user from now on."""
        query = query_of(update)
        _, _, language = (query.data or "").partition(":")
        if language == keyboards.NO_LANGUAGE:
            context.language = None
            await self._preferences.forget(query.from_user.id)
        else:
            context.language = language
            await self._preferences.choose(query.from_user.id, language)
        await acknowledge(query)
        if isinstance(query.message, Message):  # of old messages Telegram sends no content
            translate = translator_for(update, context)
            with suppress(BadRequest):  # pressed twice, it says so already
                await query.edit_message_text(translate("language-chosen"))
        await _list_commands(update, context)

    async def explain(self, update: Update, context: Context) -> None:
        """Say what is kept."""
        translate = translator_for(update, context)
        await answer_text(message_of(update), translate("privacy"))

    async def forget(self, update: Update, context: Context) -> None:
        """Delete what is kept of this user, this message included."""
        message = message_of(update)
        answers = await self._corrections.forget(sender_id(update))
        language_chosen = False
        if message.from_user:
            language_chosen = await self._preferences.forget(message.from_user.id)
        context.language = None
        if language_chosen:
            await _list_commands(update, context)
        translate = translator_for(update, context)
        lines = []
        if answers or not language_chosen:
            lines.append(translate("forgotten", count=answers))
        if language_chosen:
            lines.append(translate("forgotten-language"))
        await answer_text(message, "\n".join(lines))
        await self._inbox.finish(update.update_id)
        self._traces.erase()


async def _list_commands(update: Update, context: Context) -> None:
    """Have Telegram list the commands in the language that the user of a private chat has chosen.

    Without one, it lists them in its own language.
    """
    chat = update.effective_chat
    if chat is None or chat.type != chat.PRIVATE:
        return
    scope = BotCommandScopeChat(chat.id)
    try:
        if context.language is None:
            await context.bot.delete_my_commands(scope)
        else:
            commands = replies.commands(translator_for(update, context))
            await context.bot.set_my_commands(list(commands.items()), scope)
    except TelegramError as error:  # the list is a help and no more
        logger.warning("The commands could not be listed in a chosen language: %s", error)
