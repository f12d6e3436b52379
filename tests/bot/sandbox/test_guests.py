"""A group that the bot is not in, and what it hears of that."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from telegram import (
    Bot,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
)
from telegram.error import BadRequest

ARTICLE = InlineQueryResultArticle("1", "x", InputTextMessageContent("<b>7</b>", "HTML"))

Call = Callable[..., Awaitable[httpx.Response]]


async def write(page: httpx.AsyncClient, text: str, reply_to: int = 0) -> int:
    data = {"text": text, "reply_to": str(reply_to)}
    answer = await page.post("elsewhere/messages", data=data)
    message_id: int = answer.raise_for_status().json()["message_id"]
    return message_id


async def heard(bot: Bot) -> list[Message | None]:
    """The guest messages that the bot has not yet received."""
    updates = await bot.get_updates()
    await bot.get_updates(updates[-1].update_id + 1 if updates else 0)
    return [update.guest_message for update in updates]


async def test_a_bot_knows_that_it_may_be_a_guest(bot: Bot) -> None:
    assert (await bot.get_me()).supports_guest_queries


async def test_it_hears_only_what_names_it(bot: Bot, page: httpx.AsyncClient) -> None:
    original = await write(page, "hello")
    await write(page, "@somebody_else", original)
    await write(page, f"what is this, @{bot.username}?", original)
    [message] = await heard(bot)
    assert message
    assert message.guest_query_id
    assert message.chat.type == "group"
    assert message.reply_to_message
    assert (message.reply_to_message.message_id, message.reply_to_message.text) == (
        original,
        "hello",
    )


async def test_it_answers_once_and_hears_the_replies_to_that(
    bot: Bot, page: httpx.AsyncClient
) -> None:
    await write(page, f"@{bot.username}")
    [message] = await heard(bot)
    assert message
    sent = await message.answer_guest_query(ARTICLE)
    assert sent.inline_message_id
    with pytest.raises(BadRequest, match="Query is too old"):
        await message.answer_guest_query(ARTICLE)
    events = (await page.get("elsewhere/events")).json()["events"]
    answer = events[-1]["message"]
    assert (answer["text"], answer["from"]["is_bot"]) == ("7", True)
    await write(page, "thank you", answer["message_id"])
    [thanks] = await heard(bot)
    assert thanks
    assert thanks.text == "thank you"


async def test_there_it_may_do_nothing_else(bot: Bot, page: httpx.AsyncClient) -> None:
    await write(page, f"@{bot.username}")
    [message] = await heard(bot)
    assert message
    with pytest.raises(BadRequest, match="Chat not found"):
        await message.reply_text("7")


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"type": "photo"}, "unsupported result type"),
        ({"type": "article", "id": "", "title": "x"}, "RESULT_ID_INVALID"),
        ({"type": "article", "id": "x" * 65, "title": "x"}, "RESULT_ID_INVALID"),
        ({"type": "article", "id": "1"}, "can't parse InlineQueryResult"),
        ({"type": "article", "id": "1", "title": "x"}, "message text is empty"),
    ],
)
async def test_a_bad_answer_is_refused_and_another_may_follow(
    bot: Bot, page: httpx.AsyncClient, sandbox_call: Call, result: dict[str, str], reason: str
) -> None:
    await write(page, f"@{bot.username}")
    [message] = await heard(bot)
    assert message
    query = message.guest_query_id
    refused = (await sandbox_call("answerGuestQuery", guest_query_id=query, result=result)).json()
    assert refused["description"].startswith(f"Bad Request: {reason}")
    assert await message.answer_guest_query(ARTICLE)


async def test_nothing_cannot_be_sent(page: httpx.AsyncClient) -> None:
    refused = await page.post("elsewhere/messages", data={"text": " "})
    assert refused.status_code == 400
    gone = await page.post("elsewhere/messages", data={"text": "x", "reply_to": "999999"})
    assert "no longer there" in gone.json()["error"]
