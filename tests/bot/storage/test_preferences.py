"""A chosen language is kept for who chose it, and for nobody else to find out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database, connected
from bot.storage.preferences import Preferences
from bot.storage.pseudonyms import PseudonymKey
from bot.storage.schema import Base
from tests.bot.storage.test_corrections import ANNA, BORIS, KEY, at, contents


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with connected(at(tmp_path)) as database:
        yield database


@pytest.fixture
def preferences(database: Database) -> Preferences:
    return Preferences(database, KEY)


async def test_the_last_choice_of_each_user_is_kept(preferences: Preferences) -> None:
    assert await preferences.language(ANNA) is None
    await preferences.choose(ANNA, "ru")
    await preferences.choose(BORIS, "ru")
    await preferences.choose(ANNA, "en")
    assert await preferences.language(ANNA) == "en"
    assert await preferences.language(BORIS) == "ru"


async def test_what_is_no_language_here_is_kept_as_english(preferences: Preferences) -> None:
    for language in ("xx", "", "x" * 1000):
        await preferences.choose(ANNA, "ru")
        await preferences.choose(ANNA, language)
        assert await preferences.language(ANNA) == "en"


async def test_a_choice_is_forgotten_and_no_other(preferences: Preferences) -> None:
    for user in (ANNA, BORIS):
        await preferences.choose(user, "ru")
    assert await preferences.forget(ANNA)
    assert not await preferences.forget(ANNA)
    assert await preferences.language(ANNA) is None
    assert await preferences.language(BORIS) == "ru"


async def test_two_replicas_may_be_told_at_once(tmp_path: Path) -> None:
    async with connected(at(tmp_path)) as one, connected(at(tmp_path)) as other:
        replicas = Preferences(one, KEY), Preferences(other, KEY)
        codes = ("ru", "en") * 10
        await asyncio.gather(*(each.choose(ANNA, code) for each in replicas for code in codes))
        languages = [await each.language(ANNA) for each in replicas]
        assert languages in (["ru", "ru"], ["en", "en"])


async def test_with_the_database_away_no_language_was_chosen(
    preferences: Preferences, database: Database
) -> None:
    await preferences.choose(ANNA, "ru")
    await database.run(lambda session: Base.metadata.drop_all(session.connection()))
    assert await preferences.language(ANNA) is None


async def test_no_plain_id_and_no_key_is_in_the_file(tmp_path: Path) -> None:
    async with connected(at(tmp_path)) as database:
        await Preferences(database, KEY).choose(ANNA, "ru")
        assert await Preferences(database, PseudonymKey(KEY.token + b"1")).language(ANNA) is None
    written = contents(tmp_path)
    assert b"ru" in written
    assert KEY.token not in written
    assert str(ANNA).encode() not in written
    assert not any(
        ANNA.to_bytes(size, order) in written for size in (4, 8) for order in ("big", "little")
    )
