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

from model.mnist import DatasetError
from model.synthesis.glyphs import font_files
from model.synthesis.glyphs.glyph_images import trim
from model.synthesis.sampling import pick

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
    """Load all typefaces from the cache, or fetch them from npm once.

    Returns:
        The handwritten ones first, then the printed ones, each in the order of its table.

    Raises:
        DatasetError: they cannot be fetched, or differ from those this was made with.
    """
    folder = font_files.fetch()
    written = _typefaces(folder, font_files.WRITTEN, written=True)
    printed = _typefaces(folder, font_files.PRINTED, written=False)
    return written + printed + bundled()


def bundled() -> list[Typeface]:
    """The printed typefaces that come with matplotlib."""
    folder = _bundled_folder()
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

    Raises:
        DatasetError: the typeface has no digits.
    """
    return _draw_at(face, character, _size(face))


def typeset(character: str, rng: Generator) -> MatLike:
    """Draw one character in a random printed typeface, which needs nothing fetched.

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
        raise DatasetError(f"The typeface {face.name} has no digits; take it out of the table.")
    height = len(trial)
    return round(DIGIT_HEIGHT**2 / height)


# Faces are kept for good: OpenCV keeps drawn characters by a face's address, and a new face at an
# old one's address would get the old one's.
@cache
def _opened(path: Path) -> cv2.FontFace:
    return cv2.FontFace(str(path))


@cache
def _printed_faces() -> list[cv2.FontFace]:
    folder = _bundled_folder()
    files: list[Path] = []
    for pattern in PRINTED_FILES:
        files.extend(folder.glob(pattern))
    names = [str(file) for file in sorted(files)]
    names.extend(BUILT_IN)
    return [cv2.FontFace(name) for name in names]


def _bundled_folder() -> Path:
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


def _typefaces(folder: Path, names: str, *, written: bool) -> list[Typeface]:
    return [Typeface(name, _files(folder, name), written) for name in names.split()]


def _files(folder: Path, name: str) -> tuple[Path, ...]:
    paths = []
    for script in font_files.SCRIPTS:
        path = folder / f"{name}-{script}.ttf"
        if path.exists():
            paths.append(path)
    return tuple(paths)
