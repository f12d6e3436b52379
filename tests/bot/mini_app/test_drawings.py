"""A drawing is taken whole or refused with what to do: it is in the chat then, and in the inbox."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from telegram import Bot, Update, User

from bot.mini_app.drawings import PNG, Drawings
from bot.mini_app.refusal import RefusedError
from bot.storage.database import Database, connected
from bot.storage.inbox import Inbox
from bot.storage.pseudonyms import PseudonymKey
from bot.translations import for_code
from bot.updates.rate_limits import NO_LIMITS, Limits, RateLimits
from tests.bot.recording_api import RecordingApi, recording_api

DRAWING = PNG + bytes(100)
ANNA = User(7, "Anna", is_bot=False, language_code="ru")
SENT = {
    "message_id": 12,
    "date": 1_700_000_000,
    "chat": {"id": 7, "type": "private", "first_name": "Anna"},
    "from": {"id": 1, "is_bot": True, "first_name": "Digits"},
    "photo": [{"file_id": "f", "file_unique_id": "u", "width": 800, "height": 800}],
}


class Desk:
    """Takes drawings, and tells what is in the inbox then."""

    def __init__(self, bot: Bot, inbox: Inbox, limits: Limits = NO_LIMITS) -> None:
        """Nothing came yet."""
        self.woken = 0
        self._inbox = inbox
        key = PseudonymKey(b"the key of pseudonyms")
        self._drawings = Drawings(bot, inbox, key, RateLimits(limits), self._wake)

    def _wake(self) -> None:
        self.woken += 1

    async def receive(self, drawing: bytes = DRAWING) -> None:
        """Take one of Anna's."""
        await self._drawings.receive(ANNA, drawing)

    async def refusal(self) -> tuple[int, str]:
        """The status and the sentence with which a drawing of Anna's is refused."""
        with pytest.raises(RefusedError) as refused:
            await self.receive()
        return refused.value.status, refused.value.sentence(for_code("en"))

    async def stored(self) -> list[Update]:
        """What is to be answered."""
        taken = await self._inbox.take(100)
        return [Update.de_json(json.loads(each.payload), None) for each in taken]


@pytest.fixture
async def api() -> AsyncIterator[RecordingApi]:
    """A Bot API that takes photos, unless told otherwise."""
    async with recording_api(sendPhoto=SENT) as api:
        yield api


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with connected(f"sqlite:///{tmp_path / 'inbox.db'}") as database:
        yield database


@pytest.fixture
async def bot(api: RecordingApi) -> AsyncIterator[Bot]:
    async with Bot("123456:nobody", f"{api.url}/bot") as bot:
        yield bot


@pytest.fixture
def desk(bot: Bot, database: Database) -> Desk:
    return Desk(bot, Inbox(database, 1))


async def test_a_drawing_waits_in_the_inbox_as_a_photo_that_its_user_has_sent(
    desk: Desk, api: RecordingApi
) -> None:
    await desk.receive()
    assert desk.woken == 1
    [sent] = api.asked("sendPhoto")
    assert (sent["chat_id"], sent["disable_notification"]) == (7, True)
    [update] = await desk.stored()
    assert update.effective_user == ANNA
    assert update.effective_user.language_code == "ru"
    message = update.message
    assert message
    assert (message.message_id, message.chat.id) == (12, 7)
    assert message.photo[-1].file_id == "f"


async def test_each_drawing_is_an_update_of_its_own(desk: Desk, api: RecordingApi) -> None:
    for message_id in (12, 13):
        api.results["sendPhoto"] = SENT | {"message_id": message_id}
        await desk.receive()
    ids = [update.effective_message.message_id for update in await desk.stored()]  # type: ignore[union-attr]
    assert ids == [12]  # one of a chat at a time
    assert desk.woken == 2


@pytest.mark.parametrize(
    ("status", "reason", "refusal"),
    [
        (403, "bot was blocked by the user", (403, "page-draw-no-chat")),
        (400, "chat not found", (400, "page-draw-no-chat")),
        (400, "IMAGE_PROCESS_FAILED", (400, "page-draw-not-a-drawing")),
        (400, "PHOTO_INVALID_DIMENSIONS", (400, "page-draw-not-a-drawing")),
        (502, "x", (503, "page-draw-failed")),
        (429, "retry after 5", (503, "page-draw-failed")),
    ],
)
async def test_what_telegram_does_not_take_is_refused(
    desk: Desk, api: RecordingApi, status: int, reason: str, refusal: tuple[int, str]
) -> None:
    api.refuse("sendPhoto", status, reason)
    told, key = refusal
    assert await desk.refusal() == (told, for_code("en")(key))
    assert await desk.stored() == []
    api.results["sendPhoto"] = SENT
    await desk.receive()


async def test_while_the_database_is_away_nothing_is_sent(
    desk: Desk, api: RecordingApi, database: Database
) -> None:
    await database.run(lambda session: session.execute(text("DROP TABLE inbox")))
    assert await desk.refusal() == (503, for_code("en")("page-draw-failed"))
    assert api.asked("sendPhoto") == []


async def test_what_could_not_be_stored_is_not_taken(desk: Desk, database: Database) -> None:
    full = "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'full'); END"
    await database.run(lambda session: session.execute(text(full)))
    assert await desk.refusal() == (503, for_code("en")("page-draw-failed"))
    assert desk.woken == 0


async def test_one_user_has_one_drawing_on_its_way(desk: Desk) -> None:
    first = asyncio.create_task(desk.receive())
    await asyncio.sleep(0)
    assert await desk.refusal() == (429, for_code("en")("page-draw-under-way"))
    await first
    await desk.receive()


async def test_too_many_are_refused_with_the_time_to_wait_and_then_in_short(
    bot: Bot, database: Database
) -> None:
    desk = Desk(bot, Inbox(database, 1), Limits(photos_a_minute=1))
    await desk.receive()
    assert await desk.refusal() == (429, for_code("en")("too-many-a-minute", seconds=60))
    assert await desk.refusal() == (429, for_code("en")("page-draw-wait"))


async def test_those_that_wait_for_their_answers_are_counted(bot: Bot, database: Database) -> None:
    desk = Desk(bot, Inbox(database, 1), Limits(pending=1))
    await desk.receive()
    assert await desk.refusal() == (429, for_code("en")("too-many-pending", count=1))


@pytest.mark.parametrize("drawing", [b"", PNG[:-1], b"\xff\xd8\xff", b"<svg>"])
async def test_what_is_no_png_is_not_sent(desk: Desk, api: RecordingApi, drawing: bytes) -> None:
    with pytest.raises(RefusedError, match="not-a-drawing"):
        await desk.receive(drawing)
    assert api.asked("sendPhoto") == []
