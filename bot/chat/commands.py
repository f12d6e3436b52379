"""The handlers of commands, but for those of privacy and of single photos; and of the sample."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from telegram import InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot import __version__
from bot.chat import answers, keyboards, replies
from bot.chat.context import (
    Context,
    acknowledge,
    answer_text,
    is_quoted,
    message_of,
    query_of,
    translator_for,
)
from bot.reading.photo_reader import PhotoReader
from bot.storage.corrections import Corrections
from bot.storage.tally import Tally, tally

SAMPLE_FILE = Path(__file__).with_name("sample.jpg")


class Commands:
    """The handlers, one coroutine for each command.

    What goes wrong in one is raised to `Delivery`: a `TelegramError`, what the database raises, or
    a `RuntimeError` if the reader is broken.
    """

    def __init__(self, photos: PhotoReader, corrections: Corrections) -> None:
        """Read the sample with `photos`, count the feedback on answers in `corrections`."""
        self._photos = photos
        self._corrections = corrections
        self._sample = SAMPLE_FILE.read_bytes()
        self._file_ids: dict[str, str] = {}  # of the bot's own pictures, by their names

    async def help(self, update: Update, context: Context) -> None:
        """Say what to send."""
        translate = translator_for(update, context)
        await answer_text(message_of(update), replies.help(translate))

    async def accuracy(self, update: Update, context: Context) -> None:
        """Give the test metrics, and how many answers people called right."""
        judged = await self._tally()
        translate = translator_for(update, context)
        text = replies.accuracy(translate, self._photos.model.metrics, judged)
        await answer_text(message_of(update), text)

    async def about(self, update: Update, context: Context) -> None:
        """Name model, size, data and version."""
        translate = translator_for(update, context)
        model = self._photos.model
        lines = self._photos.lines.metrics
        text = replies.about(translate, model.metrics, lines, len(model.content), __version__)
        await answer_text(message_of(update), text)

    async def confusion(self, update: Update, context: Context) -> None:
        """Send the test set's heatmap, and if people judged enough digits, one of these."""
        translate = translator_for(update, context)
        metrics = self._photos.model.metrics
        judged = await self._tally()
        draw = partial(self._photos.draw_confusion, metrics["confusion_matrix"])
        caption = replies.confusion_caption(translate, metrics)
        message = message_of(update)
        await self._send_again(message, "confusion", draw, caption)
        caption = replies.judged_confusion_caption(translate, judged)
        if caption:
            picture = await self._photos.draw_confusion(judged.confusion)
            await message.reply_photo(picture, caption=caption, do_quote=is_quoted(message))

    async def start(self, update: Update, context: Context) -> None:
        """Greet with a sample that can be tried."""
        translate = translator_for(update, context)
        greeting = translate("greeting")
        buttons = keyboards.sample(translate)
        message = message_of(update)
        await self._send_again(message, "sample", self._own_sample, greeting, buttons)

    async def try_sample(self, update: Update, context: Context) -> None:
        """Read the sample and answer."""
        query = query_of(update)
        await acknowledge(query)
        if not isinstance(query.message, Message):
            return
        translate = translator_for(update, context)
        reading = await self._photos.read_bytes(self._sample, query.from_user.id)
        text = answers.answer(translate, reading)
        # There are no buttons for feedback: the sample is the bot's own.
        buttons = keyboards.sample_answer(translate, reading.text)
        await query.message.reply_html(text, reply_markup=buttons)

    async def _own_sample(self) -> bytes:
        return self._sample

    async def _tally(self) -> Tally:
        """What people's judgements come to; thousands take a moment, in which others are served."""
        readings = await self._corrections.readings()
        return await asyncio.to_thread(tally, readings)

    async def _send_again(
        self,
        message: Message,
        name: str,
        make: Callable[[], Awaitable[bytes]],
        caption: str,
        buttons: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Send a picture of the bot's own: made and uploaded once, named by its file id later."""
        send = partial(
            message.reply_photo,
            caption=caption,
            reply_markup=buttons,
            do_quote=is_quoted(message),
        )
        file_id = self._file_ids.get(name)
        if file_id is not None:
            # Telegram may forget a file; then it is uploaded again.
            with suppress(BadRequest):
                await send(file_id)
                return
        sent = await send(await make())
        self._file_ids[name] = sent.photo[-1].file_id
