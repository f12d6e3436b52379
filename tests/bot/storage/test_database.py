"""The database is opened, or the operator is told why not."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.storage.database import DatabaseError, connected

SUM = text("SELECT SUM(n) FROM numbers")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "corrections.db",
        "unknown://host/name",
        "postgresql+unknown://anna:hunter2@host/name",
        "postgresql+asyncpg://anna:hunter2@host:hunter2/name",
        "sqlite:////nowhere/at/all/corrections.db",
        "sqlite:////",
        "sqlite:///corrections.db?timeout=hunter2",
    ],
)
async def test_a_bad_url_is_told_in_one_sentence_without_its_password(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatabaseError) as raised:
        async with connected(url):
            pass
    message = str(raised.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert ". " not in message
    assert "hunter2" not in message


async def test_a_file_that_is_no_database_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "corrections.db").write_text("no database " * 100)
    with pytest.raises(DatabaseError, match=r"corrections\.db.*not a database"):
        async with connected(f"sqlite:///{tmp_path}/corrections.db"):
            pass


async def test_what_is_done_in_a_transaction_comes_back_and_stays(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/numbers.db"
    async with connected(url) as database:
        assert database.dialect == "sqlite"
        await database.run(lambda session: session.execute(text("CREATE TABLE numbers (n INT)")))
        await database.run(lambda session: session.execute(text("INSERT INTO numbers VALUES (7)")))
    async with connected(url) as database:
        assert await database.run(lambda session: session.scalar(SUM)) == 7


async def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(session: Session) -> None:
        session.execute(text("INSERT INTO numbers VALUES (7)"))
        raise ConnectionError

    async with connected(f"sqlite:///{tmp_path}/numbers.db") as database:
        await database.run(lambda session: session.execute(text("CREATE TABLE numbers (n INT)")))
        with pytest.raises(ConnectionError):
            await database.run(fail)
        assert await database.run(lambda session: session.scalar(SUM)) is None


async def test_a_file_is_appended_to_without_waiting_for_the_disk(tmp_path: Path) -> None:
    async with connected(f"sqlite:///{tmp_path}/corrections.db") as database:
        journal = await database.run(lambda session: session.scalar(text("PRAGMA journal_mode")))
        synchronous = await database.run(lambda session: session.scalar(text("PRAGMA synchronous")))
    assert (journal, synchronous) == ("wal", 1)  # 1 is NORMAL
