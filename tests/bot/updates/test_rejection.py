"""What is said instead of an answer."""

import pytest
from telegram import Bot

from bot.translations import for_code
from bot.updates.rejection import SILENCE, Rejection
from tests.bot.arrivals import newest, pressed
from tests.bot.conversation import Chat

RUSSIAN = for_code("ru")
TOO_MANY = Rejection("too-many-a-minute", {"seconds": 40})
TOO_MANY_TEXT = RUSSIAN("too-many-a-minute", seconds=40)


async def test_a_message_gets_its_text_and_values(silent_bot: Bot, person: Chat) -> None:
    await person.send("hello")
    await TOO_MANY.send(await newest(silent_bot), RUSSIAN)
    await person.fetch()
    assert [message["text"] for message in person.received] == [TOO_MANY_TEXT]


async def test_silence_says_nothing(silent_bot: Bot, person: Chat) -> None:
    await person.send("hello")
    await SILENCE.send(await newest(silent_bot), RUSSIAN)
    await person.fetch()
    assert list(person.received) == []


@pytest.mark.parametrize(
    ("rejection", "text"), [(TOO_MANY, TOO_MANY_TEXT), (SILENCE, "")], ids=["text", "silence"]
)
async def test_a_pressed_button_gets_an_alert_or_nothing_and_waits_no_longer(
    silent_bot: Bot, person: Chat, rejection: Rejection, text: str
) -> None:
    update = await pressed(silent_bot, person)
    await rejection.send(update, RUSSIAN)
    await person.fetch()
    [answer] = [event for event in person.events if event["type"] == "callback_answer"]
    assert (answer["text"], answer["show_alert"]) == (text, True)
    assert len(list(person.received)) == 1
