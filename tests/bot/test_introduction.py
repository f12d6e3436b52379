"""How the bot presents itself: once, and without taking anything from its operator."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from telegram import InputProfilePhotoStatic
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot import introduction
from bot.api.http import AiohttpRequest
from bot.sandbox.server import Sandbox, running
from bot.translations import all_languages, for_code
from tests.bot.conversation import photo_of

ENGLISH, RUSSIAN = for_code("en"), for_code("ru")


class Calls(AiohttpRequest):
    """Notes which methods were called."""

    def __init__(self, root: str) -> None:
        """Call the Bot API at `root`."""
        super().__init__(root, 5)
        self.methods: list[str] = []

    async def do_request(self, url: str, *rest: object, **more: object) -> tuple[int, bytes]:
        """Note the method, and call it."""
        self.methods.append(url.rpartition("/")[2])
        return await super().do_request(url, *rest, **more)  # type: ignore[arg-type]

    @property
    def changes(self) -> list[str]:
        """The methods that set something."""
        return [method for method in self.methods if method.startswith("set")]


@pytest.fixture
def fresh() -> Iterator[Sandbox]:
    """With a bot of which nothing is set."""
    with running() as fresh:
        yield fresh


@pytest.fixture
def calls(fresh: Sandbox) -> Calls:
    return Calls(fresh.url)


@pytest.fixture
async def bot(fresh: Sandbox, calls: Calls) -> AsyncIterator[ExtBot[None]]:
    root = f"{fresh.url}/bot"
    polls = AiohttpRequest(fresh.url, 5)
    async with ExtBot(fresh.token, root, request=calls, get_updates_request=polls) as bot:
        yield bot


async def test_everything_is_set_at_the_first_start_and_nothing_at_the_next(
    bot: ExtBot[None], calls: Calls
) -> None:
    await introduction.introduce(bot)
    for code, translate in all_languages().items():
        assert (await bot.get_my_name(code)).name == translate("bot-name")
        assert (await bot.get_my_description(code)).description == translate("description")
        short = await bot.get_my_short_description(code)
        assert short.short_description == translate("short-description")
        told = {each.command: each.description for each in await bot.get_my_commands(None, code)}
        if code != "en":
            assert told["help"] == translate("command-help")
    calls.methods.clear()
    await introduction.introduce(bot)
    assert calls.changes == []


async def test_only_what_differs_is_set_again(bot: ExtBot[None], calls: Calls) -> None:
    await introduction.introduce(bot)
    await bot.set_my_description("Какой-то бот", "ru")
    calls.methods.clear()
    await introduction.introduce(bot)
    assert calls.changes == ["setMyDescription"]
    assert (await bot.get_my_description("ru")).description == RUSSIAN("description")


async def test_a_bot_that_its_operator_has_named_keeps_that_name_in_every_language(
    bot: ExtBot[None],
) -> None:
    await bot.set_my_name("Anna's sums")
    await introduction.introduce(bot)
    assert {(await bot.get_my_name(code)).name for code in ("", *all_languages())} == {
        "Anna's sums"
    }


async def test_a_name_that_a_language_has_already_stays(bot: ExtBot[None]) -> None:
    await bot.set_my_name("Цифры Анны", "ru")
    await introduction.introduce(bot)
    assert (await bot.get_my_name("ru")).name == "Цифры Анны"
    assert (await bot.get_my_name()).name == ENGLISH("bot-name")


async def test_a_bot_that_has_a_photo_keeps_it(bot: ExtBot[None], calls: Calls) -> None:
    await bot.set_my_profile_photo(InputProfilePhotoStatic(photo_of("4")))
    own = (await bot.get_user_profile_photos(bot.id)).photos
    await introduction.introduce(bot)
    assert (await bot.get_user_profile_photos(bot.id)).photos == own
    assert calls.changes.count("setMyProfilePhoto") == 1


async def test_what_is_refused_is_logged_and_does_not_stop_the_rest(
    bot: ExtBot[None],
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)

    async def refuse(*_: object, **__: object) -> None:
        raise BadRequest("too often")

    monkeypatch.setattr(ExtBot, "set_my_name", refuse)
    await introduction.introduce(bot)
    assert "The bot's names could not be registered: too often" in caplog.text
    assert calls.changes[-1] == "setMyProfilePhoto"
