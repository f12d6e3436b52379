"""Font files: fetched once and verified; a fake `npm` packs a font of matplotlib's."""

import io
import tarfile
from pathlib import Path

import matplotlib as mpl
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from model.mnist import DatasetError
from model.synthesis.glyphs import font_files, fonts
from model.synthesis.glyphs.fonts import Typeface
from tests.model.synthetic import is_one_sentence

FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def package(name: str) -> bytes:
    """What `npm pack` leaves for a typeface without Greek or Cyrillic."""
    font, woff, archive = TTFont(FONT, recalcTimestamp=False), io.BytesIO(), io.BytesIO()
    font.flavor = "woff"
    font.save(woff)
    with tarfile.open(fileobj=archive, mode="w:gz") as file:
        member = tarfile.TarInfo(f"package/files/{name}-latin-400-normal.woff")
        member.size = len(woff.getvalue())
        file.addfile(member, io.BytesIO(woff.getvalue()))
    return archive.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the cache belongs, still empty; the table has one typeface, and there is no npm."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(font_files, "WRITTEN", "hand")
    monkeypatch.setattr(font_files, "PRINTED", "")
    expected = tmp_path / "expected"
    expected.mkdir()
    (tmp_path / "package.tgz").write_bytes(package("hand"))
    font_files.unpack(tmp_path / "package.tgz", "hand", expected)
    monkeypatch.setattr(font_files, "SHA256", font_files.digest(expected))
    return tmp_path / "keras" / "datasets" / "typefaces"


def npm(tmp_path: Path, *, content: bytes | None = None, status: int = 0) -> None:
    """Have an npm that leaves a package and ends as told."""
    if content is not None:
        (tmp_path / "package.tgz").write_bytes(content)
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir(exist_ok=True)
    version = font_files.VERSION
    program.write_text(
        f'#!/bin/sh\n[ "$1 $2 $3" = "pack --silent @fontsource/hand@{version}" ] || exit 2\n'
        f"/bin/cp '{tmp_path}/package.tgz' fontsource-hand-{version}.tgz\nexit {status}\n"
    )
    program.chmod(0o755)


def test_typefaces_are_unpacked_and_cached(tmp_path: Path, folder: Path) -> None:
    npm(tmp_path)
    hand = fonts.load()[0]
    assert hand == Typeface("hand", (folder / "hand-latin.ttf",), written=True)
    assert fonts.draw(hand, "7") is not None
    assert list(folder.parent.iterdir()) == [folder]


def test_what_is_fetched_once_is_not_fetched_again(tmp_path: Path, folder: Path) -> None:
    npm(tmp_path)
    font_files.fetch()
    (tmp_path / "bin" / "npm").unlink()
    assert font_files.fetch() == folder


@pytest.mark.parametrize("left", [None, b"", b"half"])
def test_a_half_filled_cache_is_fetched_again(
    left: bytes | None, tmp_path: Path, folder: Path
) -> None:
    folder.mkdir(parents=True)
    if left is not None:
        (folder / "hand-latin.ttf").write_bytes(left)
    npm(tmp_path)
    expected = (tmp_path / "expected" / "hand-latin.ttf").read_bytes()
    assert (font_files.fetch() / "hand-latin.ttf").read_bytes() == expected


def test_without_npm_one_sentence_says_what_to_do(folder: Path) -> None:
    with pytest.raises(DatasetError, match="copy") as error:
        font_files.fetch()
    assert is_one_sentence(error.value)
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", package("other")])
def test_a_broken_package_is_told_in_one_sentence(
    content: bytes, tmp_path: Path, folder: Path
) -> None:
    npm(tmp_path, content=content)
    with pytest.raises(DatasetError, match="copy") as error:
        font_files.fetch()
    assert is_one_sentence(error.value)
    assert not list(folder.parent.iterdir())


def test_an_npm_that_fails_is_told_in_one_sentence(tmp_path: Path) -> None:
    npm(tmp_path, status=1)
    with pytest.raises(DatasetError, match="npm pack failed") as error:
        font_files.fetch()
    assert is_one_sentence(error.value)
