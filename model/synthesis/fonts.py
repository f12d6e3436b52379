"""Typefaces, handwritten and printed: letters and digits of hands that MNIST does not have.

Source: the Fontsource packages of npm, https://fontsource.org; all are free to use.
"""

import hashlib
import logging
import shutil
import subprocess
import tarfile
import tempfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import cv2
import matplotlib as mpl
import numpy as np
from cv2.typing import MatLike
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from model.mnist import DatasetError, cache_file, npm_pack
from model.synthesis.glyphs import trim

VERSION = "5.3.0"
WRITTEN = """
    annie-use-your-telescope architects-daughter bad-script beth-ellen calligraffitti caveat
    caveat-brush cedarville-cursive chilanka coming-soon covered-by-your-grace crafty-girls
    dawning-of-a-new-day dekko edu-sa-beginner gaegu gamja-flower give-you-glory
    gloria-hallelujah gochi-hand grape-nuts handlee hi-melody homemade-apple indie-flower
    just-another-hand just-me-again-down-here kalam klee-one kristi la-belle-aurore
    liu-jian-mao-cao long-cang loved-by-the-king mansalva marck-script meddon mynerve
    nanum-brush-script nanum-pen-script neucha nothing-you-could-do oooh-baby over-the-rainbow
    pangolin patrick-hand playpen-sans playwrite-ar playwrite-be-wal playwrite-cu playwrite-cz
    playwrite-de-grund playwrite-dk-loopet playwrite-es playwrite-fr-trad playwrite-hr-lijeva
    playwrite-hu playwrite-in playwrite-it-moderna playwrite-nl playwrite-no playwrite-pl
    playwrite-pt playwrite-ro playwrite-sk playwrite-us-trad playwrite-vn poor-story
    reenie-beanie rock-salt schoolbell sedgwick-ave shadows-into-light shadows-into-light-two
    short-stack square-peg sue-ellen-francisco sunshiney swanky-and-moo-moo the-girl-next-door
    waiting-for-the-sunrise walter-turncoat yomogi zeyada
"""
PRINTED = "inconsolata lato merriweather oswald roboto-condensed roboto-slab"
NAMES = f"{WRITTEN} {PRINTED}".split()
BUNDLED = ("DejaVuSans", "DejaVuSansMono", "DejaVuSerif", "STIXGeneral")  # with matplotlib
SCRIPTS = ("latin", "greek", "cyrillic")  # a file each; the latin one holds the digits
# Of the .ttf files by name, so that every training sees the same shapes.
SHA256 = "a12ee639ac4582986daef16f32b720511aa7dccacd4f346bd0f6b4da9044d6f0"
FETCH_TIMEOUT_SECONDS = 300
DIGIT_HEIGHT = 112

logger = logging.getLogger(__name__)


class Typeface(NamedTuple):
    """One hand or one printed face, in a font file for each script."""

    name: str
    paths: tuple[Path, ...]
    written: bool


def load() -> list[Typeface]:
    """Load all typefaces from the cache, or fetch them from npm once.

    Raises:
        DatasetError: they cannot be fetched, or differ from those this was made with.
    """
    folder = fetch()
    bundled = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return [
        *(Typeface(name, _files(folder, name), written=True) for name in WRITTEN.split()),
        *(Typeface(name, _files(folder, name), written=False) for name in PRINTED.split()),
        *(Typeface(name, (bundled / f"{name}.ttf",), written=False) for name in BUNDLED),
    ]


def fetch() -> Path:
    """Give the folder of font files, fetched if the cache does not hold them all.

    Raises:
        DatasetError: as `load`.
    """
    folder = cache_file().with_name("typefaces")
    if folder.exists() and _digest(folder) == SHA256:
        return folder
    try:
        _fetch_with_npm(folder)
    except (DatasetError, OSError) as error:
        raise DatasetError(
            "The typefaces could not be fetched; run this where npm reaches its registry, "
            f"or copy {folder} from a machine that has it. ({error})"
        ) from error
    logger.warning("Typefaces: fetched from npm, cached in %s.", folder)
    return folder


def draw(face: Typeface, character: str) -> MatLike | None:
    """Draw a character (h, w) uint8, ink 255, trimmed; digits are about 112 high.

    Returns:
        None if the typeface lacks the character or has only blank paper for it.
    """
    return _drawn(face, character, _size(face))


def _drawn(face: Typeface, character: str, size: int) -> MatLike | None:
    source = _sources(face).get(character)
    if source is None:  # OpenCV would take the character from a typeface of its own
        return None
    image = np.zeros((6 * DIGIT_HEIGHT, 8 * DIGIT_HEIGHT), np.uint8)
    origin = (3 * DIGIT_HEIGHT, 4 * DIGIT_HEIGHT)  # room for what swings out to the left
    cv2.putText(image, character, origin, (255,), _opened(source), size)
    glyph = trim(image)
    return glyph if glyph.size else None


@cache
def _size(face: Typeface) -> int:
    """The size at which an 8, which is tall among old-style figures too, has its height."""
    trial = _drawn(face, "8", DIGIT_HEIGHT)
    if trial is None:
        raise DatasetError(f"The typeface {face.name} has no digits; take it out of the table.")
    return round(DIGIT_HEIGHT**2 / len(trial))


@cache
def _opened(path: Path) -> cv2.FontFace:
    return cv2.FontFace(str(path))


@cache
def _sources(face: Typeface) -> dict[str, Path]:
    """Which file has a character; the first that does."""
    found: dict[str, Path] = {}
    for path in reversed(face.paths):
        with TTFont(path) as font:
            found |= {chr(code): path for code in font.getBestCmap()}
    return found


def _files(folder: Path, name: str) -> tuple[Path, ...]:
    paths = (folder / f"{name}-{script}.ttf" for script in SCRIPTS)
    return tuple(path for path in paths if path.exists())


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.ttf")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _fetch_with_npm(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="typefaces-") as temporary:
        packages, complete = Path(temporary), Path(temporary) / "ttf"
        _pack(packages)
        complete.mkdir()
        for name in NAMES:
            _unpack(packages / f"fontsource-{name}-{VERSION}.tgz", name, complete)
        if _digest(complete) != SHA256:
            raise DatasetError("what npm has differs from what was trained with")
        shutil.rmtree(folder, ignore_errors=True)
        complete.replace(folder)  # whoever reads meanwhile never sees half of it


def _pack(folder: Path) -> None:
    packages = [f"@fontsource/{name}@{VERSION}" for name in NAMES]
    try:
        npm_pack(packages, folder, FETCH_TIMEOUT_SECONDS)
    except subprocess.SubprocessError as error:
        # Its own message repeats every package.
        raise DatasetError(f"npm pack failed: {type(error).__name__}") from error


def _unpack(package: Path, name: str, folder: Path) -> None:
    try:
        with tarfile.open(package) as archive:
            present = set(archive.getnames())
            for script in SCRIPTS:
                member = f"package/files/{name}-{script}-400-normal.woff"
                if member in present and (file := archive.extractfile(member)):
                    _convert(file.read(), folder / f"{name}-{script}.ttf")
    except Exception as error:
        # Whatever unpacking a broken package happens to raise.
        raise DatasetError(f"{package.name} is broken ({error!r})") from error


def _convert(woff: bytes, path: Path) -> None:
    """Unpack a WOFF, which OpenCV cannot read; the same input always gives the same bytes."""
    with TTFont(BytesIO(woff), recalcBBoxes=False, recalcTimestamp=False) as font:
        font.flavor = None
        font.save(path)
