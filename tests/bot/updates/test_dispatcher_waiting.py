"""Updates that wait for long, such as for a chat that Telegram lets wait, hold up no others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.storage.database import connected
from bot.storage.inbox import Inbox
from bot.storage.inbox_rows import Entry, Taken
from bot.updates.dispatcher import UPDATES_AT_ONCE, UPDATES_IN_HAND, Dispatcher, DispatchTimes

LONG = 0.1  # seconds


def entries(count: int) -> list[Entry]:
    """Updates of so many people, each in a chat of their own."""
    names = map(str, range(count))
    return [Entry(int(name), "", name, name, None, name) for name in names]


class Waiting:
    """Begins with updates and ends with none of them."""

    def __init__(self) -> None:
        """Nothing is begun yet."""
        self.begun = 0

    async def __call__(self, _: Taken) -> None:
        """Begin and wait."""
        self.begun += 1
        await asyncio.Event().wait()

    async def have_begun(self, count: int) -> None:
        """Wait until so many are begun."""
        async with asyncio.timeout(5):
            while self.begun < count:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def dispatching(
    folder: Path, deliver: Waiting, stored: int, place: float
) -> AsyncIterator[None]:
    """Dispatch what is stored; an update counts for `place` seconds as one of those at once."""
    times = DispatchTimes(look=60, place=place, grace=0.01)
    async with connected(f"sqlite:///{folder / 'inbox.db'}") as database:
        inbox = Inbox(database, 1)
        await inbox.store(entries(stored))
        async with Dispatcher(inbox, deliver, times).running():
            yield


async def test_as_many_as_allowed_are_begun_at_once(tmp_path: Path) -> None:
    waiting = Waiting()
    async with dispatching(tmp_path, waiting, stored=UPDATES_AT_ONCE + 1, place=60):
        await waiting.have_begun(UPDATES_AT_ONCE)
        await asyncio.sleep(0.05)
        assert waiting.begun == UPDATES_AT_ONCE


async def test_when_all_of_them_wait_for_long_the_next_is_begun(tmp_path: Path) -> None:
    waiting = Waiting()
    async with dispatching(tmp_path, waiting, stored=UPDATES_AT_ONCE + 1, place=0.1):
        await waiting.have_begun(UPDATES_AT_ONCE + 1)


async def test_those_in_hand_are_bounded_all_the_same(tmp_path: Path) -> None:
    waiting = Waiting()
    async with dispatching(tmp_path, waiting, stored=UPDATES_IN_HAND + 1, place=0.01):
        await waiting.have_begun(UPDATES_IN_HAND)
        await asyncio.sleep(0.05)
        assert waiting.begun == UPDATES_IN_HAND


class SlowInbox(Inbox):
    """Takes long to look into, and notes when that is done."""

    looked_at: list[float]

    async def take(self, most: int) -> list[Taken]:
        """Look, for a while."""
        self.looked_at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(LONG)
        return await super().take(most)


async def test_it_rests_as_long_as_a_look_has_taken_and_no_longer(tmp_path: Path) -> None:
    async with connected(f"sqlite:///{tmp_path / 'inbox.db'}") as database:
        inbox = SlowInbox(database, 1)
        inbox.looked_at = []
        dispatcher = Dispatcher(inbox, Waiting(), DispatchTimes(look=60))
        async with dispatcher.running():
            await asyncio.sleep(LONG / 2)
            dispatcher.wake()  # while it looks
            await asyncio.sleep(4 * LONG)
            dispatcher.wake()  # when it has rested
            woken = asyncio.get_running_loop().time()
            await asyncio.sleep(LONG / 2)
    first, second, third = inbox.looked_at
    assert second - first >= 2 * LONG
    assert third - woken < LONG / 2
