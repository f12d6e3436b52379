"""Work goes on until what it accompanies ends, and then has ended, too."""

import asyncio

from bot.background import in_background


async def test_it_is_done_meanwhile_and_has_ended_afterwards() -> None:
    events = []

    async def work() -> None:
        events.append("begun")
        try:
            await asyncio.sleep(60)
        finally:
            events.append("ended")

    async with in_background(work()):
        await asyncio.sleep(0)
        assert events == ["begun"]
    assert events == ["begun", "ended"]


async def test_what_goes_wrong_in_it_disturbs_nobody() -> None:
    async def work() -> None:
        raise ValueError

    async with in_background(work()):
        await asyncio.sleep(0)
