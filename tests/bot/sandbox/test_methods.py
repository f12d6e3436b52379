"""The bot's profile, reactions, button answers and files."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from telegram.error import BadRequest

Refusal = Callable[..., Awaitable[tuple[int, str]]]


async def test_the_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()
    assert me.id == int(bot.token.split(":")[0])
    assert me.is_bot
    assert me.username


async def test_a_reaction_reaches_the_page(
    bot: Bot, page: httpx.AsyncClient, hello: int, chat_id: int
) -> None:
    for reaction, emoji in (("👀", ["👀"]), (None, [])):
        assert await bot.set_message_reaction(chat_id, hello, reaction)
        event = (await page.get("events")).json()["events"][-1]
        assert event["type"] == "reaction"
        assert (event["message_id"], event["emoji"]) == (hello, emoji)


async def test_bad_reactions_are_refused(
    bot: Bot, hello: int, chat_id: int, refusal: Refusal
) -> None:
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await bot.set_message_reaction(chat_id, hello, "7")
    with pytest.raises(BadRequest, match="Reactions_too_many"):
        await bot.set_message_reaction(chat_id, hello, ["👀", "👍"])
    assert await refusal("setMessageReaction", message_id=hello + 99) == (
        400,
        "Bad Request: message to react not found",
    )


async def test_a_pressed_button_is_a_query_that_can_be_answered_once(
    bot: Bot, page: httpx.AsyncClient, hello: int, chat_id: int
) -> None:
    del hello
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])
    message = await bot.send_message(chat_id, "well?", reply_markup=keyboard)
    pressed = await page.post("callbacks", json={"message_id": message.message_id, "data": "yes"})
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query
    assert query.id == pressed.json()["callback_query_id"]
    assert (query.data, query.from_user.id, query.message) == ("yes", chat_id, message)
    assert await query.answer("Thanks", show_alert=True)
    event = (await page.get("events")).json()["events"][-1]
    assert (event["type"], event["message_id"]) == ("callback_answer", message.message_id)
    assert (event["text"], event["show_alert"]) == ("Thanks", True)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query"):
        await query.answer()


async def test_answers_are_checked(refusal: Refusal) -> None:
    assert await refusal("answerCallbackQuery", callback_query_id="1") == (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )
    assert await refusal("answerCallbackQuery", callback_query_id="1", text="x" * 201) == (
        400,
        "Bad Request: MESSAGE_TOO_LONG",
    )


async def test_an_unknown_file_is_refused(refusal: Refusal) -> None:
    assert await refusal("getFile", file_id="unknown") == (400, "Bad Request: invalid file_id")


async def test_a_file_over_20_mb_can_be_sent_and_not_downloaded(
    page: httpx.AsyncClient, refusal: Refusal
) -> None:
    heavy = {"file": ("heavy.bin", bytes(20 * 2**20 + 1))}
    sent = (await page.post("messages", data={"kind": "document"}, files=heavy)).json()
    assert sent["document"]["file_size"] == 20 * 2**20 + 1
    assert await refusal("getFile", file_id=sent["document"]["file_id"]) == (
        400,
        "Bad Request: file is too big",
    )
