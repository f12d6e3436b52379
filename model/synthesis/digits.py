"""Digits that MNIST lacks: hands from outside the US, and print.

MNIST's writers were US census workers and students: hardly any of their ones has an upstroke.
"""

from functools import cache
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.synthesis import handwriting, stroke_templates

HANDWRITTEN = 0.55
DISPLAYED = 0.08  # of the printed: meters and clocks
# Ones, fours, sevens and nines are what the network, taught by MNIST alone, confuses.
WEIGHTS = np.array([1, 1.8, 1, 1, 1.6, 1, 1, 1.6, 1, 1.4])
# A one's flag rises by more, a seven's bar by less: what lies between, nobody could tell.
ONE_RISES, SEVEN_RISES = np.tan(np.radians((32, 13)))
SEVEN_BAR = 0.42 * handwriting.GLYPH_SIDE  # a shorter one may be a one's flag

# Which of a display's seven segments each digit lights, a on top and then clockwise, g the middle.
LIT = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgcde", "abc", "abcdefg", "abcdfg")
# Their ends, apart from each other as on a display; 100 units from top to bottom.
SEGMENTS = {
    "a": ((4, 0), (46, 0)),
    "b": ((50, 4), (50, 46)),
    "c": ((50, 54), (50, 96)),
    "d": ((4, 100), (46, 100)),
    "e": ((0, 54), (0, 96)),
    "f": ((0, 4), (0, 46)),
    "g": ((4, 50), (46, 50)),
}
# Those of matplotlib's typefaces that have letters and lining digits, and OpenCV's own; its Hershey
# faces are no more: OpenCV 5 sets the first of its own in their place.
TYPEFACES = ("DejaVuS*[!y].ttf", "STIXGeneral*.ttf", "cm[brt]*.ttf", "cmss*.ttf")
BUILT_IN = ("sans", "italic", "uni")
WEIGHTS_OF_FACES = (300, 700)  # light to bold; only OpenCV's own vary


def sample_digits(count: int, rng: np.random.Generator) -> tuple[list[MatLike], NDArray[np.uint8]]:
    """Make `count` digits that MNIST hardly has, by hand and printed.

    Args:
        count: how many.
        rng: decides everything.

    Returns:
        Glyphs (h, w) uint8, ink 255 on 0, about `GLYPH_SIDE` high; labels (count,) uint8 in 0..9.
    """
    labels = rng.choice(10, count, p=WEIGHTS / WEIGHTS.sum()).astype(np.uint8)
    glyphs = [
        handwritten(label, rng) if rng.random() < HANDWRITTEN else printed(label, rng)
        for label in labels.tolist()
    ]
    return glyphs, labels


def handwritten(label: int, rng: np.random.Generator) -> MatLike:
    """Draw `label` in 0..9 as a hand would: a glyph as `sample_digits` makes them."""
    while True:
        forms = stroke_templates.DIGITS[str(label)]
        curves = handwriting.write(forms[rng.integers(len(forms))], rng)
        if is_unmistakable(label, curves[0]):
            return handwriting.draw(curves, rng)


def is_unmistakable(label: int, stroke: handwriting.Points) -> bool:
    """Whether a first `stroke` (n, 2) leaves no doubt about a 1 or a 7."""
    if label == 1:
        start, apex = stroke[0], stroke[stroke[:, 1].argmin()]
        return bool(start[1] - apex[1] >= ONE_RISES * (apex[0] - start[0]))
    if label == 7:
        left, right = stroke[stroke.sum(axis=1).argmin()], stroke[(stroke @ (1, -1)).argmax()]
        across, up = right[0] - left[0], left[1] - right[1]
        return bool(across >= SEVEN_BAR and up <= SEVEN_RISES * across)
    return True


def printed(label: int, rng: np.random.Generator) -> MatLike:
    """Print `label` in 0..9 with a typeface or on a display: a glyph (h, w)."""
    if rng.random() < DISPLAYED:
        return _displayed(label, rng)
    # Slants and widths stand for the typefaces that are not there.
    return handwriting.distort(typeset(str(label), rng), rng, slant=0.1, stretch=0.12, wobble=0.5)


def typeset(character: str, rng: np.random.Generator) -> MatLike:
    """A `character` of a random typeface, ink 255 on a canvas with more room than it needs."""
    faces = _faces()
    face, weight = faces[rng.integers(len(faces))], int(rng.integers(*WEIGHTS_OF_FACES))
    image = np.zeros((256, 256), np.uint8)
    cv2.putText(image, character, (64, 180), (255,), face, 140, weight)
    return image


@cache  # also because OpenCV keeps glyphs by a face's address, which another may get
def _faces() -> list[cv2.FontFace]:
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    files = sorted(path for pattern in TYPEFACES for path in folder.glob(pattern))
    return [cv2.FontFace(name) for name in (*map(str, files), *BUILT_IN)]


def _displayed(label: int, rng: np.random.Generator) -> MatLike:
    """A `label` as a display shows it."""
    segments = [np.array(SEGMENTS[name]) for name in LIT[label]]
    slant = np.array([[1, -rng.uniform(0, 0.2)], [0, 1]])
    return handwriting.draw(
        [segment @ slant.T * (handwriting.GLYPH_SIDE / 100) for segment in segments], rng
    )
