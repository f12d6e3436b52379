"""The database is opened, or the operator is told why not."""

from pathlib import Path

import pytest

from bot.storage.database import DatabaseError, connected


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
    said = str(raised.value)
    assert said.endswith(".")
    assert "\n" not in said
    assert ". " not in said
    assert "hunter2" not in said


async def test_a_file_that_is_no_database_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "corrections.db").write_text("no database " * 100)
    with pytest.raises(DatabaseError, match=r"corrections\.db.*not a database"):
        async with connected(f"sqlite:///{tmp_path}/corrections.db"):
            pass
