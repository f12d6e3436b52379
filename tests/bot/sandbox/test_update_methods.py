"""setWebhook, deleteWebhook and getWebhookInfo: what they take, refuse and tell."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from telegram import Bot
from telegram.error import Conflict

from tests.bot.sandbox.receiver import Receiver, say

Refusal = Callable[..., Awaitable[tuple[int, str]]]


async def test_there_is_no_polling_while_a_webhook_is_set(bot: Bot, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict) as refused:
        await bot.get_updates()
    assert refused.value.message == (
        "Conflict: can't use getUpdates method while webhook is active;"
        " use deleteWebhook to delete the webhook first"
    )
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_a_webhook_ends_a_poll_under_way(bot: Bot, receiver: Receiver) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.2)
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await asyncio.wait_for(poll, 5)


async def test_an_empty_url_deletes_it(bot: Bot, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url)
    await bot.set_webhook("")
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.get_updates() == ()


async def test_what_waits_can_be_dropped_when_it_is_set(
    bot: Bot, page: httpx.AsyncClient, receiver: Receiver
) -> None:
    await say(page, "old")
    await bot.set_webhook(receiver.url, drop_pending_updates=True)
    await say(page, "new")
    await receiver.wait_for(1)
    assert receiver.texts == ["new"]


async def test_only_allowed_updates_are_delivered(
    bot: Bot, page: httpx.AsyncClient, receiver: Receiver
) -> None:
    await bot.set_webhook(receiver.url, allowed_updates=["callback_query"])
    await say(page, "unwanted")
    assert (await bot.get_webhook_info()).allowed_updates == ("callback_query",)
    await bot.set_webhook(receiver.url)
    assert (await bot.get_webhook_info()).allowed_updates == ("callback_query",)
    await bot.set_webhook(receiver.url, allowed_updates=[])
    await say(page, "wanted")
    await receiver.wait_for(1)
    assert receiver.texts == ["wanted"]
    assert not (await bot.get_webhook_info()).allowed_updates


@pytest.mark.parametrize(("asked", "kept"), [(None, 40), (1, 1), (100, 100), (0, 1), (101, 100)])
async def test_the_info_tells_what_was_set(
    bot: Bot, receiver: Receiver, asked: int | None, kept: int
) -> None:
    await bot.set_webhook(receiver.url, max_connections=asked)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == (receiver.url, kept)
    assert (info.pending_update_count, info.has_custom_certificate) == (0, False)
    assert (info.last_error_date, info.last_error_message) == (None, None)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "http://example.com/",
        "http://127.0.0.1.example.com/",
        "http://127.0.0.1@example.com/",
        "http://127.0.0.2/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://[::1]/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:port/",
        "127.0.0.1:80/",
        "http://",
        "/updates",
        "nonsense",
    ],
)
async def test_it_posts_to_loopback_only(bot: Bot, refusal: Refusal, url: str) -> None:
    code, description = await refusal("setWebhook", url=url)
    assert code == 400
    assert description.startswith("Bad Request: bad webhook: ")
    assert (await bot.get_webhook_info()).url == ""


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("x" * 257, "secret token is too long"),
        ("with space", "secret token contains unallowed characters"),
        ("é", "secret token contains unallowed characters"),
        ("line\n", "secret token contains unallowed characters"),
    ],
)
async def test_a_secret_is_up_to_256_plain_characters(
    bot: Bot, refusal: Refusal, secret: str, reason: str
) -> None:
    found = await refusal("setWebhook", url="http://127.0.0.1:1/", secret_token=secret)
    assert found == (400, f"Bad Request: {reason}")
    assert (await bot.get_webhook_info()).url == ""
