"""When an update is done: the handler has answered, or the user has been told."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
)

from bot import web
from bot.application import Service
from bot.storage.database import connected
from bot.storage.update_log import Decision, UpdateLog
from bot.translations import for_code
from bot.updates.delivery import Delivery, Handle
from bot.updates.rate_limits import RateLimits
from tests.bot.conversation import Chat

UPDATE_ID = 1_000_000
MOVED = {"migrate_to_chat_id": -6}
USER = {"id": 5, "is_bot": False, "first_name": "x"}
QUERY = {"id": "1", "from": USER, "chat_instance": "1"}


class Failing:
    """Fails with each of `errors` in turn, and then no more."""

    def __init__(self, *errors: Exception) -> None:
        """Has not failed yet."""
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self, _: Update) -> None:
        """Fail, or not."""
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
async def update_log(tmp_path: Path) -> AsyncIterator[UpdateLog]:
    async with connected(f"sqlite:///{tmp_path / 'log.db'}") as database:
        yield UpdateLog(database, 123456)


@pytest.fixture
async def update(service: Service, chat: Chat) -> Update:
    """A message that can be replied to."""
    message_id = await chat.send("hello")
    await chat.reply_to(message_id)
    person: dict[str, Any] = {"id": chat.id, "is_bot": False, "first_name": "Guest"}
    message = {"message_id": message_id, "date": 0, "from": person, "text": "hello"}
    message["chat"] = {"id": chat.id, "type": "private"}
    return Update.de_json({"update_id": UPDATE_ID, "message": message}, service.bot)


Deliver = Callable[..., Awaitable[bool]]


@pytest.fixture
def deliver(update_log: UpdateLog, update: Update) -> Deliver:
    """Whether the update is done when it is handled in this way."""

    def deliver(handle: Handle, **options: Any) -> Awaitable[bool]:  # noqa: ANN401
        return Delivery(handle, update_log, **options).deliver(update)

    return deliver


async def answers_in(chat: Chat) -> list[str]:
    await chat.fetch()
    return [message["text"] for message in chat.received][1:]


async def test_an_update_is_handled_once_however_often_it_comes(deliver: Deliver) -> None:
    handle = Failing()
    assert await deliver(handle)
    assert await deliver(handle)
    assert handle.calls == 1


@pytest.mark.parametrize("error", [RuntimeError("secret detail"), BadRequest("no")])
async def test_a_failure_of_the_bot_itself_is_told_at_once(
    deliver: Deliver, chat: Chat, error: Exception
) -> None:
    handle = Failing(error)
    assert await deliver(handle)
    assert handle.calls == 1
    assert await answers_in(chat) == [for_code("en")("failure")]


async def test_an_apology_is_in_the_language_that_the_user_has_chosen(
    deliver: Deliver, chat: Chat
) -> None:
    chosen = {chat.id: "ru"}

    async def language(user_id: int) -> str | None:
        return chosen.get(user_id)

    assert await deliver(Failing(RuntimeError("secret detail")), language=language)
    assert await answers_in(chat) == [for_code("ru")("failure")]


async def test_what_is_rejected_is_told_once_and_not_handled(deliver: Deliver, chat: Chat) -> None:
    handle, rate_limits = Failing(), RateLimits(allowed={chat.id + 1})
    for _ in range(2):
        assert await deliver(handle, rate_limits=rate_limits)
    assert handle.calls == 0
    assert await answers_in(chat) == [for_code("en")("not-invited", id=str(chat.id))]


async def test_who_has_blocked_the_bot_is_not_written_to(deliver: Deliver, chat: Chat) -> None:
    assert await deliver(Failing(Forbidden("blocked")))
    assert await answers_in(chat) == []


async def test_who_is_in_a_group_that_has_moved_is_not_apologized_to(update_log: UpdateLog) -> None:
    async def moved(request: Request) -> Response:
        if request.url.path.endswith("/getMe"):
            return JSONResponse({"ok": True, "result": USER})
        return JSONResponse({"ok": False, "description": "", "parameters": MOVED}, 400)

    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/bot"
    route = Route("/{path:path}", moved, methods=["POST"])
    async with web.serving([route], listener), Bot("1:nobody", url) as bot:
        message = {"message_id": 1, "date": 0, "chat": {"id": -5, "type": "group"}}
        update = Update.de_json({"update_id": UPDATE_ID, "message": message}, bot)
        assert await Delivery(Failing(ChatMigrated(-6)), update_log).deliver(update)


async def test_what_nobody_can_make_sense_of_ends_nothing(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    query = {"update_id": 1, "callback_query": QUERY | {"data": 7}}
    malformed: list[dict[str, Any]] = [{"update_id": []}, query]
    for broken in malformed:
        assert await service.delivery.deliver(Update.de_json(broken, service.bot))
        assert "passed over" in caplog.text
        caplog.clear()


async def test_what_ended_the_process_twice_is_put_aside_with_an_apology(
    deliver: Deliver, chat: Chat, update_log: UpdateLog
) -> None:
    for _ in range(2):
        await update_log.begin(UPDATE_ID)
        await update_log.take_over()
    handle = Failing()
    assert await deliver(handle)
    assert await deliver(handle)
    assert handle.calls == 0
    assert await answers_in(chat) == [for_code("en")("put-aside")]


async def test_what_another_replica_has_in_hand_has_to_come_again(
    deliver: Deliver, update_log: UpdateLog
) -> None:
    assert await update_log.begin(UPDATE_ID) is Decision.HANDLE
    handle = Failing()
    assert await deliver(handle) is False
    assert handle.calls == 0


async def test_a_token_that_is_good_no_more_is_for_the_operator(
    deliver: Deliver, chat: Chat
) -> None:
    with pytest.raises(InvalidToken):
        await deliver(Failing(InvalidToken("revoked")))
    assert await answers_in(chat) == []


async def test_a_token_that_is_good_no_more_counts_as_no_try(
    deliver: Deliver, update_log: UpdateLog
) -> None:
    for _ in range(4):
        with pytest.raises(InvalidToken):
            await deliver(Failing(InvalidToken("revoked")))
    assert await update_log.begin(UPDATE_ID) is Decision.HANDLE


async def test_what_is_cut_short_counts_as_no_try(update_log: UpdateLog, update: Update) -> None:
    async def hang(_: Update) -> None:
        await asyncio.sleep(60)

    for _ in range(4):
        task = asyncio.create_task(Delivery(hang, update_log).deliver(update))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await update_log.begin(UPDATE_ID) is Decision.HANDLE
