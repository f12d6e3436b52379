"""The handlers about what is kept of a user: the language, what they said, and its deletion."""

from contextlib import suppress

from telegram import Message, Update
from telegram.error import BadRequest

from bot.chat import keyboards
from bot.chat.context import Context, acknowledge, message_of, query_of, translator_for
from bot.storage.corrections import Corrections
from bot.storage.preferences import Preferences


class Privacy:
    """What these handlers share."""

    def __init__(self, corrections: Corrections, preferences: Preferences) -> None:
        """Keep languages in `preferences`; what people say is in `corrections`."""
        self._corrections = corrections
        self._preferences = preferences

    async def load_language(self, update: Update, context: Context) -> None:
        """Look up which language the user has chosen, before anything is said."""
        if user := update.effective_user:
            context.language = await self._preferences.language(user.id)

    async def offer_languages(self, update: Update, context: Context) -> None:
        """Offer the languages."""
        text, buttons = translator_for(update, context)("language"), keyboards.languages()
        await message_of(update).reply_html(text, reply_markup=buttons)

    async def choose_language(self, update: Update, context: Context) -> None:
        """Speak the language of the pressed button to this user from now on."""
        query = query_of(update)
        context.language = (query.data or "").partition(":")[2]
        await self._preferences.choose(query.from_user.id, context.language)
        await acknowledge(query)
        if isinstance(query.message, Message):  # Telegram hands out no old ones
            with suppress(BadRequest):  # pressed twice, it says so already
                await query.edit_message_text(translator_for(update, context)("language-chosen"))

    async def explain(self, update: Update, context: Context) -> None:
        """Say what is kept."""
        await message_of(update).reply_html(translator_for(update, context)("privacy"))

    async def forget(self, update: Update, context: Context) -> None:
        """Delete what is kept of this user."""
        user, count, chosen = message_of(update).from_user, 0, False
        if user:
            count = await self._corrections.forget(user.id)
            chosen = await self._preferences.forget(user.id)
        context.language = None
        translate = translator_for(update, context)
        lines = [translate("forgotten", count=count)] if count or not chosen else []
        lines += [translate("forgotten-language")] if chosen else []
        await message_of(update).reply_html("\n".join(lines))
