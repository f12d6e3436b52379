"""Replies that say what a photo shows, in private, in groups and below what channels post."""

import asyncio
import itertools
from pathlib import Path

import pytest

from bot.application import Service
from bot.sandbox.server import Sandbox
from bot.storage import keys
from bot.storage.corrections import Corrections
from bot.storage.database import connected
from bot.storage.judgements import Correction, JudgedReading
from bot.translations import for_code
from model.reader import Reader
from tests.bot.conversation import Chat, Message, answering, chatting, hand_in, photo_of
from tests.bot.processes import FEW_SECONDS
from tests.bot.storage.test_corrections import contents

_numbers = itertools.count(1)
ENGLISH, RUSSIAN = for_code("en"), for_code("ru")


def noted(feedback: str) -> str:
    return ENGLISH("noted", feedback=feedback)


async def say(chat: Chat, text: str, message: Message) -> str:
    """What the bot says to a text in reply to a message."""
    before = len([*chat.received])
    await chat.send(text, message["message_id"])
    said = await chat.wait_for(lambda: next(iter([*chat.received][before:]), None))
    return str(said["text"])


def photo_in(answer: Message) -> Message:
    """The photo that an answer replies to."""
    photo: Message = answer["reply_to_message"]
    return photo


class Kept:
    """What was kept of what people said."""

    readings: list[JudgedReading]
    digits: list[Correction]


async def kept_in(url: str, sandbox: Sandbox) -> Kept:
    kept = Kept()
    async with connected(url) as database:
        key = await keys.take_into_use(database, url, sandbox.token)
        corrections = Corrections(database, key)
        kept.readings = await corrections.readings()
        kept.digits = await corrections.load()
    return kept


async def test_a_number_in_reply_to_the_answer_or_to_the_photo_is_noted(chat: Chat) -> None:
    answer = await chat.show(photo_of("204"))
    assert await say(chat, "20.45", answer) == noted("20.45")
    assert await say(chat, "it was 2045", photo_in(answer)) == noted("2045")
    assert await say(chat, "Nothing!", photo_in(answer)) == noted("nothing")
    assert await say(chat, "это 204", answer) == noted("right")
    assert "one answer" in (await chat.ask("/forget"))["text"]


async def test_what_was_told_is_shown_below_the_answer_whose_question_goes(chat: Chat) -> None:
    answer = await chat.show(photo_of("204"))
    await chat.press(answer, "Wrong")
    asked = await chat.edit_of(answer)
    known = len(chat.events)
    assert await say(chat, "2045", asked) == noted("2045")

    def edited() -> Message | None:
        edits = (event["message"] for event in chat.events[known:] if event["type"] == "edit")
        return next(edits, None)

    told = await chat.wait_for(edited)
    assert told["text"] == f"{answer['text']}\nYou said: 2045"
    assert told["reply_markup"]["inline_keyboard"][0][0]["copy_text"] == {"text": "2045"}
    assert [each["text"] for each in told["reply_markup"]["inline_keyboard"][1]] == [
        "Right",
        "✓ Wrong",
    ]


async def test_a_reply_is_taken_in_all_languages_and_answered_in_the_persons_own(
    service: Service, sandbox: Sandbox
) -> None:
    del service
    async with chatting(sandbox, "ru") as chat:
        answer = await chat.show(photo_of("7"))
        assert await say(chat, "это 1", answer) == RUSSIAN("noted", feedback="1")
        assert await say(chat, "ничего", answer) == RUSSIAN("noted", feedback="nothing")
        assert await say(chat, "it was 7", answer) == RUSSIAN("noted", feedback="right")


async def test_what_is_no_number_gets_a_sentence_and_nothing_is_kept(chat: Chat) -> None:
    answer = await chat.show(photo_of("7"))
    for message in (answer, photo_in(answer)):
        assert await say(chat, "seven", message) == ENGLISH("correction-not-understood")
    assert (await chat.ask("/forget"))["text"] == ENGLISH("forgotten", count=0)


async def test_a_refused_photo_can_be_told_too(chat: Chat) -> None:
    answer = await chat.show(photo_of(""))
    assert await say(chat, "12.5", answer) == noted("12.5")
    assert await say(chat, "nothing", photo_in(answer)) == noted("nothing")


async def test_a_reply_to_what_is_no_photo_of_the_persons_own_is_answered_with_what_to_do(
    chat: Chat,
) -> None:
    answer = await chat.show(photo_of("7"))
    await chat.press(answer, "What I saw")
    drawing = await chat.reply_to(answer["message_id"])
    assert await say(chat, "7", drawing) == ENGLISH("correction-of-what")
    help_text = await chat.ask("/help")
    assert await say(chat, "7", help_text) == ENGLISH("hint")


async def test_what_was_read_is_known_while_the_keypad_is_open_and_once_it_is_corrected(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'said.db'}"
    async with answering(sandbox, reader, url), chatting(sandbox) as chat:
        answer = await chat.show(photo_of("204"))
        await chat.press(answer, "Wrong")
        assert await say(chat, "2045", answer) == noted("2045")
        await chat.press(await chat.edit_of(answer), "2")
        assert await say(chat, "20.4", answer) == noted("20.4")
        kept = await kept_in(url, sandbox)
    [reading] = kept.readings
    assert (reading.reading, reading.truth) == ("204", "20.4")


async def test_the_digits_of_a_told_photo_are_kept_as_far_as_they_can_be_told_apart(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'said.db'}"

    async def digits() -> list[tuple[int | None, int | None]]:
        kept = await kept_in(url, sandbox)
        pairs = {(each.reading, each.correction) for each in kept.digits}
        return sorted(pairs, key=str)

    async with answering(sandbox, reader, url), chatting(sandbox) as chat:
        photo = photo_in(await chat.show(photo_of("204")))
        await say(chat, "26.4", photo)
        assert await digits() == [(0, 6), (2, 2), (4, 4)]
        await say(chat, "2045", photo)  # one was missed
        assert await digits() == [(0, 0), (2, 2), (4, 4)]
        await say(chat, "24", photo)  # one was invented
        assert await digits() == []
        await say(chat, "nothing", photo)
        assert await digits() == [(0, None), (2, None), (4, None)]


def user(user_id: int) -> Message:
    return {"id": user_id, "is_bot": False, "first_name": "x"}


def in_a_group(chat: Chat, answer: Message, text: str, **about: object) -> Message:
    """An update: a text in a group, in reply to an answer; the sandbox knows no groups itself."""
    replied = {key: answer[key] for key in answer if key != "reply_to_message"}
    group = {"id": chat.id, "type": "supergroup", "title": "x"}
    number = next(_numbers)
    message = {"message_id": 10**6 + number, "date": 1, "chat": group, "text": text}
    return {
        "update_id": number,
        "message": message | {"reply_to_message": replied, "from": user(chat.id)} | about,
    }


async def last_said(chat: Chat) -> str:
    await chat.fetch()
    return str([*chat.received][-1]["text"])


async def test_in_a_group_the_sender_of_the_photo_may_reply_to_the_answer_and_nobody_else(
    chat: Chat, service: Service
) -> None:
    answer = await chat.show(photo_of("7"))
    await hand_in(service, in_a_group(chat, answer, "1", **{"from": user(chat.id + 10**6)}))
    assert await last_said(chat) == ENGLISH("only-the-sender")
    await hand_in(service, in_a_group(chat, answer, "1"))
    assert await last_said(chat) == noted("1")


async def test_in_a_group_a_reply_to_a_photo_is_talk_between_people(
    chat: Chat, service: Service
) -> None:
    answer = await chat.show(photo_of("7"))
    said = len([*chat.received])
    await hand_in(service, in_a_group(chat, photo_in(answer), "7"))
    await chat.fetch()
    assert len([*chat.received]) == said


A_GROUP = {"id": -1002, "type": "supergroup", "title": "x"}
NO_NAME = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


@pytest.mark.parametrize(
    "about",
    [{}, {"from": NO_NAME, "sender_chat": A_GROUP}],
    ids=["a member", "an administrator without a name"],
)
async def test_below_what_a_channel_has_posted_anybody_may_reply_and_have_it_forgotten(
    chat: Chat, service: Service, about: Message
) -> None:
    """The post comes into the channel's group by itself, and somebody has it read there."""
    answer = await chat.show(photo_of("7"))
    wrong = answer["reply_markup"]["inline_keyboard"][1][1]
    what_and_photo, _, where = wrong["callback_data"].rsplit(":", 2)
    wrong["callback_data"] = f"{what_and_photo}:0:{where}"
    in_topic = {"message_thread_id": 3, "is_topic_message": False}
    await hand_in(service, in_a_group(chat, answer, "1", **in_topic, **about))
    assert await last_said(chat) == noted("1")
    command = {"entities": [{"type": "bot_command", "offset": 0, "length": 7}]}
    forget = in_a_group(chat, answer, "/forget", **command, **about)
    await hand_in(service, forget)
    assert await last_said(chat) == ENGLISH("forgotten", count=1)


async def test_nothing_of_what_was_told_is_left_in_any_file_once_it_is_forgotten(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    told = "31415926.5358979"
    async with chatting(sandbox) as chat:
        async with answering(sandbox, reader, f"sqlite:///{tmp_path / 'said.db'}"):
            answer = await chat.show(photo_of("204"))
            await say(chat, told, answer)
            assert told.encode() in contents(tmp_path)
            await chat.ask("/forget")
            await wait_until_gone(tmp_path, told.encode())
        assert told.encode() not in contents(tmp_path)


async def wait_until_gone(folder: Path, text: bytes) -> None:

    async with asyncio.timeout(FEW_SECONDS):
        while text in contents(folder):
            await asyncio.sleep(0.02)
