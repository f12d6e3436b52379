"""What is said instead of an answer."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot, Update

from bot.chat import keyboards
from bot.sandbox.server import Sandbox
from bot.translations import for_code
from bot.updates.rejection import SILENCE, Rejection
from tests.bot.conversation import Chat, chatting

ENGLISH, RUSSIAN = for_code("en"), for_code("ru")
TOO_MANY = Rejection("too-many-a-minute", {"seconds": 40})
TOO_MANY_TEXT = RUSSIAN("too-many-a-minute", seconds=40)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    """A bot that answers nothing by itself."""
    async with Bot(sandbox.token, f"{sandbox.url}/bot") as bot:
        yield bot


@pytest.fixture
async def person(sandbox: Sandbox) -> AsyncIterator[Chat]:
    async with chatting(sandbox) as person:
        yield person


async def newest(bot: Bot) -> Update:
    [update] = await bot.get_updates(offset=-1)
    return update


async def pressed(bot: Bot, person: Chat) -> Update:
    """The press of a button below a message of the bot."""
    await person.send("hello")
    await bot.send_message(person.id, "x", reply_markup=keyboards.sample(ENGLISH))
    await person.fetch()
    [message] = person.received
    await person.press(message, ENGLISH("button-try"))
    return await newest(bot)


async def test_a_message_gets_its_text_and_values(bot: Bot, person: Chat) -> None:
    await person.send("hello")
    await TOO_MANY.send(await newest(bot), RUSSIAN)
    await person.fetch()
    assert [message["text"] for message in person.received] == [TOO_MANY_TEXT]


async def test_silence_says_nothing(bot: Bot, person: Chat) -> None:
    await person.send("hello")
    await SILENCE.send(await newest(bot), RUSSIAN)
    await person.fetch()
    assert list(person.received) == []


@pytest.mark.parametrize(
    ("rejection", "text"), [(TOO_MANY, TOO_MANY_TEXT), (SILENCE, "")], ids=["text", "silence"]
)
async def test_a_pressed_button_gets_an_alert_or_nothing_and_waits_no_longer(
    bot: Bot, person: Chat, rejection: Rejection, text: str
) -> None:
    update = await pressed(bot, person)
    await rejection.send(update, RUSSIAN)
    await person.fetch()
    [answer] = [event for event in person.events if event["type"] == "callback_answer"]
    assert (answer["text"], answer["show_alert"]) == (text, True)
    assert len(list(person.received)) == 1
