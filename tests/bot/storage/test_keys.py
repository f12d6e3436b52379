"""The key of a database's pseudonyms: taken into use once, and the same from then on."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.corrections import Corrections
from bot.storage.database import DatabaseError, connected
from bot.storage.judgements import JudgedAnswer
from bot.storage.keys import take_into_use
from bot.storage.preferences import Preferences
from bot.storage.pseudonyms import PseudonymKey
from tests.bot.deploy.parts import nobodys_folder, postgresql
from tests.bot.storage import version_2
from tests.bot.storage.version_2 import ANNA, ANSWER_TO_ANNA, BORIS, TOKEN

CHOSEN = "k" * 32
A_SERVER = "postgresql+asyncpg://host/digits"  # no file lies beside its database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of version 2."""
    path = tmp_path / "corrections.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in version_2.statements("sqlite"):
            connection.execute(statement)
    return path


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


async def key_of(url: str, chosen: str | None = None, token: str = TOKEN) -> PseudonymKey:
    """The key that a bot that starts takes into use."""
    async with connected(url) as database:
        return await take_into_use(database, url, token, chosen)


async def check_kept(url: str, key: PseudonymKey) -> None:
    """See that all that is kept of Anna is found, and that it is all there is."""
    async with connected(url) as database:
        corrections, preferences = Corrections(database, key), Preferences(database, key)
        assert len(await corrections.load()) == 2
        assert await corrections.said(ANSWER_TO_ANNA, 1) == {0: 1}
        assert await preferences.language(ANNA) == "ru"
        assert await preferences.language(BORIS) is None


def secret_beside(path: Path) -> str | None:
    """What the key file of a database holds."""
    file = Path(f"{path}.key")
    return file.read_text().strip() if file.exists() else None


def set_secret(path: Path, secret: str | None) -> None:
    """Write another key file, or delete it."""
    file = Path(f"{path}.key")
    if secret is None:
        file.unlink()
    else:
        file.write_text(secret)


def delete(path: Path) -> None:
    path.unlink()


def contents(path: Path) -> bytes:
    """All bytes of the database's files."""
    files = path.parent.glob(f"{path.name}*")
    return b"".join(file.read_bytes() for file in files if file.suffix != ".key")


async def test_what_an_earlier_version_kept_is_found_again(path: Path, url: str) -> None:
    key = await key_of(url)
    assert key.token == TOKEN.encode()
    assert key.secret.decode() == secret_beside(path)
    await check_kept(url, key)
    assert await key_of(url) == key
    await check_kept(url, key)
    async with connected(url) as database:
        assert await Corrections(database, key).forget(ANNA) == 1
        assert await Preferences(database, key).forget(ANNA)


async def test_what_was_said_of_an_answer_is_found_again_once_there_is_a_secret(url: str) -> None:
    photo = 1, 2
    async with connected(url) as database:
        before = Corrections(database, PseudonymKey(TOKEN.encode()))
        await before.save(BORIS, photo, JudgedAnswer("7", "1"), "model")
    key = await key_of(url)
    async with connected(url) as database:
        corrections = Corrections(database, key)
        assert await corrections.judged(photo)
        assert await corrections.forget(BORIS) == 1
        assert await corrections.readings() == []


async def test_whoever_has_the_token_and_the_database_finds_nobody(path: Path, url: str) -> None:
    old = version_2.PSEUDONYMS_OF_ANNA + version_2.PSEUDONYMS_OF_BORIS
    before = contents(path)
    assert [name for name in old if name.encode() in before] == old
    key = await key_of(url)
    now = contents(path)
    assert [name for name in old if name.encode() in now] == []
    assert key.secret not in now
    async with connected(url) as database:
        assert await Preferences(database, PseudonymKey(key.token)).language(ANNA) is None


async def test_nothing_is_left_in_unused_parts_of_what_an_earlier_version_deleted(
    path: Path, url: str
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("CREATE TABLE notes (n TEXT)")
        connection.execute("INSERT INTO notes VALUES (?)", ("what-anna-wrote " * 1000,))
        connection.execute("DROP TABLE notes")
    assert b"what-anna-wrote" in contents(path)
    await key_of(url)
    assert b"what-anna-wrote" not in contents(path)


async def test_two_databases_have_two_secrets(tmp_path: Path) -> None:
    one, other = (f"sqlite:///{tmp_path}/{name}.db" for name in ("one", "other"))
    assert (await key_of(one)).secret != (await key_of(other)).secret


async def test_a_chosen_secret_needs_no_file(path: Path, url: str) -> None:
    key = await key_of(url, CHOSEN)
    assert key.secret == CHOSEN.encode()
    assert secret_beside(path) is None
    await check_kept(url, key)


async def test_with_another_token_what_was_kept_is_not_found_as_ever(url: str) -> None:
    await key_of(url)
    other = await key_of(url, token="123456:another-token-of-nobody")  # noqa: S106  nobody's
    async with connected(url) as database:
        assert len(await Corrections(database, other).load()) == 2
        assert await Corrections(database, other).forget(ANNA) == 0


async def test_without_its_file_a_bot_does_not_start_and_makes_no_other(
    path: Path, url: str
) -> None:
    key = await key_of(url)
    set_secret(path, None)
    with pytest.raises(DatabaseError, match=r"corrections\.db\.key is missing.*backup\.$"):
        await key_of(url)
    assert secret_beside(path) is None
    set_secret(path, key.secret.decode())
    assert await key_of(url) == key


@pytest.mark.parametrize(
    ("content", "told"), [("x" * 64, "another key"), ("x", r"key in .* is too short")]
)
async def test_with_another_file_a_bot_does_not_start_and_changes_nothing(
    path: Path, url: str, content: str, told: str
) -> None:
    key = await key_of(url)
    set_secret(path, content)
    with pytest.raises(DatabaseError, match=told) as raised:
        await key_of(url)
    assert content not in str(raised.value).replace("corrections", "")
    await check_kept(url, key)


async def test_a_database_out_of_reach_is_told_in_a_sentence(path: Path, url: str) -> None:
    async with connected(url) as database:
        delete(path)
        with pytest.raises(DatabaseError, match=r"cannot be used \(.*\)\.$"):
            await take_into_use(database, url, TOKEN)


async def test_without_a_file_the_token_is_the_key_until_one_is_chosen(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with connected(url) as database:
        key = await take_into_use(database, A_SERVER, TOKEN)
        assert key == PseudonymKey(TOKEN.encode())
        assert "PSEUDONYM_KEY is not set" in caplog.text
        await check_kept(url, key)
        key = await take_into_use(database, A_SERVER, TOKEN, CHOSEN)
        await check_kept(url, key)
        with pytest.raises(DatabaseError, match="PSEUDONYM_KEY: set it again"):
            await take_into_use(database, A_SERVER, TOKEN)
        with pytest.raises(DatabaseError, match="another key"):
            await take_into_use(database, A_SERVER, TOKEN, CHOSEN + "x")
        assert await take_into_use(database, A_SERVER, TOKEN, CHOSEN) == key
        await check_kept(url, key)


@pytest.fixture
def server_url() -> Iterator[str]:
    """The address of a PostgreSQL database of version 2."""

    async def fill(url: str) -> None:
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            for statement in version_2.statements("postgresql"):
                await connection.execute(text(statement))
        await engine.dispose()

    with nobodys_folder() as folder, postgresql(folder) as (_, url):
        asyncio.run(fill(url))
        yield url


@pytest.mark.slow  # to make a server takes seconds
def test_replicas_that_start_at_once_make_the_pseudonyms_anew_once(server_url: str) -> None:
    async def start() -> None:
        async with connected(server_url), connected(server_url):
            pass  # the tables are of today's version
        keys = await asyncio.gather(*(key_of(server_url, CHOSEN) for _ in range(4)))
        assert keys == [PseudonymKey(TOKEN.encode(), CHOSEN.encode())] * 4
        await check_kept(server_url, keys[0])
        with pytest.raises(DatabaseError, match="set it again"):
            await key_of(server_url)

    asyncio.run(start())
