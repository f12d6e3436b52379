"""Make the font files that pages are rendered with: fetched from npm, cut down to what is drawn.

For maintainers, when the table of typefaces or the characters have changed; needs npm. Source: the
Fontsource packages, https://fontsource.org.
"""

import argparse
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from missing_packages import missing_packages_told
from model.mnist import npm_pack

VERSION = "5.3.0"
FETCH_TIMEOUT_SECONDS = 300
LICENCES = "LICENCES.txt"
# What both licences ask to be said of changed files.
CHANGED = """All fonts here were changed for this project: converted to TrueType and cut down to the
characters that it draws, without hinting, layout tables and the names that are reserved.
"""
TERMS = "This Font Software is licensed"  # how they begin, after the notice of who made the font


def main() -> None:
    """Fetch all typefaces and replace the files in the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="folder to fill, the shipped one by default"
    )
    arguments = parser.parse_args()
    with missing_packages_told():
        replace_fonts(arguments.output)


def replace_fonts(output: Path | None) -> None:
    """Fetch all typefaces and fill a folder with them; exit with a sentence if npm fails."""
    from model.synthesis.glyphs import fonts

    names = (fonts.WRITTEN + fonts.PRINTED).split()
    with tempfile.TemporaryDirectory() as temporary:
        packages = Path(temporary)
        try:
            wanted = [f"@fontsource/{name}@{VERSION}" for name in names]
            npm_pack(wanted, packages, FETCH_TIMEOUT_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            sys.exit(f"npm could not fetch the typefaces: {type(error).__name__}.")
        files = {name: packages / f"fontsource-{name}-{VERSION}.tgz" for name in names}
        bundle(files, output or fonts.FOLDER)


def characters() -> str:
    """All characters that pages are made of."""
    from model.recognition.character_set import DIGITS, MARKS
    from model.synthesis.glyphs.non_digits import CYRILLIC, GREEK, LATIN, SIGNS
    from model.synthesis.strings import CURRENCIES, LIKE_DIGITS

    return DIGITS + MARKS + CURRENCIES + LATIN + LIKE_DIGITS + GREEK + CYRILLIC + SIGNS


def bundle(packages: dict[str, Path], folder: Path) -> None:
    """Fill a folder with the fonts in npm `packages`, by typeface, and with their licences."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.ttf"):
        old.unlink()
    notices = defaultdict(list)
    for name, package in packages.items():
        with tarfile.open(package) as archive:
            for script, woff in _fonts(archive, name):
                path = folder / f"{name}-{script}.ttf"
                path.write_bytes(cut_down(woff))
            licence = _member(archive, "package/LICENSE").decode()
        notice, begin, terms = licence.rpartition(TERMS)
        notices[begin + terms].append(f"{name}: {notice.strip()}")
    licences = ["\n".join([*fonts, "", terms]) for terms, fonts in notices.items()]
    (folder / LICENCES).write_text("\n\n".join([CHANGED, *licences]))


def _fonts(archive: tarfile.TarFile, name: str) -> Iterator[tuple[str, bytes]]:
    """The scripts that a package has, and the font file of each."""
    from model.synthesis.glyphs.fonts import SCRIPTS

    for script in SCRIPTS:
        file = f"package/files/{name}-{script}-400-normal.woff"
        if file in archive.getnames():
            yield script, _member(archive, file)


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise ValueError(f"{name} is no file.")
    return file.read()


def cut_down(woff: bytes) -> bytes:
    """The outlines of `characters` alone, as TrueType; the same input always gives the same bytes.

    The font loses its name, too: the Open Font Licence reserves names for fonts as they were made.
    """
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    options = Options(
        bidi_closure=False,
        hinting=False,
        layout_features=[],
        name_IDs=[],
        notdef_outline=True,
        recalc_bounds=False,
    )
    subsetter = Subsetter(options)
    subsetter.populate(text=characters())
    cut = BytesIO()
    with TTFont(BytesIO(woff), recalcBBoxes=False, recalcTimestamp=False) as font:
        subsetter.subset(font)
        font.flavor = None
        font.save(cut)
    return cut.getvalue()


if __name__ == "__main__":
    main()
