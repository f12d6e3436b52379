"""What the buttons below an answer do: show how the photo was read, and take feedback on it.

The photo is read anew at each press: nothing of it is kept meanwhile, and a restart loses nothing.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.api.downloads import Picture
from bot.chat import answers, keyboards
from bot.chat.captions import caption
from bot.chat.context import Context, acknowledge, query_of, translator_for
from bot.chat.keyboards import NO_DIGIT_LETTER, Part
from bot.chat.parts import corrected, divide
from bot.chat.pictures import picture_in
from bot.reading.photo_reader import PhotoReader
from bot.reading.worker_process import Explanation
from bot.storage.corrections import Corrections, Judgement, MessageId
from bot.storage.inbox import Inbox
from bot.translations import Translator
from model.reader import Reading

LONGEST_FEEDBACK = 100  # characters; a notice holds 200

# Whether the press that is being handled was tried before, and Telegram failed. Its button may be
# away by now, as after a crash of the bot: better a picture twice than none.
_tried = ContextVar("_tried", default=False)


class Feedback:
    """The callbacks of an answer's buttons.

    What goes wrong in one is raised to `Delivery`: a `TelegramError`, or what the database raises.
    """

    def __init__(self, photos: PhotoReader, corrections: Corrections, inbox: Inbox) -> None:
        """Read with `photos`, save feedback in `corrections`; `inbox` knows what was begun."""
        self._photos = photos
        self._corrections = corrections
        self._inbox = inbox

    async def show_picture(self, update: Update, context: Context) -> None:
        """Send a picture that shows how the photo was read, once however often that is asked."""
        query = query_of(update)
        translate = translator_for(update, context)
        explanation = await self._draw_again(query, context)
        message = query.message
        if explanation is None or not isinstance(message, Message):
            await tell_photo_is_gone(query, translate)
            return
        is_tried = _tried.get() or self._inbox.was_begun_before(update.update_id)
        _tried.set(True)
        is_first = await _is_first_press(message)
        await acknowledge(query)
        if is_first or is_tried:
            text = caption(translate, explanation.reading)
            await message.reply_photo(explanation.picture, caption=text)

    async def confirm(self, update: Update, context: Context) -> None:
        """Save that every digit of the answer is right."""
        query = query_of(update)
        translate = translator_for(update, context)
        reading = await self._read_again(query, translate, context)
        if reading is None:
            return
        values = {place: digit.value for place, digit in enumerate(reading.digits)}
        await self._save(query, reading, values)
        await _show_feedback(query, translate, reading, "right")

    async def ask(self, update: Update, context: Context) -> None:
        """Ask which digit is wrong, in as many steps as that takes, then what it really is."""
        query = query_of(update)
        translate = translator_for(update, context)
        reading = await self._read_again(query, translate, context)
        if reading is None:
            return
        _, *places = (query.data or "").split(":")
        start, stop = map(int, places) if places else (0, len(reading.digits))
        choices = divide(reading, start, stop)
        if not choices:  # another model answered then
            await tell_photo_is_gone(query, translate)
            return
        question, buttons = _next_question(translate, choices)
        await acknowledge(query, question)
        await _show_buttons(query, buttons)

    async def cancel(self, update: Update, context: Context) -> None:
        """Show the answer's buttons again."""
        query = query_of(update)
        translate = translator_for(update, context)
        if not await sender_presses(query, translate):
            return
        if not isinstance(query.message, Message):  # too old for Telegram to have it still
            await tell_photo_is_gone(query, translate)
            return
        await acknowledge(query)
        await _show_buttons(query, keyboards.answer(translate, with_feedback=True))

    async def correct(self, update: Update, context: Context) -> None:
        """Save what a digit really is."""
        query = query_of(update)
        translate = translator_for(update, context)
        reading = await self._read_again(query, translate, context)
        if reading is None:
            return
        _, digits, letter = (query.data or "").split(":")
        place = int(digits)
        if place >= len(reading.digits):  # another model answered then
            await tell_photo_is_gone(query, translate)
            return
        correction = None if letter == NO_DIGIT_LETTER else int(letter)
        await self._save(query, reading, {place: correction})
        said = await self._corrections.said(_message_id(query), len(reading.digits))
        feedback = corrected(reading, said, place)
        await _show_feedback(query, translate, reading, feedback or "nothing")

    async def _draw_again(self, query: CallbackQuery, context: Context) -> Explanation | None:
        picture = picture_in(_photo_message(query))
        if picture is None:
            return None
        with suppress(BadRequest):  # Telegram keeps files for a time
            return await self._photos.explain(picture, context.bot, query.from_user.id)
        return None

    async def _read_again(
        self, query: CallbackQuery, translate: Translator, context: Context
    ) -> Reading | None:
        """Read the photo of an answer anew.

        Returns None, after a notice to the user, if the photo is gone or was sent by somebody else.
        """
        if not await sender_presses(query, translate):
            return None
        picture = picture_in(_photo_message(query))
        user_id = query.from_user.id
        reading = await self._read(picture, context, user_id) if picture else None
        # Another model may have answered then.
        if reading is None or reading.refused or not reading.digits:
            await tell_photo_is_gone(query, translate)
            return None
        return reading

    async def _read(self, picture: Picture, context: Context, user_id: int) -> Reading | None:
        with suppress(BadRequest):  # Telegram keeps files for a time
            return await self._photos.read(picture, context.bot, user_id)
        return None

    async def _save(
        self, query: CallbackQuery, reading: Reading, said: Mapping[int, int | None]
    ) -> None:
        """Save what somebody says of the digits at some places."""
        judgements = []
        for place, correction in said.items():
            digit = reading.digits[place]
            judgements.append(Judgement(place, digit.crop, digit.value, correction))
        model = self._photos.model.metrics["tflite_sha256"]
        message = _message_id(query)
        await self._corrections.save(query.from_user.id, message, judgements, model)


async def _is_first_press(message: Message) -> bool:
    """Take What I saw from an answer; returns False if an earlier press has done so.

    Telegram tells that the button is away by now, so that nothing need be remembered of a press.

    Raises:
        TelegramError: Telegram is away, and it is not known whether the button is.
    """
    buttons = message.reply_markup or InlineKeyboardMarkup([])
    try:
        await message.edit_reply_markup(keyboards.without_picture(buttons))
    except BadRequest as error:
        return "not modified" not in error.message
    return True


def _message_id(query: CallbackQuery) -> MessageId:
    """The chat and the message of the pressed button.

    Raises:
        ValueError: there is no message.
    """
    if query.message is None:
        raise ValueError("a button without a message passed the filters")
    return query.message.chat.id, query.message.message_id


def _photo_message(query: CallbackQuery) -> Message | None:
    """The message that the answer replies to, if Telegram still has it."""
    return query.message.reply_to_message if isinstance(query.message, Message) else None


async def sender_presses(query: CallbackQuery, translate: Translator) -> bool:
    """Whether the sender of the photo has pressed the button; anybody else gets a notice."""
    original = _photo_message(query)
    sender = original.from_user if original else None
    if sender is None or sender.is_bot or sender.id == query.from_user.id:
        return True
    await acknowledge(query, translate("only-the-sender"), alert=True)
    return False


def _next_question(
    translate: Translator, choices: Sequence[Part]
) -> tuple[str, InlineKeyboardMarkup]:
    """What to ask about the parts of an answer of which one is wrong, and the buttons."""
    first = choices[0]
    if len(choices) == 1:
        return translate("what-really"), keyboards.keypad(translate, first.start)
    is_digit = first.stop - first.start == 1
    question = "which-digit" if is_digit else "which-part"
    return translate(question), keyboards.parts(translate, choices)


async def _show_buttons(query: CallbackQuery, buttons: InlineKeyboardMarkup) -> None:
    with suppress(BadRequest):  # pressed twice, they are there already
        await query.edit_message_reply_markup(buttons)


async def tell_photo_is_gone(query: CallbackQuery, translate: Translator) -> None:
    """Give the notice that the photo of a pressed button cannot be had any more."""
    await acknowledge(query, translate("photo-gone"), alert=True)


async def _show_feedback(
    query: CallbackQuery, translate: Translator, reading: Reading, feedback: str
) -> None:
    """Show the feedback below the answer."""
    if len(feedback) > LONGEST_FEEDBACK:
        feedback = f"{feedback[:LONGEST_FEEDBACK]}…"
    await acknowledge(query, translate("noted", feedback=feedback))
    answer = answers.answer(translate, reading)
    text = f"{answer}\n{translate('feedback', feedback=feedback)}"
    buttons = keyboards.answer(translate, with_feedback=True)
    with suppress(BadRequest):  # pressed twice, it says so already
        await query.edit_message_text(text, reply_markup=buttons)
