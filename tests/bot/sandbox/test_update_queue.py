"""getUpdates, and what waits for it."""

import asyncio

import httpx
from telegram import Bot, Update

from bot.sandbox.server import running


async def say(page: httpx.AsyncClient, *texts: str) -> None:
    for text in texts:
        assert (await page.post("messages", data={"text": text})).status_code == 200


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.message.text for update in updates if update.message]


async def test_a_message_becomes_an_update(bot: Bot, page: httpx.AsyncClient, chat_id: int) -> None:
    answer = await page.post(
        "messages", data={"text": "hello"}, headers={"Accept-Language": "pt-BR,pt;q=0.9"}
    )
    (update,) = await bot.get_updates()
    message = update.message
    assert message
    assert message.from_user
    assert answer.json().items() <= message.to_dict().items()
    assert (message.chat.id, message.chat.type, message.chat.first_name) == (
        chat_id,
        "private",
        "Guest",
    )
    assert (message.from_user.id, message.from_user.is_bot) == (chat_id, False)
    assert message.from_user.language_code == "pt-br"


async def test_updates_stay_until_a_later_offset_acknowledges_them(
    bot: Bot, page: httpx.AsyncClient
) -> None:
    await say(page, "one", "two", "three")
    first, second, third = await bot.get_updates()
    assert [second.update_id, third.update_id] == [first.update_id + 1, first.update_id + 2]
    assert texts(await bot.get_updates(offset=second.update_id)) == ["two", "three"]
    assert texts(await bot.get_updates()) == ["two", "three"]
    assert await bot.get_updates(offset=third.update_id + 1) == ()


async def test_a_negative_offset_counts_from_the_end(bot: Bot, page: httpx.AsyncClient) -> None:
    await say(page, "one", "two", "three")
    assert texts(await bot.get_updates(offset=-2)) == ["two", "three"]
    assert texts(await bot.get_updates()) == ["two", "three"]


async def test_the_limit_is_kept_between_1_and_100(bot: Bot, page: httpx.AsyncClient) -> None:
    await say(page, *"abcdef" * 17)
    assert texts(await bot.get_updates(limit=2)) == ["a", "b"]
    assert len(await bot.get_updates(limit=0)) == 1
    assert len(await bot.get_updates(limit=1000)) == 100


async def test_a_long_poll_answers_when_something_happens(
    bot: Bot, page: httpx.AsyncClient
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.2)
    assert not poll.done()
    await say(page, "at last")
    assert texts(await asyncio.wait_for(poll, 5)) == ["at last"]


async def test_a_long_poll_ends_empty_after_its_timeout(bot: Bot) -> None:
    assert await asyncio.wait_for(bot.get_updates(timeout=1), 5) == ()


async def test_the_newest_poll_wins(bot: Bot, page: httpx.AsyncClient) -> None:
    older = asyncio.create_task(page.get(f"{bot.base_url}/getUpdates", params={"timeout": 30}))
    await asyncio.sleep(0.2)
    newer = asyncio.create_task(bot.get_updates(timeout=30))
    assert (await asyncio.wait_for(older, 5)).json() == {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request;"
        " make sure that only one bot instance is running",
    }
    await say(page, "for the newer")
    assert texts(await asyncio.wait_for(newer, 5)) == ["for the newer"]


async def test_only_allowed_updates_are_queued_until_the_bot_says_otherwise() -> None:
    with running() as sandbox:
        async with (
            Bot(sandbox.token, base_url=f"{sandbox.url}/bot") as bot,
            httpx.AsyncClient(
                base_url=f"{sandbox.url}/chat/1/", headers={"Origin": sandbox.url}
            ) as page,
        ):
            await bot.get_updates(allowed_updates=["callback_query"])
            await say(page, "unwanted")
            assert await bot.get_updates() == ()
            await bot.get_updates(allowed_updates=[])
            await say(page, "wanted")
            assert texts(await bot.get_updates()) == ["wanted"]


async def test_webhook_info_counts_what_waits_and_deleting_can_drop_it(
    bot: Bot, page: httpx.AsyncClient
) -> None:
    await say(page, "one", "two")
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("", 2)
    assert await bot.delete_webhook()
    assert len(await bot.get_updates()) == 2
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
