"""Many people at once, slow readings, readings that fail: everybody still gets an answer."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.application import Service
from bot.sandbox.server import Sandbox
from bot.translations import for_code
from bot.updates.dispatcher import UPDATES_AT_ONCE
from model.reader import Reader
from tests.bot.conversation import Chat, answering, chatting, photo_of
from tests.bot.poison import GatedReader, PoisonedReader

PNG = "image/png"
# Seconds for one picture: a slow machine is no picture that takes forever.
SHORT, LONG = 2, 30


async def test_twenty_people_at_once_each_get_their_own_answer(
    service: Service, sandbox: Sandbox
) -> None:
    del service
    async with AsyncExitStack() as stack:
        chats = [await stack.enter_async_context(chatting(sandbox)) for _ in range(20)]
        digits = [str(number % 10) for number in range(20)]
        photos = [photo_of(digit) for digit in digits]
        answers = await asyncio.gather(*map(Chat.show, chats, photos))
        read = [answer["text"][0] for answer in answers]
        assert read == digits
        for chat in chats:
            assert len([*chat.received]) == 1


async def test_photos_sent_in_a_burst_are_all_answered_each_as_a_reply(chat: Chat) -> None:
    sent = {digit: await chat.send_photo(photo_of(digit)) for digit in "1234567890"}
    for digit, message_id in sent.items():
        assert (await chat.reply_to(message_id))["text"][0] == digit


async def test_a_command_is_answered_while_photos_are_being_read(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    gate = tmp_path / "open"
    slow = GatedReader(reader.model, reader.lines, gate)
    async with (
        answering(sandbox, slow, deadline_seconds=LONG),
        chatting(sandbox) as waiting,
        chatting(sandbox) as other,
    ):
        sent = [await waiting.send_photo(photo_of("7")) for _ in range(UPDATES_AT_ONCE // 2)]
        begun = time.monotonic()
        await other.ask("/help")
        assert time.monotonic() - begun < 5
        await waiting.fetch()
        assert not [*waiting.received]
        gate.touch()
        for message_id in sent:
            assert (await waiting.reply_to(message_id))["text"].startswith("7")


async def test_a_failure_is_told_in_one_plain_sentence(sandbox: Sandbox, reader: Reader) -> None:
    broken = PoisonedReader(reader.model, reader.lines)
    async with answering(sandbox, broken), chatting(sandbox) as chat:
        message_id = await chat.send_file(b"fail", "fail.png", PNG)
        assert (await chat.reply_to(message_id))["text"] == for_code("en")("failure")
        assert (await chat.ask("/help"))["text"].startswith("Send me a photo")
        assert len([*chat.received]) == 2


@pytest.mark.slow
async def test_pictures_that_crash_what_reads_them_are_refused_and_everybody_else_is_answered(
    sandbox: Sandbox, reader: Reader
) -> None:
    async with AsyncExitStack() as stack:
        poisoned = PoisonedReader(reader.model, reader.lines)
        await stack.enter_async_context(answering(sandbox, poisoned, deadline_seconds=SHORT))
        chats = [await stack.enter_async_context(chatting(sandbox)) for _ in range(12)]
        [villain, *others] = chats
        deeds = [b"abort", b"kill", b"spin", b"eat"]
        sent = [await villain.send_file(deed, "digit.png", PNG) for deed in deeds]
        answers = await asyncio.gather(*(chat.show(photo_of("7")) for chat in others))
        assert all(answer["text"].startswith("7") for answer in answers)
        for message_id in sent:
            answer = await villain.reply_to(message_id)
            assert answer["text"] == for_code("en")("refused-too-demanding")
            assert "reply_markup" not in answer
        assert (await villain.show(photo_of("4")))["text"].startswith("4")


async def test_the_bot_stops_while_photos_are_being_read(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    gate = tmp_path / "open"
    slow = GatedReader(reader.model, reader.lines, gate)
    async with chatting(sandbox) as chat:
        async with answering(sandbox, slow, deadline_seconds=LONG):
            message_id = await chat.send_photo(photo_of("7"))
            await chat.wait_for(lambda: next(chat.actions, None))
            asyncio.get_running_loop().call_later(0.5, gate.touch)
        assert (await chat.reply_to(message_id))["text"].startswith("7")
