"""The secret of the pseudonyms in a file of its own."""

import stat
from pathlib import Path

import pytest

from bot.storage.key_file import SHORTEST_SECRET, key_file, read_or_make


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///corrections.db", "corrections.db.key"),
        ("sqlite:////var/lib/digit-bot/corrections.db", "/var/lib/digit-bot/corrections.db.key"),
        ("sqlite:///a.db?timeout=5", "a.db.key"),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("sqlite:///file:a.db?uri=true", None),
        ("postgresql+asyncpg://anna@host/digits", None),
    ],
)
def test_only_a_database_in_a_file_has_one(url: str, path: str | None) -> None:
    assert key_file(url) == (Path(path) if path else None)


def test_it_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "corrections.db.key"
    secret = read_or_make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(secret) >= SHORTEST_SECRET
    assert read_or_make(path) == secret
    assert list(tmp_path.iterdir()) == [path]
    assert read_or_make(tmp_path / "other.key") != secret


def test_one_that_somebody_has_written_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "corrections.db.key"
    path.write_text("k" * SHORTEST_SECRET + "\n")
    assert read_or_make(path) == "k" * SHORTEST_SECRET


@pytest.mark.parametrize("content", [b"", b"\n", b"k" * (SHORTEST_SECRET - 1), b"\xff" * 64])
def test_what_is_no_secret_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "corrections.db.key"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        read_or_make(path)
    assert path.read_bytes() == content


def test_where_nothing_can_be_written_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        read_or_make(tmp_path / "nowhere" / "corrections.db.key")
