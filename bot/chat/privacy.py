"""The handlers of /language, /privacy and /forget: what is kept of a user."""

from contextlib import suppress

from telegram import Message, Update
from telegram.error import BadRequest

from bot.chat import keyboards
from bot.chat.context import Context, acknowledge, message_of, query_of, sender_id, translator_for
from bot.storage.corrections import Corrections
from bot.storage.inbox import Inbox
from bot.storage.preferences import Preferences
from bot.storage.traces import Traces


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
        buttons = keyboards.languages()
        await message_of(update).reply_html(translate("language"), reply_markup=buttons)

    async def choose_language(self, update: Update, context: Context) -> None:
        """Speak the language of the pressed button to this user from now on."""
        query = query_of(update)
        _, _, language = (query.data or "").partition(":")
        context.language = language
        await self._preferences.choose(query.from_user.id, language)
        await acknowledge(query)
        if isinstance(query.message, Message):  # of old messages Telegram sends no content
            translate = translator_for(update, context)
            with suppress(BadRequest):  # pressed twice, it says so already
                await query.edit_message_text(translate("language-chosen"))

    async def explain(self, update: Update, context: Context) -> None:
        """Say what is kept."""
        translate = translator_for(update, context)
        await message_of(update).reply_html(translate("privacy"))

    async def forget(self, update: Update, context: Context) -> None:
        """Delete what is kept of this user, this message included."""
        message = message_of(update)
        answers = await self._corrections.forget(sender_id(update))
        language_chosen = False
        if message.from_user:
            language_chosen = await self._preferences.forget(message.from_user.id)
        context.language = None
        translate = translator_for(update, context)
        lines = []
        if answers or not language_chosen:
            lines.append(translate("forgotten", count=answers))
        if language_chosen:
            lines.append(translate("forgotten-language"))
        await message.reply_html("\n".join(lines))
        await self._inbox.finish(update.update_id)
        self._traces.erase()
