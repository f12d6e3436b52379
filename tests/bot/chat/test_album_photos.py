"""The buttons below an album's answer: the full answer to one of its photos."""

import copy
from typing import Any

import pytest
from telegram import Message as TelegramMessage
from telegram.error import NetworkError

from bot.application import Service
from bot.chat import albums
from bot.sandbox.server import Sandbox
from bot.translations import for_code
from model.reader import Reader
from tests.bot.arrivals import update_of
from tests.bot.chat.test_feedback import buttons, pressed
from tests.bot.conversation import (
    Chat,
    Message,
    answering,
    chatting,
    hand_in,
    photo_of,
    replied_to,
)

ENGLISH = for_code("en")


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here, the photos of an album come at once."""
    monkeypatch.setattr(albums, "PATIENCE_SECONDS", 0.1)


async def answer_to_album(chat: Chat, *photos: bytes) -> tuple[list[int], Message]:
    """The message ids of an album's photos, and the answer, which replies to the first."""
    await chat.send_album(photos)
    await chat.fetch()
    messages = [event["message"] for event in chat.events if event["type"] == "message"]
    ids = [message["message_id"] for message in messages if "media_group_id" in message]
    return ids, await chat.reply_to(ids[0])


async def full_answer(chat: Chat, album: Message, photo: int, message_id: int) -> Message:
    """What the button of a photo brings."""
    await chat.press(album, f"Photo {photo}")
    return await chat.edit_of(await chat.reply_to(message_id))


async def test_one_message_says_what_each_photo_shows_and_has_a_button_for_each(
    chat: Chat,
) -> None:
    _, album = await answer_to_album(chat, photo_of("7"), photo_of("204"), photo_of(""))
    first, second, third = album["text"].splitlines()
    assert first.startswith("Photo 1: 7 (")
    assert second.startswith("Photo 2: 204 (least sure digit: ")
    assert third == f"Photo 3: {ENGLISH('refused-blank')}"
    assert buttons(album) == ["Photo 1", "Photo 2", "Photo 3"]
    assert len([*chat.received]) == 1


async def test_a_button_brings_the_full_answer_as_a_reply_to_that_photo(
    chat: Chat,
) -> None:
    ids, album = await answer_to_album(chat, photo_of("7"), photo_of("2"))
    answer = await full_answer(chat, album, 2, ids[1])
    assert replied_to(answer) == ids[1]
    alone = await chat.show(photo_of("2"))
    assert answer["text"] == alone["text"]
    assert buttons(answer) == buttons(alone)
    assert answer["text"].startswith("2")


async def test_the_buttons_below_that_answer_do_what_they_always_do(chat: Chat) -> None:
    ids, album = await answer_to_album(chat, photo_of("7"), photo_of("2"))
    answer = await full_answer(chat, album, 2, ids[1])
    await chat.press(answer, "What I saw")
    assert (await chat.reply_to(answer["message_id"]))["photo"]
    keypad = await pressed(chat, answer, "Wrong")
    judged = await pressed(chat, keypad, "3")
    assert judged["text"].startswith("2")
    assert "You said: 3" in judged["text"]


async def test_pressed_again_it_answers_again(chat: Chat) -> None:
    ids, album = await answer_to_album(chat, photo_of("7"), photo_of("2"))
    await full_answer(chat, album, 2, ids[1])
    await chat.press(album, "Photo 2")

    def edits() -> list[str]:
        return [event["message"]["text"] for event in chat.events if event["type"] == "edit"]

    await chat.wait_for(lambda: {} if len(edits()) == 2 else None)
    assert len(set(edits())) == 1


def press_of(user: int, message: Message, photo: int, message_id: int) -> Message:
    """The press of a photo's button below a message."""
    sender = {"id": user, "is_bot": False, "first_name": "x"}
    query = {"id": "1", "from": sender, "chat_instance": "1", "message": copy.deepcopy(message)}
    data = f"album:{photo}:{message_id}"
    return {"update_id": 1, "callback_query": query | {"data": data}}


async def test_when_telegram_fails_in_between_the_same_reply_is_filled_in_later(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, album = await answer_to_album(chat, photo_of("7"), photo_of("2"))
    edit, failures = TelegramMessage.edit_text, [NetworkError("away")]

    async def failing_once(*arguments: Any, **options: Any) -> object:  # noqa: ANN401  the method's
        if failures:
            raise failures.pop()
        return await edit(*arguments, **options)

    monkeypatch.setattr(TelegramMessage, "edit_text", failing_once)
    answer = await full_answer(chat, album, 2, ids[1])
    assert answer["text"].startswith("2")
    assert [message["message_id"] for message in chat.received] == [
        album["message_id"],
        answer["message_id"],
    ]


async def test_for_a_photo_that_was_deleted_meanwhile_no_message_is_sent(
    chat: Chat, service: Service
) -> None:
    _, album = await answer_to_album(chat, photo_of("7"), photo_of("2"))
    await hand_in(service, press_of(chat.id, album, 2, 2**31 - 1))
    await chat.fetch()
    assert [*chat.received] == [album]


async def test_what_replies_to_no_picture_says_that_the_photo_is_gone(
    chat: Chat, service: Service
) -> None:
    hello = await chat.ask("hello")
    await hand_in(service, press_of(chat.id, hello, 1, hello["message_id"]))
    told = await chat.edit_of(await chat.reply_to(hello["message_id"]))
    assert told["text"] == ENGLISH("photo-gone")


async def test_only_who_sent_the_album_may_press(chat: Chat, service: Service) -> None:
    ids, album = await answer_to_album(chat, photo_of("7"), photo_of("2"))
    await hand_in(service, press_of(chat.id + 10**6, album, 2, ids[1]))
    await chat.fetch()
    assert [*chat.received] == [album]


async def test_of_what_cannot_be_opened_there_is_no_more_to_say(
    chat: Chat, service: Service
) -> None:
    await chat.ask("hello")
    size = {"file_id": "x", "file_unique_id": "x", "width": 9, "height": 9, "file_size": 2**30}
    content = {"photo": [size], "media_group_id": "a"}
    updates = [update_of(chat.id, content | {"message_id": each}).to_dict() for each in (1, 2)]
    await hand_in(service, *updates)
    await chat.fetch()
    [_, album] = chat.received
    assert album["text"].startswith("Photo 1: That file is too large")
    assert "Photo 2: That file is too large" in album["text"]
    assert buttons(album) == []


async def test_an_album_of_which_one_photo_comes_is_answered_as_a_photo(
    chat: Chat, service: Service
) -> None:
    alone = await chat.show(photo_of("7"))
    [sent] = [event["message"] for event in chat.events if event["type"] == "message"][:1]
    again = sent | {"media_group_id": "a", "date": sent["date"] + 1}
    await hand_in(service, {"update_id": 1, "message": again})
    await chat.fetch()
    _, answer = chat.received
    assert answer["text"] == alone["text"]
    assert buttons(answer) == buttons(alone)


async def test_an_album_of_ten_in_russian(sandbox: Sandbox, reader: Reader) -> None:
    async with answering(sandbox, reader), chatting(sandbox, "ru-RU") as chat:
        ids, album = await answer_to_album(chat, *[photo_of(digit) for digit in "0123456789"])
        lines = album["text"].splitlines()
        assert [line.partition(" (")[0] for line in lines] == [
            f"Фото {number}: {number - 1}" for number in range(1, 11)
        ]
        assert len(buttons(album)) == 10
        await chat.press(album, "Фото 10")
        placeholder = await chat.reply_to(ids[9])
        assert placeholder["text"] == "Фото 10: …"
        assert (await chat.edit_of(placeholder))["text"].startswith("9")
