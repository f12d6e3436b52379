"""One chat's updates go one after the other, and nobody else waits for them."""

import asyncio
import itertools
from typing import Any

from telegram import Update

from bot.updates.chat_order import ChatOrder

ids = itertools.count(1)


def message_in(chat: int, album: str | None = None) -> Update:
    """A message of somebody in a chat."""
    message: dict[str, Any] = {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private"}}
    message |= {"media_group_id": album} if album else {}
    return Update.de_json({"update_id": next(ids), "message": message}, None)


async def order(*updates: Update) -> tuple[list[int], int]:
    """In which order they were through when each takes less time than the one before.

    And how many went on at once at most.
    """
    chat_order, through, going = ChatOrder(), [], 0
    most = 0

    async def handle(place: int, update: Update) -> None:
        nonlocal going, most
        async with chat_order.turn(update):
            going += 1
            most = max(most, going)
            for _ in range(10 * (len(updates) - place)):
                await asyncio.sleep(0)
            through.append(place)
            going -= 1

    await asyncio.gather(*(handle(place, each) for place, each in enumerate(updates)))
    return through, most


async def test_updates_of_one_chat_are_handled_in_their_order() -> None:
    assert await order(*(message_in(5) for _ in range(4))) == ([0, 1, 2, 3], 1)


async def test_chats_do_not_wait_for_each_other() -> None:
    assert await order(message_in(5), message_in(6), message_in(7)) == ([2, 1, 0], 3)


async def test_the_photos_of_an_album_go_on_at_once() -> None:
    through, most = await order(
        message_in(5), message_in(5, "a"), message_in(5, "a"), message_in(5, "a"), message_in(5)
    )
    assert (through, most) == ([0, 3, 2, 1, 4], 3)


async def test_who_comes_back_later_finds_nobody_to_wait_for() -> None:
    chat_order = ChatOrder()
    for _ in range(3):
        async with asyncio.timeout(5), chat_order.turn(message_in(5)):
            pass


async def test_a_failure_lets_the_next_one_in() -> None:
    chat_order = ChatOrder()

    async def fail() -> None:
        async with chat_order.turn(message_in(5)):
            await asyncio.sleep(0)
            raise ValueError

    async def next_one() -> str:
        async with chat_order.turn(message_in(5)):
            return "in"

    failed, entered = await asyncio.gather(fail(), next_one(), return_exceptions=True)
    assert isinstance(failed, ValueError)
    assert entered == "in"
