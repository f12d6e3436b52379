"""Fonts are cut down to what is drawn; a fake `npm` packs one of matplotlib's."""

import io
import tarfile
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from bundle_typefaces import VERSION, bundle, characters, cut_down, main
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.fonts import Typeface, draw

FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
TERMS = "This Font Software is licensed so and so."


def woff() -> bytes:
    content = io.BytesIO()
    with TTFont(FONT, recalcTimestamp=False) as font:
        font.flavor = "woff"
        font.save(content)
    return content.getvalue()


def package(folder: Path, name: str) -> Path:
    """What `npm pack` leaves for a typeface without Greek or Cyrillic."""
    path = folder / f"fontsource-{name}-{VERSION}.tgz"
    members = {
        f"package/files/{name}-latin-400-normal.woff": woff(),
        "package/LICENSE": f"Copyright {name}\n\n{TERMS}\n".encode(),
    }
    with tarfile.open(path, "w:gz") as archive:
        for file, content in members.items():
            member = tarfile.TarInfo(file)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def npm(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Have an npm that does what the script says, and a table with one typeface."""
    program = folder / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setattr(fonts, "WRITTEN", "hand")
    monkeypatch.setattr(fonts, "PRINTED", "")
    monkeypatch.setattr("sys.argv", ["bundle_typefaces.py", "--output", str(folder / "fonts")])


@pytest.mark.parametrize("character", ["8", "W", "ж", "&"])
def test_a_font_that_is_cut_down_draws_what_it_drew(character: str, tmp_path: Path) -> None:
    path = tmp_path / "cut.ttf"
    path.write_bytes(cut_down(woff()))
    whole = draw(Typeface("whole", (FONT,), written=False), character)
    cut = draw(Typeface("cut", (path,), written=False), character)
    assert whole is not None
    assert cut is not None
    assert np.array_equal(whole, cut)


def test_it_has_no_other_characters_and_no_name() -> None:
    with TTFont(io.BytesIO(cut_down(woff()))) as font:
        kept = {chr(code) for code in font.getBestCmap()}
        names = font["name"].names
    assert set("0123456789") < kept <= set(characters())
    assert not names
    assert cut_down(woff()) == cut_down(woff())


def test_the_licences_lie_beside_the_fonts_each_once(tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    bundle({name: package(tmp_path, name) for name in ("one", "other")}, folder)
    assert {path.name for path in folder.glob("*.ttf")} == {"one-latin.ttf", "other-latin.ttf"}
    licences = (folder / "LICENCES.txt").read_text()
    assert licences.startswith("All fonts here were changed")
    assert "one: Copyright one\nother: Copyright other\n" in licences
    assert licences.count(TERMS) == 1


def test_what_is_no_longer_in_the_table_goes(tmp_path: Path) -> None:
    bundle({"one": package(tmp_path, "one")}, tmp_path)
    bundle({"other": package(tmp_path, "other")}, tmp_path)
    assert [path.name for path in tmp_path.glob("*.ttf")] == ["other-latin.ttf"]


def test_the_packages_come_from_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = package(tmp_path, "hand")
    wanted = f"pack --silent @fontsource/hand@{VERSION}"
    npm(tmp_path, monkeypatch, f'[ "$*" = "{wanted}" ] && /bin/cp "{made}" .')
    main()
    assert (tmp_path / "fonts" / "hand-latin.ttf").exists()


def test_an_npm_that_fails_is_told_in_one_line_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm(tmp_path, monkeypatch, "exit 1")
    bundle({"old": package(tmp_path, "old")}, tmp_path / "fonts")
    with pytest.raises(SystemExit) as told:
        main()
    assert str(told.value) == "npm could not fetch the typefaces: CalledProcessError."
    assert (tmp_path / "fonts" / "old-latin.ttf").exists()
