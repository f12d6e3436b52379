"""What the buttons below an answer do: show how the photo was read, and take feedback on it.

The photo is read anew at each press: nothing of it is kept meanwhile, and a restart loses nothing.
"""

from contextlib import suppress
from contextvars import ContextVar

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.chat import keyboards, questions
from bot.chat.answered import person
from bot.chat.captions import caption
from bot.chat.context import Context, acknowledge, query_of, translator_for
from bot.chat.judging import Judging
from bot.chat.keyboards import NO_DIGIT_LETTER, WRONG_PART
from bot.chat.parts import divide
from bot.chat.pictures import picture_in
from bot.chat.questions import Shown
from bot.reading.jobs import Explanation
from bot.reading.photo_reader import PhotoReader
from bot.storage.inbox import Inbox
from bot.translations import Translator
from model.reader import Reading

# Whether the press that is being handled was tried before, and Telegram failed. Its button may be
# away by now, as after a crash of the bot: better a picture twice than none.
_tried = ContextVar("_tried", default=False)


class Feedback:
    """The callbacks of an answer's buttons.

    What goes wrong in one is raised to `Delivery`: a `TelegramError`, or what the database raises.
    """

    def __init__(self, photos: PhotoReader, judging: Judging, inbox: Inbox) -> None:
        """Draw with `photos`, save feedback with `judging`; `inbox` knows what was begun."""
        self._photos = photos
        self._judging = judging
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
        """Save that the answer is right."""
        query = query_of(update)
        translate = translator_for(update, context)
        again = await self._read_again(query, translate, context)
        if again is None:
            return
        photo, reading = again
        if not reading.text:  # another model answered then
            await tell_photo_is_gone(query, translate)
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
            await tell_photo_is_gone(query, translate)
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
            await tell_photo_is_gone(query, translate)
            return
        value = None if letter == NO_DIGIT_LETTER else int(letter)
        await self._judging.correct(query.from_user.id, photo, reading, int(place), value)
        await self._show_feedback(query, translate, photo, reading)

    async def _draw_again(self, query: CallbackQuery, context: Context) -> Explanation | None:
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
        if not await sender_presses(query, translate):
            return None
        photo = _photo_message(query)
        reading = await self._judging.read(photo, context, query.from_user.id)
        if photo is None or reading is None:
            await tell_photo_is_gone(query, translate)
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


def _photo_message(query: CallbackQuery) -> Message | None:
    """The message that the answer replies to, if Telegram still has it."""
    return query.message.reply_to_message if isinstance(query.message, Message) else None


async def sender_presses(query: CallbackQuery, translate: Translator) -> bool:
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


async def tell_photo_is_gone(query: CallbackQuery, translate: Translator) -> None:
    """Give the notice that the photo of a pressed button cannot be had any more."""
    await acknowledge(query, translate("photo-gone"), alert=True)
