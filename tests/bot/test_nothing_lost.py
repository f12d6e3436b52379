"""Whatever ends the bot, every photo is answered."""

import asyncio
import random
import signal
from collections import Counter
from contextlib import AsyncExitStack

import pytest

from bot.sandbox.server import Sandbox, running
from bot.words import for_code
from tests.bot.conversation import Chat, chatting, photo_of, replied_to
from tests.bot.processes import Start

TWICE = 0.02  # of the photos, at most
APOLOGIES = {for_code("en")(key) for key in ("failure", "put-aside")}


async def send(chats: list[Chat], photos: int, seconds: float) -> list[tuple[Chat, int]]:
    """Everybody sends photos, spread over a time; the chats and message ids."""
    sent = []
    for number in range(photos):
        chat = chats[number % len(chats)]
        sent.append((chat, await chat.send_photo(photo_of(str(number % 10)))))
        await asyncio.sleep(seconds / photos)
    return sent


async def answers(sent: list[tuple[Chat, int]]) -> Counter[int]:
    """How many answers each photo got, once each has one and no more come."""
    for chat, message_id in sent:
        await chat.reply_to(message_id)
    await asyncio.sleep(3)
    chats = {chat for chat, _ in sent}
    for chat in chats:
        await chat.fetch()
    replies = (message for chat in chats for message in chat.received)
    return Counter(replied_to(each) or 0 for each in replies if each["text"] not in APOLOGIES)


async def be_killed(start: Start, sandbox: Sandbox, times: int) -> None:
    """Run the bot, and each time that it has run for a moment kill it and start it anew."""
    settings = {"TELEGRAM_TOKEN": sandbox.token, "TELEGRAM_API_URL": sandbox.url}
    for _ in range(times):
        process = start(**settings)
        await asyncio.sleep(random.uniform(1, 4))  # noqa: S311
        process.popen.send_signal(signal.SIGKILL)
        process.popen.wait()
    start(**settings)


@pytest.mark.parametrize(
    ("photos", "kills"),
    [(20, 2), pytest.param(200, 10, marks=[pytest.mark.slow, pytest.mark.timeout(300)])],
)
async def test_killed_at_any_moment_it_answers_every_photo_and_hardly_any_twice(
    start: Start, photos: int, kills: int
) -> None:
    with running() as sandbox:
        async with AsyncExitStack() as stack:
            chats = [await stack.enter_async_context(chatting(sandbox)) for _ in range(20)]
            sending = asyncio.create_task(send(chats, photos, seconds=2.5 * kills))
            await be_killed(start, sandbox, kills)
            counts = await answers(await sending)
            print(f"{photos} photos, {kills} kills: {Counter(counts.values())} answers each")
            assert len(counts) == photos
            assert sum(counts.values()) - photos <= TWICE * photos
