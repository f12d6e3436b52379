"""Whatever Telegram, or somebody with a client of their own, sends: nothing fails or comes twice.

The sandbox takes HTML as strictly as Telegram does: a name that became markup would be refused,
and the bot would log that it failed.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from telegram import CallbackQuery, Message

from bot.application import Service
from bot.chat import albums, keyboards
from bot.chat.replies import COMMANDS
from tests.bot import update_shapes
from tests.bot.conversation import Chat, photo_of
from tests.bot.update_shapes import HOSTILE, TEXT, Json, Known

pytestmark = pytest.mark.filterwarnings(
    "ignore::telegram.warnings.PTBDeprecationWarning"  # Telegram sends old fields, too
)

FEW = settings(max_examples=40, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=2500)
STRANGER = 4_000_000_000  # a user id
LOOKED_AT = ("text", "photo", "document", "sticker", "caption", "reply_to_message")
MARKUP = {"bold", "code", "pre", "bot_command"}

BUTTONS = [
    "sample", "picture", "right", "wrong", "which:0:2", "is:0:3", "back", "language:en",
    "wrong:1:0:n", "wrong:1:-1:n", "wrong:1:0:", "back:1:0:c", "back:٣:0:c", "back:1:0:c\n",
    "is:0:n\n", "is:0:٣", "is:9:3", "is::3", "is:0:33", "is:-1:3", "is:٣:n", "which:1:99999",
    "which:0:99", "which:2:1", "which:0:2\n", "wrong:", "wrong:70", f"wrong:{'7' * 9999}",
    "back:٣n", f"is:{'7' * 64}:3", "right\n", "right:70", "RIGHT", "picture:", "language:",
    "language:xx", "language:../en", "", "<b>", "\0",
    "album:1:2147483647", "album:1:9999999999", "album:1", "album:٣:1", "album:100:1",
]  # fmt: skip
"""The bot's own, and some that it never gave to anybody."""

_update_ids = itertools.count(1)


class Desk:
    """Hands in updates, as Telegram words them, and watches what comes of them."""

    def __init__(self, service: Service, chat: Chat, answer: Json) -> None:
        """`answer` is what the bot has said to a photo in this chat."""
        self._service = service
        self._chat = chat
        self.answer = answer
        self.username = service.bot.username
        files = st.sampled_from([size["file_id"] for size in answer["reply_to_message"]["photo"]])
        self.known: Known = {
            "file_id": files,
            "Chat.id": st.just(chat.id),
            "Chat.type": st.sampled_from(["private"] * 3 + ["group", "supergroup", "channel"]),
            "User.id": st.sampled_from([chat.id] * 3 + [STRANGER, service.bot.id]),
            "User.language_code": st.sampled_from(["en", "ru", "pt-BR"]) | TEXT,
            "Document.mime_type": st.sampled_from(["image/png", "text/plain"]) | TEXT,
            "Message.media_group_id": st.sampled_from("ab"),
            "CallbackQuery.data": pressed(),
            "offset": st.integers(0, 70),
            "length": st.integers(1, 70),
        }

    async def hand_in(self, content: Json) -> bool:
        """Deliver an update twice at once and once more, and see that it is answered once.

        What I saw does two things: it sends a picture and takes its button from the answer.

        Returns:
            Whether it was answered, and not passed over in silence.
        """
        update = {"update_id": next(_update_ids), **content}
        at_once = await asyncio.gather(self._deliver(update), self._deliver(update))
        said = await self._news()
        assert any(at_once)
        assert len({each["type"] for each in said}) == len(said)
        for each in said:
            check(each["message"])
        assert await self._deliver(update)
        assert await self._news() == []
        return bool(said)

    async def _deliver(self, update: Json) -> bool:
        is_received = await self._service.receive([update])
        await self._service.join()
        return is_received

    async def _news(self) -> list[Json]:
        del self._chat.events[:-1]
        await self._chat.fetch()
        events = self._chat.events[1:]
        return [each for each in events if each["type"] in {"message", "edit"}]


def check(message: Json) -> None:
    """See that nothing of what a user wrote stands in what the bot says."""
    text = str(message.get("text", message.get("caption")))
    marked = [*message.get("entities", ()), *message.get("caption_entities", ())]
    assert not any(each.strip() in text for each in HOSTILE)
    assert {each["type"] for each in marked} <= MARKUP


def pressed() -> st.SearchStrategy[str]:
    """Data of buttons: the bot's own, hardly different, far too long, or anything."""
    signs = "07n٣"  # digits of other scripts are digits, too
    buttons = [
        keyboards.SAMPLE,
        keyboards.PICTURE,
        keyboards.RIGHT,
        keyboards.WRONG,
        keyboards.BACK,
        f"{keyboards.WRONG}:1:0:n",
        f"{keyboards.BACK}:1:0:c",
    ]
    place = st.sampled_from(["0", "1", "9999"]) | st.text(signs, max_size=80)
    said = st.sampled_from(signs) | place
    data = st.one_of(
        st.sampled_from(buttons),
        st.builds(f"{keyboards.WRONG_PART}:{{}}:{{}}".format, place, place),
        st.builds(f"{keyboards.CORRECTION}:{{}}:{{}}".format, place, said),
        st.builds("language:{}".format, st.sampled_from(["en", "xx", "", "ñ" * 58])),
        TEXT,
    )
    return st.builds(str.__add__, data, st.sampled_from(["", "", "\n", ":"]))


def any_update(desk: Desk) -> update_shapes.Drawn:
    """Updates of all kinds."""
    return update_shapes.updates(desk.known)


def messages(desk: Desk) -> update_shapes.Drawn:
    """New and edited messages, and a guest's, with something that the bot looks at."""
    wanted = st.sets(st.sampled_from(LOOKED_AT), min_size=1, max_size=3)
    drawn = wanted.flatmap(lambda names: update_shapes.json(Message, desk.known, names))
    return of_kind(st.sampled_from(["message", "edited_message", "guest_message"]), drawn)


def commands(desk: Desk) -> update_shapes.Drawn:
    """Commands with and without what they take, for this bot and others, written anyhow."""
    name = st.sampled_from(COMMANDS) | st.sampled_from(["START", "Start", "nosuch", ""])
    at = st.sampled_from(["", f"@{desk.username}", "@otherbot", "@"])
    written = st.builds("/{}{}".format, name, at)
    place = st.sampled_from([("text", "entities"), ("caption", "caption_entities")])
    command = st.builds(
        command_in, update_shapes.json(Message, desk.known, {"photo"}), place, written, TEXT
    )
    return of_kind(st.sampled_from(["message", "edited_message"]), command)


def command_in(message: Json, place: tuple[str, str], command: str, payload: str) -> Json:
    """The message, whose text or caption begins with a command."""
    text, entities = place
    others = {key: message[key] for key in message if key != "photo" or text == "caption"}
    entity = {"type": "bot_command", "offset": 0, "length": len(command)}
    return others | {text: f"{command} {payload}", entities: [entity]}


def presses(desk: Desk) -> update_shapes.Drawn:
    """Buttons pressed below an answer, by who sent the photo and others, and anywhere else."""
    query = update_shapes.json(CallbackQuery, desk.known, {"data"})
    below = query.map(lambda query: query | {"message": desk.answer})
    by_sender = below.map(lambda query: query | {"from": desk.answer["reply_to_message"]["from"]})
    return of_kind(st.just("callback_query"), query | below | by_sender)


def of_kind(kinds: st.SearchStrategy[str], content: update_shapes.Drawn) -> update_shapes.Drawn:
    """Updates that hold this."""
    return st.tuples(kinds, content).map(lambda pair: dict([pair]))


Source = Callable[[Desk], update_shapes.Drawn]
Failures = Callable[[], list[logging.LogRecord]]

SOURCES: list[Source] = [any_update, messages, commands, presses]


@pytest.fixture
async def desk(service: Service, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(albums, "PATIENCE_SECONDS", 0.01)
    return Desk(service, chat, await chat.show(photo_of("70")))


@pytest.fixture
def failures(caplog: pytest.LogCaptureFixture) -> Failures:
    """What has been logged as an error since the last time."""

    def since() -> list[logging.LogRecord]:
        found = [each for each in caplog.records if each.levelno >= logging.ERROR]
        caplog.clear()
        return found

    return since


async def take_whatever_comes(
    desk: Desk, failures: Failures, source: Source, data: st.DataObject
) -> None:
    failures()
    content = data.draw(source(desk))
    answered = await desk.hand_in(content)
    [kind] = content
    event(f"{kind}: {'answered' if answered else 'silence'}")  # for --hypothesis-show-statistics
    assert failures() == []


@FEW
@given(data=st.data())
async def test_whatever_comes_is_answered_at_most_once(
    desk: Desk, failures: Failures, data: st.DataObject
) -> None:
    await take_whatever_comes(desk, failures, any_update, data)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("source", SOURCES)
@MANY
@given(data=st.data())
async def test_whatever_comes_however_much_is_answered_at_most_once(
    desk: Desk, failures: Failures, source: Source, data: st.DataObject
) -> None:
    await take_whatever_comes(desk, failures, source, data)


@pytest.mark.slow
@pytest.mark.parametrize("user", ["sender", "stranger"])
@pytest.mark.parametrize("below", ["answer", "too-old", "nothing"])
async def test_buttons_that_nobody_was_given_or_that_are_not_ones_own_do_no_harm(
    desk: Desk, failures: Failures, user: str, below: str
) -> None:
    sender = desk.answer["reply_to_message"]["from"]
    query = {"id": "1", "chat_instance": "1", "message": desk.answer, "from": sender}
    if user == "stranger":
        query["from"] = sender | {"id": STRANGER}
    if below == "nothing":
        del query["message"]
    if below == "too-old":
        query["message"] = {key: desk.answer[key] for key in ("message_id", "chat")} | {"date": 0}
    for data in BUTTONS:
        await desk.hand_in({"callback_query": query | {"data": data}})
    assert failures() == []
