"""sendMessage, sendPhoto, sendMediaGroup and sendChatAction."""

from collections.abc import Awaitable, Callable

import cv2
import httpx
import numpy as np
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReplyKeyboardRemove,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest

Refusal = Callable[..., Awaitable[tuple[int, str]]]


def png(height: int, width: int) -> bytes:
    return cv2.imencode(".png", np.zeros((height, width), np.uint8))[1].tobytes()


async def test_a_message_reaches_the_page(
    bot: Bot, page: httpx.AsyncClient, hello: int, chat_id: int
) -> None:
    message = await bot.send_message(chat_id, "hi")
    assert message.from_user == bot.bot
    assert message.message_id > hello
    event = (await page.get("events")).json()["events"][-1]
    assert event["type"] == "message"
    assert event["message"].items() <= message.to_dict().items()


@pytest.mark.usefixtures("hello")
async def test_a_keyboard_stays_with_its_message(bot: Bot, chat_id: int) -> None:
    keyboard = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("Yes", callback_data="é" * 32)],
            [InlineKeyboardButton("Site", url="https://example.org")],
        ]
    )
    message = await bot.send_message(chat_id, "well?", reply_markup=keyboard)
    assert message.reply_markup == keyboard


@pytest.mark.usefixtures("hello")
async def test_other_keyboards_are_accepted_and_not_shown(bot: Bot, chat_id: int) -> None:
    message = await bot.send_message(chat_id, "x", reply_markup=ReplyKeyboardRemove())
    assert message.reply_markup is None


async def test_a_reply_quotes_its_original(bot: Bot, hello: int, chat_id: int) -> None:
    reply = await bot.send_message(chat_id, "hi", reply_to_message_id=hello)
    assert reply.reply_to_message
    assert reply.reply_to_message.text == "hello"
    second = await bot.send_message(chat_id, "again", reply_to_message_id=reply.message_id)
    assert second.reply_to_message
    assert second.reply_to_message.reply_to_message is None


async def test_a_reply_to_nothing_is_refused_unless_that_is_allowed(
    bot: Bot, hello: int, chat_id: int, refusal: Refusal
) -> None:
    reply = {"message_id": hello + 99}
    assert await refusal("sendMessage", text="x", reply_parameters=reply) == (
        400,
        "Bad Request: message to be replied not found",
    )
    message = await bot.send_message(
        chat_id, "x", reply_to_message_id=hello + 99, allow_sending_without_reply=True
    )
    assert message.reply_to_message is None


@pytest.mark.usefixtures("hello")
@pytest.mark.parametrize("unit", ["x", "😀"])
async def test_the_longest_text_has_4096_utf16_units(
    bot: Bot, chat_id: int, refusal: Refusal, unit: str
) -> None:
    longest = unit * (4096 // len(unit.encode("utf-16-le")) * 2)
    assert (await bot.send_message(chat_id, f"<b>{longest}</b>", parse_mode="HTML")).text == longest
    assert await refusal("sendMessage", text=f"{longest}x") == (
        400,
        "Bad Request: message is too long",
    )


@pytest.mark.usefixtures("hello")
@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({}, "message text is empty"),
        ({"text": " \n\t"}, "message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "html"}, "message text is empty"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": 999999}, "chat not found"),
        ({"text": "x", "chat_id": "@name"}, "chat not found"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
        ({"text": "x", "reply_markup": []}, None),
        ({"text": "x", "reply_markup": [1]}, "can't parse reply_markup: expected an Object"),
        ({"text": "x", "entities": {"a": 1}}, "can't parse entities: expected an Array"),
    ],
)
async def test_what_cannot_be_sent_is_refused(
    sandbox_call: Callable[..., Awaitable[httpx.Response]],
    parameters: dict[str, object],
    reason: str | None,
) -> None:
    answer = (await sandbox_call("sendMessage", **parameters)).json()
    assert answer.get("description") == (reason and f"Bad Request: {reason}")


@pytest.mark.usefixtures("hello")
async def test_a_photo_arrives_in_sizes_and_can_be_sent_again(
    bot: Bot, chat_id: int, picture: bytes
) -> None:
    sent = await bot.send_photo(chat_id, picture, caption="<i>look</i>", parse_mode="HTML")
    assert [(size.width, size.height) for size in sent.photo] == [(90, 68), (320, 240), (640, 480)]
    assert (sent.caption, sent.caption_entities[0].type) == ("look", "italic")
    for size in sent.photo:
        assert (await bot.send_photo(chat_id, size.file_id)).photo == sent.photo


@pytest.mark.usefixtures("hello")
async def test_a_caption_has_at_most_1024_characters(
    bot: Bot, chat_id: int, picture: bytes
) -> None:
    sent = await bot.send_photo(chat_id, picture, caption="x" * 1024)
    assert sent.caption == "x" * 1024
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(chat_id, picture, caption="x" * 1025)


@pytest.mark.usefixtures("hello")
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no picture", "Image_process_failed"),
        (b"", "Image_process_failed"),
        (png(10, 300), "Photo_invalid_dimensions"),
        (png(5001, 5000), "Photo_invalid_dimensions"),
        (bytes(10 * 2**20 + 1), "too big for a photo; the maximum size is 10485760 bytes"),
    ],
    ids=["text", "empty", "thin", "huge", "heavy"],
)
async def test_what_is_no_photo_is_refused(
    bot: Bot, chat_id: int, data: bytes, reason: str
) -> None:
    with pytest.raises(BadRequest, match=reason):
        await bot.send_photo(chat_id, data)


@pytest.mark.usefixtures("hello")
async def test_a_file_id_has_to_be_a_photos(refusal: Refusal, page: httpx.AsyncClient) -> None:
    sent = await page.post("messages", data={"kind": "document"}, files={"file": b"x"})
    document = sent.json()["document"]["file_id"]
    for photo, reason in (
        ("unknown", "wrong file identifier/HTTP URL specified"),
        ("https://example.org/x.jpg", "wrong file identifier/HTTP URL specified"),
        ("", "there is no photo in the request"),
        (document, "can't use file of type Document as Photo"),
    ):
        assert await refusal("sendPhoto", photo=photo) == (400, f"Bad Request: {reason}")


async def test_an_album_is_sent_as_messages_with_one_media_group_id(
    bot: Bot, hello: int, chat_id: int, picture: bytes
) -> None:
    media = [InputMediaPhoto(picture, caption="two"), InputMediaPhoto(picture)]
    sent = await bot.send_media_group(chat_id, media, reply_to_message_id=hello)
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["two", None]
    assert all(message.photo and message.reply_to_message for message in sent)


@pytest.mark.usefixtures("hello")
async def test_an_album_has_one_to_ten_pictures(refusal: Refusal) -> None:
    for media, reason in (
        ([], "there are no messages to send"),
        ([{"type": "photo", "media": "x"}] * 11, "too many messages to send as an album"),
        (["x"], "can't parse media JSON object"),
        (
            [{"type": "video", "media": "x"}],
            "unsupported media type: the sandbox knows photos only",
        ),
    ):
        assert await refusal("sendMediaGroup", media=media) == (400, f"Bad Request: {reason}")


async def test_chat_actions_reach_the_page(
    bot: Bot, page: httpx.AsyncClient, hello: int, chat_id: int, refusal: Refusal
) -> None:
    del hello
    assert await bot.send_chat_action(chat_id, ChatAction.UPLOAD_PHOTO)
    event = (await page.get("events")).json()["events"][-1]
    assert (event["type"], event["action"]) == ("action", "upload_photo")
    assert await refusal("sendChatAction", action="sleeping") == (
        400,
        "Bad Request: wrong parameter action in request",
    )
