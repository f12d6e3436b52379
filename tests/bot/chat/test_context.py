"""What the handlers ask of an update."""

import pytest
from telegram import Bot, Update

from bot.chat.context import acknowledge, message_of, query_of, translator_in
from tests.bot.arrivals import press_by, pressed, update_of
from tests.bot.conversation import Chat


def by_user_of(language: str | None) -> Update:
    """A message of somebody who uses Telegram in this language."""
    user = {"id": 5, "is_bot": False, "first_name": "x", "language_code": language}
    return update_of(5, {"text": "hello", "from": user})


@pytest.mark.parametrize(
    ("chosen", "of_telegram", "spoken"),
    [
        ("ru", "en", "ru"),
        (None, "ru-RU", "ru"),
        ("", "ru-RU", "ru"),
        (None, "pt-BR", "en"),
        (None, None, "en"),
    ],
)
def test_the_chosen_language_comes_before_that_of_telegram(
    chosen: str | None, of_telegram: str | None, spoken: str
) -> None:
    assert translator_in(chosen, by_user_of(of_telegram)).code == spoken


def test_without_a_user_the_chosen_language_is_spoken_or_english() -> None:
    assert translator_in("ru", Update(1)).code == "ru"
    assert translator_in(None, Update(1)).code == "en"


def test_the_message_and_the_press_are_those_of_the_update() -> None:
    message, press = update_of(5, {"text": "hello"}), press_by(5, "right")
    assert message_of(message) is message.message
    assert query_of(press) is press.callback_query
    with pytest.raises(ValueError, match="without a message"):
        message_of(press)
    with pytest.raises(ValueError, match="without a pressed button"):
        query_of(message)


@pytest.mark.parametrize(("text", "alert"), [("thanks", True), ("thanks", False), (None, False)])
async def test_a_press_is_acknowledged_once_and_may_be_again(
    silent_bot: Bot, person: Chat, text: str | None, alert: bool
) -> None:
    query = query_of(await pressed(silent_bot, person))
    await acknowledge(query, text, alert=alert)
    await acknowledge(query, "too late")
    await person.fetch()
    [answer] = [event for event in person.events if event["type"] == "callback_answer"]
    assert (answer["text"], answer["show_alert"]) == (text or "", alert)
