"""Updates that the chat page cannot make, handed to the bot as Telegram words them."""

import itertools
import time
from typing import Any

import pytest
from telegram import Update

from bot import replies
from bot.application import AnyApplication
from bot.words import for_code
from tests.bot.conversation import Chat, Message, photo_of

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
    {"sticker": STICKER},
    {"voice": VOICE},
    {"location": {"latitude": 0, "longitude": 0}},
    {"contact": {"phone_number": "7", "first_name": "<b>&"}},
    {"dice": {"emoji": "🎲", "value": 7 - 1}},
    {"something_new": {"nobody": "knows"}},
]


class Desk:
    """Hands updates of one chat to the bot and tells what it has said to them."""

    def __init__(self, application: AnyApplication, chat: Chat) -> None:
        """Speak for the person of `chat`."""
        self._application = application
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
        data = {"update_id": next(_update_ids), kind: content}
        await self._application.process_update(Update.de_json(data, self._application.bot))


@pytest.fixture
async def desk(application: AnyApplication, chat: Chat) -> Desk:
    await chat.ask("/start")
    return Desk(application, chat)


@pytest.mark.parametrize("content", MEDIA, ids=lambda content: next(iter(content)))
async def test_whatever_else_is_sent_gets_the_hint(desk: Desk, content: Message) -> None:
    assert await desk.hand_in(**content) == ENGLISH("hint")


async def test_edited_messages_are_ignored(desk: Desk) -> None:
    photo = [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]
    for content in ({"text": "hello"}, {"photo": photo}, command("/help")):
        assert await desk.hand_in("edited_message", edit_date=int(time.time()), **content) == ""


async def test_channel_posts_are_ignored(desk: Desk) -> None:
    assert await desk.hand_in("channel_post", "channel", title="<b>", text="7") == ""


async def test_what_telegram_itself_says_in_a_chat_is_ignored(desk: Desk) -> None:
    joined = [{"id": 5, "is_bot": False, "first_name": "<b>"}]
    service: list[Message] = [{"new_chat_members": joined}, {"new_chat_title": "x"}]
    for content in service:
        assert await desk.hand_in(**content) == ""


async def test_in_a_group_commands_and_photos_are_answered_and_talk_is_not(
    desk: Desk, chat: Chat
) -> None:
    assert await desk.hand_in(chat_type="group", text="see you at 7") == ""
    assert await desk.hand_in(chat_type="group", sticker=STICKER) == ""
    assert await desk.hand_in(chat_type="group", **command("/help")) == replies.help(ENGLISH)
    photo = (await chat.show(photo_of("7")))["reply_to_message"]["photo"]
    assert (await desk.hand_in(chat_type="group", photo=photo)).startswith("7")


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
