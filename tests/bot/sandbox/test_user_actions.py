"""What else the person does: albums, stickers, and edits of what they have sent."""

import cv2
import httpx
import numpy as np
import pytest
from telegram import Bot

from bot.sandbox.server import Sandbox


async def test_an_album_comes_as_messages_with_one_media_group_id(
    bot: Bot, page: httpx.AsyncClient, picture: bytes
) -> None:
    files = [("file", (f"{n}.png", picture)) for n in range(10)]
    answer = await page.post("messages", data={"kind": "photo", "caption": "ten"}, files=files)
    messages = [update.message for update in await bot.get_updates()]
    assert [each["message_id"] for each in answer.json()] == [m and m.message_id for m in messages]
    assert len({message and message.media_group_id for message in messages}) == 1
    assert [message and message.caption for message in messages] == ["ten"] + [None] * 9


async def test_one_photo_is_no_album(bot: Bot, page: httpx.AsyncClient, picture: bytes) -> None:
    await page.post("messages", data={"kind": "photo"}, files={"file": picture})
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.media_group_id is None


async def test_an_album_is_sent_whole_or_not_at_all(
    bot: Bot, page: httpx.AsyncClient, picture: bytes
) -> None:
    files = [("file", ("7.png", picture)), ("file", ("notes.txt", b"7"))]
    refused = await page.post("messages", data={"kind": "photo"}, files=files)
    assert refused.json()["error"].startswith("notes.txt cannot be read as a picture.")
    eleven = [("file", ("7.png", picture))] * 11
    refused = await page.post("messages", data={"kind": "photo"}, files=eleven)
    assert refused.json()["error"].startswith("An album holds ten files at most")
    assert await bot.get_updates() == ()


async def test_a_sticker_is_a_webp_that_can_be_downloaded_and_seen(
    bot: Bot, page: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    webp = cv2.imencode(".webp", np.zeros((512, 400, 4), np.uint8))[1].tobytes()
    await page.post("messages", data={"kind": "sticker"}, files={"file": ("7.webp", webp)})
    (update,) = await bot.get_updates()
    assert update.message
    sticker = update.message.sticker
    assert sticker
    assert (sticker.width, sticker.height, sticker.file_size) == (400, 512, len(webp))
    assert (sticker.is_animated, sticker.is_video) == (False, False)
    file = await bot.get_file(sticker)
    assert await file.download_as_bytearray() == webp
    assert sticker.thumbnail
    seen = await page.get(f"{sandbox.url}/pictures/{sticker.thumbnail.file_id}")
    assert seen.headers["content-type"] == "image/jpeg"


async def test_an_edited_text_reaches_the_bot_and_the_page(
    bot: Bot, page: httpx.AsyncClient, hello: int
) -> None:
    await page.post(f"messages/{hello}", data={"text": "/help"})
    (update,) = await bot.get_updates()
    edited = update.edited_message
    assert edited
    assert (edited.message_id, edited.text) == (hello, "/help")
    assert edited.entities[0].type == "bot_command"
    assert edited.edit_date
    event = (await page.get("events")).json()["events"][-1]
    assert (event["type"], event["message"]["text"]) == ("edit", "/help")


@pytest.mark.usefixtures("hello")
async def test_an_edited_caption_leaves_the_photo(
    bot: Bot, page: httpx.AsyncClient, picture: bytes
) -> None:
    form = {"kind": "photo", "caption": "see /help"}
    sent = (await page.post("messages", data=form, files={"file": picture})).json()
    for caption in ("new", ""):
        await page.post(f"messages/{sent['message_id']}", data={"text": caption})
        edited = (await bot.get_updates())[-1].edited_message
        assert edited
        assert (edited.caption or "", edited.caption_entities) == (caption, ())
        assert [size.file_id for size in edited.photo] == [s["file_id"] for s in sent["photo"]]


async def test_only_ones_own_messages_can_be_edited(
    bot: Bot, page: httpx.AsyncClient, hello: int, chat_id: int
) -> None:
    reply = await bot.send_message(chat_id, "hi")
    for message_id, text, sentence in (
        (reply.message_id, "x", "a message of your own"),
        (hello + 99, "x", "a message of your own"),
        (hello, " ", "cannot be empty"),
        (hello, "x" * 4097, "keep it within 4096"),
    ):
        answer = await page.post(f"messages/{message_id}", data={"text": text})
        assert answer.status_code == 400
        assert sentence in answer.json()["error"]
    assert await bot.get_updates() == ()


async def test_a_reply_holds_the_message_that_it_replies_to(
    bot: Bot, page: httpx.AsyncClient, hello: int, picture: bytes
) -> None:
    files = [("file", (f"{n}.png", picture)) for n in range(2)]
    await page.post("messages", data={"reply_to": hello}, files=files)
    await page.post("messages", data={"text": "/read", "reply_to": hello + 1})
    first, second, text = [update.message for update in await bot.get_updates()]
    for message in (first, second):
        assert message
        assert message.reply_to_message
        assert message.reply_to_message.text == "hello"
    assert text
    assert text.reply_to_message
    assert text.reply_to_message.photo
    # As in Telegram, what that one replied to is not repeated.
    assert text.reply_to_message.reply_to_message is None


async def test_only_a_message_of_this_chat_can_be_replied_to(
    bot: Bot, page: httpx.AsyncClient, hello: int
) -> None:
    for number, sentence in ((hello + 99, "no longer there"), ("x", "must be a number")):
        answer = await page.post("messages", data={"text": "7", "reply_to": number})
        assert answer.status_code == 400
        assert sentence in answer.json()["error"]
    assert await bot.get_updates() == ()
