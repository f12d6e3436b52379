"""Updates that the chat page cannot make, handed to the bot as Telegram words them."""

import asyncio
import itertools
import time
from typing import Any

import pytest

from bot.application import Service
from bot.chat import replies
from bot.translations import for_code
from tests.bot.conversation import Chat, Message, hand_in, photo_of

ENGLISH = for_code("en")

_update_ids = itertools.count(1)

STICKER = {
    "file_id": "x",
    "file_unique_id": "x",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
}
VOICE = {"file_id": "x", "file_unique_id": "x", "duration": 1}
MEDIA = [
    {"voice": VOICE},
    {"location": {"latitude": 0, "longitude": 0}},
    {"contact": {"phone_number": "7", "first_name": "<b>&"}},
    {"dice": {"emoji": "🎲", "value": 7 - 1}},
    {"something_new": {"nobody": "knows"}},
]


class Desk:
    """Hands updates of one chat to the bot and tells what it has said to them."""

    def __init__(self, service: Service, chat: Chat) -> None:
        """Speak for the person of `chat`."""
        self._service = service
        self._chat = chat

    async def hand_in(
        self,
        kind: str = "message",
        chat_type: str = "private",
        **content: Any,  # noqa: ANN401  whatever Telegram sends
    ) -> str:
        """The text of the bot's answer, "" for silence."""
        known = {message["message_id"] for message in self._chat.received}
        message = {
            "message_id": 1_000_000,
            "date": int(time.time()),
            "chat": {"id": self._chat.id, "type": chat_type, "first_name": "<b>&"},
            "from": {"id": self._chat.id, "is_bot": False, "first_name": "<b>&"},
            **content,
        }
        await self._process(kind, message)
        await self._chat.fetch()
        new = [each for each in self._chat.received if each["message_id"] not in known]
        return "\n".join(each["text"] for each in new)

    async def press(self, data: str) -> None:
        """Press a button below a message that Telegram no longer hands out."""
        chat = {"id": self._chat.id, "type": "private"}
        user = {"id": self._chat.id, "is_bot": False, "first_name": "<b>&"}
        message = {"chat": chat, "message_id": 1, "date": 0}
        query = {"id": "1", "from": user, "chat_instance": "1", "data": data, "message": message}
        await self._process("callback_query", query)

    async def _process(self, kind: str, content: Message) -> None:
        await hand_in(self._service, {"update_id": next(_update_ids), kind: content})


@pytest.fixture
async def desk(service: Service, chat: Chat) -> Desk:
    await chat.ask("/start")
    return Desk(service, chat)


@pytest.mark.parametrize("content", MEDIA, ids=lambda content: next(iter(content)))
async def test_whatever_else_is_sent_gets_the_hint(desk: Desk, content: Message) -> None:
    assert await desk.hand_in(**content) == ENGLISH("hint")


async def test_a_sticker_is_read_if_it_keeps_still(desk: Desk, chat: Chat) -> None:
    photo = await sent(chat, "7")
    assert (await desk.hand_in(sticker=STICKER | {"file_id": photo[-1]["file_id"]})).startswith("7")
    for moving in ("is_animated", "is_video"):
        assert await desk.hand_in(sticker=STICKER | {moving: True}) == ENGLISH("moving-sticker")


async def test_of_edited_messages_only_photos_are_told_to_be_sent_again(
    desk: Desk, chat: Chat
) -> None:
    edited: dict[str, Any] = {"edit_date": int(time.time())}
    for content in ({"text": "hello"}, command("/help")):
        assert await desk.hand_in("edited_message", **edited, **content) == ""
    photo = await sent(chat, "7")
    assert await desk.hand_in("edited_message", **edited, photo=photo) == ENGLISH("edited")


async def test_an_album_is_answered_in_one_message(desk: Desk, chat: Chat) -> None:
    photos = [await sent(chat, digits) for digits in ("7", "20", "")]
    known = len(list(chat.received))
    await asyncio.gather(
        *(
            desk.hand_in(photo=photo, media_group_id="12", message_id=2_000_000 + place)
            for place, photo in enumerate(photos)
        )
    )
    [answer] = list(chat.received)[known:]
    first, second, third = answer["text"].splitlines()
    assert first.startswith("Photo 1: 7")
    assert second.startswith("Photo 2: 20")
    assert third.startswith("Photo 3: I see nothing")


async def test_channel_posts_are_ignored(desk: Desk) -> None:
    assert await desk.hand_in("channel_post", "channel", title="<b>", text="7") == ""


async def test_what_telegram_itself_says_in_a_chat_is_ignored(desk: Desk) -> None:
    joined = [{"id": 5, "is_bot": False, "first_name": "<b>"}]
    service: list[Message] = [{"new_chat_members": joined}, {"new_chat_title": "x"}]
    for content in service:
        assert await desk.hand_in(**content) == ""


async def test_in_a_group_talk_and_photos_of_others_are_none_of_the_bots_business(
    desk: Desk, chat: Chat
) -> None:
    photo = await sent(chat, "7")
    for content in (
        {"text": "see you at 7"},
        {"sticker": STICKER},
        {"photo": photo},
        {"photo": photo, "caption": "seven"},
        {"photo": photo, **captioned("@another_bot", "mention")},
    ):
        assert await desk.hand_in(chat_type="group", **content) == ""


async def test_in_a_group_commands_and_what_is_addressed_to_the_bot_are_answered(
    desk: Desk, chat: Chat, service: Service
) -> None:
    photo, name = await sent(chat, "7"), f"@{service.bot.username}"
    assert await desk.hand_in(chat_type="group", **command("/help")) == replies.help(ENGLISH)
    to_the_bot = {
        "message_id": 5,
        "date": 0,
        "chat": {"id": chat.id, "type": "group"},
        "from": {"id": service.bot.id, "is_bot": True, "first_name": "Bot"},
    }
    shown = {**to_the_bot, "from": {"id": 5, "is_bot": False, "first_name": "x"}, "photo": photo}
    mention = [{"type": "mention", "offset": 0, "length": len(name)}]
    for content in (
        {"photo": photo, **captioned(name, "mention")},
        {"photo": photo, **captioned("/read", "bot_command")},
        {"photo": photo, **captioned(f"/read{name}", "bot_command")},
        {"photo": photo, "reply_to_message": to_the_bot},
        {**command("/read"), "reply_to_message": shown},
        {"text": name, "entities": mention, "reply_to_message": shown},
    ):
        assert (await desk.hand_in(chat_type="group", **content)).startswith("7")


async def test_in_a_group_the_answer_to_a_command_quotes_it(desk: Desk, chat: Chat) -> None:
    asked = await chat.send("hello")
    await desk.hand_in(chat_type="group", message_id=asked, **command("/help"))
    assert (await chat.reply_to(asked))["text"] == replies.help(ENGLISH)


async def test_a_command_for_another_bot_is_not_answered_as_ours(desk: Desk) -> None:
    assert await desk.hand_in(chat_type="group", **command("/help@other_bot")) == ""


async def test_a_file_that_telegram_no_longer_has_is_a_failure_told_plainly(desk: Desk) -> None:
    photo = [{"file_id": "gone", "file_unique_id": "x", "width": 1, "height": 1}]
    assert await desk.hand_in(photo=photo) == ENGLISH("failure")


async def test_an_answer_is_sent_even_if_the_question_was_deleted(desk: Desk) -> None:
    # No message 1,000,000 exists in the sandbox: there is nothing to reply to.
    assert await desk.hand_in(text="hello") == ENGLISH("hint")


async def test_a_language_chosen_below_a_message_that_is_too_old_is_spoken_all_the_same(
    desk: Desk,
) -> None:
    await desk.press("language:ru")
    assert await desk.hand_in(text="hello") == for_code("ru")("hint")


async def test_a_language_that_is_no_longer_here_is_english(desk: Desk) -> None:
    await desk.press("language:xx")
    assert await desk.hand_in(text="hello") == ENGLISH("hint")


def command(text: str) -> dict[str, Any]:
    """The fields of a message that holds a command."""
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}]}


def captioned(text: str, kind: str) -> dict[str, Any]:
    """The fields of a photo whose caption is one entity."""
    return {
        "caption": text,
        "caption_entities": [{"type": kind, "offset": 0, "length": len(text)}],
    }


async def sent(chat: Chat, digits: str) -> list[dict[str, Any]]:
    """The sizes of a photo that the chat's person has sent."""
    photo: list[dict[str, Any]] = (await chat.show(photo_of(digits)))["reply_to_message"]["photo"]
    return photo
