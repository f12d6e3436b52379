"""What digits are written on where nothing is printed: sheets, boards, screens.

Every surface is a function of a scene and a generator that gives the photo (h, w, 3) uint8 BGR
of it, evenly lit. Colours are as phones record them, averaged by eye; each use varies them.
"""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator

from model.synthesis.colours import Colour, pick_colour, tint
from model.synthesis.geometry import Size
from model.synthesis.scene import Scene
from model.synthesis.textures import noise

WHITES = ((252, 252, 252), (240, 243, 244), (225, 236, 242), (212, 216, 218), (190, 196, 198))
PASTELS = (
    (120, 235, 250), (70, 215, 225),  # sticky-note yellow
    (200, 180, 250), (190, 235, 180), (240, 215, 170),  # pink, green, blue
    (160, 210, 250), (235, 200, 215),  # peach, lilac
    (110, 160, 195), (140, 185, 210),  # kraft brown
    (60, 110, 235), (80, 80, 210), (95, 170, 80), (215, 150, 60),  # strong ones
)  # fmt: skip
PASTEL_SPREAD = 14.0  # grey levels; dyes differ more than whites do
DARKS = ((35, 35, 35), (60, 80, 45), (50, 60, 40), (75, 45, 35), (45, 40, 80), (70, 70, 72))
SCREENS = (
    (255, 255, 255), (250, 250, 250), (255, 255, 255),
    (0, 0, 0), (30, 30, 30), (128, 128, 128),
)  # fmt: skip
USUAL_SCREENS = 0.65  # share of screens in one of these; the others have any colour

# What paper looks like from near; all by eye.
FIBRES = (1.0, 3.0)  # pixels, size of its fibres
BLOTCHES = (0.02, 0.3)  # of the photo's longer side, size of its slow changes
FIBRES_SHARE = (0.2, 1.0)  # of the texture; the rest are blotches
STRONGEST_TEXTURE = 0.25  # of the range of grey levels, for a grain of 1
# As `blank` takes them: two smooth papers for one of wrapping paper; slate and wiped chalk.
COLOURED_GRAINS = (1, 1, 3)
DARK_GRAIN = 1.5
SOILED_SHARE = 0.2  # of the sheets with a grain
SPECKS = (1, 6)  # on a soiled sheet, the upper bound exclusive
SPECK_RADII = (0.001, 0.008)  # of the photo's longer side
SPECK_SHADES = (0.45, 0.9)  # of the paper's own brightness


def blank(scene: Scene, colour: Colour, rng: Generator, grain: float = 1) -> MatLike:
    """Make a sheet without anything printed on it.

    Args:
        scene: only its size counts.
        colour: the sheet's.
        rng: what decides the texture.
        grain: how strong fibres, blotches and dirt may be; 0 is none, 1 is paper's.

    Returns:
        (h, w, 3) uint8.
    """
    texture = _texture(scene.size, rng)
    strength = grain * STRONGEST_TEXTURE * rng.random() ** 2
    darkest = colour - 128 * strength
    lightest = colour + 127 * strength
    sheet = tint(texture, darkest, lightest)
    if grain and rng.random() < SOILED_SHARE:
        _soil(sheet, rng)
    return sheet


def _texture(size: Size, rng: Generator) -> MatLike:
    """Fibres on blotches (h, w) uint8 around 128."""
    fibre = rng.uniform(*FIBRES)
    fibres = noise(size, fibre, rng)
    blotch = max(size) * rng.uniform(*BLOTCHES)
    blotches = noise(size, blotch, rng)
    share = rng.uniform(*FIBRES_SHARE)
    return cv2.addWeighted(fibres, share, blotches, 1 - share, gamma=0)


def _soil(sheet: MatLike, rng: Generator) -> None:
    """Leave a few specks of dirt."""
    height, width, _ = sheet.shape
    count = int(rng.integers(*SPECKS))
    places = rng.integers(0, (width, height), (count, 2))
    for x, y in places.tolist():
        shares = rng.uniform(*SPECK_RADII, 2)
        radii = max(width, height) * shares
        shade = sheet[y, x] * rng.uniform(*SPECK_SHADES)
        cv2.ellipse(
            sheet,
            center=(x, y),
            axes=np.ceil(radii).astype(int).tolist(),
            angle=rng.uniform(0, 180),
            startAngle=0,
            endAngle=360,
            color=shade.tolist(),
            thickness=cv2.FILLED,
            lineType=cv2.LINE_AA,
        )


def plain(scene: Scene, rng: Generator) -> MatLike:
    """White, grey or cream paper (h, w, 3) uint8."""
    return blank(scene, pick_colour(WHITES, rng), rng)


def coloured(scene: Scene, rng: Generator) -> MatLike:
    """A sticky note, card or wrapping paper (h, w, 3) uint8."""
    colour = pick_colour(PASTELS, rng, PASTEL_SPREAD)
    grain = rng.choice(COLOURED_GRAINS)
    return blank(scene, colour, rng, grain)


def dark(scene: Scene, rng: Generator) -> MatLike:
    """A blackboard or dark card (h, w, 3) uint8."""
    return blank(scene, pick_colour(DARKS, rng), rng, DARK_GRAIN)


def screen(scene: Scene, rng: Generator) -> MatLike:
    """A touch screen's canvas (h, w, 3) uint8: of one colour, without any grain."""
    if rng.random() < USUAL_SCREENS:
        colour = pick_colour(SCREENS, rng, spread=0)
    else:
        colour = rng.integers(0, 256, 3).astype(np.float32)
    return blank(scene, colour, rng, grain=0)
