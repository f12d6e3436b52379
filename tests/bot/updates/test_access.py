"""Who is answered at all, where an operator has named some users."""

from telegram import Update

from bot.application import Service
from bot.sandbox.server import Sandbox
from bot.translations import for_code
from bot.updates.access import STRANGERS
from bot.updates.rate_limits import RateLimits
from bot.updates.rejection import SILENCE, Rejection
from model.reader import Reader
from tests.bot.arrivals import press_by, rejection_of, update_of
from tests.bot.conversation import answering, chatting, photo_of

ENGLISH = for_code("en")


async def test_who_is_not_invited_is_told_once_what_to_do(sandbox: Sandbox, reader: Reader) -> None:
    async with chatting(sandbox) as invited, chatting(sandbox) as stranger:
        rate_limits = RateLimits(allowed={invited.id})
        async with answering(sandbox, reader, rate_limits=rate_limits):
            told = await stranger.ask("/start")
            assert told["text"] == ENGLISH("not-invited", id=str(stranger.id))
            [code] = [each for each in told["entities"] if each["type"] == "code"]
            assert told["text"][code["offset"] :][: code["length"]] == str(stranger.id)
            await stranger.send("hello")
            await stranger.send_photo(photo_of("7"))
            assert (await invited.show(photo_of("7")))["text"].startswith("7")
            await stranger.fetch()
            assert len(list(stranger.received)) == 1


def in_group(user: int, text: str, service: Service) -> Update:
    """A message that names whom it is for."""
    mention = [{"type": "mention", "offset": 0, "length": len(text)}]
    return update_of(user, {"text": text, "entities": mention}, "group", service.bot)


def test_in_a_group_who_is_not_invited_is_told_only_when_they_address_the_bot(
    service: Service,
) -> None:
    rate_limits = RateLimits(allowed={5})
    to_us = f"@{service.bot.username}"
    assert rejection_of(rate_limits, in_group(6, "@another_bot", service)) == SILENCE
    assert rejection_of(rate_limits, in_group(6, to_us, service)) == Rejection(
        "not-invited", {"id": "<code>6</code>"}
    )
    assert rejection_of(rate_limits, in_group(6, to_us, service)) == SILENCE
    assert rejection_of(rate_limits, in_group(5, to_us, service)) is None


def test_what_cuts_a_character_in_two_addresses_nobody(service: Service) -> None:
    half = {
        "text": "\N{GRINNING FACE}",
        "entities": [{"type": "mention", "offset": 1, "length": 1}],
    }
    assert (
        rejection_of(RateLimits(allowed={5}), update_of(6, half, "group", service.bot)) == SILENCE
    )


def test_a_notice_names_the_id_without_markup() -> None:
    rejection = rejection_of(RateLimits(allowed={5}), press_by(6, "right"))
    assert rejection == Rejection("not-invited", {"id": "6"})


def test_nobody_gets_in_by_writing_in_the_name_of_a_chat() -> None:
    rate_limits = RateLimits(allowed={5})
    group = {"id": -100, "type": "supergroup", "title": "x"}
    assert (
        rejection_of(rate_limits, update_of(5, {"text": "hello", "sender_chat": group})) is not None
    )
    assert (
        rejection_of(RateLimits(allowed={-100}), update_of(6, {"text": "x", "sender_chat": group}))
        is None
    )


def test_strangers_are_not_remembered_without_end() -> None:
    rate_limits = RateLimits(allowed={5})
    for user in range(6, STRANGERS + 10):
        assert rejection_of(rate_limits, update_of(user, {"text": "hello"})) != SILENCE
    assert len(rate_limits._access._told) == STRANGERS
    assert rejection_of(rate_limits, update_of(STRANGERS, {"text": "hello"})) == SILENCE
