"""Nothing that a Bot API answers to getUpdates ends polling, or makes it deaf."""

import asyncio
from typing import Any

import pytest
from telegram import Bot

from bot.api.http import AiohttpRequest
from bot.updates.backoff import Backoff
from bot.updates.polling import Polling, PollingTimes
from tests.bot.file_server import TOKEN
from tests.bot.hostile_api import (
    HostileApi,
    Misbehaving,
    response_of,
    result_of,
    serving_hostile_api,
)

SOON = PollingTimes(backoff=Backoff(0.005, 0.005), pause=0.005)
BROKEN: dict[str, bytes | Misbehaving] = {
    "list": response_of([]),
    "null": response_of(None),
    "no result": response_of({"ok": True}),
    "result null": result_of(None),
    "result object": result_of({}),
    "updates without ids": result_of([7, {}, None]),
    "deep": response_of(b'{"ok": true, "result": ' + b"[" * 10**5),
    "a list as error": response_of([], 500),
    "parameters as list": response_of({"ok": False, "parameters": [1]}, 429),
    "unauthorized": response_of({"ok": False, "description": "Unauthorized"}, 401),
    "not found": response_of({"ok": False, "description": "Not Found"}, 404),
    "conflict": response_of({"ok": False, "description": "Conflict"}, 409),
    "redirect": response_of(b"", 302, "Location: /\r\n"),
    "no HTTP": b"220 mail.example ESMTP\r\n\r\n",
    "nothing": b"",
    "half": Misbehaving.HALF,
    "endless": Misbehaving.ENDLESS,
    "drip": Misbehaving.DRIP,
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
async def test_it_goes_on_after_a_line_in_the_log(
    answer: bytes | Misbehaving, caplog: pytest.LogCaptureFixture
) -> None:
    came, stop = asyncio.Queue[int](), asyncio.Event()

    async def receive(updates: list[dict[str, Any]]) -> bool:
        for update in updates:
            came.put_nowait(update["update_id"])
        return True

    api = HostileApi({"getUpdates": answer})
    times = SOON._replace(long_poll=0)
    async with serving_hostile_api(api), AiohttpRequest(api.url, 0.2, 0.2) as polls:
        bot = Bot(TOKEN, f"{api.url}/bot", request=polls, get_updates_request=polls)
        task = asyncio.create_task(Polling(bot, polls, receive, times).run(stop))
        async with asyncio.timeout(5):
            while "Telegram cannot be reached" not in caplog.text:
                await asyncio.sleep(0.005)
            api.answers["getUpdates"] = result_of([{"update_id": 5}])
            assert await came.get() == 5
        stop.set()
        await task
    lines = [record for record in caplog.records if record.name == "bot.updates.polling"]
    assert lines
    for record in lines:
        assert "\n" not in record.getMessage()
        assert not record.exc_info
    assert TOKEN not in caplog.text


async def test_sound_updates_among_broken_ones_are_received(
    caplog: pytest.LogCaptureFixture,
) -> None:
    came: list[int] = []
    stop = asyncio.Event()

    async def receive(updates: list[dict[str, Any]]) -> bool:
        came.extend(update["update_id"] for update in updates)
        stop.set()
        return True

    updates = [None, {"update_id": 5}, {"update_id": "5"}, {"update_id": 6}]
    api = HostileApi({"getUpdates": result_of(updates)})
    async with serving_hostile_api(api), AiohttpRequest(api.url, 5) as polls:
        bot = Bot(TOKEN, f"{api.url}/bot", request=polls, get_updates_request=polls)
        async with asyncio.timeout(5):
            await Polling(bot, polls, receive, SOON).run(stop)
    assert came == [5, 6]
    assert "passed over: 2" in caplog.text
