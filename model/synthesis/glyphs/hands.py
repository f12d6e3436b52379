"""Hands: who writes a line, so that its characters go together in style and slant."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, Protocol

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator

from model.synthesis.glyphs import fonts, handwriting
from model.synthesis.glyphs.digits import is_unmistakable
from model.synthesis.glyphs.distortion import distort
from model.synthesis.glyphs.exemplars import Exemplars
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.glyphs.glyph_images import trim
from model.synthesis.glyphs.non_digits import handwritten_from
from model.synthesis.glyphs.stroke_templates import DIGITS, LETTERS, MARKS, SYMBOLS
from model.synthesis.pen.stroke_fields import INK_LEVEL
from model.synthesis.sampling import pick
from model.synthesis.strings import DRAWING

# By eye where no reason is given.
MNIST_SHARE, DRAWN_SHARE = 0.48, 0.3  # of the hands; the others copy a typeface
WRITTEN_SHARE = 0.75  # of the typefaces' hands copy a handwritten one
EXEMPLARS = 2  # shapes that one hand has for a digit: people are not print
COPY_SLANT, COPY_STRETCH, COPY_WOBBLE = 0.04, 0.06, 2.0  # as `distort` takes them
PRINT_WOBBLE = 0.5  # as `distort` takes it, of print: it is hardly bent
OWN_SLANT = 0.2  # deviation between hands that copy a typeface
LETTER_SLANT, LETTER_STRETCH = 0.15, 0.15  # of letters that are bent out of print
SCRATCHES = (4, 7)  # strokes through a crossed-out character, the upper bound exclusive
SCRATCH_WIDTHS = (5, 10)  # pixels, the upper bound exclusive
SCRATCH_ENDS = 0.15  # of the width: how far from its sides scratches begin and end at most
BESIDE, ABOVE = 8, 4  # pixels by which scratches stick out of a character, to each side


class Hand(Protocol):
    """Somebody who writes characters in a way of their own."""

    def digit(self, label: int, rng: Generator) -> MatLike:
        """A glyph (h, w) uint8 of a digit, ink 255 on 0, without empty margins."""

    def letter(self, character: str, rng: Generator) -> MatLike:
        """Such a glyph of a letter, another sign, or `DRAWING`."""


class MnistHand:
    """Writes digits as somebody in MNIST did: few shapes, of like slant."""

    def __init__(self, exemplars: Exemplars, rng: Generator) -> None:
        """Decide on the slant."""
        self._exemplars = exemplars
        self._place = rng.random()
        self._shapes: dict[int, list[MatLike]] = {}

    def digit(self, label: int, rng: Generator) -> MatLike:
        """One of the hand's shapes of the digit."""
        shapes = self._shapes.setdefault(label, [])
        if len(shapes) < EXEMPLARS:
            shape = self._exemplars.sample(label, self._place, rng)
            shapes.append(shape)
        return pick(shapes, rng)

    def letter(self, character: str, rng: Generator) -> MatLike:
        """A letter that is drawn from a template."""
        return drawn_letter(character, rng)


class DrawnHand:
    """Writes digits by one template each."""

    def __init__(self) -> None:
        """Begin without any."""
        self._templates: dict[int, str] = {}

    def digit(self, label: int, rng: Generator) -> MatLike:
        """The digit by the hand's template; by another one if nobody could tell which it is."""
        forms = DIGITS[str(label)]
        template = self._templates.setdefault(label, pick(forms, rng))
        curves = handwriting.write(template, rng)
        while not is_unmistakable(label, curves[0]):
            template = pick(forms, rng)
            curves = handwriting.write(template, rng)
        self._templates[label] = template
        glyph = handwriting.draw(curves, rng)
        return trim(glyph)

    def letter(self, character: str, rng: Generator) -> MatLike:
        """A letter that is drawn from a template."""
        return drawn_letter(character, rng)


class TypefaceHand:
    """Copies one typeface, each character a little differently."""

    def __init__(self, face: Typeface, rng: Generator) -> None:
        """Decide on the slant, and on how wavy the strokes are."""
        self._face = face
        self._slant = rng.normal(0, OWN_SLANT)
        self._wobble = COPY_WOBBLE * rng.random() if face.written else PRINT_WOBBLE

    def digit(self, label: int, rng: Generator) -> MatLike:
        """The typeface's digit."""
        return self.letter(str(label), rng)

    def letter(self, character: str, rng: Generator) -> MatLike:
        """The typeface's letter; one from a template if it has none."""
        glyph = _typeset(self._face, character)
        if glyph is None:
            return drawn_letter(character, rng)
        copy = distort(glyph, rng, slant=COPY_SLANT, stretch=COPY_STRETCH, wobble=self._wobble)
        slanted = sheared(copy, self._slant)
        return trim(slanted, INK_LEVEL)


@cache
def _typeset(face: Typeface, character: str) -> MatLike | None:
    """As `fonts.draw`, which takes long; a copy, as that is a part of a large picture."""
    glyph = fonts.draw(face, character)
    if glyph is None:
        return None
    return glyph.copy()


def sheared(glyph: MatLike, shear: float) -> MatLike:
    """A glyph (h, w) uint8 leant over: `shear` pixels to the right a pixel up."""
    height, width = glyph.shape
    room = abs(shear) * height
    start = room if shear > 0 else 0.0
    matrix = np.array([[1, -shear, start], [0, 1, 0]])
    size = (round(width + room), height)
    return cv2.warpAffine(glyph, matrix, size)


def drawn_letter(character: str, rng: Generator) -> MatLike:
    """A letter by one of its templates; by a printed typeface, bent, if it has none.

    Args:
        character: any one; `DRAWING` is a drawing.
        rng: decides the form.

    Returns:
        A glyph (h, w) uint8, ink 255 on 0, without empty margins.
    """
    if character == DRAWING:
        drawing = handwritten_from(SYMBOLS, rng)
        return trim(drawing, INK_LEVEL)
    if character in LETTERS:
        template = pick(LETTERS[character], rng)
        letter = handwriting.draw_template(template, rng)
        return trim(letter, INK_LEVEL)
    glyph = fonts.typeset(character, rng)
    copy = distort(glyph, rng, slant=LETTER_SLANT, stretch=LETTER_STRETCH, wobble=COPY_WOBBLE)
    return trim(copy, INK_LEVEL)


def drawn_mark(mark: str, rng: Generator) -> MatLike:
    """A mark by one of its templates: a glyph (h, w) uint8, ink 255 on 0, without margins."""
    template = pick(MARKS[mark], rng)
    glyph = handwriting.draw_template(template, rng)
    return trim(glyph)


def crossed_out(glyph: MatLike, rng: Generator) -> MatLike:
    """A glyph (h, w) uint8 with strokes through it, so that nobody can tell what it was."""
    canvas = cv2.copyMakeBorder(glyph, ABOVE, ABOVE, BESIDE, BESIDE, cv2.BORDER_CONSTANT)
    thickness = int(rng.integers(*SCRATCH_WIDTHS))
    for _ in range(rng.integers(*SCRATCHES)):
        _scratch(canvas, thickness, rng)
    return trim(canvas)


def _scratch(canvas: MatLike, thickness: int, rng: Generator) -> None:
    """Draw a line from somewhere on the left of a canvas (h, w) to somewhere on its right."""
    height, width = canvas.shape
    room = (SCRATCH_ENDS * width, height)
    start, end = rng.uniform(0, 1, (2, 2)) * room
    end[0] = width - end[0]
    cv2.line(
        canvas,
        start.astype(int).tolist(),
        end.astype(int).tolist(),
        color=(255,),
        thickness=thickness,
        lineType=cv2.LINE_AA,
    )


class Writers(NamedTuple):
    """Whose hands there are.

    Attributes:
        exemplars: MNIST's writers.
        typefaces: some that are handwritten, and some that are not.
    """

    exemplars: Exemplars
    typefaces: Sequence[Typeface]

    def sample(self, rng: Generator) -> Hand:
        """Somebody to write a page."""
        share = rng.random()
        if share < MNIST_SHARE:
            return MnistHand(self.exemplars, rng)
        if share < MNIST_SHARE + DRAWN_SHARE:
            return DrawnHand()
        written = rng.random() < WRITTEN_SHARE
        faces = [face for face in self.typefaces if face.written == written]
        return TypefaceHand(pick(faces, rng), rng)
