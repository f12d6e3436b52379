"""Letters and other scripts' digits that no network was trained on, to measure refusal with.

Networks are trained on all typefaces of `fonts.load` and on most of matplotlib's, and taking one
away would change what is rendered for each seed. So what is held out are designs that training
never draws: STIX's alphabets for formulas, and Computer Modern's italics for formulas. They come
with matplotlib, so that what is measured with them is the same everywhere. Of other scripts, too,
some have their digits there; the others are drawn where the system has a typeface for them.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

import numpy as np
from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]
from matplotlib import font_manager
from numpy.random import Generator
from numpy.typing import NDArray

from model.recognition.normalization import normalize
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.distortion import distort
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.glyphs.non_digits import LATIN, could_be_digit

Images = NDArray[np.uint8]

COPIES = 10  # of each character, each distorted differently
SLANT, STRETCH, WOBBLE = 0.15, 0.15, 1.0  # as `distort` takes them; still legible, by eye
DIGIT_NAMES = ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"]
# A font of matplotlib's that has a placeholder for every character.
PLACEHOLDERS = "LastResort"


class Alphabet(NamedTuple):
    """Letters of one design: a font file of matplotlib's, and the code point of its A.

    The other capitals follow the A, and the small letters follow them, unless it is ASCII's A.
    """

    file: str
    capital_a: int


class Script(NamedTuple):
    """Ten digits: Unicode's name of their script, and those of them that look like one of ours."""

    name: str
    like_ours: str


class HeldOut(NamedTuple):
    """What is held out to choose by, or to report figures of; no design is in both."""

    alphabets: tuple[Alphabet, ...]
    scripts: tuple[Script, ...]


ASCII_A = ord("A")
VALIDATION = HeldOut(
    alphabets=(
        Alphabet("STIXGeneral.ttf", 0x1D538),  # double-struck
        Alphabet("STIXGeneral.ttf", 0x1D5A0),  # sans-serif
        Alphabet("STIXGeneral.ttf", 0x1D670),  # of a typewriter
    ),
    scripts=(Script("NKO", "019"), Script("LAO", "0124"), Script("BENGALI", "04789")),
)
TEST = HeldOut(
    alphabets=(
        Alphabet("STIXGeneral.ttf", 0x1D49C),  # script
        Alphabet("STIXGeneral.ttf", 0x1D504),  # Fraktur
        Alphabet("cmmi10.ttf", ASCII_A),
    ),
    scripts=(
        Script("ARABIC-INDIC", "0159"),
        Script("EXTENDED ARABIC-INDIC", "0159"),
        Script("DEVANAGARI", "0239"),
        Script("THAI", "0"),
    ),
)


def letters(held_out: HeldOut, rng: Generator) -> Images:
    """Draw letters that no hand writes as a digit, `COPIES` of each: (n, 28, 28) uint8, ink 255."""
    images: list[Images] = []
    for alphabet in held_out.alphabets:
        file = fonts.bundled_folder() / alphabet.file
        images += _copies(file, _letters(alphabet), rng)
    return np.stack(images)


def _letters(alphabet: Alphabet) -> list[str]:
    if alphabet.capital_a == ASCII_A:
        return list(LATIN)
    order = ascii_uppercase + ascii_lowercase
    return [chr(alphabet.capital_a + order.index(letter)) for letter in LATIN]


def other_digits(held_out: HeldOut, rng: Generator) -> tuple[Images, list[str]]:
    """Draw other scripts' digits that do not look like one of ours, `COPIES` of each.

    Returns:
        Images (n, 28, 28) uint8, ink 255 on 0; and the scripts that no installed typeface has.
    """
    images: list[Images] = []
    missing = []
    for script in held_out.scripts:
        characters = _digits(script)
        file = _file_with(characters)
        if file is None:
            missing.append(script.name.title())
        else:
            images += _copies(file, characters, rng)
    return np.stack(images), missing


def _digits(script: Script) -> list[str]:
    characters = []
    for digit, name in enumerate(DIGIT_NAMES):
        if str(digit) not in script.like_ours:
            characters.append(unicodedata.lookup(f"{script.name} DIGIT {name}"))
    return characters


def _copies(file: Path, characters: Sequence[str], rng: Generator) -> Iterator[Images]:
    """Distorted images (28, 28) of those `characters` that a font file has."""
    face = Typeface(file.stem, (file,), written=False)
    for character in characters:
        glyph = fonts.draw(face, character)
        if glyph is None or could_be_digit(glyph):
            continue
        for _ in range(COPIES):
            copy = distort(glyph, rng, slant=SLANT, stretch=STRETCH, wobble=WOBBLE)
            yield normalize(copy)


def _file_with(characters: Sequence[str]) -> Path | None:
    """The first font file that has all `characters`: of matplotlib's, or else of the system's."""
    for file in _font_files():
        if _code_points(file).issuperset(map(ord, characters)):
            return file
    return None


@cache
def _font_files() -> list[Path]:
    bundled = fonts.bundled_folder().glob("*.ttf")
    installed = font_manager.findSystemFonts(fontext="ttf")
    files = sorted(bundled)
    files += map(Path, sorted(installed))
    return [file for file in files if not file.name.startswith(PLACEHOLDERS)]


@cache
def _code_points(file: Path) -> frozenset[int]:
    """The characters of a font file; none of one that cannot be read, or holds several fonts."""
    try:
        with TTFont(file) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()
