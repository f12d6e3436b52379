"""What is kept of a user: the language they chose and what they said, until they delete it."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from telegram.error import RetryAfter
from telegram.ext import ExtBot

from bot.application import Service
from bot.chat import replies
from bot.sandbox.server import Sandbox
from bot.storage.pseudonyms import PseudonymKey, pseudonym
from bot.translations import for_code
from bot.updates.rate_limits import Limits, RateLimits
from model.reader import Reader
from tests.bot.arrivals import PHOTO, update_of
from tests.bot.conversation import Chat, Message, answering, chatting, hand_in, photo_of
from tests.bot.processes import FEW_SECONDS

ENGLISH, RUSSIAN = for_code("en"), for_code("ru")


async def test_privacy_says_what_is_kept(chat: Chat) -> None:
    text = (await chat.ask("/privacy"))["text"]
    assert "28×28" in text
    assert "/forget" in text


async def test_a_chosen_language_is_spoken_from_then_on_and_only_to_who_chose_it(
    chat: Chat, sandbox: Sandbox
) -> None:
    offer = await chat.ask("/language")
    assert offer["text"] == ENGLISH("language")
    await chat.press(offer, "Русский")
    assert (await chat.edit_of(offer))["text"] == RUSSIAN("language-chosen")
    assert "reply_markup" not in await chat.edit_of(offer)
    assert (await chat.ask("hello"))["text"] == RUSSIAN("hint")
    assert (await chat.ask("/language"))["text"] == RUSSIAN("language")
    async with chatting(sandbox) as other:
        assert (await other.ask("hello"))["text"] == ENGLISH("hint")


async def test_a_language_may_be_chosen_twice_at_once_and_back_again(chat: Chat) -> None:
    first, second = await chat.ask("/language"), await chat.ask("/language")
    # The second press is on its way before the first has taken the buttons away, or just too late.
    presses = (chat.press(first, "Русский") for _ in range(2))
    await asyncio.gather(*presses, return_exceptions=True)
    await chat.edit_of(first)
    await chat.press(second, "English")
    assert (await chat.edit_of(second))["text"] == ENGLISH("language-chosen")
    assert (await chat.ask("hello"))["text"] == ENGLISH("hint")
    assert len([*chat.received]) == 3


async def choose_russian(chat: Chat) -> None:
    await choose(chat, "Русский")


async def choose(chat: Chat, language: str) -> Message:
    """Press the button of a language; returns what the bot says then."""
    offer = await chat.ask("/language")
    await chat.press(offer, language)
    return await chat.edit_of(offer)


async def listed(chat: Chat) -> list[str]:
    """The descriptions of the commands that Telegram lists for somebody."""
    about = await chat.get(f"/commands?chat_id={chat.id}")
    return [command["description"] for command in about["commands"]]


async def settled(service: Service, chat: Chat) -> list[str]:
    """The same, once everything is answered."""
    await service.join()
    return await listed(chat)


async def test_the_commands_are_listed_in_the_chosen_language_to_who_chose_it(
    chat: Chat, service: Service, sandbox: Sandbox
) -> None:
    russian = [*replies.commands(RUSSIAN).values()]
    await choose(chat, "Русский")
    assert await settled(service, chat) == russian
    async with chatting(sandbox) as other:
        await other.ask("hello")
        assert await listed(other) != russian
    await choose(chat, "Как в Telegram")
    assert await settled(service, chat) != russian
    await choose(chat, "Русский")
    await chat.ask("/forget")
    assert await settled(service, chat) != russian


async def test_what_one_chooses_in_a_group_changes_no_list_there(
    chat: Chat, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    offer = await chat.ask("/language")
    there = offer | {"chat": {"id": -5, "type": "group", "title": "x"}}
    sender = {"id": chat.id, "is_bot": False, "first_name": "x"}
    query = {"id": "1", "from": sender, "chat_instance": "1", "message": there}
    press = {"update_id": 1, "callback_query": query | {"data": "language:ru"}}
    await hand_in(service, press)
    assert (await chat.ask("hello"))["text"] == RUSSIAN("hint")
    assert "could not be listed" not in caplog.text


async def test_a_list_that_telegram_refuses_stops_no_answer(
    chat: Chat,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise RetryAfter(86_400)

    monkeypatch.setattr(ExtBot, "set_my_commands", refuse)
    assert (await choose(chat, "Русский"))["text"] == RUSSIAN("language-chosen")
    await service.join()
    assert "The commands could not be listed in a chosen language" in caplog.text
    assert len([*chat.received]) == 1


async def test_what_is_spoken_can_be_left_to_telegram_again(chat: Chat) -> None:
    await choose(chat, "Русский")
    offer = await choose(chat, "Как в Telegram")
    assert offer["text"] == ENGLISH("language-chosen")
    assert (await chat.ask("hello"))["text"] == ENGLISH("hint")
    assert (await chat.ask("/forget"))["text"] == ENGLISH("forgotten", count=0)


async def test_a_chosen_language_outlives_a_restart_until_it_is_forgotten(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    async with chatting(sandbox) as chat:
        async with answering(sandbox, reader, url):
            await choose_russian(chat)
        async with answering(sandbox, reader, url):
            assert (await chat.ask("hello"))["text"] == RUSSIAN("hint")
            assert (await chat.ask("/forget"))["text"] == ENGLISH("forgotten-language")
            assert (await chat.ask("/forget"))["text"] == ENGLISH("forgotten", count=0)
            assert (await chat.ask("hello"))["text"] == ENGLISH("hint")


async def test_all_that_is_kept_of_a_user_is_forgotten_at_once(chat: Chat) -> None:
    answer = await chat.show(photo_of("7"))
    await chat.press(answer, "Right")
    await chat.edit_of(answer)
    await choose_russian(chat)
    deleted = (await chat.ask("/forget"))["text"].splitlines()
    assert deleted == [ENGLISH("forgotten", count=1), ENGLISH("forgotten-language")]


def names_of(user: int, file: Path, token: str) -> set[bytes]:
    """A user's pseudonyms in a database."""
    secret = file.with_name(f"{file.name}.key").read_text().strip()
    key = PseudonymKey(token.encode(), secret.encode())
    return {pseudonym(key, kind, user).encode() for kind in ("user", "sender", "chat")}


def found_in(folder: Path, wanted: set[bytes]) -> set[bytes]:
    """Which of these stand in any file in a folder, the database's log among them."""
    contents = b"".join(file.read_bytes() for file in folder.iterdir())
    return {each for each in wanted if each in contents}


@pytest.mark.slow  # it is a long conversation
async def test_nothing_of_a_user_is_left_in_any_file_once_it_is_forgotten(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    file = tmp_path / "kept.db"
    async with chatting(sandbox) as chat, chatting(sandbox) as other:
        async with answering(sandbox, reader, f"sqlite:///{file}"):
            await other.press(await other.show(photo_of("7")), "Right")
            answer = await chat.show(photo_of("7"))
            await chat.press(answer, "Right")
            await chat.edit_of(answer)
            await choose_russian(chat)
            await chat.ask("what-anna-wrote")
            await chat.reply_to(await chat.send_photo(photo_of("7"), "below-annas-photo"))
            others = names_of(other.id, file, sandbox.token)
            annas = names_of(chat.id, file, sandbox.token)
            annas |= {b"what-anna-wrote", b"below-annas-photo"}
            assert found_in(tmp_path, annas | others) == annas | others
            await chat.ask("/forget")
            annas.add(b"/forget")
            async with asyncio.timeout(5):
                while found_in(tmp_path, annas):
                    await asyncio.sleep(0.02)
            assert len(found_in(tmp_path, others)) == 1  # by which the other's feedback is found
        assert found_in(tmp_path, annas) == set()


REFUSE = """
CREATE TRIGGER {0}_refused BEFORE INSERT ON {0} BEGIN SELECT RAISE(ABORT, 'refused'); END
"""


@pytest.mark.parametrize("table", ["inbox", "languages"])
async def test_what_a_database_refuses_is_not_written_into_the_log(
    table: str,
    sandbox: Sandbox,
    reader: Reader,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    file = tmp_path / "kept.db"
    async with answering(sandbox, reader, f"sqlite:///{file}"), chatting(sandbox) as chat:
        offer = await chat.ask("/language")
        with closing(sqlite3.connect(file)) as database:
            database.execute(REFUSE.format(table))
        await chat.press(offer, "Русский")
        async with asyncio.timeout(FEW_SECONDS):
            while "refused" not in caplog.text:
                await asyncio.sleep(0.02)
        with closing(sqlite3.connect(file)) as database:
            database.execute(f"DROP TRIGGER {table}_refused")
    names = names_of(chat.id, file, sandbox.token)
    assert [name for name in names if name.decode() in caplog.text] == []
    assert "language:ru" not in caplog.text


async def test_refusals_and_apologies_are_in_the_chosen_language_too(
    sandbox: Sandbox, reader: Reader
) -> None:
    rate_limits = RateLimits(Limits(photos_a_minute=1), clock=lambda: 0.0)
    async with (
        answering(sandbox, reader, rate_limits=rate_limits) as service,
        chatting(sandbox) as chat,
    ):
        await choose_russian(chat)
        await hand_in(service, update_of(chat.id, PHOTO).to_dict())  # of no file
        await chat.fetch()
        assert [*chat.received][-1]["text"] == RUSSIAN("failure")
        told = await chat.show(photo_of("7"))
        assert told["text"] == RUSSIAN("too-many-a-minute", seconds=60)


async def test_a_choice_that_cannot_be_looked_up_stops_no_answer(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    file = tmp_path / "broken.db"
    url = f"sqlite:///{file}"
    async with answering(sandbox, reader, url), chatting(sandbox) as chat:
        await choose_russian(chat)
        with closing(sqlite3.connect(file)) as database:
            database.execute("DROP TABLE languages")
        assert (await chat.ask("hello"))["text"] == ENGLISH("hint")
