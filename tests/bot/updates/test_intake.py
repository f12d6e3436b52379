"""An update that comes in is stored before it is acknowledged, and once."""

import json
import logging
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import text
from telegram import Bot, Update

from bot.storage.database import Database
from bot.storage.inbox import Inbox
from bot.updates.admission import Admission
from bot.updates.intake import Intake, entry_of
from bot.updates.rate_limits import NO_LIMITS, Limits, RateLimits
from tests.bot.arrivals import PHOTO, photo_by, press_by, update_of
from tests.bot.updates.inboxes import KEY

Data = dict[str, Any]


class Desk:
    """Receives updates, and tells what is in the inbox then."""

    def __init__(self, bot: Bot, inbox: Inbox, limits: Limits = NO_LIMITS) -> None:
        """Nothing came yet."""
        self.woken = 0
        self._inbox = inbox
        admission = Admission(RateLimits(limits), no_choice)
        self._intake = Intake(bot, inbox, KEY, admission, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    async def receive(self, *updates: Update | Data) -> bool:
        """Whether these are received."""
        data = [each.to_dict() if isinstance(each, Update) else each for each in updates]
        return await self._intake.receive(data)

    async def stored(self) -> list[int]:
        """The ids of what was stored since this was asked last; it counts as answered then."""
        ids = []
        while taken := await self._inbox.take(100):
            ids += [json.loads(each.payload)["update_id"] for each in taken]
            await self._inbox.finish(*(each.number for each in taken))
        return ids


async def no_choice(_: int) -> None:
    """Nobody has chosen a language."""


@pytest.fixture
def desk(nobodys_bot: Bot, inbox: Inbox) -> Desk:
    return Desk(nobodys_bot, inbox)


def passed_over(caplog: pytest.LogCaptureFixture) -> list[str]:
    messages = [record.getMessage() for record in caplog.records]
    return [message for message in messages if "passed over" in message]


def numbered(update: Update, update_id: int) -> Data:
    """The update with another id."""
    return update.to_dict() | {"update_id": update_id}


async def test_what_is_stored_is_acknowledged_at_once_and_somebody_is_told(
    desk: Desk, inbox: Inbox
) -> None:
    update = update_of(5, {"text": "hello"})
    assert await desk.receive(update)
    assert desk.woken == 1
    [taken] = await inbox.take(100)
    assert json.loads(taken.payload) == update.to_dict()


async def test_updates_are_stored_in_the_order_in_which_they_come(desk: Desk) -> None:
    hello = update_of(5, {"text": "hello"})
    assert await desk.receive(*(numbered(hello, each) for each in (9, 4, 7)))
    assert await desk.stored() == [9, 4, 7]


async def test_while_the_database_is_away_nothing_is_acknowledged(
    desk: Desk, database: Database
) -> None:
    async def rename(old: str, new: str) -> None:
        statement = text(f"ALTER TABLE {old} RENAME TO {new}")
        await database.run(lambda session: session.execute(statement))

    hello = update_of(5, {"text": "hello"})
    await rename("inbox", "away")
    assert not await desk.receive(hello)
    assert desk.woken == 0
    await rename("away", "inbox")
    assert await desk.receive(hello)
    assert await desk.stored() == [hello.update_id]


async def test_what_comes_again_is_skipped_and_that_is_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    hello, other = update_of(5, {"text": "hello"}), update_of(6, {"text": "hello"})
    assert await desk.receive(hello)
    assert passed_over(caplog) == []
    assert await desk.receive(hello, other, other)
    assert passed_over(caplog) == [
        f"Update {each.update_id} was handed out before, and is passed over."
        for each in (hello, other)
    ]
    assert await desk.stored() == [hello.update_id, other.update_id]
    assert await desk.receive(hello)
    assert await desk.stored() == []
    assert len(passed_over(caplog)) == 3


def message_7(**content: Any) -> Data:  # noqa: ANN401  whatever Telegram sends
    """Update 7, of a message."""
    message = {"message_id": 1, "date": 1000, "chat": {"id": 5, "type": "private"}, "text": "x"}
    return {"update_id": 7, "message": message | content}


async def test_where_ids_start_anew_they_are_of_other_updates(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    edited = message_7(edit_date=1002)
    others = [
        message_7(message_id=2),
        message_7(date=1001),
        message_7(chat={"id": 6, "type": "private"}),
        {"update_id": 7, "edited_message": edited["message"]},
        numbered(press_by(5, "x"), 7),
    ]
    assert await desk.receive(message_7())
    assert await desk.stored() == [7]
    for other in others:
        assert await desk.receive(other)
        assert await desk.stored() == [7]
    assert passed_over(caplog) == []


async def test_two_presses_of_a_button_are_two_updates(desk: Desk) -> None:
    press = numbered(press_by(5, "x"), 7)
    again = {**press, "callback_query": press["callback_query"] | {"id": "another"}}
    assert await desk.receive(press, again, press)
    assert await desk.stored() == [7, 7]


async def test_a_guests_chat_may_have_the_id_of_another_chat(desk: Desk) -> None:
    message = message_7(**PHOTO)["message"]
    asked = [{"update_id": 7, "guest_message": message | {"guest_query_id": each}} for each in "ab"]
    assert await desk.receive(message_7(), *asked, asked[0])
    assert await desk.stored() == [7, 7, 7]


def with_id(update_id: object) -> Data:
    return update_of(5, {"text": "hello"}).to_dict() | {"update_id": update_id}


QUERY = {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "x"}, "chat_instance": "1"}
BROKEN: dict[str, Any] = {
    "no object": 7,
    "no id": {"message": {}},
    "id of another kind": with_id("5"),
    "id that is true": with_id(update_id=True),
    "list as id": with_id([]),
    "negative id": with_id(-1),
    "id that no database holds": with_id(2**63),
    "message of another kind": {"update_id": 5, "message": 7},
    "date of another kind": message_7(date="today"),
    "data of another kind": {"update_id": 5, "callback_query": QUERY | {"data": 7}},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_what_nobody_can_make_sense_of_keeps_no_other_waiting(
    broken: Data, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    hello = update_of(5, {"text": "hello"})
    assert await desk.receive(broken, hello)
    assert await desk.stored() == [hello.update_id]
    assert len(passed_over(caplog)) == 1


async def test_the_largest_id_is_one(desk: Desk) -> None:
    assert await desk.receive(with_id(2**63 - 1), with_id(0))
    assert await desk.stored() == [2**63 - 1, 0]


async def test_half_a_character_is_stored_as_it_is(desk: Desk, inbox: Inbox) -> None:
    half = message_7(text="\ud83d", media_group_id="\ud83d\0")
    assert await desk.receive(half)
    [taken] = await inbox.take(1)
    assert json.loads(taken.payload) == half


async def test_what_is_rejected_is_acknowledged_and_not_stored(
    nobodys_bot: Bot, inbox: Inbox
) -> None:
    desk = Desk(nobodys_bot, inbox, Limits(photos_a_minute=2))
    photos = [photo_by(5) for _ in range(4)]
    other = photo_by(6)
    assert await desk.receive(*photos[:3])
    assert await desk.receive(photos[3], other)
    expected = [photos[0].update_id, photos[1].update_id, other.update_id]
    assert sorted(await desk.stored()) == expected


async def test_what_waits_is_counted_whether_it_came_before_or_with_the_others(
    nobodys_bot: Bot, inbox: Inbox
) -> None:
    desk = Desk(nobodys_bot, inbox, Limits(pending=3))
    photos = [photo_by(5) for _ in range(6)]
    assert await desk.receive(photos[0])
    assert await desk.receive(*photos[1:5])
    assert await desk.stored() == [each.update_id for each in photos[:3]]
    assert await desk.receive(photos[5])
    assert await desk.stored() == [photos[5].update_id]


def names(updates: Iterable[Update]) -> list[tuple[str, str, str | None]]:
    """Sender, chat and album as they are stored."""
    entries = [entry_of(each.to_dict(), each, KEY) for each in updates]
    return [(each.sender, each.chat, each.album) for each in entries]


def test_senders_chats_and_albums_have_names_that_tell_them_apart_and_nothing_else() -> None:
    photo = PHOTO | {"media_group_id": "9"}
    of_5, again, of_6 = names([update_of(5, photo), update_of(5, photo), update_of(6, photo)])
    assert of_5 == again
    sender, chat, album = of_5
    assert sender != of_6[0]
    assert chat != of_6[1]
    assert album == of_6[2]
    assert sender != chat  # though a user and the private chat with that user have one id
    assert {len(name) for name in (sender, chat, str(album))} == {64}


def test_in_a_group_it_is_the_sender_who_waits_in_turn() -> None:
    group = {"id": -7, "type": "group"}
    in_group = [update_of(user, {"chat": group}) for user in (5, 6)]
    private = update_of(5, {})
    (sender, chat, _), (other, same, _), (alone, own, _) = names([*in_group, private])
    assert sender == alone
    assert sender != other
    assert chat == same
    assert chat != own


def test_what_nobody_sent_has_names_too() -> None:
    nobodys = Update.de_json({"update_id": 1}, None)
    [(sender, chat, album)] = names([nobodys])
    assert sender != chat
    assert album is None


def test_an_edited_photo_of_an_album_waits_for_itself() -> None:
    data = update_of(5, PHOTO | {"media_group_id": "9", "edit_date": 1}).to_dict()
    edited = Update.de_json({"update_id": 1, "edited_message": data["message"]}, None)
    assert [album for _, _, album in names([edited])] == [None]
