"""Replies that say what a photo shows, such as "12.5": so digits missed or invented are told."""

from contextlib import suppress

from telegram import Message, Update
from telegram.error import BadRequest

from bot.chat import questions
from bot.chat.answered import Answered
from bot.chat.context import Context, answer_text, message_of, sender_id, translator_for
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
            await answer_text(message, translate("correction-not-understood"))
            return
        answered = Answered.with_buttons(replied)
        if answered is None:
            text = await self._of_photo(update, context, translate, replied, truth)
            await answer_text(message, text)
        elif answered.sender not in {0, sender_id(update)}:
            await answer_text(message, translate("only-the-sender"))
        else:
            await self._of_answer(update, context, translate, answered, truth)

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

    async def _of_answer(
        self,
        update: Update,
        context: Context,
        translate: Translator,
        answered: Answered,
        truth: str,
    ) -> None:
        """Save what the photo of an answer shows, say so, and show it below the answer.

        Telegram tells of the photo only once something replies to it, which is what is said here.
        """
        message = message_of(update)
        judged = await self._judging.tell_of(sender_id(update), message.chat.id, answered, truth)
        if judged is None:
            await answer_text(message, translate("correction-of-what"))
            return
        noted = _noted(translate, judged.reading, judged.truth)
        sent = await message.reply_html(noted, reply_to_message_id=answered.photo)
        photo = sent.reply_to_message
        reading = await self._judging.read(photo, context, sender_id(update))
        if photo is None or reading is None or message.reply_to_message is None:
            return
        await self._judging.tell(sender_id(update), photo, reading, truth)
        told = await self._judging.answered(photo, reading)
        shown = questions.without_question(translate, told, reading)
        with suppress(BadRequest):  # it says so already, or is deleted
            await message.reply_to_message.edit_text(shown.text, reply_markup=shown.buttons)


def _noted(translate: Translator, read: str, truth: str) -> str:
    return translate("noted", feedback=questions.feedback(read, truth))
