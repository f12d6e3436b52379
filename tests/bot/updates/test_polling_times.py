"""When Telegram is asked, and for how long, on a clock that jumps ahead."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Container
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest
from aiohttp import web
from telegram import Bot, Update

from bot.api.http import AiohttpRequest
from bot.updates.polling import Polling
from tests.bot.loopback import serving
from tests.bot.virtual_time import in_virtual_time

BOT = {"id": 1, "is_bot": True, "first_name": "x", "username": "x_bot"}


class Poll(NamedTuple):
    """A getUpdates request."""

    at: float
    """s since the bot began."""
    offset: int
    timeout: int


Deliver = Callable[[Update], Awaitable[bool]]


class Telegram:
    """A Bot API that hands out some updates, and is in trouble at times."""

    def __init__(
        self,
        updates: int = 0,
        troubles: Container[int] = (),
        retry_after: int = 0,
        silent_from: float = math.inf,
    ) -> None:
        """Hand out so many updates, with the ids from 1 on.

        Args:
            updates: their number.
            troubles: which requests fail, the first being 0.
            retry_after: how many seconds it says to wait then; 0 for an internal error.
            silent_from: from then on it answers nothing, s.
        """
        self.polls: list[Poll] = []
        self._updates = updates
        self._troubles = troubles
        self._retry_after = retry_after
        self._silent_from = silent_from

    async def answer(self, request: web.Request) -> web.Response:
        """Answer getMe or getUpdates, which waits for as long as it is asked to."""
        if request.path.endswith("/getMe"):
            return web.json_response({"ok": True, "result": BOT})
        asked = request.query or await request.post()
        poll = Poll(now(), int(str(asked.get("offset", 0))), int(str(asked.get("timeout", 0))))
        self.polls.append(poll)
        if len(self.polls) - 1 in self._troubles:
            return self._trouble()
        if poll.at >= self._silent_from:
            await asyncio.sleep(1000)
        left = range(max(1, poll.offset), self._updates + 1)
        if not left:
            await asyncio.sleep(poll.timeout)
        return web.json_response({"ok": True, "result": [{"update_id": each} for each in left]})

    def _trouble(self) -> web.Response:
        code = 429 if self._retry_after else 500
        body: dict[str, object] = {"ok": False, "error_code": code, "description": "x"}
        if self._retry_after:
            body["parameters"] = {"retry_after": self._retry_after}
        return web.json_response(body, status=code)


def now() -> float:
    return round(asyncio.get_running_loop().time(), 2)


@asynccontextmanager
async def served(telegram: Telegram) -> AsyncIterator[tuple[Bot, AiohttpRequest]]:
    """A bot and its requests for updates, which are answered by `telegram`."""
    async with (
        serving(telegram.answer) as url,
        AiohttpRequest(url, 5) as polls,
        Bot("1:nobody", f"{url}/bot", request=AiohttpRequest(url, 5)) as bot,
    ):
        yield bot, polls


def polled(telegram: Telegram, deliver: Deliver, seconds: float) -> tuple[list[Poll], float]:
    """The requests of a bot that is told to stop after so many seconds, and when it has stopped."""

    async def run() -> float:
        async with served(telegram) as (bot, polls):
            stop = asyncio.Event()
            task = asyncio.create_task(Polling(bot, polls, deliver).run(stop))
            await asyncio.sleep(seconds)
            stop.set()
            await task
            return now()

    stopped_at = in_virtual_time(run())
    return telegram.polls, stopped_at


async def at_once(_: Update) -> bool:
    return True


def lasting(seconds: float) -> Deliver:
    """Delivers each update within so many seconds."""

    async def deliver(_: Update) -> bool:
        await asyncio.sleep(seconds)
        return True

    return deliver


def test_idle_it_asks_for_20_seconds_each_time() -> None:
    polls, stopped_at = polled(Telegram(), at_once, seconds=50)
    assert polls == [Poll(0, 0, 20), Poll(20, 0, 20), Poll(40, 0, 20), Poll(50, 0, 0)]
    assert stopped_at == 50


def test_while_something_is_under_way_it_asks_ten_times_a_second_and_waits_for_nothing() -> None:
    polls, _ = polled(Telegram(updates=2), lasting(0.35), seconds=5)
    busy = [Poll(0.1, 0, 0), Poll(0.2, 0, 0), Poll(0.3, 0, 0)]
    assert polls == [Poll(0, 0, 20), *busy, Poll(0.35, 3, 20), Poll(5, 3, 0)]


def test_what_is_not_done_is_tried_again_after_3_seconds() -> None:
    tries: list[float] = []

    async def deliver(_: Update) -> bool:
        tries.append(now())
        return len(tries) == 3

    polls, _ = polled(Telegram(updates=1), deliver, seconds=7)
    assert tries == [0, 3, 6]
    assert polls[-1] == Poll(7, 2, 0)


def test_while_telegram_is_away_it_asks_ever_more_rarely() -> None:
    polls, _ = polled(Telegram(troubles=range(8)), at_once, seconds=125)
    assert [poll.at for poll in polls] == [0, 1, 3, 7, 15, 31, 61, 91, 121, 125]


def test_when_telegram_is_back_pauses_are_short_again() -> None:
    polls, _ = polled(Telegram(troubles=(0, 1, 2, 4)), at_once, seconds=30)
    assert [poll.at for poll in polls] == [0, 1, 3, 7, 27, 28, 30]


def test_it_waits_as_long_as_telegram_says() -> None:
    polls, _ = polled(Telegram(troubles=range(3), retry_after=7), at_once, seconds=30)
    assert [poll.at for poll in polls] == [0, 7, 14, 21, 30]


def test_it_does_not_wait_for_an_hour_even_if_telegram_says_so() -> None:
    polls, _ = polled(Telegram(troubles=range(3), retry_after=3600), at_once, seconds=80)
    assert [poll.at for poll in polls] == [0, 30, 60, 80]


@pytest.mark.parametrize(("seconds", "stopped_at"), [(7, 12), (100, 13)])
def test_what_is_under_way_has_8_seconds_to_finish(seconds: float, stopped_at: float) -> None:
    polls, at = polled(Telegram(updates=1), lasting(5 + seconds), seconds=5)
    assert at == stopped_at
    assert polls[-1].offset == (2 if seconds == 7 else 0)


def test_a_farewell_takes_2_seconds_at_most() -> None:
    polls, stopped_at = polled(Telegram(silent_from=5), at_once, seconds=5)
    assert polls[-1] == Poll(5, 0, 0)
    assert stopped_at == 7
