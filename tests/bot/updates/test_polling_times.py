"""When Telegram is asked, and for how long, on a clock that jumps ahead."""

import asyncio
import math
from collections.abc import AsyncIterator, Container, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
from aiohttp import web
from telegram import Bot

from bot.api.http import AiohttpRequest
from bot.updates.polling import Polling, Receive
from tests.bot.loopback import serving
from tests.bot.virtual_time import in_virtual_time

BOT = {"id": 1, "is_bot": True, "first_name": "x", "username": "x_bot"}


class Poll(NamedTuple):
    """A getUpdates request."""

    at: float
    """s since the bot began."""
    offset: int
    timeout: int


class Telegram:
    """A Bot API that hands out some updates, and is in trouble at times."""

    def __init__(
        self,
        batches: Iterable[Sequence[int]] = (),
        troubles: Container[int] = (),
        retry_after: int = 0,
        silent_from: float = math.inf,
    ) -> None:
        """Hand out updates until they are acknowledged.

        Args:
            batches: their ids, of those that are handed out together.
            troubles: which requests fail, the first being 0.
            retry_after: how many seconds it says to wait then; 0 for an internal error.
            silent_from: from then on it answers nothing, s.
        """
        self.polls: list[Poll] = []
        self.batches = [*batches]
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
        while self.batches and poll.offset > max(self.batches[0]):
            del self.batches[0]
        if not self.batches:
            await asyncio.sleep(poll.timeout)
        ids = self.batches[0] if self.batches else ()
        return web.json_response({"ok": True, "result": [{"update_id": each} for each in ids]})

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


def polled(telegram: Telegram, receive: Receive, seconds: float) -> tuple[list[Poll], float]:
    """The requests of a bot that is told to stop after so many seconds, and when it has stopped."""

    async def run() -> float:
        async with served(telegram) as (bot, polls):
            stop = asyncio.Event()
            task = asyncio.create_task(Polling(bot, polls, receive).run(stop))
            await asyncio.sleep(seconds)
            stop.set()
            await task
            return now()

    stopped_at = in_virtual_time(run())
    return telegram.polls, stopped_at


Updates = list[dict[str, Any]]


async def at_once(_: Updates) -> bool:
    return True


def test_idle_it_asks_for_20_seconds_each_time() -> None:
    polls, stopped_at = polled(Telegram(), at_once, seconds=50)
    assert polls == [Poll(0, 0, 20), Poll(20.1, 0, 20), Poll(40.2, 0, 20), Poll(50, 0, 0)]
    assert stopped_at == 50


def test_as_long_as_updates_come_it_asks_again_soon_and_acknowledges_each() -> None:
    polls, _ = polled(Telegram([[1], [2, 3], [4]]), at_once, seconds=5)
    assert polls[:4] == [Poll(0, 0, 20), Poll(0.01, 2, 20), Poll(0.02, 4, 20), Poll(0.03, 5, 20)]
    assert polls[4:] == [Poll(5, 5, 0)]


def test_it_waits_as_long_as_it_takes_to_store_updates() -> None:
    async def slowly(_: Updates) -> bool:
        await asyncio.sleep(3)
        return True

    polls, _ = polled(Telegram([[1], [2]]), slowly, seconds=10)
    assert polls == [Poll(0, 0, 20), Poll(3.01, 2, 20), Poll(6.02, 3, 20), Poll(10, 3, 0)]


def test_while_updates_cannot_be_stored_it_asks_for_them_ever_more_rarely() -> None:
    tries: list[float] = []

    async def receive(_: Updates) -> bool:
        tries.append(now())
        return len(tries) == 5

    polls, _ = polled(Telegram([[1]]), receive, seconds=20)
    assert tries == [0, 1, 3, 7, 15]
    assert [poll.offset for poll in polls] == [0] * 5 + [2, 2]


@pytest.mark.parametrize("ids", [(5, 6, 9), (9, 5, 6), (6, 9, 5)])
def test_in_whatever_order_ids_come_the_next_offset_is_after_all_that_are_stored(
    ids: tuple[int, ...],
) -> None:
    came: list[int] = []

    async def receive(updates: Updates) -> bool:
        came.extend(update["update_id"] for update in updates)
        return len(came) > 3

    polls, _ = polled(Telegram([ids]), receive, seconds=5)
    assert came == [*ids, *ids]
    assert [poll.offset for poll in polls] == [0, 0, 10, 10]


def test_a_server_that_was_set_up_anew_meanwhile_may_count_from_1() -> None:
    telegram = Telegram([[1000]], troubles=(1,))
    came: list[int] = []

    async def receive(updates: Updates) -> bool:
        came.extend(update["update_id"] for update in updates)
        if came == [1000]:
            telegram.batches = [[1, 2]]
        return True

    polls, _ = polled(telegram, receive, seconds=5)
    assert came == [1000, 1, 2]
    assert [poll.offset for poll in polls] == [0, 1001, 0, 3, 3]


def test_while_telegram_is_away_it_asks_ever_more_rarely() -> None:
    polls, _ = polled(Telegram(troubles=range(8)), at_once, seconds=125)
    assert [poll.at for poll in polls] == [0, 1, 3, 7, 15, 31, 61, 91, 121, 125]


def test_when_telegram_is_back_pauses_are_short_again() -> None:
    polls, _ = polled(Telegram(troubles=(0, 1, 2, 4)), at_once, seconds=30)
    assert [poll.at for poll in polls] == [0, 1, 3, 7, 27.1, 28.1, 30]


def test_it_waits_as_long_as_telegram_says() -> None:
    polls, _ = polled(Telegram(troubles=range(3), retry_after=7), at_once, seconds=30)
    assert [poll.at for poll in polls] == [0, 7, 14, 21, 30]


def test_it_does_not_wait_for_an_hour_even_if_telegram_says_so() -> None:
    polls, _ = polled(Telegram(troubles=range(3), retry_after=3600), at_once, seconds=80)
    assert [poll.at for poll in polls] == [0, 30, 60, 80]


def test_a_farewell_takes_2_seconds_at_most() -> None:
    polls, stopped_at = polled(Telegram(silent_from=5), at_once, seconds=5)
    assert polls[-1] == Poll(5, 0, 0)
    assert stopped_at == 7
