"""Who is answered at all, where an operator has named some users."""

import pytest
from telegram import Update

from bot.application import Service
from bot.sandbox.server import Sandbox
from bot.translations import for_code
from bot.updates.access import AccessList
from bot.updates.rate_limits import RateLimits
from bot.updates.rejection import SILENCE, Rejection
from model.reader import Reader
from tests.bot.arrivals import press_by, update_of
from tests.bot.conversation import Message, answering, chatting, hand_in, photo_of

ENGLISH = for_code("en")
NOTICE = Rejection("not-invited", {"id": "6"})
MESSAGE = Rejection("not-invited", {"id": "<code>6</code>"})


async def test_who_is_not_invited_is_told_once_what_to_do(sandbox: Sandbox, reader: Reader) -> None:
    async with chatting(sandbox) as invited, chatting(sandbox) as stranger:
        rate_limits = RateLimits(allowed={invited.id})
        async with answering(sandbox, reader, rate_limits=rate_limits):
            notice = await stranger.ask("/start")
            assert notice["text"] == ENGLISH("not-invited", id=str(stranger.id))
            [code] = [each for each in notice["entities"] if each["type"] == "code"]
            assert notice["text"][code["offset"] :][: code["length"]] == str(stranger.id)
            await stranger.send("hello")
            await stranger.send_photo(photo_of("7"))
            assert (await invited.show(photo_of("7")))["text"].startswith("7")
            await stranger.fetch()
            assert len(list(stranger.received)) == 1


def test_everybody_is_let_in_if_nobody_is_named() -> None:
    access = AccessList([])
    assert access.rejection(update_of(6, {"text": "hello"}), 6) is None


def test_who_is_named_is_let_in_and_anybody_else_is_told_once() -> None:
    access = AccessList([5, 7])
    for user in (5, 7):
        assert access.rejection(update_of(user, {"text": "hello"}), user) is None
    hello = update_of(6, {"text": "hello"})
    assert [access.rejection(hello, 6) for _ in range(3)] == [MESSAGE, SILENCE, SILENCE]


def in_group(user: int, text: str, service: Service) -> Update:
    """A message that names whom it is for."""
    mention = [{"type": "mention", "offset": 0, "length": len(text)}]
    return update_of(user, {"text": text, "entities": mention}, "group", service.bot)


def test_in_a_group_who_is_not_invited_is_told_only_when_they_address_the_bot(
    service: Service,
) -> None:
    access = AccessList({5})
    to_us = f"@{service.bot.username}"
    assert access.rejection(in_group(6, "@another_bot", service), 6) == SILENCE
    assert access.rejection(in_group(6, to_us, service), 6) == MESSAGE
    assert access.rejection(in_group(6, to_us, service), 6) == SILENCE
    assert access.rejection(in_group(5, to_us, service), 5) is None


def test_what_cuts_a_character_in_two_addresses_nobody(service: Service) -> None:
    half = {
        "text": "\N{GRINNING FACE}",
        "entities": [{"type": "mention", "offset": 1, "length": 1}],
    }
    assert AccessList({5}).rejection(update_of(6, half, "group", service.bot), 6) == SILENCE


def test_a_notice_names_the_id_without_markup() -> None:
    assert AccessList({5}).rejection(press_by(6, "right"), 6) == NOTICE


def test_who_edits_a_message_is_told_too() -> None:
    edited = {"edited_message": update_of(6, {"text": "hello"}).to_dict()["message"]}
    update = Update.de_json({"update_id": 1, **edited}, None)
    assert AccessList({5}).rejection(update, 6) == MESSAGE


def test_an_update_that_is_no_message_and_no_press_is_passed_over_in_silence() -> None:
    assert AccessList({5}).rejection(Update(1), 6) == SILENCE


@pytest.mark.parametrize(
    ("allowed", "rejected"), [(5, True), (-100, False)], ids=["the-writer", "the-chat"]
)
def test_who_writes_in_the_name_of_a_chat_is_that_chat(allowed: int, rejected: bool) -> None:
    in_its_name: Message = {
        "text": "hello",
        "sender_chat": {"id": -100, "type": "supergroup", "title": "x"},
    }
    rejection = RateLimits(allowed={allowed}).rejection(update_of(5, in_its_name))
    assert (rejection is not None) == rejected


NOBODYS: Message = {
    "message_id": 1,
    "date": 0,
    "text": "/help",
    "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
}


@pytest.mark.parametrize("kind", ["private", "group", "channel"])
@pytest.mark.parametrize("field", ["message", "edited_message", "channel_post"])
def test_what_nobody_has_sent_is_let_in_only_where_everybody_is(kind: str, field: str) -> None:
    content = NOBODYS | {"chat": {"id": 5, "type": kind}}
    update = Update.de_json({"update_id": 1, field: content}, None)
    assert RateLimits(allowed={5}).rejection(update) == SILENCE
    assert RateLimits().rejection(update) is None


async def test_what_nobody_has_sent_is_not_answered(sandbox: Sandbox, reader: Reader) -> None:
    async with chatting(sandbox) as invited:
        rate_limits = RateLimits(allowed={invited.id})
        async with answering(sandbox, reader, rate_limits=rate_limits) as service:
            await invited.send("/help")
            await service.join()
            chat = {"id": invited.id, "type": "private"}
            await hand_in(service, {"update_id": 2**40, "message": NOBODYS | {"chat": chat}})
            await invited.ask("/help")
            assert len(list(invited.received)) == 2


def is_told(access: AccessList, user: int) -> bool:
    """Whether a user who presses a button is told that they are not invited."""
    return access.rejection(press_by(user, "right"), user) != SILENCE


def test_the_stranger_who_was_silent_for_the_longest_time_is_forgotten_first() -> None:
    access = AccessList({5}, capacity=3)
    assert [is_told(access, user) for user in (6, 7, 8)] == [True, True, True]
    assert not is_told(access, 6)
    assert is_told(access, 9)
    assert [is_told(access, user) for user in (8, 9, 6)] == [False, False, False]
    assert is_told(access, 7)
    assert is_told(access, 8)


def test_ten_thousand_strangers_are_remembered() -> None:
    access, press = AccessList({5}), press_by(6, "right")
    first, second, *_ = strangers = range(10, 10_010)
    for user in strangers:
        assert access.rejection(press, user) != SILENCE
    assert access.rejection(press, first) == SILENCE
    assert access.rejection(press, 20_000) != SILENCE
    assert access.rejection(press, second) != SILENCE


def test_those_who_are_named_are_let_in_and_nobody_else() -> None:
    assert [AccessList([5]).lets_in(user_id) for user_id in (5, 6, 0)] == [True, False, False]
    assert AccessList([]).lets_in(6)
