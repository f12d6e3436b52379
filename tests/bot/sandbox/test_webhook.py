"""Delivery by webhook, to a real server on loopback."""

import asyncio
import itertools
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus

import httpx
import pytest
from starlette.responses import RedirectResponse, Response
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox import webhook
from bot.sandbox.server import Sandbox, running
from tests.bot.sandbox.receiver import Receiver, receiving, say, until

Refusal = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
async def other_page(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody else at the chat page."""
    base_url, headers = f"{sandbox.url}/chat/1000000/", {"Origin": sandbox.url}
    async with httpx.AsyncClient(base_url=base_url, headers=headers) as client:
        yield client


async def until_pending(bot: Bot, count: int) -> None:
    async def so_many() -> bool:
        return (await bot.get_webhook_info()).pending_update_count == count

    await until(so_many)


async def until_error(bot: Bot, message: str) -> None:
    async def told() -> bool:
        return (await bot.get_webhook_info()).last_error_message == message

    await until(told)


async def test_what_waits_and_what_comes_is_posted_in_order(
    bot: Bot, page: httpx.AsyncClient, receiver: Receiver
) -> None:
    await say(page, "one", "two")
    expected = [update.update_id for update in await bot.get_updates()]
    assert await bot.set_webhook(receiver.url, secret_token="Secret_1-2")  # noqa: S106  no secret
    await receiver.wait_for(2)
    await say(page, "three 😀")
    await receiver.wait_for(3)
    assert receiver.texts == ["one", "two", "three 😀"]
    assert [update["update_id"] for update in receiver.updates[:2]] == expected
    assert len(receiver.headers) == 3
    for headers in receiver.headers:
        assert headers["content-type"] == "application/json"
        assert headers["x-telegram-bot-api-secret-token"] == "Secret_1-2"
    await until_pending(bot, 0)


async def test_without_a_secret_there_is_no_header(
    bot: Bot, page: httpx.AsyncClient, receiver: Receiver
) -> None:
    await bot.set_webhook(receiver.url)
    await say(page, "hi")
    await receiver.wait_for(1)
    assert "x-telegram-bot-api-secret-token" not in receiver.headers[0]


async def test_one_update_of_a_chat_at_a_time_and_chats_do_not_wait_for_each_other(
    bot: Bot, page: httpx.AsyncClient, other_page: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.holds = lambda update: update["message"]["text"] == "first"
    await bot.set_webhook(receiver.url)
    await say(page, "first", "second", "third")
    await receiver.wait_for(1)
    await say(other_page, "1", "2")
    await receiver.wait_for(3)
    assert receiver.texts == ["first", "1", "2"]
    await until_pending(bot, 3)
    receiver.release()
    await receiver.wait_for(5)
    assert receiver.texts[3:] == ["second", "third"]
    assert (receiver.most_at_once, receiver.most_at_once_of_a_chat) == (2, 1)


async def test_a_button_press_waits_for_its_chat_too(
    bot: Bot, page: httpx.AsyncClient, hello: int, chat_id: int, receiver: Receiver
) -> None:
    del hello
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])
    message = await bot.send_message(chat_id, "well?", reply_markup=keyboard)
    receiver.holds = lambda _: True
    await bot.set_webhook(receiver.url)
    await say(page, "before")
    await page.post("callbacks", json={"message_id": message.message_id, "data": "yes"})
    await receiver.wait_for(1)
    receiver.release()
    await receiver.wait_for(2)
    assert receiver.updates[1]["callback_query"]["data"] == "yes"
    assert receiver.most_at_once_of_a_chat == 1


async def test_no_more_than_max_connections_at_once(
    bot: Bot, sandbox: Sandbox, receiver: Receiver
) -> None:
    receiver.holds = lambda _: True
    await bot.set_webhook(receiver.url, max_connections=3)
    async with httpx.AsyncClient(headers={"Origin": sandbox.url}) as client:
        for chat_id in range(2_000_000, 2_000_008):
            url = f"{sandbox.url}/chat/{chat_id}/messages"
            (await client.post(url, data={"text": "hi"})).raise_for_status()
    await receiver.wait_for(3)
    receiver.release()
    await receiver.wait_for(8)
    assert receiver.most_at_once == 3


@pytest.mark.parametrize("code", [400, 401, 404, 500, 503])
async def test_what_is_refused_comes_again_at_once_before_anything_later(
    bot: Bot, page: httpx.AsyncClient, receiver: Receiver, code: int
) -> None:
    receiver.answers = [Response(status_code=code)]
    await bot.set_webhook(receiver.url)
    await say(page, "one", "two")
    await receiver.wait_for(3)
    assert receiver.texts == ["one", "one", "two"]
    assert receiver.updates[0] == receiver.updates[1]
    info = await bot.get_webhook_info()
    expected = f"Wrong response from the webhook: {code} {HTTPStatus(code).phrase}"
    assert info.last_error_message == expected
    assert info.last_error_date
    assert abs(time.time() - info.last_error_date.timestamp()) < 60


@pytest.mark.parametrize("code", [200, 201, 204, 299])
async def test_any_2xx_is_acceptance(
    bot: Bot, page: httpx.AsyncClient, receiver: Receiver, code: int
) -> None:
    receiver.answers = [Response(status_code=code)]
    await bot.set_webhook(receiver.url)
    await say(page, "one", "two")
    await receiver.wait_for(2)
    assert receiver.texts == ["one", "two"]


async def test_a_redirect_is_not_followed(
    bot: Bot, page: httpx.AsyncClient, sandbox: Sandbox, receiver: Receiver
) -> None:
    receiver.answers = [RedirectResponse(f"{sandbox.url}/")]
    await bot.set_webhook(receiver.url)
    await say(page, "one")
    await receiver.wait_for(2)
    assert receiver.texts == ["one", "one"]


def test_the_pauses_grow_to_a_minute() -> None:
    found = list(itertools.islice(webhook.delays(), 9))
    assert found == [0, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_a_bot_can_say_when_to_try_again(
    bot: Bot, page: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.answers = [Response(status_code=503, headers={"Retry-After": "1"})]
    await bot.set_webhook(receiver.url)
    await say(page, "one")
    await receiver.wait_for(2)
    assert receiver.times[1] - receiver.times[0] >= 1


async def test_a_bot_that_is_away_gets_its_updates_later(
    bot: Bot, page: httpx.AsyncClient, chat_id: int
) -> None:
    async with receiving() as receiver:
        port = int(receiver.url.split(":")[2].split("/")[0])
        await bot.set_webhook(receiver.url)
    await say(page, f"to {chat_id}")
    await until_error(bot, "Connection refused")
    await until_pending(bot, 1)
    async with receiving(port) as receiver:
        await receiver.wait_for(1)
        assert receiver.texts == [f"to {chat_id}"]
        await until_pending(bot, 0)
        await bot.delete_webhook()


async def test_a_bot_that_does_not_answer_in_time_gets_it_again(
    bot: Bot, page: httpx.AsyncClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "ANSWER_SECONDS", 0.3)
    receiver.holds = lambda _: len(receiver.updates) == 1
    await bot.set_webhook(receiver.url)
    await say(page, "one")
    await receiver.wait_for(2)
    receiver.release()
    await until_pending(bot, 0)
    assert receiver.texts == ["one", "one"]
    assert (await bot.get_webhook_info()).last_error_message == "Read timeout expired"


async def test_what_was_not_acknowledged_is_there_for_polling_after_deletion(
    bot: Bot, page: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.answers = [Response(status_code=500)] * 9
    await bot.set_webhook(receiver.url)
    await say(page, "one", "two")
    await receiver.wait_for(2)
    await bot.delete_webhook()
    updates = await bot.get_updates()
    assert [update.message and update.message.text for update in updates] == ["one", "two"]
    await say(page, "three")
    assert len(await bot.get_updates()) == 3
    assert receiver.texts == ["one", "one"]


async def test_to_set_it_again_disturbs_nothing(
    bot: Bot, page: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.holds = lambda _: True
    await bot.set_webhook(receiver.url)
    await say(page, "one", "two")
    await receiver.wait_for(1)
    await bot.set_webhook(receiver.url)
    receiver.release()
    await receiver.wait_for(2)
    await until_pending(bot, 0)
    assert receiver.texts == ["one", "two"]


async def test_another_webhook_takes_over_what_the_old_one_has_not_got(
    bot: Bot, page: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.answers = [Response(status_code=500)] * 9
    await bot.set_webhook(receiver.url)
    await say(page, "one")
    await receiver.wait_for(1)
    async with receiving() as newer:
        await bot.set_webhook(newer.url)
        await newer.wait_for(1)
        assert newer.texts == ["one"]
        await until_pending(bot, 0)
        await bot.delete_webhook()


@pytest.mark.parametrize("state", ["failing", "under way", "idle"])
async def test_delivery_ends_quietly_with_the_server(
    state: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    async with receiving() as receiver:
        if state == "failing":
            receiver.answers = [Response(status_code=500)] * 9
        receiver.holds = lambda _: state == "under way"
        context = running()
        sandbox = context.__enter__()
        async with httpx.AsyncClient(headers={"Origin": sandbox.url}) as client:
            set_webhook = f"{sandbox.url}/bot{sandbox.token}/setWebhook"
            (await client.post(set_webhook, json={"url": receiver.url})).raise_for_status()
            url = f"{sandbox.url}/chat/1/messages"
            (await client.post(url, data={"text": "hi"})).raise_for_status()
            await receiver.wait_for(2 if state == "failing" else 1)
        threads = threading.active_count()
        await asyncio.to_thread(context.__exit__, None, None, None)
        assert threading.active_count() <= threads
    assert [each for each in caplog.records if each.name in ("asyncio", "uvicorn.error")] == []
    assert capfd.readouterr() == ("", "")
