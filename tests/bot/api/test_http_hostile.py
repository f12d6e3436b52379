"""No answer of the Bot API is believed that is none, and none costs more than it may."""

import asyncio
import gzip

import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, TelegramError, TimedOut

from bot.api.http import AiohttpRequest
from bot.api.responses import LARGEST_RESPONSE
from tests.bot.file_server import TOKEN
from tests.bot.hostile_api import (
    HostileApi,
    Misbehaving,
    response_of,
    result_of,
    serving_hostile_api,
)

ZEROS = gzip.compress(bytes(100 * 2**20), compresslevel=1)
NOT_FOUND = {"ok": False, "error_code": 404, "description": "Not Found"}
MESSAGE = {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}}


def bot_at(api: HostileApi, request: AiohttpRequest) -> Bot:
    """A bot without HTTP clients of its own, which take long to make."""
    return Bot(TOKEN, f"{api.url}/bot", request=request, get_updates_request=request)


async def failure(answer: bytes | Misbehaving, method: str = "getUpdates") -> TelegramError:
    """The error of a call that is answered so, in less than 5 s."""
    api = HostileApi({method: answer})
    async with serving_hostile_api(api), AiohttpRequest(api.url, read_seconds=1) as request:
        bot = bot_at(api, request)
        with pytest.raises(TelegramError) as raised:
            await asyncio.wait_for(_call(request, bot, method), 5)
    assert TOKEN not in str(raised.value)
    assert len(str(raised.value)) < 400
    return raised.value


async def _call(request: AiohttpRequest, bot: Bot, method: str) -> object:
    if method == "getUpdates":
        return await request.get_updates(bot, 0, 0)
    return await request.post(f"{bot.base_url}/{method}")


@pytest.mark.parametrize(
    "body",
    [
        [],
        None,
        7,
        "result",
        {},
        {"ok": True},
        {"ok": True, "result": None},
        {"ok": 1, "result": []},
        {"ok": False, "error_code": 400, "description": "with status 200"},
        {"ok": True, "result": {}},
        {"ok": True, "result": "text"},
        {"ok": True, "result": [7]},
        {"ok": True, "result": [{"update_id": True}]},
        b"",
        b'{"ok": true, "result": [',
        b'{"ok": true, "result": ' + b"[" * 10**6,
        b'{"ok": true, "result": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"ok": true, "result": ' + b"9" * 10**5 + b"}",
        b"<html>Welcome</html>",
        b"\xff\xfe\x00",
    ],
    ids=lambda body: repr(body)[:50],
)
async def test_what_is_no_response_with_updates_is_an_error_of_the_network(body: object) -> None:
    assert type(await failure(response_of(body))) is NetworkError


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 429, 500, 502, 599])
@pytest.mark.parametrize("body", [[], None, b"<html>", {"ok": False, "parameters": [1]}], ids=str)
async def test_a_broken_error_is_one_too(status: int, body: object) -> None:
    error = await failure(response_of(body, status))
    assert isinstance(error, NetworkError)
    assert str(status) in str(error)


async def test_half_a_response_and_one_without_end_are_errors_of_the_network() -> None:
    assert type(await failure(Misbehaving.HALF)) is NetworkError
    assert type(await failure(Misbehaving.ENDLESS)) is NetworkError


async def test_a_response_of_the_largest_size_is_taken_and_no_larger_one() -> None:
    frame = len(b'{"ok": true, "result": []}')
    body = b'{"ok": true, "result": [' + b" " * (LARGEST_RESPONSE - frame) + b"]}"
    api = HostileApi({"getUpdates": response_of(body)})
    async with serving_hostile_api(api), AiohttpRequest(api.url, read_seconds=5) as request:
        bot = bot_at(api, request)
        assert await request.get_updates(bot, 0, 0) == []
    assert "too large" in str(await failure(response_of(body + b" ")))


async def test_what_is_packed_is_not_unpacked() -> None:
    answer = response_of(ZEROS, headers="Content-Encoding: gzip\r\n")
    assert type(await failure(answer)) is NetworkError


async def test_a_drip_of_bytes_is_given_up_after_a_time_in_all() -> None:
    api = HostileApi({"getMe": Misbehaving.DRIP})
    async with serving_hostile_api(api), AiohttpRequest(api.url, 0.1, 0.1) as request:
        call = request.do_request(f"{api.url}/bot{TOKEN}/getMe", "GET")
        with pytest.raises(TimedOut):
            await asyncio.wait_for(call, 3)
    assert 1 < api.sent < 100


async def test_a_redirect_is_not_followed() -> None:
    api = HostileApi({"elsewhere": result_of([])})
    async with serving_hostile_api(api), AiohttpRequest(api.url, read_seconds=5) as request:
        for status in (301, 302, 303, 307, 308):
            location = f"Location: {api.url}/elsewhere\r\n"
            api.answers["getUpdates"] = response_of(b"", status, location)
            with pytest.raises(NetworkError, match=str(status)):
                await request.get_updates(bot_at(api, request), 0, 0)
    assert len(api.requests) == 5


@pytest.mark.parametrize("status", [401, 404])
async def test_only_get_me_is_believed_that_there_is_no_such_bot(status: int) -> None:
    answer = response_of(NOT_FOUND, status)
    for method in ("sendMessage", "getUpdates", "setMessageReaction", "deleteWebhook"):
        assert type(await failure(answer, method)) is NetworkError
    api = HostileApi({"getMe": answer})
    async with serving_hostile_api(api), AiohttpRequest(api.url, read_seconds=5) as request:
        with pytest.raises(InvalidToken):
            await bot_at(api, request).get_me()


async def test_after_all_that_a_good_answer_is_believed() -> None:
    api = HostileApi({"sendMessage": response_of(NOT_FOUND, 404)})
    async with serving_hostile_api(api), AiohttpRequest(api.url, read_seconds=5) as request:
        bot = bot_at(api, request)
        with pytest.raises(NetworkError):
            await bot.send_message(5, "seven")
        api.answers["sendMessage"] = result_of(MESSAGE)
        assert (await bot.send_message(5, "seven")).message_id == 1
