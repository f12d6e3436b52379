"""What the buttons below an answer do: show how the photo was read, and take feedback on it.

The photo is read anew at each press: nothing of it is kept meanwhile, and a restart loses nothing.
"""

from contextlib import suppress

from telegram import CallbackQuery, Message, Update
from telegram.error import BadRequest

from bot.chat import questions
from bot.chat.answered import person
from bot.chat.context import Context, acknowledge, query_of, translator_for
from bot.chat.judging import Judging
from bot.chat.keyboards import NO_DIGIT_LETTER, WRONG_PART
from bot.chat.parts import divide
from bot.chat.pictures import picture_in
from bot.chat.questions import Shown
from bot.reading.photo_reader import PhotoReader
from bot.translations import Translator
from model.reader import Reading


class Feedback:
    """The callbacks of an answer's buttons.

    What goes wrong in one is raised to `Delivery`: a `TelegramError`, or what the database raises.
    """

    def __init__(self, photos: PhotoReader, judging: Judging) -> None:
        """Draw with `photos`; read anew and save feedback with `judging`."""
        self._photos = photos
        self._judging = judging

    async def show_picture(self, update: Update, context: Context) -> None:
        """Send a picture that shows how the photo was read."""
        query = query_of(update)
        drawing = await self._draw_again(query, context)
        if drawing is None or not isinstance(query.message, Message):
            await _tell_photo_is_gone(query, translator_for(update, context))
            return
        await acknowledge(query)
        await query.message.reply_photo(drawing)

    async def confirm(self, update: Update, context: Context) -> None:
        """Save that the answer is right."""
        query = query_of(update)
        translate = translator_for(update, context)
        again = await self._read_again(query, translate, context)
        if again is None:
            return
        photo, reading = again
        if not reading.text:  # another model answered then
            await _tell_photo_is_gone(query, translate)
            return
        await self._judging.confirm(query.from_user.id, photo, reading)
        await self._show_feedback(query, translate, photo, reading)

    async def ask(self, update: Update, context: Context) -> None:
        """Ask which digit is wrong, in as many steps as that takes, then what it really is."""
        query = query_of(update)
        translate = translator_for(update, context)
        again = await self._read_again(query, translate, context)
        if again is None:
            return
        photo, reading = again
        kind, *places = (query.data or "").split(":")
        start, stop = 0, len(reading.digits)
        if kind == WRONG_PART:
            start, stop = map(int, places)
        choices = divide(reading, start, stop)
        if not choices and kind == WRONG_PART:  # another model answered then
            await _tell_photo_is_gone(query, translate)
            return
        answered = await self._judging.answered(photo, reading)
        await acknowledge(query)
        await _show(query, questions.next_question(translate, answered, reading, choices))

    async def cancel(self, update: Update, context: Context) -> None:
        """Show the answer again, without a question."""
        query = query_of(update)
        translate = translator_for(update, context)
        again = await self._read_again(query, translate, context)
        if again is None:
            return
        answered = await self._judging.answered(*again)
        await acknowledge(query)
        await _show(query, questions.without_question(translate, answered, again[1]))

    async def correct(self, update: Update, context: Context) -> None:
        """Save what a digit really is."""
        query = query_of(update)
        translate = translator_for(update, context)
        again = await self._read_again(query, translate, context)
        if again is None:
            return
        photo, reading = again
        _, place, letter = (query.data or "").split(":")
        if int(place) >= len(reading.digits):  # another model answered then
            await _tell_photo_is_gone(query, translate)
            return
        value = None if letter == NO_DIGIT_LETTER else int(letter)
        await self._judging.correct(query.from_user.id, photo, reading, int(place), value)
        await self._show_feedback(query, translate, photo, reading)

    async def _draw_again(self, query: CallbackQuery, context: Context) -> bytes | None:
        picture = picture_in(_photo_message(query))
        if picture is None:
            return None
        with suppress(BadRequest):  # Telegram keeps files for a time
            return await self._photos.explain(picture, context.bot, query.from_user.id)
        return None

    async def _read_again(
        self, query: CallbackQuery, translate: Translator, context: Context
    ) -> tuple[Message, Reading] | None:
        """Read the photo of an answer anew.

        Returns None, after a notice to the user, if the photo is gone or was sent by somebody else.
        """
        if not await _sender_presses(query, translate):
            return None
        photo = _photo_message(query)
        reading = await self._judging.read(photo, context, query.from_user.id)
        if photo is None or reading is None:
            await _tell_photo_is_gone(query, translate)
            return None
        return photo, reading

    async def _show_feedback(
        self, query: CallbackQuery, translate: Translator, photo: Message, reading: Reading
    ) -> None:
        """Show what was said below the answer."""
        answered = await self._judging.answered(photo, reading)
        feedback = questions.feedback(reading.text, answered.truth or "")
        await acknowledge(query, translate("noted", feedback=feedback))
        await _show(query, questions.without_question(translate, answered, reading))


def _photo_message(query: CallbackQuery) -> Message | None:
    """The message that the answer replies to, if Telegram still has it."""
    return query.message.reply_to_message if isinstance(query.message, Message) else None


async def _sender_presses(query: CallbackQuery, translate: Translator) -> bool:
    """Whether the sender of the photo has pressed the button; anybody else gets a notice.

    What a channel or a group has posted, or an administrator without a name, anybody may judge:
    Telegram does not tell whether it was the one who presses.
    """
    photo = _photo_message(query)
    sender = person(photo) if photo else 0
    if sender in {0, query.from_user.id}:
        return True
    await acknowledge(query, translate("only-the-sender"), alert=True)
    return False


async def _show(query: CallbackQuery, shown: Shown) -> None:
    with suppress(BadRequest):  # pressed twice, it is so already
        await query.edit_message_text(shown.text, reply_markup=shown.buttons)


async def _tell_photo_is_gone(query: CallbackQuery, translate: Translator) -> None:
    await acknowledge(query, translate("photo-gone"), alert=True)
