"""How fast messages are sent, and who waits when Telegram says to wait."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import RetryAfter, TelegramError
from telegram.warnings import PTBDeprecationWarning

from bot.api.message_limiter import (
    MARGIN_SECONDS,
    MESSAGES_AT_ONCE,
    MOST_LIMITERS,
    PATIENCE_SECONDS,
    MessageLimiter,
    seconds_to_wait,
)
from tests.bot.virtual_time import Result, in_virtual_time

PRIVATE, OTHER, GROUP = 5, 6, -7


class Server:
    """Says to wait so many seconds, one after the other, and then takes what comes."""

    def __init__(self, *waits: float) -> None:
        """Say these first."""
        self.calls: list[float] = []  # when they came, s
        self._waits = [*waits]

    async def __call__(self) -> str:
        """Take a call, or refuse it."""
        self.calls.append(now())
        if self._waits:
            raise RetryAfter(timedelta(seconds=self._waits.pop(0)))
        return "sent"


def now() -> float:
    return round(asyncio.get_running_loop().time(), 2)


async def send(
    limiter: MessageLimiter,
    server: Callable[[], Coroutine[Any, Any, object]],
    chat: int | str = PRIVATE,
    method: str = "sendMessage",
) -> Any:  # noqa: ANN401  what the server answers
    return await limiter.process_request(server, (), {}, method, {"chat_id": chat}, None)


def run(work: Coroutine[Any, Any, Result]) -> Result:
    return in_virtual_time(work)


def times(limiter: MessageLimiter, chats: Iterable[int | str], method: str) -> list[float]:
    """When messages to these chats that are sent all at once come to the server."""
    server = Server()

    async def work() -> None:
        await asyncio.gather(*(send(limiter, server, chat, method) for chat in chats))

    run(work())
    return server.calls


# --- beforehand -----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["sendMessage", "sendPhoto"])
def test_to_all_chats_no_more_are_sent_in_a_second_than_telegram_takes(method: str) -> None:
    assert times(MessageLimiter(2), range(1, 5), method) == [0, 0, 0.5, 1]


def test_a_private_chat_gets_one_a_second() -> None:
    assert times(MessageLimiter(30), [PRIVATE, PRIVATE, "5", OTHER], "sendMessage") == [0, 0, 1, 2]


@pytest.mark.parametrize("messages_a_second", [0, 30])
@pytest.mark.parametrize("group", [GROUP, "@channel"])
def test_a_group_gets_20_a_minute(messages_a_second: float, group: int | str) -> None:
    came = times(MessageLimiter(messages_a_second), [group] * 22, "sendMessage")
    assert came == [0] * 20 + [3, 6]


@pytest.mark.parametrize("method", ["sendChatAction", "setMessageReaction", "editMessageText"])
def test_what_is_no_message_uses_none_of_them_up(method: str) -> None:
    assert times(MessageLimiter(1), [PRIVATE] * 5, method) == [0] * 5


def test_another_server_says_itself_when_a_private_chat_has_to_wait() -> None:
    assert times(MessageLimiter(0), [PRIVATE] * 40, "sendMessage") == [0] * 40


def test_after_many_chats_the_limits_still_hold() -> None:
    limiter, server = MessageLimiter(0), Server()

    async def work() -> None:
        for group in range(MOST_LIMITERS + 1):
            await send(limiter, Server(), -1 - group)
        for _ in range(20):
            await send(limiter, server, -1)
        await asyncio.sleep(60)
        for group in range(MOST_LIMITERS + 1):
            await send(limiter, Server(), -1000 - group)

    run(work())
    # The first one, which another server has taken, counts as well.
    assert server.calls == [0] * 19 + [3]


# --- told to wait ---------------------------------------------------------------------------------


def test_who_is_told_to_wait_waits_and_nobody_else() -> None:
    limiter, closed, other = MessageLimiter(30), Server(15), Server()

    async def work() -> None:
        waiting = asyncio.create_task(send(limiter, closed, PRIVATE))
        await asyncio.sleep(0.5)
        assert await send(limiter, other, OTHER) == "sent"
        assert await send(limiter, other, GROUP) == "sent"
        assert await waiting == "sent"

    run(work())
    assert other.calls == [0.5, 0.5]
    assert closed.calls == [0, 15 + MARGIN_SECONDS]


def test_what_else_goes_to_that_chat_waits_as_well() -> None:
    limiter, server = MessageLimiter(0), Server(15)

    async def later() -> None:
        await asyncio.sleep(1)
        await send(limiter, server, method="editMessageText")

    async def work() -> None:
        await asyncio.gather(send(limiter, server), later())

    run(work())
    assert server.calls == [0, 15.1, 15.1]


def test_it_gives_up_when_that_takes_longer_than_its_patience() -> None:
    limiter, server = MessageLimiter(0), Server(3600)

    async def work() -> tuple[float, float]:
        with pytest.raises(RetryAfter) as told:
            await send(limiter, server)
        gave_up = now()
        with pytest.raises(RetryAfter):  # the server is not asked again before its time
            await send(limiter, server)
        await asyncio.sleep(3600 + MARGIN_SECONDS)
        assert await send(limiter, server) == "sent"
        return gave_up, seconds_to_wait(told.value)

    gave_up, left = run(work())
    assert gave_up == 0
    assert left == pytest.approx(3600 + MARGIN_SECONDS)
    assert server.calls == [0, 3600.1]


def test_several_waits_are_as_long_as_its_patience_in_all() -> None:
    server = Server(*[9] * 10)

    async def work() -> float:
        with pytest.raises(RetryAfter):
            await send(MessageLimiter(0), server)
        return now()

    assert run(work()) <= PATIENCE_SECONDS
    assert server.calls == [0, 9.1, 18.2, 27.3]


@pytest.mark.parametrize("method", ["sendChatAction", "setMessageReaction"])
def test_reactions_and_typing_are_dropped(method: str) -> None:
    limiter, server = MessageLimiter(0), Server(15)

    async def work() -> None:
        assert await send(limiter, server, method=method) is True
        assert await send(limiter, server) == "sent"  # they close no chat
        assert now() == 0

    run(work())
    assert server.calls == [0, 0]


@pytest.mark.parametrize("method", ["sendChatAction", "setMessageReaction"])
def test_while_a_chat_waits_they_are_not_even_sent(method: str) -> None:
    limiter, server, dropped = MessageLimiter(0), Server(15), Server()

    async def work() -> None:
        waiting = asyncio.create_task(send(limiter, server))
        await asyncio.sleep(1)
        assert await send(limiter, dropped, method=method) is True
        await waiting
        assert await send(limiter, dropped, method=method) == "sent"

    run(work())
    assert dropped.calls == [15.1]


def test_a_call_that_concerns_no_chat_waits_for_none() -> None:
    server = Server(15)

    async def work() -> Any:  # noqa: ANN401  what the server answers
        limiter = MessageLimiter(30)
        with pytest.raises(RetryAfter):
            await limiter.process_request(server, (), {}, "setMyCommands", {}, None)
        return await limiter.process_request(server, (), {}, "getMe", {}, None)

    assert run(work()) == "sent"
    assert server.calls == [0, 0]


def test_few_messages_are_on_their_way_at_once_and_those_that_wait_for_their_chats_hold_none() -> (
    None
):
    under_way: list[float] = []
    closed = range(100, 100 + MESSAGES_AT_ONCE)

    async def work() -> None:
        limiter = MessageLimiter(0)
        arrived = asyncio.Event()

        async def take() -> None:
            under_way.append(now())
            await arrived.wait()

        async with asyncio.TaskGroup() as sending:
            for chat in closed:
                sending.create_task(send(limiter, Server(15), chat))
            await asyncio.sleep(1)
            for chat in range(1, 2 * MESSAGES_AT_ONCE + 1):
                sending.create_task(send(limiter, take, chat))
            await asyncio.sleep(1)
            assert under_way == [1] * MESSAGES_AT_ONCE
            arrived.set()

    run(work())
    assert len(under_way) == 2 * MESSAGES_AT_ONCE


def test_other_errors_are_raised() -> None:
    async def fail() -> None:
        raise TelegramError("no")

    async def work() -> None:
        limiter = MessageLimiter(0)
        await limiter.initialize()
        for method in ("sendMessage", "sendChatAction"):
            with pytest.raises(TelegramError, match="no"):
                await limiter.process_request(fail, (), {}, method, {"chat_id": 5}, None)
        await limiter.shutdown()

    run(work())


def test_a_time_to_wait_may_come_as_the_library_used_to_give_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert seconds_to_wait(RetryAfter(timedelta(seconds=7))) == 7
    monkeypatch.delenv("PTB_TIMEDELTA", raising=False)
    with pytest.warns(PTBDeprecationWarning):
        assert seconds_to_wait(RetryAfter(7)) == 7
