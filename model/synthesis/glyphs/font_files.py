"""The font files of typefaces, handwritten and printed: fetched once from npm, verified, cached.

Source: the Fontsource packages of npm, https://fontsource.org; all are free to use.
"""

import hashlib
import logging
import shutil
import subprocess
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from model.mnist import DatasetError, cache_file, npm_pack

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
SCRIPTS = ("latin", "greek", "cyrillic")  # a file each; the latin one holds the digits
# Of the .ttf files by name, so that every training sees the same shapes.
SHA256 = "a12ee639ac4582986daef16f32b720511aa7dccacd4f346bd0f6b4da9044d6f0"
FETCH_TIMEOUT_SECONDS = 300

logger = logging.getLogger(__name__)


def fetch() -> Path:
    """Give the folder of font files, fetched if the cache does not hold them all.

    Returns:
        A folder of files `<name>-<script>.ttf`; not every typeface has every script.

    Raises:
        DatasetError: they cannot be fetched, or differ from those this was made with.
    """
    folder = cache_file().with_name("typefaces")
    if folder.exists() and digest(folder) == SHA256:
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


def digest(folder: Path) -> str:
    """SHA-256 of the names and the contents of a folder's .ttf files, in hexadecimal digits."""
    sha256 = hashlib.sha256()
    for path in sorted(folder.glob("*.ttf")):
        sha256.update(path.name.encode())
        sha256.update(path.read_bytes())
    return sha256.hexdigest()


def _fetch_with_npm(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="typefaces-") as temporary:
        packages = Path(temporary)
        complete = packages / "ttf"
        _pack(packages)
        complete.mkdir()
        for name in _names():
            unpack(packages / f"fontsource-{name}-{VERSION}.tgz", name, complete)
        if digest(complete) != SHA256:
            raise DatasetError("what npm has differs from what was trained with")
        shutil.rmtree(folder, ignore_errors=True)
        complete.replace(folder)  # whoever reads meanwhile never sees half of it


def _names() -> list[str]:
    return WRITTEN.split() + PRINTED.split()


def _pack(folder: Path) -> None:
    packages = [f"@fontsource/{name}@{VERSION}" for name in _names()]
    try:
        npm_pack(packages, folder, FETCH_TIMEOUT_SECONDS)
    except subprocess.SubprocessError as error:
        # Its own message repeats every package.
        raise DatasetError(f"npm pack failed: {type(error).__name__}") from error


def unpack(package: Path, name: str, folder: Path) -> None:
    """Unpack the scripts that an npm package of a typeface has, as .ttf files into `folder`.

    Raises:
        DatasetError: the package is broken.
    """
    try:
        with tarfile.open(package) as archive:
            for script in SCRIPTS:
                _unpack_script(archive, name, script, folder)
    except Exception as error:
        # Whatever unpacking a broken package happens to raise.
        raise DatasetError(f"{package.name} is broken ({error!r})") from error


def _unpack_script(archive: tarfile.TarFile, name: str, script: str, folder: Path) -> None:
    member = f"package/files/{name}-{script}-400-normal.woff"
    if member not in archive.getnames():
        return
    file = archive.extractfile(member)
    if file is not None:
        _convert(file.read(), folder / f"{name}-{script}.ttf")


def _convert(woff: bytes, path: Path) -> None:
    """Unpack a WOFF, which OpenCV cannot read; the same input always gives the same bytes."""
    with TTFont(BytesIO(woff), recalcBBoxes=False, recalcTimestamp=False) as font:
        font.flavor = None
        font.save(path)
