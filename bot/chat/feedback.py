"""What the buttons below an answer do: show how the photo was read, and take feedback on it.

The photo is read anew at each press: nothing of it is kept meanwhile, and a restart loses nothing.
"""

from contextlib import suppress

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.api.downloads import Picture
from bot.chat import keyboards, replies
from bot.chat.context import Context, acknowledge, query_of, translator_for
from bot.chat.keyboards import NO_DIGIT_LETTER
from bot.chat.pictures import picture_in
from bot.reading.photo_reader import PhotoReader
from bot.storage.corrections import Corrections
from bot.translations import Translator
from model.reader import Reading


class Feedback:
    """The callbacks of an answer's buttons.

    What goes wrong in one is raised to `Delivery`: a `TelegramError`, or what the database raises.
    """

    def __init__(self, photos: PhotoReader, corrections: Corrections) -> None:
        """Read with `photos`, save feedback in `corrections`."""
        self._photos = photos
        self._corrections = corrections

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
        """Save that every digit of the answer is right."""
        query = query_of(update)
        translate = translator_for(update, context)
        reading = await self._read_again(query, translate, context)
        if reading is None:
            return
        for place in range(len(reading.text)):
            await self._save(query, reading, place, reading.digits[place].value)
        await _show_feedback(query, translate, reading, reading.text, "right")

    async def ask(self, update: Update, context: Context) -> None:
        """Ask which digit is wrong, then what it really is; or nothing more, if cancelled."""
        query = query_of(update)
        translate = translator_for(update, context)
        if not await _sender_presses(query, translate):
            return
        if not (isinstance(query.message, Message) and query.message.is_accessible):
            await _tell_photo_is_gone(query, translate)
            return
        question, buttons = _next_question(query.data or "", translate)
        await acknowledge(query, question)
        with suppress(BadRequest):  # pressed twice, they are there already
            await query.edit_message_reply_markup(buttons)

    async def correct(self, update: Update, context: Context) -> None:
        """Save what a digit really is."""
        query = query_of(update)
        translate = translator_for(update, context)
        reading = await self._read_again(query, translate, context)
        if reading is None:
            return
        _, number, place, letter = (query.data or "").split(":")
        index = int(place)
        correction = None if letter == NO_DIGIT_LETTER else int(letter)
        await self._save(query, reading, index, correction)
        corrected = number[:index] + letter + number[index + 1 :]
        without_gaps = corrected.replace(NO_DIGIT_LETTER, "")
        await _show_feedback(query, translate, reading, corrected, without_gaps or "nothing")

    async def _draw_again(self, query: CallbackQuery, context: Context) -> bytes | None:
        picture = picture_in(_photo_message(query))
        if picture is None:
            return None
        with suppress(BadRequest):  # Telegram keeps files for a time
            return await self._photos.explain(picture, context.bot)
        return None

    async def _read_again(
        self, query: CallbackQuery, translate: Translator, context: Context
    ) -> Reading | None:
        """Read the photo of an answer anew.

        Returns None, after a notice to the user, if the photo is gone or was sent by somebody else.
        """
        if not await _sender_presses(query, translate):
            return None
        picture = picture_in(_photo_message(query))
        reading = await self._read(picture, context) if picture else None
        if reading is None or not reading.text:  # another model may have answered then
            await _tell_photo_is_gone(query, translate)
            return None
        return reading

    async def _read(self, picture: Picture, context: Context) -> Reading | None:
        with suppress(BadRequest):  # Telegram keeps files for a time
            return await self._photos.read(picture, context.bot)
        return None

    async def _save(
        self, query: CallbackQuery, reading: Reading, place: int, correction: int | None
    ) -> None:
        if not isinstance(query.message, Message) or place >= len(reading.digits):
            return
        digit = reading.digits[place]
        answer = query.message.chat.id, query.message.message_id, place
        model = self._photos.model.metrics["tflite_sha256"]
        await self._corrections.save(
            query.from_user.id, answer, digit.crop, digit.value, correction, model
        )


def _photo_message(query: CallbackQuery) -> Message | None:
    """The message that the answer replies to, if Telegram still has it."""
    return query.message.reply_to_message if isinstance(query.message, Message) else None


async def _sender_presses(query: CallbackQuery, translate: Translator) -> bool:
    """Whether the sender of the photo has pressed the button; anybody else gets a notice."""
    original = _photo_message(query)
    sender = original.from_user if original else None
    if sender is None or sender.is_bot or sender.id == query.from_user.id:
        return True
    await acknowledge(query, translate("only-the-sender"), alert=True)
    return False


def _next_question(data: str, translate: Translator) -> tuple[str | None, InlineKeyboardMarkup]:
    """What to ask after the press of a button with this `data`, if anything; and the buttons."""
    button, number, *place = data.split(":")
    if button == keyboards.BACK:
        return None, keyboards.answer(translate, number)
    if not place and len(number) > 1:
        buttons = keyboards.places(translate, number)
        return translate("which-digit"), buttons
    index = int(place[0]) if place else 0
    buttons = keyboards.keypad(translate, number, index)
    return translate("what-really"), buttons


async def _tell_photo_is_gone(query: CallbackQuery, translate: Translator) -> None:
    await acknowledge(query, translate("photo-gone"), alert=True)


async def _show_feedback(
    query: CallbackQuery, translate: Translator, reading: Reading, number: str, feedback: str
) -> None:
    """Show the feedback below the answer."""
    await acknowledge(query, translate("noted", feedback=feedback))
    answer = replies.answer(translate, reading)
    text = f"{answer}\n{translate('feedback', feedback=feedback)}"
    with suppress(BadRequest):  # pressed twice, it says so already
        await query.edit_message_text(text, reply_markup=keyboards.answer(translate, number))
