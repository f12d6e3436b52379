"""The table that the paper lies on, where the photo shows that."""

from collections.abc import Sequence
from enum import IntEnum

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator

from model.boxes import Box, hull
from model.synthesis.colours import pick_colour, tint
from model.synthesis.geometry import SUBPIXEL_BITS, Matrix, Size, subpixel
from model.synthesis.sampling import pick
from model.synthesis.textures import noise

# Colours (blue, green, red) as phones record them, averaged by eye: wood, a dark desk, stone.
TABLES = ((70, 110, 160), (45, 70, 105), (120, 165, 205), (40, 40, 42), (150, 155, 160))
TABLE_SPREAD = 15.0  # grey levels
ROOM_SHARES = (0.1, 0.85)  # of the room between ink and edge that is table, at either end
# Blotches of a texture: along and across wood's fibres, on a side of the photo; of fine and of
# coarse stone or cloth, in pixels. By eye.
ALONG_FIBRES, ACROSS_FIBRES = 3, 90
FINE, COARSE = 2.0, 25.0


class Side(IntEnum):
    """Of the photo."""

    LEFT = 0
    TOP = 1
    RIGHT = 2
    BOTTOM = 3


def lay_on_table(surface: MatLike, boxes: Sequence[Box], rng: Generator) -> None:
    """Let the paper end on one side, between the ink and the photo's edge: there is table beyond.

    Args:
        surface: (h, w, 3) uint8, changed in place.
        boxes: of all ink; at least one.
        rng: what decides the side, the edge and the table.
    """
    height, width, _ = surface.shape
    ink = hull(boxes)
    side = pick(list(Side), rng)
    room = (ink.x, ink.y, width - ink.right, height - ink.bottom)
    near, far = room[side] * rng.uniform(*ROOM_SHARES, 2)
    outline = _outline((width, height), side, near, far)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(
        mask,
        [subpixel(outline)],
        color=255,
        lineType=cv2.LINE_AA,
        shift=SUBPIXEL_BITS,
    )
    texture = _texture((width, height), rng)
    cv2.copyTo(texture, mask, surface)


def _outline(size: Size, side: Side, near: float, far: float) -> Matrix:
    """The table's corners (4, 2): it reaches in by `near` pixels at one end, `far` at the other."""
    width, height = size
    upright = side in (Side.LEFT, Side.RIGHT)
    length = height if upright else width
    # As if on the left; then turned to the side that it is on.
    outline = np.array([[0, 0], [near, 0], [far, length], [0, length]])
    if not upright:
        outline = outline[:, ::-1]
    if side in (Side.RIGHT, Side.BOTTOM):
        outline = np.array(size) - outline
    return outline


def _texture(size: Size, rng: Generator) -> MatLike:
    """Wood, stone, cloth or anything plain (h, w, 3) uint8."""
    width, height = size
    blotches = [
        (width / ALONG_FIBRES, height / ACROSS_FIBRES),
        (width / ACROSS_FIBRES, height / ALONG_FIBRES),
        (FINE, FINE),
        (COARSE, COARSE),
    ]
    colour = pick_colour(TABLES, rng, TABLE_SPREAD)
    contrast = rng.uniform(0, 1)
    blotch = pick(blotches, rng)
    texture = noise(size, blotch, rng)
    darkest = colour * (1 - contrast)
    lightest = colour * (1 + contrast)
    return tint(texture, darkest, lightest)
