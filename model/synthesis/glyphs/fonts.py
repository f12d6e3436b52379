"""Typefaces, handwritten and printed: letters and digits of hands that MNIST does not have."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import matplotlib as mpl
import numpy as np
from cv2.typing import MatLike
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from numpy.random import Generator

from model.synthesis.glyphs.glyph_images import trim
from model.synthesis.sampling import pick

# The Fontsource typefaces, each cut down to the characters that are drawn; the folder is
# made by `scripts/bundle_typefaces.py`.
FOLDER = Path(__file__).with_name("typefaces")
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

# Of the names and the contents of the .ttf files in `FOLDER`: what is rendered is cached by the
# source code, of which this makes them a part.
SHA256 = "24ee9087c16ad0ed48df55a6e689c5bc653b91842dbc7989465932e5e853134c"

BUNDLED = ("DejaVuSans", "DejaVuSansMono", "DejaVuSerif", "STIXGeneral")  # with matplotlib

# A Fontsource face is drawn so large that its 8 is as high as a glyph is.
DIGIT_HEIGHT = 112

# The printed faces of `typeset`. Those of matplotlib's that have letters and lining digits, and
# OpenCV's own; its Hershey faces are no more: OpenCV 5 sets the first of its own in their place.
PRINTED_FILES = ("DejaVuS*[!y].ttf", "STIXGeneral*.ttf", "cm[brt]*.ttf", "cmss*.ttf")
BUILT_IN = ("sans", "italic", "uni")
WEIGHTS = (300, 700)  # light to bold on OpenType's scale; only OpenCV's own faces vary
TYPESET_SIZE = 140  # pixels, at which digits are about as high as `DIGIT_HEIGHT`


class Typeface(NamedTuple):
    """One hand or one printed face: its font files, one for each script that it has."""

    name: str
    paths: tuple[Path, ...]
    written: bool


class Canvas(NamedTuple):
    """Where a character is drawn: the size in pixels, and the point where it begins."""

    width: int
    height: int
    origin: tuple[int, int]  # x, y of the baseline's left end


# With room for what swings out to the left, as handwritten letters do.
WIDE_CANVAS = Canvas(8 * DIGIT_HEIGHT, 6 * DIGIT_HEIGHT, (3 * DIGIT_HEIGHT, 4 * DIGIT_HEIGHT))
# The right edge cuts a bit off the widest letters of bold faces (W, Ж), but off no digit. The
# shipped network was trained on them so.
PRINTED_CANVAS = Canvas(256, 256, (64, 180))


def load() -> list[Typeface]:
    """All typefaces: the handwritten ones, then the printed ones, in the order of their tables."""
    written = _typefaces(WRITTEN, written=True)
    printed = _typefaces(PRINTED, written=False)
    return written + printed + bundled()


def bundled() -> list[Typeface]:
    """The printed typefaces that come with matplotlib."""
    folder = bundled_folder()
    typefaces = []
    for name in BUNDLED:
        file = folder / f"{name}.ttf"
        typefaces.append(Typeface(name, (file,), written=False))
    return typefaces


def draw(face: Typeface, character: str) -> MatLike | None:
    """Draw one character of a typeface, so large that its digits are about 112 pixels high.

    Returns:
        The glyph (h, w) uint8, ink 255 on 0, without empty margins; None if the typeface lacks the
        character or has only blank paper for it.
    """
    return _draw_at(face, character, _size(face))


def typeset(character: str, rng: Generator) -> MatLike:
    """Draw one character in a random printed typeface of matplotlib's or OpenCV's.

    Args:
        character: any one; OpenCV's own typeface has what the others lack, Chinese too.
        rng: decides the typeface and its weight.

    Returns:
        The glyph (h, w) uint8, ink 255 on 0, without empty margins.
    """
    faces = _printed_faces()
    face = pick(faces, rng)
    weight = int(rng.integers(*WEIGHTS))
    return _put(character, face, TYPESET_SIZE, PRINTED_CANVAS, weight)


def _draw_at(face: Typeface, character: str, size: int) -> MatLike | None:
    path = _paths_by_character(face).get(character)
    if path is None:  # OpenCV would take the character from a typeface of its own
        return None
    glyph = _put(character, _opened(path), size, WIDE_CANVAS)
    return glyph if glyph.size else None


def _put(character: str, face: cv2.FontFace, size: int, canvas: Canvas, weight: int = 0) -> MatLike:
    """Draw a character `size` pixels large; a `weight` of 0 is the typeface's usual one."""
    shape = (canvas.height, canvas.width)
    image = np.zeros(shape, np.uint8)
    cv2.putText(image, character, canvas.origin, (255,), face, size, weight)
    return trim(image)


@cache
def _size(face: Typeface) -> int:
    """The size at which an 8, which is tall among old-style figures too, is `DIGIT_HEIGHT` high."""
    trial = _draw_at(face, "8", DIGIT_HEIGHT)
    if trial is None:
        raise ValueError(f"The typeface {face.name} has no digits; take it out of the table.")
    height = len(trial)
    return round(DIGIT_HEIGHT**2 / height)


# Faces are kept for good: OpenCV keeps drawn characters by a face's address, and a new face at an
# old one's address would get the old one's.
@cache
def _opened(path: Path) -> cv2.FontFace:
    return cv2.FontFace(str(path))


@cache
def _printed_faces() -> list[cv2.FontFace]:
    folder = bundled_folder()
    files: list[Path] = []
    for pattern in PRINTED_FILES:
        files.extend(folder.glob(pattern))
    names = [str(file) for file in sorted(files)]
    names.extend(BUILT_IN)
    return [cv2.FontFace(name) for name in names]


def bundled_folder() -> Path:
    """The folder of the fonts that come with matplotlib."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@cache
def _paths_by_character(face: Typeface) -> dict[str, Path]:
    """Which of its files has a character; the first that does."""
    paths: dict[str, Path] = {}
    for path in reversed(face.paths):
        with TTFont(path) as font:
            codes = font.getBestCmap()
        characters = map(chr, codes)
        paths |= dict.fromkeys(characters, path)
    return paths


def _typefaces(names: str, *, written: bool) -> list[Typeface]:
    return [Typeface(name, _files(name), written) for name in names.split()]


def _files(name: str) -> tuple[Path, ...]:
    paths = [FOLDER / f"{name}-{script}.ttf" for script in SCRIPTS]
    return tuple(path for path in paths if path.exists())
