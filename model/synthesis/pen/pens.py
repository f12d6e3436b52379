"""Pens: what kinds there are, and one of a kind as somebody happens to hold it."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from model.synthesis.colours import Colour, Palette, pick_colour
from model.synthesis.sampling import log_uniform

# By eye.
KEPT_SHARE = 0.35  # of the pages show glyphs' own strokes
SLANT_DEVIATION = 0.12  # of a writer's shear, pixels to the side a pixel down
LEAST_STROKE = 1.8  # pixels; finer strokes of digits of a usual size break in the photo
BLOTTING = 0.15  # of the digits' height: nobody writes so small that their own pen blots it
GAPLESS_HEIGHT = 80  # pixels; in smaller digits a gap takes a stroke away, so gaps are fainter

# Colours (blue, green, red) as phones record them, averaged by eye.
INKS = (
    (35, 32, 30), (50, 48, 48), (35, 32, 30),  # black
    (165, 65, 35), (130, 45, 30), (185, 85, 60), (140, 50, 65),  # blue, the last violet
    (50, 45, 190), (70, 120, 35),  # red, green
)  # fmt: skip
PENCIL = ((95, 92, 90), (75, 74, 74), (115, 112, 110))
CHALKS = ((240, 240, 240), (225, 230, 235), (160, 225, 240), (210, 190, 245), (235, 220, 170))
PRINT = ((40, 38, 36), (70, 68, 66))
CANVAS = (
    (0, 0, 0), (0, 0, 0), (30, 30, 30), (255, 255, 255),
    (200, 90, 60), (50, 50, 220), (60, 160, 60), (255, 255, 255),
)  # fmt: skip
FORM_INKS = ((190, 90, 95), (225, 110, 95), (150, 70, 80), (120, 60, 50), (60, 58, 58))


class Kind(NamedTuple):
    """A kind of pen: how far pens of it may go.

    Attributes:
        widths: least and most, as shares of the digits' height.
        nib: the narrowest nib, as a share of its broader side.
        strength: the least share of the paper that its ink covers.
        mottle: how uneven its ink may be, 0..1.
        grain: how much of the paper's grain may show through, 0..1.
        gaps: the share of such pens that leave gaps.
        bleed: how rough its edges may be, in pixels.
        inks: its colours.
    """

    widths: tuple[float, float]
    nib: float
    strength: float
    mottle: float
    grain: float
    gaps: float
    bleed: float
    inks: Palette = INKS


# By eye, from photos of what people write.
KINDS = {
    "ballpoint": Kind((0.02, 0.07), 0.9, 0.7, 0.3, 0.3, 0.3, 0.4),
    "felt-tip": Kind((0.06, 0.16), 0.75, 0.8, 0.4, 0.2, 0.1, 0.6),
    "marker": Kind((0.1, 0.3), 0.5, 0.8, 0.5, 0.3, 0.1, 0.7),
    "pencil": Kind((0.025, 0.09), 0.75, 0.5, 0.4, 1.0, 0.3, 0.5, PENCIL),
    "fountain": Kind((0.03, 0.1), 0.45, 0.75, 0.5, 0.0, 0.1, 0.5),
    "chalk": Kind((0.04, 0.2), 0.7, 0.7, 0.5, 0.8, 0.2, 0.8, CHALKS),
    "biro": Kind((0.04, 0.12), 0.75, 0.55, 0.4, 0.5, 0.5, 0.8, FORM_INKS),
    "press": Kind((0.08, 0.14), 1.0, 0.85, 0.2, 0.2, 0.0, 0.3, PRINT),
    "finger": Kind((0.015, 0.22), 0.5, 0.7, 0.0, 0.0, 0.0, 0.0, CANVAS),
}


class Pen(NamedTuple):
    """What draws the strokes, and who holds it.

    Attributes:
        width: of its strokes, in the page's pixels.
        keeps: whether a glyph's own strokes are only moved towards that width.
        nib: the nib's narrow side as a share of its broad one, 0..1.
        angle: of the nib in radians; across it strokes are narrow.
        slant: the writer's shear; above 0 digits lean to the right.
        strength: how much of the paper the ink covers, 0..1.
        mottle: how uneven the ink is, 0..1.
        grain: how much of the paper's grain shows through, 0..1.
        gaps: how much of the paper shows where the ink gives out, 0..1.
        bleed: how rough the edges are, in pixels.
        colour: of the ink.
    """

    width: float
    keeps: bool
    nib: float
    angle: float
    slant: float
    strength: float
    mottle: float
    grain: float
    gaps: float
    bleed: float
    colour: Colour


def any_pen(kind: Kind, digit_height: float, rng: Generator) -> Pen:
    """Pick a pen of a kind, and a hand to hold it.

    Args:
        kind: one of `KINDS`.
        digit_height: of the digits to write, in the page's pixels; the width follows from it.
        rng: what decides all that the kind leaves open.
    """
    width = _width(kind, digit_height, rng)
    keeps = rng.random() < KEPT_SHARE
    return Pen(
        width=width,
        keeps=keeps,
        nib=1.0 if keeps else rng.uniform(kind.nib, 1),
        angle=rng.uniform(-np.pi / 2, np.pi / 2),
        slant=rng.normal(0, SLANT_DEVIATION),
        strength=rng.uniform(kind.strength, 1),
        mottle=kind.mottle * rng.random(),
        grain=kind.grain * rng.random(),
        gaps=_gaps(kind, digit_height, rng),
        bleed=kind.bleed * rng.random() if kind.bleed else 0.0,
        colour=pick_colour(kind.inks, rng),
    )


def _width(kind: Kind, digit_height: float, rng: Generator) -> float:
    """Of a pen's strokes, in the page's pixels."""
    least = min(LEAST_STROKE, BLOTTING * digit_height)
    share = log_uniform(kind.widths, rng)
    return max(share * digit_height, least)


def _gaps(kind: Kind, digit_height: float, rng: Generator) -> float:
    """How much of the paper shows in a pen's gaps, 0..1."""
    if rng.random() >= kind.gaps:
        return 0.0
    return rng.random() * min(1.0, digit_height / GAPLESS_HEIGHT)
