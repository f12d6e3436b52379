"""Who is let in, and what the others hear."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import Bot, Update

from bot.translations import for_code
from bot.updates.admission import Admission
from bot.updates.rate_limits import Limits, RateLimits
from tests.bot.arrivals import Clock, newest, photo_by, photos_a_minute, pressed, update_of
from tests.bot.conversation import Chat, photo_of

ENGLISH = for_code("en")
TOO_MANY = {"seconds": 60}


async def no_choice(_: int) -> None:
    """Nobody has chosen a language."""


async def photo_from(person: Chat, bot: Bot) -> Update:
    """A photo of this person's, as it comes to `bot`."""
    await person.send_photo(photo_of("7"))
    return await newest(bot)


async def texts(person: Chat) -> list[str]:
    await person.fetch()
    return [message["text"] for message in person.received]


async def heard(person: Chat) -> str:
    """What they hear first."""
    found = await person.wait_for(lambda: next(person.received, None))
    return str(found["text"])


async def notices(person: Chat, count: int) -> list[str]:
    """The texts of so many answers to a pressed button."""

    def found() -> dict[str, Any] | None:
        answers = [event for event in person.events if event["type"] == "callback_answer"]
        return {"texts": [each["text"] for each in answers]} if len(answers) >= count else None

    answers: list[str] = (await person.wait_for(found))["texts"]
    return answers


@asynccontextmanager
async def admitting(rate_limits: RateLimits) -> AsyncIterator[Admission]:
    admission = Admission(rate_limits, no_choice)
    async with admission.notifying():
        yield admission


async def test_who_is_let_in_hears_nothing(silent_bot: Bot, person: Chat, clock: Clock) -> None:
    await person.send("hello")
    async with admitting(photos_a_minute(1, clock)) as admission:
        assert admission.admits(await newest(silent_bot), 0)
        await asyncio.sleep(0.1)
        assert await texts(person) == []


async def test_who_is_rejected_is_told_once(silent_bot: Bot, person: Chat, clock: Clock) -> None:
    photos = [await photo_from(person, silent_bot) for _ in range(4)]
    async with admitting(photos_a_minute(1, clock)) as admission:
        assert [admission.admits(photo, 0) for photo in photos] == [True, False, False, False]
        assert await heard(person) == ENGLISH("too-many-a-minute", **TOO_MANY)
        await asyncio.sleep(0.1)
        assert len(await texts(person)) == 1


async def test_how_many_wait_already_counts(silent_bot: Bot, person: Chat) -> None:
    photo = await photo_from(person, silent_bot)
    async with admitting(RateLimits(Limits(pending=3))) as admission:
        assert not admission.admits(photo, 3)
        assert await heard(person) == ENGLISH("too-many-pending", count=3)
        assert admission.admits(photo_by(person.id + 1), 2)


async def test_a_rejection_is_in_the_language_that_the_user_has_chosen(
    silent_bot: Bot, person: Chat
) -> None:
    chosen = {person.id: "ru"}

    async def language(user_id: int) -> str | None:
        return chosen.get(user_id)

    admission = Admission(RateLimits(allowed={person.id + 1}), language)
    await person.send("hello")
    async with admission.notifying():
        assert not admission.admits(await newest(silent_bot), 0)
        assert await heard(person) == for_code("ru")("not-invited", id=str(person.id))


async def test_a_pressed_button_stops_waiting_even_where_nothing_is_said(
    silent_bot: Bot, person: Chat
) -> None:
    press = await pressed(silent_bot, person)
    async with admitting(RateLimits(allowed={person.id + 1})) as admission:
        assert not admission.admits(press, 0)
        assert await notices(person, 1) == [ENGLISH("not-invited", id=str(person.id))]
        [message] = person.received
        await person.press(message, ENGLISH("button-try"))
        assert not admission.admits(await newest(silent_bot), 0)
        assert (await notices(person, 2))[1] == ""


async def test_a_rejection_that_does_not_arrive_is_logged(
    gone_bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    async with admitting(RateLimits(allowed={6})) as admission:
        assert not admission.admits(update_of(5, {"text": "hello"}, bot=gone_bot), 0)
        async with asyncio.timeout(5):
            while "A rejection did not arrive" not in caplog.text:
                await asyncio.sleep(0.01)


async def test_a_rejection_that_is_not_sent_yet_is_given_up_in_the_end(
    silent_bot: Bot, person: Chat
) -> None:
    cancelled = asyncio.Event()

    async def hang(_: int) -> str | None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return None

    admission = Admission(RateLimits(allowed={person.id + 1}), hang)
    async with asyncio.timeout(5), admission.notifying():
        assert not admission.admits(update_of(person.id, {"text": "hello"}, bot=silent_bot), 0)
        await asyncio.sleep(0.01)
    assert cancelled.is_set()
    assert await texts(person) == []
