"""Slots go round among the senders, and no sender has all of them."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.reading.fair_slots import FairSlots


class Work:
    """Work of several senders on the same slots, which goes on until it is told to end."""

    def __init__(self, count: int) -> None:
        """Nobody works yet on the `count` slots."""
        self._slots = FairSlots(count, count - 1)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ends: dict[str, asyncio.Event] = {}
        self.begun: list[str] = []

    def ask(self, *names: str) -> None:
        """Ask for a slot for each of these; the first letter of a name is its sender."""
        for name in names:
            self._ends[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._work(name))

    async def _work(self, name: str) -> None:
        async with self._slots.slot(name[0]):
            self.begun.append(name)
            await self._ends[name].wait()

    async def now(self) -> list[str]:
        """What has begun by now, since this was asked last."""
        for _ in range(10):
            await asyncio.sleep(0)
        begun, self.begun = self.begun, []
        return begun

    async def end(self, name: str) -> list[str]:
        """End this, and tell what begins then."""
        self._ends[name].set()
        return await self.now()

    async def cancel(self, name: str) -> list[str]:
        """Cancel this, and tell what begins then."""
        self._tasks[name].cancel()
        return await self.now()


async def test_what_one_sender_asks_for_comes_in_its_order() -> None:
    work = Work(3)
    work.ask("a1", "a2", "a3", "a4")
    assert await work.now() == ["a1", "a2"]
    assert await work.end("a2") == ["a3"]
    assert await work.end("a1") == ["a4"]


async def test_one_slot_is_left_to_others() -> None:
    work = Work(2)
    work.ask("a1", "a2")
    assert await work.now() == ["a1"]
    work.ask("b1")
    assert await work.now() == ["b1"]


async def test_a_single_slot_is_for_everybody() -> None:
    work = Work(1)
    work.ask("a1", "a2", "b1")
    assert await work.now() == ["a1"]
    assert await work.end("a1") == ["b1"]
    assert await work.end("b1") == ["a2"]


async def test_senders_are_served_in_turn_however_much_one_asks_for() -> None:
    work = Work(1)
    work.ask("a1", "a2", "a3", "a4", "b1", "c1", "b2")
    order = await work.now()
    while order and len(order) < 7:
        order += await work.end(order[-1])
    assert order == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]


async def test_what_is_not_wanted_any_more_takes_no_turn() -> None:
    work = Work(1)
    work.ask("a1", "b1", "b2", "c1")
    assert await work.now() == ["a1"]
    assert await work.cancel("b1") == []
    assert await work.end("a1") == ["b2"]
    assert await work.cancel("b2") == ["c1"]


async def test_a_turn_that_comes_while_its_work_is_cancelled_goes_to_the_next() -> None:
    slots = FairSlots(1, 1)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(slots.slot("a"))
        waiting = asyncio.create_task(slots.slot("b").__aenter__())
        await asyncio.sleep(0)
        await stack.aclose()  # b has its turn now, and does not know yet
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(1), slots.slot("c"):
        pass


async def test_what_fails_gives_its_slot_back() -> None:
    slots = FairSlots(1, 1)
    with pytest.raises(ConnectionError):
        async with slots.slot("a"):
            raise ConnectionError
    async with asyncio.timeout(1), slots.slot("b"):
        pass
