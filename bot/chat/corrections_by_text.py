"""Replies that say what a photo shows, such as "12.5": so digits missed or invented are told."""

from telegram import Message, Update

from bot.chat import questions
from bot.chat.answered import Answered
from bot.chat.context import Context, message_of, sender_id, translator_for
from bot.chat.judging import Judging
from bot.chat.truth import truth_in
from bot.translations import Translator


class CorrectionsByText:
    """The handler of such replies.

    What goes wrong in it is raised to `Delivery`: a `TelegramError`, or what the database raises.
    """

    def __init__(self, judging: Judging) -> None:
        """Read anew and save feedback with `judging`."""
        self._judging = judging

    async def correct(self, update: Update, context: Context) -> None:
        """Save what a photo shows, and say so."""
        message = message_of(update)
        translate = translator_for(update, context)
        truth = truth_in(message.text or "")
        replied = message.reply_to_message
        if truth is None or replied is None:
            text = translate("correction-not-understood")
        elif answered := Answered.with_buttons(replied):
            text = await self._of_answer(update, translate, answered, truth)
        else:
            text = await self._of_photo(update, context, translate, replied, truth)
        await message.reply_html(text)

    async def _of_answer(
        self, update: Update, translate: Translator, answered: Answered, truth: str
    ) -> str:
        """Save what the photo of an answer shows; returns what to say."""
        user_id = sender_id(update)
        if answered.sender not in {0, user_id}:
            return translate("only-the-sender")
        chat_id = message_of(update).chat.id
        judged = await self._judging.tell_of(user_id, chat_id, answered, truth)
        if judged is None:
            return translate("correction-of-what")
        return _noted(translate, judged.reading, judged.truth)

    async def _of_photo(
        self, update: Update, context: Context, translate: Translator, photo: Message, truth: str
    ) -> str:
        """Save what a photo shows; returns what to say."""
        if photo.from_user and photo.from_user.id == context.bot.id:
            return translate("correction-of-what")
        user_id = sender_id(update)
        reading = await self._judging.read(photo, context, user_id)
        if reading is None:
            return translate("photo-gone")
        kept = await self._judging.tell(user_id, photo, reading, truth)
        return _noted(translate, reading.text, kept)


def _noted(translate: Translator, read: str, truth: str) -> str:
    return translate("noted", feedback=questions.feedback(read, truth))
