"""Guest mode, over HTTP: photos are read in a chat that the bot is not in."""

import asyncio

import pytest

from bot.application import Service
from bot.sandbox.server import Sandbox, running
from bot.translations import for_code
from bot.updates.rate_limits import Limits, RateLimits
from model.reader import Reader
from tests.bot.conversation import Chat, Message, answering, chatting, photo_of
from tests.bot.processes import FEW_SECONDS

ENGLISH, RUSSIAN = for_code("en"), for_code("ru")
SUMMONS = "@digit_sandbox_bot"


async def said(chat: Chat, count: int = 1) -> list[Message]:
    """What the bot has said elsewhere, once that is so much."""
    async with asyncio.timeout(FEW_SECONDS):
        while len(messages := await chat.told_elsewhere()) < count:
            await asyncio.sleep(0.02)
    return messages


async def test_a_reply_with_the_bots_name_has_the_photo_read_that_it_replies_to(
    chat: Chat,
) -> None:
    photo = await chat.send_elsewhere("what is this?", photo_of("7"))
    await chat.send_elsewhere(SUMMONS, reply_to=photo)
    [answer] = await said(chat)
    alone = await chat.show(photo_of("7"))
    assert answer["text"] == alone["text"]
    assert answer["entities"] == alone["entities"]
    assert "reply_markup" not in answer


async def test_a_photo_with_the_bots_name_below_is_read_itself(chat: Chat) -> None:
    first = await chat.send_elsewhere("", photo_of("7"))
    await chat.send_elsewhere(f"and this, {SUMMONS}?", photo_of("204"), reply_to=first)
    [answer] = await said(chat)
    assert answer["text"].startswith("204")


async def test_a_photo_that_shows_nothing_is_answered_too(chat: Chat) -> None:
    await chat.send_elsewhere(SUMMONS, photo_of(""))
    [answer] = await said(chat)
    assert answer["text"] == ENGLISH("refused-blank")


async def test_without_a_picture_it_says_how_to_ask(chat: Chat) -> None:
    hello = await chat.send_elsewhere("hello")
    await chat.send_elsewhere(f"{SUMMONS} hello")
    await chat.send_elsewhere(f"{SUMMONS} and this?", reply_to=hello)
    answers = await said(chat, 2)
    assert {answer["text"] for answer in answers} == {ENGLISH("guest-help", name=SUMMONS)}


async def test_what_replies_to_its_answer_is_read_if_it_is_a_photo_and_else_left_alone(
    chat: Chat, service: Service
) -> None:
    await chat.send_elsewhere(SUMMONS, photo_of("7"))
    [answer] = await said(chat)
    await chat.send_elsewhere("thank you", reply_to=answer["message_id"])
    await chat.send_elsewhere("and this?", photo_of("2"), reply_to=answer["message_id"])
    [_, second] = await said(chat, 2)
    assert second["text"].startswith("2")
    await service.join()
    assert len(await chat.told_elsewhere()) == 2


async def test_what_is_said_elsewhere_without_its_name_never_reaches_it(chat: Chat) -> None:
    await chat.send_elsewhere("hello")
    await chat.send_elsewhere("@somebody_else", photo_of("7"))
    await chat.ask("hello")
    assert await chat.told_elsewhere() == []


async def test_it_speaks_the_language_of_who_asks(chat: Chat) -> None:
    offer = await chat.ask("/language")
    await chat.press(offer, "Русский")
    await chat.edit_of(offer)
    await chat.send_elsewhere(SUMMONS)
    [answer] = await said(chat)
    assert answer["text"] == RUSSIAN("guest-help", name=SUMMONS)


async def test_a_picture_that_telegram_does_not_hand_out_is_told(reader: Reader) -> None:
    kept = 2**20
    with running(file_bytes=kept) as small:
        async with chatting(small) as chat:
            photo = await chat.send_elsewhere("", photo_of("7"))
            await chat.send_file(bytes(kept), "zeros.txt", "text/plain")  # pushes it out
            async with answering(small, reader):
                await chat.send_elsewhere(SUMMONS, reply_to=photo)
                [answer] = await said(chat)
    assert answer["text"] == ENGLISH("guest-no-file")


async def test_who_is_not_invited_is_told_there_once(sandbox: Sandbox, reader: Reader) -> None:
    async with (
        answering(sandbox, reader, rate_limits=RateLimits(allowed={-1})) as service,
        chatting(sandbox) as stranger,
    ):
        await stranger.send_elsewhere(SUMMONS, photo_of("7"))
        [told] = await said(stranger)
        assert told["text"] == ENGLISH("not-invited", id=str(stranger.id))
        await stranger.send_elsewhere(SUMMONS, photo_of("7"))
        await service.join()
        assert len(await stranger.told_elsewhere()) == 1


async def test_photos_are_limited_as_everywhere(sandbox: Sandbox, reader: Reader) -> None:
    rate_limits = RateLimits(Limits(photos_a_minute=1), clock=lambda: 0.0)
    async with answering(sandbox, reader, rate_limits=rate_limits), chatting(sandbox) as chat:
        photo = await chat.send_elsewhere(SUMMONS, photo_of("7"))
        await said(chat)
        await chat.send_elsewhere(SUMMONS, reply_to=photo)
        [_, told] = await said(chat, 2)
        assert told["text"] == ENGLISH("too-many-a-minute", seconds=60)


async def test_when_something_goes_wrong_it_apologizes_there(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("bot.reading.photo_reader.PhotoReader.read", fail)
    await chat.send_elsewhere(SUMMONS, photo_of("7"))
    [told] = await said(chat)
    assert told["text"] == ENGLISH("failure")
