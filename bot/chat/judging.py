"""What people say of an answer, kept: the photo is read anew each time, and never stays here."""

from collections.abc import Mapping
from contextlib import suppress

from telegram import Message
from telegram.error import BadRequest

from bot.chat.answered import Answered
from bot.chat.context import Context
from bot.chat.parts import by_place, corrected
from bot.chat.pictures import picture_in
from bot.chat.truth import is_same
from bot.reading.photo_reader import PhotoReader
from bot.storage.corrections import Corrections, MessageId
from bot.storage.judgements import JudgedAnswer, Judgement
from model.reader import Reading

Said = Mapping[int, int | None]
"""What somebody says of digits, by their places: 0 to 9, or None for "not a digit"."""


class Judging:
    """Reads the photos of answers, and keeps what their senders say of these."""

    def __init__(self, photos: PhotoReader, corrections: Corrections) -> None:
        """Read with `photos`, save in `corrections`."""
        self._photos = photos
        self._corrections = corrections

    async def read(self, photo: Message | None, context: Context, user_id: int) -> Reading | None:
        """Read a photo; None if it is gone."""
        picture = picture_in(photo)
        if picture is None:
            return None
        with suppress(BadRequest):  # Telegram keeps files for a time
            return await self._photos.read(picture, context.bot, user_id)
        return None

    async def answered(self, photo: Message, reading: Reading) -> Answered:
        """The answer to a photo, and what somebody has said of it."""
        kept = await self._corrections.judged(_id(photo))
        return Answered.to(photo, reading.text, kept.truth if kept else None)

    async def confirm(self, user_id: int, photo: Message, reading: Reading) -> None:
        """Keep that a reading is right."""
        values = {place: digit.value for place, digit in enumerate(reading.digits)}
        await self._save(user_id, photo, reading, reading.text, values)

    async def correct(
        self, user_id: int, photo: Message, reading: Reading, place: int, value: int | None
    ) -> None:
        """Keep what a digit really is: 0 to 9, or None for "not a digit"; the others are right."""
        said = await self._corrections.said(_id(photo), len(reading.digits))
        said[place] = value
        if reading.refused:  # one digit was seen there, and nothing else
            truth = "" if value is None else str(value)
        else:
            truth = corrected(reading, said)
        await self._save(user_id, photo, reading, truth, said)

    async def tell(self, user_id: int, photo: Message, reading: Reading, truth: str) -> str:
        """Keep what a photo shows, "" for nothing; returns it as it is kept."""
        # In a refused photo, several may be anything but digits.
        is_told = bool(reading.text) or len(reading.digits) == 1
        said = by_place(reading, truth) if is_told else {}
        return await self._save(user_id, photo, reading, truth, said)

    async def tell_of(
        self, user_id: int, chat_id: int, answered: Answered, truth: str
    ) -> JudgedAnswer | None:
        """The same without the photo; None if what was read in it is not known any more."""
        photo = chat_id, answered.photo
        kept = await self._corrections.judged(photo)
        read = kept.reading if kept else answered.text
        if read is None:
            return None
        judged = JudgedAnswer(read, _as_read(read, truth))
        await self._corrections.save(user_id, photo, judged, self._model)
        return judged

    async def _save(
        self, user_id: int, photo: Message, reading: Reading, truth: str, said: Said
    ) -> str:
        digits = []
        for place, correction in said.items():
            digit = reading.digits[place]
            value = None if reading.refused else digit.value
            digits.append(Judgement(place, digit.crop, value, correction))
        judged = JudgedAnswer(reading.text, _as_read(reading.text, truth), digits)
        await self._corrections.save(user_id, _id(photo), judged, self._model)
        return judged.truth

    @property
    def _model(self) -> str:
        sha256: str = self._photos.model.metrics["tflite_sha256"]
        return sha256


def _id(photo: Message) -> MessageId:
    return photo.chat.id, photo.message_id


def _as_read(read: str, truth: str) -> str:
    """What is true, written as it was read if it was read rightly."""
    return read if is_same(read, truth) else truth
