"""What the sandbox remembers as a whole."""

import asyncio
import re

from bot.sandbox.state import State
from bot.sandbox.webhook import Target

NOWHERE = Target("http://127.0.0.1:1/", "", 1)


def test_every_sandbox_has_a_bot_and_a_token_of_its_own() -> None:
    states = [State() for _ in range(20)]
    assert len({state.token for state in states}) == 20
    for state in states:
        bot_id, secret = state.token.split(":")
        assert re.fullmatch(r"AA[\w-]{33}", secret)
        assert re.fullmatch(r"[1-9]\d{5}", bot_id)
        assert (state.bot["id"], state.bot["is_bot"]) == (int(bot_id), True)


async def test_a_new_webhook_takes_the_place_of_the_old_one() -> None:
    state = State()
    await state.deliver_to(NOWHERE)
    first = state.webhook
    await asyncio.gather(state.deliver_to(NOWHERE), state.deliver_to(NOWHERE))
    assert state.webhook
    assert state.webhook is not first
    await state.deliver_to(None)
    assert state.webhook is None


async def test_closing_ends_waits_for_events_and_updates_and_the_webhook() -> None:
    state = State()
    await state.deliver_to(NOWHERE)
    events = asyncio.create_task(state.chats.events(1, 0, 60))
    updates = asyncio.create_task(state.updates.poll(0, 100, 60, None))
    await asyncio.sleep(0)
    await state.close()
    async with asyncio.timeout(5):
        assert await events == []
        assert await updates == []
    assert state.webhook is None
