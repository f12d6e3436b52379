"""When an update is done: the handler has answered, or the user has been told."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from telegram import Bot, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.api.http import AiohttpRequest
from bot.application import Service
from bot.storage.database import Database
from bot.storage.inbox import Inbox
from bot.translations import for_code
from bot.updates.delivery import Delivery, Handle
from tests.bot.arrivals import update_of
from tests.bot.conversation import Chat
from tests.bot.loopback import serving
from tests.bot.updates.inboxes import BOT, left, store, take

MOVED = {"migrate_to_chat_id": -6}
ENGLISH = for_code("en")


class Failing:
    """Fails with each of `errors` in turn, and then no more."""

    def __init__(self, *errors: Exception) -> None:
        """Has not failed yet."""
        self.errors = list(errors)
        self.updates: list[Update] = []

    async def __call__(self, update: Update) -> None:
        """Fail, or not."""
        self.updates.append(update)
        if self.errors:
            raise self.errors.pop(0)


async def no_choice(_: int) -> None:
    """Nobody has chosen a language."""


@pytest.fixture
async def update(service: Service, chat: Chat) -> Update:
    """A message that can be replied to."""
    message_id = await chat.send("hello")
    await chat.answer_to(message_id)
    return update_of(chat.id, {"message_id": message_id, "text": "hello"}, bot=service.bot)


Deliver = Callable[[Handle], Awaitable[bool]]


@pytest.fixture
def deliver(service: Service, inbox: Inbox, update: Update) -> Deliver:
    """Whether the update is done when it is handled in this way."""

    async def deliver(handle: Handle) -> bool:
        delivery = Delivery(service.bot, handle, inbox, no_choice)
        await delivery.deliver(await take(inbox, update))
        return await left(inbox, update) == 0

    return deliver


async def answers_in(chat: Chat) -> list[str]:
    await chat.fetch()
    return [message["text"] for message in chat.received][1:]


async def test_what_is_handled_is_done_and_is_taken_no_more(
    deliver: Deliver, inbox: Inbox, update: Update, chat: Chat
) -> None:
    handle = Failing()
    assert await deliver(handle)
    [handled] = handle.updates
    assert handled.message == update.message
    assert await inbox.take(1) == []
    assert await answers_in(chat) == []


async def test_an_update_is_known_by_its_number_in_the_inbox(
    service: Service, inbox: Inbox, update: Update
) -> None:
    handle = Failing()
    taken = await take(inbox, update)
    assert taken.number != update.update_id
    await Delivery(service.bot, handle, inbox, no_choice).deliver(taken)
    assert [each.update_id for each in handle.updates] == [taken.number]


@pytest.mark.parametrize("error", [RuntimeError("secret detail"), BadRequest("no")])
async def test_a_failure_of_the_bot_itself_is_told_at_once(
    deliver: Deliver, chat: Chat, error: Exception
) -> None:
    handle = Failing(error)
    assert await deliver(handle)
    assert len(handle.updates) == 1
    assert await answers_in(chat) == [ENGLISH("failure")]


async def test_an_apology_is_in_the_language_that_the_user_has_chosen(
    service: Service, inbox: Inbox, update: Update, chat: Chat
) -> None:
    chosen = {chat.id: "ru"}

    async def language(user_id: int) -> str | None:
        return chosen.get(user_id)

    delivery = Delivery(service.bot, Failing(RuntimeError("secret detail")), inbox, language)
    await delivery.deliver(await take(inbox, update))
    assert await answers_in(chat) == [for_code("ru")("failure")]


async def test_who_has_blocked_the_bot_is_not_written_to(deliver: Deliver, chat: Chat) -> None:
    assert await deliver(Failing(Forbidden("blocked")))
    assert await answers_in(chat) == []


async def test_who_is_in_a_group_that_has_moved_is_not_apologized_to(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    async def moved(request: web.Request) -> web.Response:
        del request
        return web.json_response({"ok": False, "description": "", "parameters": MOVED}, status=400)

    update = update_of(5, {"text": "hello"}, "group")
    async with serving(moved) as url, AiohttpRequest(url, 5) as calls:
        bot = Bot("1:nobody", f"{url}/bot", request=calls)
        delivery = Delivery(bot, Failing(ChatMigrated(-6)), inbox, no_choice)
        await delivery.deliver(await take(inbox, update))
    assert await left(inbox, update) == 0
    assert "An apology did not arrive" in caplog.text


async def test_what_an_older_version_has_taken_in_and_this_one_cannot_take_apart_is_passed_over(
    nobodys_bot: Bot, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    handle = Failing()
    update = update_of(5, {"text": "hello"})
    taken = await take(inbox, update)
    delivery = Delivery(nobodys_bot, handle, inbox, no_choice)
    await delivery.deliver(taken._replace(payload='{"message": 7}'))
    assert handle.updates == []
    assert await left(inbox, update) == 0
    assert "passed over" in caplog.text


async def test_what_ended_the_process_twice_is_put_aside_with_an_apology(
    service: Service, inbox: Inbox, database: Database, update: Update, chat: Chat
) -> None:
    await store(inbox, update)
    for times_begun in (1, 2):
        [taken] = await inbox.take(1)
        assert taken.times_begun == times_begun
        inbox = Inbox(database, BOT)
        await inbox.take_over()
    handle = Failing()
    [taken] = await inbox.take(1)
    await Delivery(service.bot, handle, inbox, no_choice).deliver(taken)
    assert handle.updates == []
    assert await left(inbox, update) == 0
    assert await answers_in(chat) == [ENGLISH("put-aside")]


async def test_what_ended_the_process_once_is_tried_again(
    service: Service, inbox: Inbox, database: Database, update: Update
) -> None:
    await take(inbox, update)
    restarted = Inbox(database, BOT)
    await restarted.take_over()
    handle = Failing()
    [taken] = await restarted.take(1)
    await Delivery(service.bot, handle, restarted, no_choice).deliver(taken)
    assert len(handle.updates) == 1


async def test_what_is_cut_short_counts_as_no_try(
    service: Service, inbox: Inbox, update: Update
) -> None:
    begun = asyncio.Event()

    async def hang(_: Update) -> None:
        begun.set()
        await asyncio.sleep(60)

    await store(inbox, update)
    for _ in range(4):
        [taken] = await inbox.take(1)
        assert taken.times_begun == 1
        begun.clear()
        task = asyncio.create_task(Delivery(service.bot, hang, inbox, no_choice).deliver(taken))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await left(inbox, update) == 1
