"""Which coroutine answers what, and what nobody answers."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from telegram import Bot, Update
from telegram.ext import ApplicationBuilder, BaseHandler, ExtBot

from bot.api.http import AiohttpRequest
from bot.chat.replies import COMMANDS
from bot.chat.routes import AnyApplication, Conversation, add_handlers
from bot.sandbox.server import Sandbox
from tests.bot.arrivals import PHOTO
from tests.bot.conversation import Message

DOCUMENT = {"document": {"file_id": "x", "file_unique_id": "x"}}
STICKER = {
    "sticker": {
        "file_id": "x",
        "file_unique_id": "x",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    }
}
REPLY = {"reply_to_message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}}}


class Names:
    """In place of handlers: has a coroutine of any name, which says its own."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  a coroutine
        """The coroutine of this name."""

        async def callback(*_: object) -> None:
            """Answer nothing."""

        callback.__name__ = name
        return callback


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    """One that knows its own name."""
    requests = [AiohttpRequest(sandbox.url, 5) for _ in range(2)]  # httpx would load certificates
    async with Bot(
        sandbox.token,
        f"{sandbox.url}/bot",
        request=requests[0],
        get_updates_request=requests[1],
    ) as bot:
        yield bot


@pytest.fixture
def application() -> AnyApplication:
    """One that answers nobody, but knows which coroutine would."""
    bot = ExtBot(
        "123456:nobody", request=AiohttpRequest("", 5), get_updates_request=AiohttpRequest("", 5)
    )
    application = ApplicationBuilder().bot(bot).updater(None).build()
    names = cast("Any", Names())
    add_handlers(application, Conversation(*[names] * len(Conversation._fields)))
    return application


def message(content: Message, chat: str = "private", kind: str = "message") -> Message:
    """An update with a message; a command in its text is marked as one."""
    text = content.get("text", "")
    if text.startswith("/"):
        length = len(text.split()[0])
        content |= {"entities": [{"type": "bot_command", "offset": 0, "length": length}]}
    sender = {"id": 5, "is_bot": False, "first_name": "x"}
    about = {"message_id": 2, "date": 0, "chat": {"id": 5, "type": chat}, "from": sender}
    return {"update_id": 1, kind: about | content}


def press(data: str) -> Message:
    sender = {"id": 5, "is_bot": False, "first_name": "x"}
    query = {"id": "1", "from": sender, "chat_instance": "1", "data": data}
    return {"update_id": 1, "callback_query": query}


def answering(application: AnyApplication, bot: Bot, data: Message) -> str | None:
    """The name of the coroutine that answers an update, if any does."""
    update = Update.de_json(data, bot)
    handlers: list[BaseHandler[Any, Any, Any]] = [*application.handlers[0]]
    for handler in handlers:
        if handler.check_update(update) not in (None, False):
            return str(handler.callback.__name__)
    return None


async def test_every_command_has_its_coroutine(application: AnyApplication, bot: Bot) -> None:
    names = [answering(application, bot, message({"text": f"/{each}"})) for each in COMMANDS]
    assert dict(zip(COMMANDS, names, strict=True)) == {
        "start": "start",
        "help": "help",
        "read": "read",
        "accuracy": "accuracy",
        "confusion": "confusion",
        "about": "about",
        "language": "offer_languages",
        "privacy": "explain",
        "forget": "forget",
    }


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("language:ru", "choose_language"),
        ("sample", "try_sample"),
        ("picture", "show_picture"),
        ("right", "confirm"),
        ("wrong", "ask"),
        ("wrong:12:345:c", "ask"),
        ("wrong:1234567890:0:n", "ask"),
        ("which:0:12", "ask"),
        ("which:9998:9999", "ask"),
        ("back", "cancel"),
        ("back:12:345:e", "cancel"),
        ("is:12:3", "correct"),
        ("is:1234:n", "correct"),
        ("album:10:2147483647", "answer"),
        ("album:1", None),
        ("album:1:x", None),
        ("wrong:", None),
        ("wrong:0:1", None),
        ("wrong:0:1:x", None),
        ("wrong:٣:1:n", None),
        ("back:7", None),
        ("which:0", None),
        ("which:0:12345", None),
        ("which:n:1", None),
        ("is:0:33", None),
        ("is:12345:3", None),
        ("is:0:٣", None),
        ("is:0:x", None),
        ("right\n", None),
        ("xright", None),
        ("RIGHT", None),
        ("language:", None),
    ],
)
async def test_a_button_that_the_bot_has_given_has_its_coroutine_and_no_other(
    application: AnyApplication, bot: Bot, data: str, name: str | None
) -> None:
    assert answering(application, bot, press(data)) == name


@pytest.mark.parametrize(
    ("content", "in_private", "in_a_group"),
    [
        (PHOTO, "photo", None),
        (DOCUMENT, "document", None),
        (STICKER, "sticker", None),
        ({"text": "hello"}, "hint", None),
        ({"text": "hello"} | REPLY, "hint", None),
        ({"text": "/nonsense"}, "hint", None),
        ({"new_chat_title": "digits"}, None, None),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else None,
)
async def test_a_message_is_answered_by_what_it_holds_and_only_if_it_is_for_the_bot(
    application: AnyApplication,
    bot: Bot,
    content: Message,
    in_private: str | None,
    in_a_group: str | None,
) -> None:
    assert answering(application, bot, message(content)) == in_private
    assert answering(application, bot, message(content, "group")) == in_a_group


async def test_a_reply_that_mentions_the_bot_has_the_photo_read(
    application: AnyApplication, bot: Bot
) -> None:
    name = f"@{bot.username}"
    mention = {"entities": [{"type": "mention", "offset": 0, "length": len(name)}]}
    asked = {"text": name} | mention | REPLY
    assert answering(application, bot, message(asked, "group")) == "read"


async def test_as_a_guest_it_answers_what_names_it_or_is_a_picture(
    application: AnyApplication, bot: Bot
) -> None:
    name = f"@{bot.username}"
    mention = {"entities": [{"type": "mention", "offset": 0, "length": len(name)}]}
    for chat in ("private", "group"):
        for content in (PHOTO, {"text": name} | mention, {"text": name} | mention | REPLY):
            assert answering(application, bot, message(content, chat, "guest_message")) == "answer"
        for content in ({"text": "hello"} | REPLY, {"text": "/help"}):
            assert answering(application, bot, message(content, chat, "guest_message")) is None


async def test_an_edited_photo_is_noticed_and_nothing_else_that_is_edited(
    application: AnyApplication, bot: Bot
) -> None:
    edited = "edited_message"
    assert answering(application, bot, message(PHOTO, kind=edited)) == "edited"
    for content in (DOCUMENT, {"text": "hello"}, {"text": "/help"}):
        assert answering(application, bot, message(content, kind=edited)) is None


async def test_the_language_is_looked_up_before_anything_is_said(
    application: AnyApplication,
) -> None:
    assert sorted(application.handlers) == [-1, 0]
    [first] = application.handlers[-1]
    assert first.callback.__name__ == "load_language"
