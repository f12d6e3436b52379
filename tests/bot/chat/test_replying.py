"""How a message is replied to, in its chat and as a guest."""

import logging

import pytest
from telegram import Bot

from bot.chat.replying import reply
from tests.bot.arrivals import newest
from tests.bot.conversation import Chat, replied_to

SUMMONS = "@digit_sandbox_bot"


async def test_in_a_chat_of_the_bot_the_reply_is_a_message_there(
    silent_bot: Bot, person: Chat
) -> None:
    await person.send("hello")
    message = (await newest(silent_bot)).message
    assert message
    await reply(message, "<b>7</b>")
    await person.fetch()
    [told] = person.received
    assert told["text"] == "7"
    assert [entity["type"] for entity in told["entities"]] == ["bold"]


async def test_a_guest_replies_once_and_what_comes_too_late_is_logged(
    silent_bot: Bot, person: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "bot")
    await person.send_elsewhere(SUMMONS)
    message = (await newest(silent_bot)).guest_message
    assert message
    await reply(message, "<b>7</b>")
    assert caplog.text == ""
    await reply(message, "<b>8</b>")
    assert "did not arrive: Query is too old" in caplog.text
    [told] = await person.told_elsewhere()
    assert told["text"] == "7"
    assert [entity["type"] for entity in told["entities"]] == ["bold"]
    assert replied_to(told) is None
