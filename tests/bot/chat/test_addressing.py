"""Which messages are for the bot."""

from typing import Any

import pytest
from telegram import Bot, Message

from bot.application import Service
from bot.chat import keyboards
from bot.chat.addressing import Addressed, Correcting, Mentioned, Summoned
from bot.chat.answered import Answered
from bot.translations import for_code
from tests.bot.arrivals import PHOTO

USER = {"id": 5, "is_bot": False, "first_name": "x"}


@pytest.fixture
def bot(service: Service) -> Bot:
    return service.bot


def message(bot: Bot, chat: str = "group", **content: Any) -> Message:  # noqa: ANN401
    about = {"message_id": 1, "date": 0, "chat": {"id": -5, "type": chat}, "from": USER}
    return Message.de_json(about | content, bot)


def marked(text: str, kind: str, field: str = "text", before: str = "") -> dict[str, Any]:
    """A text or caption in which `text` is an entity of this kind."""
    entities = {"text": "entities", "caption": "caption_entities"}[field]
    entity = {"type": kind, "offset": len(before), "length": len(text)}
    return {field: f"{before}{text} please", entities: [entity]}


@pytest.mark.parametrize("field", ["text", "caption"])
@pytest.mark.parametrize("before", ["", "hello "])
def test_the_bots_name_and_read_mention_it(bot: Bot, field: str, before: str) -> None:
    name = f"@{bot.username}"
    for text, kind in (
        (name, "mention"),
        (name.upper(), "mention"),
        ("/read", "bot_command"),
        ("/READ", "bot_command"),
        (f"/read{name}", "bot_command"),
    ):
        assert Mentioned().filter(message(bot, **marked(text, kind, field, before)))


@pytest.mark.parametrize("field", ["text", "caption"])
def test_other_names_commands_and_entities_do_not(bot: Bot, field: str) -> None:
    for text, kind in (
        ("@another_bot", "mention"),
        (f"@{bot.username}s", "mention"),
        ("/read@another_bot", "bot_command"),
        ("/reader", "bot_command"),
        ("/help", "bot_command"),
        (f"@{bot.username}", "bold"),
        ("/read", "code"),
    ):
        assert not Mentioned().filter(message(bot, **marked(text, kind, field)))


def test_a_name_without_an_entity_or_a_message_without_text_mentions_nobody(bot: Bot) -> None:
    assert not Mentioned().filter(message(bot, text=f"@{bot.username}"))
    assert not Mentioned().filter(message(bot))


def test_an_entity_that_cuts_a_character_in_two_names_nobody(bot: Bot) -> None:
    half = [{"type": "mention", "offset": 1, "length": 1}]
    assert not Mentioned().filter(message(bot, text="\N{GRINNING FACE}", entities=half))


def test_in_private_everything_is_for_the_bot(bot: Bot) -> None:
    assert Addressed().filter(message(bot, "private", text="hello"))
    assert not Mentioned().filter(message(bot, "private", text="hello"))


@pytest.mark.parametrize("chat", ["group", "supergroup", "channel"])
def test_elsewhere_only_what_mentions_it_or_replies_to_it_is(bot: Bot, chat: str) -> None:
    def reply(**sender: Any) -> dict[str, Any]:  # noqa: ANN401
        original = {"message_id": 1, "date": 0, "chat": {"id": -5, "type": chat}, "text": "x"}
        return {"text": "hello", "reply_to_message": original | sender}

    ourselves = {"id": bot.id, "is_bot": True, "first_name": "Bot"}
    assert Addressed().filter(message(bot, chat, **marked("/read", "bot_command")))
    assert Addressed().filter(message(bot, chat, **reply(**{"from": ourselves})))
    for content in ({"text": "hello"}, reply(**{"from": USER}), reply()):
        assert not Addressed().filter(message(bot, chat, **content))


@pytest.mark.parametrize("chat", ["private", "group"])
def test_as_a_guest_it_is_for_what_names_it_or_is_a_picture(bot: Bot, chat: str) -> None:
    assert Summoned().filter(message(bot, chat, **marked(f"@{bot.username}", "mention")))
    assert Summoned().filter(message(bot, chat, **PHOTO))
    assert not Summoned().filter(message(bot, chat, text="thank you"))


@pytest.mark.parametrize(
    ("chat", "buttons", "photo", "is_one"),
    [
        ("private", "answer", False, True),
        ("group", "answer", False, True),
        ("supergroup", "answer", False, True),
        ("private", "", True, True),
        ("group", "", True, False),
        ("private", "", False, False),
        ("private", "languages", False, False),
    ],
)
def test_what_may_say_what_a_photo_shows(
    bot: Bot, chat: str, buttons: str, photo: bool, is_one: bool
) -> None:
    markup = {
        "answer": keyboards.answer(for_code("en"), Answered(1, 5, "7")),
        "languages": keyboards.languages(for_code("en")),
    }
    about = {
        "message_id": 1,
        "date": 0,
        "chat": {"id": -5, "type": chat},
        "from": bot.bot.to_dict(),
    }
    replied = about | (PHOTO if photo else {"text": "7"})
    if buttons:
        replied["reply_markup"] = markup[buttons].to_dict()
    reply = message(bot, chat, text="1", reply_to_message=replied)
    assert Correcting().filter(reply) is is_one


def test_buttons_that_somebody_else_has_made_name_no_photo_of_ours(bot: Bot) -> None:
    markup = keyboards.answer(for_code("en"), Answered(1, 5, "7")).to_dict()
    about = {"message_id": 1, "date": 0, "chat": {"id": -5, "type": "private"}}
    replied = about | {"from": USER, "text": "7", "reply_markup": markup}
    assert not Correcting().filter(message(bot, "private", text="1", reply_to_message=replied))
    assert not Correcting().filter(message(bot, "private", text="1"))
