"""The library's bot and a Bot API on loopback, which tells one chat to wait, or has moved it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
from aiohttp import web
from telegram import ReplyParameters
from telegram.error import ChatMigrated, RetryAfter
from telegram.ext import ExtBot

from bot.api.http import AiohttpRequest
from bot.api.message_limiter import MessageLimiter
from tests.bot.loopback import serving
from tests.bot.virtual_time import in_virtual_time

CLOSED, OTHER = 5, 6


class Call(NamedTuple):
    """A call that came."""

    at: float
    """s since the bot began."""
    method: str
    chat: int


class Telegram:
    """Says to each call that concerns the closed chat to wait, until that is over."""

    def __init__(self, seconds: int) -> None:
        """Let the chat wait for so many seconds."""
        self.calls: list[Call] = []
        self._seconds = seconds

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a call."""
        form = await request.post()
        method, chat = request.path.rpartition("/")[2], int(str(form["chat_id"]))
        self.calls.append(Call(now(), method, chat))
        if chat == CLOSED and now() < self._seconds:
            parameters = {"retry_after": self._seconds}
            body = {"ok": False, "error_code": 429, "description": "x", "parameters": parameters}
            return web.json_response(body, status=429)
        is_message = method == "sendMessage"
        message = {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private"}}
        return web.json_response({"ok": True, "result": message if is_message else True})


def now() -> float:
    return round(asyncio.get_running_loop().time(), 1)


@asynccontextmanager
async def talking(telegram: Telegram) -> AsyncIterator[ExtBot[Any]]:
    """A bot that is held to the limits of Telegram."""
    async with serving(telegram.answer) as url, AiohttpRequest(url, 5) as request:
        limiter = MessageLimiter(30)
        yield ExtBot("1:nobody", f"{url}/bot", request=request, rate_limiter=limiter)


def test_while_one_chat_waits_another_is_answered_at_once() -> None:
    telegram = Telegram(seconds=15)

    async def work() -> None:
        async with talking(telegram) as bot:
            waiting = asyncio.create_task(bot.send_message(CLOSED, "seven"))
            await asyncio.sleep(1)
            await bot.send_message(OTHER, "eight")
            await bot.set_message_reaction(OTHER, 1, "👀")
            assert now() == 1
            await waiting

    in_virtual_time(work())
    assert telegram.calls == [
        Call(0, "sendMessage", CLOSED),
        Call(1, "sendMessage", OTHER),
        Call(1, "setMessageReaction", OTHER),
        Call(15.1, "sendMessage", CLOSED),
    ]


@pytest.mark.parametrize("seconds", [15, 3600])
def test_a_reaction_that_has_to_wait_holds_nobody(seconds: int) -> None:
    telegram = Telegram(seconds)

    async def work() -> None:
        async with talking(telegram) as bot:
            assert await bot.set_message_reaction(CLOSED, 1, "👀")
            assert await bot.send_chat_action(CLOSED, "typing")
            await bot.send_message(OTHER, "eight")
            assert now() == 0

    in_virtual_time(work())
    assert [call.method for call in telegram.calls] == [
        "setMessageReaction",
        "sendChatAction",
        "sendMessage",
    ]


def test_an_hour_is_not_waited_for() -> None:
    telegram = Telegram(seconds=3600)

    async def work() -> None:
        async with talking(telegram) as bot:
            with pytest.raises(RetryAfter):
                await bot.send_message(CLOSED, "seven")
            await bot.send_message(OTHER, "eight")
            assert now() == 0

    in_virtual_time(work())
    assert [call.chat for call in telegram.calls] == [CLOSED, OTHER]


GROUP, SUPERGROUP = -7, -1007


class Moved:
    """Says that each group has become the supergroup, and that this has moved again if it has."""

    def __init__(self, *, again: bool = False) -> None:
        """Nothing came yet."""
        self.forms: list[dict[str, Any]] = []
        self._gone = {GROUP, SUPERGROUP} if again else {GROUP}

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a call."""
        form: dict[str, Any] = dict(await request.post())
        if "photo" in form:
            form["photo"] = form["photo"].file.read()
        self.forms.append(form)
        chat = int(str(form["chat_id"]))
        if chat in self._gone:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            parameters = {"migrate_to_chat_id": SUPERGROUP}
            body = {"ok": False, "error_code": 400, "description": description}
            return web.json_response(body | {"parameters": parameters}, status=400)
        message = {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "supergroup"}}
        return web.json_response({"ok": True, "result": message})

    @property
    def chats(self) -> list[int]:
        """Which chats were called, one after the other."""
        return [int(form["chat_id"]) for form in self.forms]


@asynccontextmanager
async def talking_to(moved: Moved) -> AsyncIterator[ExtBot[Any]]:
    async with serving(moved.answer) as url, AiohttpRequest(url, 5) as request:
        yield ExtBot("1:nobody", f"{url}/bot", request=request, rate_limiter=MessageLimiter(0))


async def test_a_group_that_has_become_a_supergroup_is_answered_there() -> None:
    moved = Moved()
    async with talking_to(moved) as bot:
        # The message of this number is another one there.
        sent = await bot.send_message(GROUP, "seven", reply_parameters=ReplyParameters(3))
    assert sent.chat.id == SUPERGROUP
    assert moved.chats == [GROUP, SUPERGROUP]
    assert "reply_parameters" in moved.forms[0]
    assert moved.forms[1] == {"chat_id": str(SUPERGROUP), "text": "seven"}


async def test_a_picture_too_is_sent_to_the_supergroup() -> None:
    moved = Moved()
    async with talking_to(moved) as bot:
        await bot.send_photo(GROUP, b"picture", caption="seven")
    assert moved.chats == [GROUP, SUPERGROUP]
    assert moved.forms[1]["caption"] == "seven"
    assert moved.forms[1]["photo"] == b"picture"


async def test_a_message_of_the_old_group_cannot_be_edited_in_the_new_one() -> None:
    moved = Moved()
    async with talking_to(moved) as bot:
        with pytest.raises(ChatMigrated):
            await bot.edit_message_text("eight", GROUP, 3)
    assert moved.chats == [GROUP]


async def test_a_chat_that_goes_on_moving_is_given_up() -> None:
    moved = Moved(again=True)
    async with talking_to(moved) as bot:
        with pytest.raises(ChatMigrated):
            await bot.send_message(GROUP, "seven")
    assert moved.chats == [GROUP, SUPERGROUP]
