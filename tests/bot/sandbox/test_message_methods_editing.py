"""editMessageText, editMessageCaption, editMessageMedia and editMessageReplyMarkup."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Message
from telegram.error import BadRequest

Refusal = Callable[..., Awaitable[tuple[int, str]]]
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])


@pytest.fixture
async def text(bot: Bot, hello: int, chat_id: int) -> Message:
    return await bot.send_message(chat_id, "old", reply_markup=KEYBOARD, reply_to_message_id=hello)


@pytest.fixture
async def photo(bot: Bot, hello: int, chat_id: int, picture: bytes) -> Message:
    return await bot.send_photo(chat_id, picture, caption="old", reply_to_message_id=hello)


async def last_event(page: httpx.AsyncClient) -> dict[str, object]:
    event: dict[str, object] = (await page.get("events")).json()["events"][-1]
    return event


async def test_a_text_is_replaced_in_place(text: Message, page: httpx.AsyncClient) -> None:
    edited = await text.edit_text("<b>new</b>", parse_mode="HTML")
    assert isinstance(edited, Message)
    assert (edited.message_id, edited.date) == (text.message_id, text.date)
    assert (edited.text, edited.entities[0].type) == ("new", "bold")
    assert edited.edit_date is not None
    assert edited.reply_to_message
    event = await last_event(page)
    assert event["type"] == "edit"
    assert isinstance(event["message"], dict)
    assert event["message"]["text"] == "new"


async def test_an_edit_without_a_keyboard_removes_it(text: Message) -> None:
    edited = await text.edit_text("old")
    assert isinstance(edited, Message)
    assert edited.reply_markup is None


async def test_a_change_of_the_keyboard_alone_is_not_called_an_edit(text: Message) -> None:
    bare = await text.edit_reply_markup()
    assert isinstance(bare, Message)
    assert bare.edit_date is None
    changed = await text.edit_text("new")
    assert isinstance(changed, Message)
    assert changed.edit_date
    with_keyboard = await text.edit_reply_markup(KEYBOARD)
    assert isinstance(with_keyboard, Message)
    assert with_keyboard.edit_date == changed.edit_date


async def test_an_edit_that_changes_nothing_is_refused(text: Message, refusal: Refusal) -> None:
    for _ in range(2):
        refused = await refusal(
            "editMessageText",
            message_id=text.message_id,
            text="old",
            reply_markup=KEYBOARD.to_dict(),
        )
        reason = (
            "message is not modified: specified new message content and reply markup"
            " are exactly the same as a current content and reply markup of the message"
        )
        assert refused == (400, f"Bad Request: {reason}")


async def test_a_caption_is_replaced_and_the_picture_stays(photo: Message) -> None:
    edited = await photo.edit_caption("new", reply_markup=KEYBOARD)
    assert isinstance(edited, Message)
    assert (edited.caption, edited.photo) == ("new", photo.photo)
    assert edited.reply_markup == KEYBOARD
    bare = await photo.edit_caption()
    assert isinstance(bare, Message)
    assert bare.caption is None


async def test_a_keyboard_is_replaced_and_the_text_or_picture_stays(
    text: Message, photo: Message
) -> None:
    other = InlineKeyboardMarkup([[InlineKeyboardButton("No", callback_data="no")]])
    for message in (text, photo):
        for keyboard in (other, None):
            edited = await message.edit_reply_markup(keyboard)
            assert isinstance(edited, Message)
            assert edited.reply_markup == keyboard
            assert (edited.text, edited.caption) == (message.text, message.caption)
            assert edited.photo == message.photo


async def test_a_picture_is_replaced_by_an_upload(photo: Message, picture: bytes) -> None:
    media = InputMediaPhoto(picture, caption="<i>new</i>", parse_mode="HTML")
    edited = await photo.edit_media(media)
    assert isinstance(edited, Message)
    assert edited.photo[0].file_unique_id != photo.photo[0].file_unique_id
    assert (edited.caption, edited.caption_entities[0].type) == ("new", "italic")


async def test_a_picture_is_replaced_by_a_known_one(
    bot: Bot, photo: Message, text: Message
) -> None:
    edited = await text.edit_media(InputMediaPhoto(photo.photo[-1].file_id))
    assert isinstance(edited, Message)
    assert (edited.photo, edited.text) == (photo.photo, None)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_media(
            InputMediaPhoto(photo.photo[-1].file_id), text.chat_id, text.message_id
        )


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("editMessageText", {"text": "x"}),
        ("editMessageCaption", {"caption": "x"}),
        ("editMessageMedia", {"media": {"type": "photo", "media": "x"}}),
        ("editMessageReplyMarkup", {}),
    ],
)
async def test_only_the_bots_own_messages_can_be_edited(
    refusal: Refusal, hello: int, method: str, parameters: dict[str, object]
) -> None:
    for message_id, reason in (
        (hello, "message can't be edited"),
        (hello + 99, "message to edit not found"),
        (None, "message to edit not found"),
    ):
        refused = await refusal(method, message_id=message_id, **parameters)
        assert refused == (400, f"Bad Request: {reason}")


async def test_text_and_caption_are_not_confused(
    refusal: Refusal, text: Message, photo: Message
) -> None:
    assert await refusal("editMessageText", message_id=photo.message_id, text="x") == (
        400,
        "Bad Request: there is no text in the message to edit",
    )
    assert await refusal("editMessageCaption", message_id=text.message_id, caption="x") == (
        400,
        "Bad Request: there is no caption in the message to edit",
    )


async def test_edits_have_the_limits_of_messages(
    refusal: Refusal, text: Message, photo: Message
) -> None:
    for method, message, parameters, reason in (
        ("editMessageText", text, {"text": ""}, "message text is empty"),
        ("editMessageText", text, {"text": "x" * 4097}, "MESSAGE_TOO_LONG"),
        ("editMessageCaption", photo, {"caption": "x" * 1025}, "MEDIA_CAPTION_TOO_LONG"),
        (
            "editMessageMedia",
            photo,
            {"media": {"type": "photo", "media": "unknown"}},
            "wrong file identifier/HTTP URL specified",
        ),
        (
            "editMessageMedia",
            photo,
            {"media": {"type": "video", "media": "x"}},
            "unsupported media type: the sandbox knows photos only",
        ),
    ):
        refused = await refusal(method, message_id=message.message_id, **parameters)
        assert refused == (400, f"Bad Request: {reason}")
