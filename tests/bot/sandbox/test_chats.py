"""The messages of the chats, and the events that chat pages follow."""

import asyncio

from bot.sandbox.chats import EVERYONE, Chats
from bot.sandbox.notifier import Notifier


def test_the_oldest_messages_are_forgotten_first() -> None:
    chats = Chats(Notifier())
    user = {"id": 1, "first_name": "Guest"}
    chats.open(user)
    ids = [chats.add(1, user, {"text": "x"})["message_id"] for _ in range(5_001)]
    assert chats.get(1, ids[0]) is None
    assert chats.get(1, ids[1])
    assert chats.get(1, ids[-1])


async def test_the_oldest_events_are_forgotten_first_whosever_they_are() -> None:
    chats = Chats(Notifier())
    chats.add_event(1, "action", {})
    chats.add_event(EVERYONE, "profile", {})
    for _ in range(19_998):
        chats.add_event(2, "action", {})
    assert [event["id"] for event in await chats.events(1, 0, 0)] == [1, 2]
    chats.add_event(2, "action", {})
    assert [event["id"] for event in await chats.events(1, 0, 0)] == [2]
    assert len(await chats.events(2, 0, 0)) == 20_000
    chats.add_event(3, "action", {})
    assert await chats.events(1, 0, 0) == []


async def test_an_event_for_everyone_wakes_every_page() -> None:
    chats = Chats(Notifier())
    waiting = [asyncio.create_task(chats.events(chat_id, 0, 20)) for chat_id in (1, 2)]
    await asyncio.sleep(0)
    chats.add_event(EVERYONE, "profile", {})
    found = await asyncio.gather(*waiting)
    assert [[event["type"] for event in events] for events in found] == [["profile"]] * 2


def test_a_group_is_a_chat_that_the_bot_is_not_in() -> None:
    chats = Chats(Notifier())
    user = {"id": 1, "first_name": "Guest"}
    group = chats.open_group(user)
    assert group not in chats
    assert 1 not in chats
    sent = chats.add(group, user, {"text": "x"})
    assert (sent["chat"]["id"], sent["chat"]["type"]) == (group, "group")
    assert chats.get(group, sent["message_id"]) == sent
