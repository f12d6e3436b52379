"""Requests wait until something happens, and no longer than they are told to."""

import asyncio

from bot.sandbox.notifier import Notifier
from tests.bot.virtual_time import in_virtual_time


async def elapsed(notifier: Notifier, found: list[str], seconds: float = 20) -> float:
    """How long somebody waits for the name "chat" until something is found."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    assert await notifier.wait("chat", lambda: found, seconds) is found
    return loop.time() - begun


def after(seconds: float, found: list[str], *names: str) -> float:
    """How long the wait is if something is there after some seconds, told under these names."""

    async def run() -> float:
        notifier = Notifier()
        waiting = asyncio.create_task(elapsed(notifier, found))
        await asyncio.sleep(seconds)
        found.append("news")
        notifier.notify(*names)
        return await waiting

    return in_virtual_time(run())


def test_who_finds_something_does_not_wait() -> None:
    assert in_virtual_time(elapsed(Notifier(), ["news"])) == 0


def test_a_wait_ends_with_what_happens_under_its_name() -> None:
    assert after(3, [], "other", "chat") == 3


def test_a_wait_ends_with_what_happens_under_no_name() -> None:
    assert after(3, []) == 3


def test_what_happens_under_another_name_wakes_nobody() -> None:
    assert after(3, [], "other") == 20


def test_who_is_woken_for_nothing_waits_on() -> None:
    async def run() -> float:
        notifier = Notifier()
        waiting = asyncio.create_task(elapsed(notifier, []))
        await asyncio.sleep(1)
        notifier.notify("chat")
        return await waiting

    assert in_virtual_time(run()) == 20


def test_closing_ends_every_wait_now_and_from_then_on() -> None:
    async def run() -> list[float]:
        notifier = Notifier()
        waiting = asyncio.create_task(elapsed(notifier, []))
        sleeping = asyncio.create_task(notifier.sleep(20))
        await asyncio.sleep(2)
        notifier.close()
        await sleeping
        return [await waiting, await elapsed(notifier, []), asyncio.get_running_loop().time()]

    assert in_virtual_time(run()) == [2, 0, 2]


def test_a_sleep_takes_its_time() -> None:
    async def run() -> float:
        await Notifier().sleep(1.5)
        return asyncio.get_running_loop().time()

    assert in_virtual_time(run()) == 1.5
