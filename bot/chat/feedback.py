"""What the buttons below an answer do: show what was seen, and take what people say of it.

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
    """The callbacks of an answer's buttons."""

    def __init__(self, photos: PhotoReader, corrections: Corrections) -> None:
        """Read with `photos`, keep what people say in `corrections`."""
        self._photos = photos
        self._corrections = corrections

    async def show_picture(self, update: Update, context: Context) -> None:
        """Show what was seen."""
        query, translate = query_of(update), translator_for(update, context)
        picture, drawn = _picture_of(query), None
        if picture is not None:
            with suppress(BadRequest):  # Telegram keeps files for a time
                drawn = await self._photos.explain(picture, context.bot)
        if drawn is None or not isinstance(query.message, Message):
            await acknowledge(query, translate("photo-gone"), alert=True)
            return
        await acknowledge(query)
        await query.message.reply_photo(drawn)

    async def confirm(self, update: Update, context: Context) -> None:
        """Keep that every digit of the answer is right."""
        query, translate = query_of(update), translator_for(update, context)
        reading = await self._reading(query, translate, context)
        if reading is None:
            return
        for place in range(len(reading.text)):
            await self._keep(query, reading, place, reading.digits[place].value)
        await _say(query, translate, reading, reading.text, "right")

    async def ask(self, update: Update, context: Context) -> None:
        """Ask which digit is wrong, then what it really is; or nothing more, if cancelled."""
        query, translate = query_of(update), translator_for(update, context)
        if not await _sender_presses(query, translate):
            return
        if not (isinstance(query.message, Message) and query.message.is_accessible):
            await acknowledge(query, translate("photo-gone"), alert=True)
            return
        step, number, *place = (query.data or "").split(":")
        if step == keyboards.BACK:
            question, buttons = None, keyboards.answer(translate, number)
        elif place or len(number) == 1:
            question = "what-really"
            buttons = keyboards.keypad(translate, number, int(place[0]) if place else 0)
        else:
            question, buttons = "which-digit", keyboards.places(translate, number)
        await acknowledge(query, question and translate(question))
        await _edit_buttons(query, buttons)

    async def correct(self, update: Update, context: Context) -> None:
        """Keep what a digit really is."""
        query, translate = query_of(update), translator_for(update, context)
        reading = await self._reading(query, translate, context)
        if reading is None:
            return
        _, number, place, said = (query.data or "").split(":")
        at = int(place)
        await self._keep(query, reading, at, None if said == NO_DIGIT_LETTER else int(said))
        number = number[:at] + said + number[at + 1 :]
        told = number.replace(NO_DIGIT_LETTER, "") or "nothing"
        await _say(query, translate, reading, number, told)

    async def _reading(
        self, query: CallbackQuery, translate: Translator, context: Context
    ) -> Reading | None:
        """The photo to judge, read anew; None if that cannot or may not be, which is told."""
        if not await _sender_presses(query, translate):
            return None
        picture = _picture_of(query)
        if picture is not None:
            with suppress(BadRequest):  # Telegram keeps files for a time
                reading = await self._photos.read(picture, context.bot)
                if reading.text:  # another model may have answered then
                    return reading
        await acknowledge(query, translate("photo-gone"), alert=True)
        return None

    async def _keep(
        self, query: CallbackQuery, reading: Reading, place: int, correction: int | None
    ) -> None:
        if not isinstance(query.message, Message) or place >= len(reading.digits):
            return
        digit = reading.digits[place]
        await self._corrections.save(
            query.from_user.id,
            (query.message.chat.id, query.message.message_id, place),
            digit.crop,
            digit.value,
            correction,
            self._photos.model.metrics["tflite_sha256"],
        )


def _picture_of(query: CallbackQuery) -> Picture | None:
    """The picture that the answer is about, if Telegram still tells."""
    return picture_in(
        query.message.reply_to_message if isinstance(query.message, Message) else None
    )


async def _sender_presses(query: CallbackQuery, translate: Translator) -> bool:
    """Whether the photo is the presser's own; who presses another's is told."""
    original = query.message.reply_to_message if isinstance(query.message, Message) else None
    sender = original.from_user if original else None
    if sender is None or sender.is_bot or sender.id == query.from_user.id:
        return True
    await acknowledge(query, translate("only-the-sender"), alert=True)
    return False


async def _say(
    query: CallbackQuery, translate: Translator, reading: Reading, number: str, told: str
) -> None:
    """Show below the answer what was said of it."""
    await acknowledge(query, translate("noted", said=told))
    text = f"{replies.answer(translate, reading)}\n{translate('said', said=told)}"
    with suppress(BadRequest):  # pressed twice, it says so already
        await query.edit_message_text(text, reply_markup=keyboards.answer(translate, number))


async def _edit_buttons(query: CallbackQuery, buttons: InlineKeyboardMarkup) -> None:
    with suppress(BadRequest):  # pressed twice, they are there already
        await query.edit_message_reply_markup(buttons)
