"""The buttons below an answer: what was seen, and what people say of it."""

import copy
from pathlib import Path

import cv2
import numpy as np
import pytest
from telegram import InlineKeyboardMarkup, Update
from telegram import Message as TelegramMessage
from telegram.error import NetworkError

from bot.application import Service
from bot.chat import keyboards
from bot.sandbox.server import Sandbox
from bot.storage import keys
from bot.storage.corrections import Corrections
from bot.storage.database import connected
from bot.storage.inbox import Inbox
from bot.storage.judgements import JudgedAnswer
from model.reader import Reader
from tests.bot.conversation import Chat, Message, answering, chatting, hand_in, photo_of
from tests.bot.updates.inboxes import take
from tests.readings import crop_of


def a_letter() -> bytes:
    """A photo of a K, which is large and sharp and no digit."""
    page = np.full((400, 400), 235, np.uint8)
    cv2.putText(page, "K", (140, 280), cv2.FONT_HERSHEY_SIMPLEX, 7, 35, 16)
    _, data = cv2.imencode(".jpg", page)
    return data.tobytes()


def buttons(message: Message) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def pressed(chat: Chat, message: Message, button: str) -> Message:
    """The message as the press leaves it."""
    before = len(chat.events)
    await chat.press(message, button)

    def edited() -> Message | None:
        edits = (event["message"] for event in chat.events[before:] if event["type"] == "edit")
        return next((m for m in edits if m["message_id"] == message["message_id"]), None)

    return await chat.wait_for(edited)


async def saying(chat: Chat, answer: Message, *labels: str) -> Message:
    """The answer as the presses of these buttons leave it, one after the other."""
    for label in labels:
        answer = await pressed(chat, answer, label)
    return answer


def question(message: Message) -> str:
    """What is asked below an answer."""
    return str(message["text"].partition("\n\n")[2])


async def test_what_i_saw_is_a_picture_with_words_that_replies_to_the_answer(chat: Chat) -> None:
    answer = await chat.show(photo_of("7"))
    assert buttons(answer) == ["Copy", "What I saw", "Right", "Wrong"]
    await chat.press(answer, "What I saw")
    picture = await chat.reply_to(answer["message_id"])
    assert picture["photo"]
    assert picture["caption"].startswith("I read 7\nSure: ")


async def test_a_refusal_can_be_looked_at(chat: Chat) -> None:
    answer = await chat.show(photo_of(""))
    assert buttons(answer) == ["What I saw", "It was…"]
    assert buttons(await pressed(chat, answer, "What I saw")) == ["It was…"]
    picture = await chat.reply_to(answer["message_id"])
    assert picture["photo"]
    assert picture["caption"].startswith(answer["text"])


def press_of(chat: Chat, message: Message, data: str, number: int) -> Message:
    """The update of a press, by who sent the photo, of the button with this data."""
    sender = {"id": chat.id, "is_bot": False, "first_name": "Sender"}
    query = {"id": str(number), "from": sender, "chat_instance": "1"}
    pressed = {**query, "message": copy.deepcopy(message), "data": data}
    return {"update_id": number, "callback_query": pressed}


async def test_what_i_saw_comes_once_however_often_it_is_pressed(
    chat: Chat, service: Service
) -> None:
    answer = await chat.show(photo_of("20"))
    await hand_in(service, *[press_of(chat, answer, "picture", number) for number in (1, 2)])
    await hand_in(service, press_of(chat, answer, "picture", 3))
    assert buttons(await chat.edit_of(answer)) == ["Copy", "Right", "Wrong"]
    assert len([message for message in chat.received if message.get("photo")]) == 1


async def test_what_i_saw_is_not_lost_when_telegram_fails_as_its_button_goes(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = TelegramMessage.edit_reply_markup

    async def fail_once(message: TelegramMessage, buttons: InlineKeyboardMarkup) -> None:
        monkeypatch.setattr(TelegramMessage, "edit_reply_markup", edit)
        await edit(message, buttons)
        raise NetworkError("carried out, but not acknowledged")

    answer = await chat.show(photo_of("7"))
    monkeypatch.setattr(TelegramMessage, "edit_reply_markup", fail_once)
    await chat.press(answer, "What I saw")
    assert (await chat.reply_to(answer["message_id"]))["photo"]


async def test_what_i_saw_is_not_lost_when_the_bot_crashes_as_its_button_goes(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'crashed.db'}"
    async with chatting(sandbox) as chat:
        async with answering(sandbox, reader, url) as service:
            answer = await chat.show(photo_of("7"))
            bot = service.bot
            press = Update.de_json(press_of(chat, answer, "picture", 1), bot)
            message = press.effective_message
            assert message
            assert message.reply_markup
            await message.edit_reply_markup(keyboards.without_picture(message.reply_markup))
        async with connected(url) as database:
            await take(Inbox(database, bot.id), press)
        async with answering(sandbox, reader, url):
            assert (await chat.reply_to(answer["message_id"]))["photo"]


async def test_what_i_saw_of_a_photo_that_is_gone_comes_later(chat: Chat, service: Service) -> None:
    answer = await chat.show(photo_of("7"))
    gone = copy.deepcopy(answer)
    gone["reply_to_message"]["photo"] = [
        {**size, "file_id": "gone"} for size in gone["reply_to_message"]["photo"]
    ]
    await hand_in(service, press_of(chat, gone, "picture", 1))
    await chat.press(answer, "What I saw")
    assert (await chat.reply_to(answer["message_id"]))["photo"]


async def test_right_is_shown_below_the_answer_and_may_be_pressed_twice(chat: Chat) -> None:
    answer = await chat.show(photo_of("7"))
    judged = await pressed(chat, answer, "Right")
    assert judged["text"] == f"{answer['text']}\nYou said: right"
    assert buttons(judged) == ["Copy", "What I saw", "✓ Right", "Wrong"]
    await chat.press(judged, "✓ Right")
    assert "one answer" in (await chat.ask("/forget"))["text"]


async def test_wrong_opens_a_keypad_and_the_correction_is_shown(chat: Chat) -> None:
    answer = await chat.show(photo_of("7"))
    keypad = await pressed(chat, answer, "Wrong")
    assert keypad["text"].startswith(f"{answer['text']}\n\nWhat is it really? You can also reply")
    assert buttons(keypad) == [*"0123456789", "Not a digit", "Copy", "Cancel"]
    judged = await pressed(chat, keypad, "5")
    assert judged["text"] == f"{answer['text']}\nYou said: 5"
    assert buttons(judged) == ["Copy", "What I saw", "Right", "✓ Wrong"]
    judged = await saying(chat, judged, "✓ Wrong", "Not a digit")
    assert judged["text"].endswith("You said: no digit")
    assert buttons(judged) == ["What I saw", "Right", "✓ Wrong"]


async def test_the_question_goes_with_cancel_and_what_was_said_before_stays(chat: Chat) -> None:
    answer = await chat.show(photo_of("7"))
    cancelled = await saying(chat, answer, "Wrong", "Cancel")
    assert cancelled["text"] == answer["text"]
    assert buttons(cancelled) == buttons(answer)
    judged = await saying(chat, cancelled, "Wrong", "5")
    cancelled = await saying(chat, judged, "✓ Wrong", "Cancel")
    assert cancelled["text"] == judged["text"]
    assert buttons(cancelled) == buttons(judged)


def copied(message: Message) -> list[str]:
    """What the copy buttons below a message copy."""
    rows = message["reply_markup"]["inline_keyboard"]
    return [button["copy_text"]["text"] for row in rows for button in row if "copy_text" in button]


async def test_what_was_read_can_be_copied_and_once_it_is_corrected_what_it_is(chat: Chat) -> None:
    answer = await chat.show(photo_of("204"))
    assert copied(answer) == ["204"]
    keypad = await saying(chat, answer, "Wrong", "0")
    assert copied(keypad) == ["204"]
    judged = await pressed(chat, keypad, "6")
    assert copied(judged) == ["264"]


async def test_of_several_digits_each_can_be_corrected_and_the_one_asked_about_is_marked(
    chat: Chat,
) -> None:
    answer = await chat.show(photo_of("204"))
    which = await pressed(chat, answer, "Wrong")
    assert question(which).startswith("Which digit is wrong?")
    assert buttons(which) == ["2", "0", "4", "Copy", "Cancel"]
    keypad = await pressed(chat, which, "0")
    assert question(keypad).startswith("What is the digit in brackets really: 2[0]4?")
    judged = await pressed(chat, keypad, "6")
    assert judged["text"].endswith("You said: 264")
    judged = await saying(chat, judged, "✓ Wrong", "4", "Not a digit")
    assert judged["text"].endswith("You said: 26")


async def test_in_several_lines_of_numbers_the_wrong_digit_is_chosen_step_by_step(
    chat: Chat,
) -> None:
    answer = await chat.show(photo_of("2048 30\n384 82 2"))
    assert answer["text"].startswith("2048 30\n384 82 2\n")
    lines = await pressed(chat, answer, "Wrong")
    assert buttons(lines) == ["2048 30", "384 82 2", "Copy", "Cancel"]
    digits = await pressed(chat, lines, "384 82 2")
    assert buttons(digits) == [*"384822", "Copy", "Cancel"]
    judged = await saying(chat, digits, "4", "9")
    assert judged["text"] == f"{answer['text']}\nYou said: 389 82 2"
    judged = await saying(chat, judged, "✓ Wrong", "2048 30", "4", "6")
    assert judged["text"] == f"{answer['text']}\nYou said: 2068 30, 389 82 2"
    assert copied(judged) == ["2068 30\n389 82 2"]
    judged = await pressed(chat, judged, "Right")
    assert judged["text"] == f"{answer['text']}\nYou said: right"
    assert "one answer" in (await chat.ask("/forget"))["text"]


async def test_what_was_said_is_told_as_long_as_it_is_kept(chat: Chat) -> None:
    answer = await chat.show(photo_of("204"))
    judged = await saying(chat, answer, "Wrong", "0", "6")
    await chat.ask("/forget")
    judged = await saying(chat, judged, "✓ Wrong", "2", "3")
    assert judged["text"].endswith("You said: 304")


async def test_of_a_refusal_it_can_be_said_what_it_was(chat: Chat) -> None:
    answer = await chat.show(photo_of(""))
    assert buttons(answer) == ["What I saw", "It was…"]
    await chat.press(answer, "What I saw")
    assert (await chat.reply_to(answer["message_id"]))["photo"]
    asked = await pressed(chat, answer, "It was…")
    assert question(asked).startswith("What was it? Reply to this")
    assert buttons(asked) == ["Cancel"]
    assert (await pressed(chat, asked, "Cancel"))["text"] == answer["text"]


async def test_of_a_refused_photo_with_one_digit_the_keypad_asks(chat: Chat) -> None:
    answer = await chat.show(a_letter())
    assert buttons(answer) == ["What I saw", "It was…"]
    keypad = await pressed(chat, answer, "It was…")
    assert question(keypad).startswith("What is it really?")
    judged = await pressed(chat, keypad, "8")
    assert judged["text"] == f"{answer['text']}\nYou said: 8"
    assert buttons(judged) == ["Copy", "What I saw", "✓ It was…"]
    assert copied(judged) == ["8"]
    assert "one answer" in (await chat.ask("/forget"))["text"]


async def test_what_is_no_digit_of_the_answer_cannot_be_corrected(
    chat: Chat, service: Service
) -> None:
    answer = await chat.show(photo_of("7"))
    sender = {"id": chat.id, "is_bot": False, "first_name": "Sender"}
    query = {"id": "1", "from": sender, "chat_instance": "1", "message": copy.deepcopy(answer)}
    for data in ("which:1:2", "which:0:9999", "is:1:5"):
        pressed = {**query, "id": f"{data} pressed", "data": data}
        await hand_in(service, {"update_id": 1, "callback_query": pressed})
    await chat.fetch()
    edits = [event["message"] for event in chat.events if event["type"] == "edit"]
    assert not any("You said" in edit["text"] for edit in edits)
    assert "nothing of yours" in (await chat.ask("/forget"))["text"]


async def test_a_correction_holds_the_crop_and_what_was_read_and_said(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'said.db'}"
    async with chatting(sandbox) as chat:
        async with answering(sandbox, reader, url):
            answer = await chat.show(photo_of("20"))
            which = await pressed(chat, answer, "Wrong")
            keypad = await pressed(chat, which, "0")
        async with answering(sandbox, reader, url):  # as after a restart
            await pressed(chat, keypad, "6")
    async with connected(url) as database:
        key = await keys.take_into_use(database, url, sandbox.token)
        corrections = Corrections(database, key)
        [kept] = await corrections.load()
        assert await corrections.forget(chat.id) == 1
    assert (kept.reading, kept.correction) == (0, 6)
    assert kept.model == reader.model.metrics["tflite_sha256"]
    seen = crop_of(reader.read(photo_of("20")).digits[1])
    # Telegram compresses photos anew.
    crop = np.frombuffer(kept.crop, np.uint8).reshape(seen.shape)
    assert np.abs(crop.astype(int) - seen).mean() < 10


async def test_another_persons_photo_cannot_be_judged(chat: Chat, service: Service) -> None:
    answer = await chat.show(photo_of("7"))
    other = user(chat.id + 10**6)
    query = {"id": "1", "from": other, "chat_instance": "1", "message": copy.deepcopy(answer)}
    for data in ("right", "wrong", "which:0:1", "back", "is:0:5"):
        pressed = {**query, "id": f"{data} pressed", "data": data}
        await hand_in(service, {"update_id": 1, "callback_query": pressed})
    await chat.fetch()
    assert not [event for event in chat.events if event["type"] == "edit"]
    assert "nothing of yours" in (await chat.ask("/forget"))["text"]


def user(user_id: int) -> Message:
    return {"id": user_id, "is_bot": False, "first_name": "x"}


# Who has sent a photo: what Telegram calls its sender, and the chat in whose name it was sent.
A_CHANNEL = {"id": -1001, "type": "channel", "title": "x"}
A_GROUP = {"id": -1002, "type": "supergroup", "title": "x"}
TELEGRAM = user(777000)
NO_NAME = user(1087968824) | {"is_bot": True, "username": "GroupAnonymousBot"}


@pytest.mark.parametrize(
    "sent_by",
    [
        {"from": TELEGRAM, "sender_chat": A_CHANNEL, "is_automatic_forward": True},
        {"from": NO_NAME, "sender_chat": A_GROUP},
        {"sender_chat": A_CHANNEL},
    ],
    ids=["forwarded from a channel", "by an administrator without a name", "in a channel"],
)
async def test_what_nobody_has_sent_by_name_anybody_may_judge(
    chat: Chat, service: Service, sent_by: Message
) -> None:
    answer = copy.deepcopy(await chat.show(photo_of("7")))
    photo = answer["reply_to_message"]
    del photo["from"]
    answer["reply_to_message"] = photo | sent_by
    query = {"id": "1", "from": user(chat.id), "chat_instance": "1", "message": answer}
    await hand_in(service, {"update_id": 1, "callback_query": query | {"data": "right"}})
    assert (await chat.edit_of(answer))["text"].endswith("You said: right")


async def test_from_twenty_judged_answers_on_accuracy_tells_them_and_their_digits(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'said.db'}"
    async with answering(sandbox, reader, url), chatting(sandbox) as chat:
        async with connected(url) as database:
            corrections = Corrections(database, await keys.take_into_use(database, url, "1:x"))
            for photo in range(18):
                await corrections.save(1, (1, photo), JudgedAnswer("71", "71"), "model")
        answer = await chat.show(photo_of("1234567890"))
        await saying(chat, answer, "Wrong", "4", "9")
        assert "people judged" not in (await chat.ask("/accuracy"))["text"]
        await pressed(chat, await chat.show(photo_of("2048")), "Right")
        told = (await chat.ask("/accuracy"))["text"]
        assert "Of 20 answers that people judged, 95 % were wholly right" in told
        assert told.endswith("They hold 50 digits, of which I read 98 % right.")
