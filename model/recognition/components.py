"""What hangs together in the ink of a picture."""

from typing import NamedTuple

import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box

# Where no other source is given, a value was chosen by trial on the development photos; no
# measurement of each is on record.
THINNEST = 20  # times as high as broad: no 1 is so thin, but a piece of a rule may be
# What fills so much of its box, no longer than so many times its shorter side, no pen has drawn.
FILLED, LONG = 0.6, 2.0  # chosen on rendered pages with specks of dirt
MOST_COMPONENTS = 64  # of a picture that is read; more take long, and are a page of text
# What is so many times paler than the usual component is none of the pen's ink; by eye.
PALE = 1.7

Integers = NDArray[np.int32]
Flags = NDArray[np.bool_]


class Components(NamedTuple):
    """The ink of a picture that was scaled by `scale`, in components: what hangs together.

    `ink` (h, w) uint8 says how far each pixel departs from the paper. `labels` (h, w) int32 is the
    id of the pixel's component, 0 on paper; ink that is no writing has an id too. `boxes` (n, 4)
    int32 holds x, y, width and height of the components, in order of no meaning, `areas` (n,) int32
    their pixels, and `ids` (n,) int32 their ids in `labels`. `picture` (h, w, 3) uint8
    BGR is what they were found in.
    """

    ink: MatLike
    labels: MatLike
    boxes: Integers
    areas: Integers
    ids: Integers
    scale: float
    picture: MatLike

    @property
    def inside(self) -> Flags:
        """Which components (n,) the photo's edge does not touch."""
        return are_inside(self.boxes, self.ink)

    def mean_ink(self, ink: MatLike) -> NDArray[np.float64]:
        """The mean (n,) of `ink` (h, w), these components' own or another, over each of them."""
        # Most of a picture is paper, which would take much longer than all components do.
        # NumPy finds places in a mask in a quarter of the time that it takes among whole numbers.
        inked = np.flatnonzero(self.labels > 0)
        owners = self.labels.ravel()[inked]
        totals = np.bincount(owners, ink.ravel()[inked])
        return np.asarray(totals[self.ids] / self.areas)

    def only(self, chosen: NDArray[np.intp] | Flags) -> "Components":
        """Some of these components alone: those at the places (n,), or with a flag (n,)."""
        return self._replace(
            boxes=self.boxes[chosen], areas=self.areas[chosen], ids=self.ids[chosen]
        )

    def palest(self, means: NDArray[np.float64]) -> float:
        """The least mean ink of what the pen drew, given the `means` (n,) of these components."""
        return float(np.median(means)) / PALE

    def place(self, box: Box) -> Box:
        """The part of a box of the photo, as it was sent, that is in the picture, in its pixels."""
        height, width = self.ink.shape
        scaled = box.downscaled(1 / self.scale)
        return scaled.clipped(width, height)

    @property
    def are_rules(self) -> Flags:
        """Which components (n,) are higher and thinner than any 1: pieces of rules."""
        _, _, across, down = self.boxes.T
        rules: Flags = down > THINNEST * across
        return rules

    @property
    def are_filled(self) -> Flags:
        """Which components (n,) are full of ink and round, as specks and cells of a table are."""
        sides = self.boxes[:, 2:]
        are_full = self.areas >= FILLED * sides.prod(axis=1)
        are_round = sides.max(axis=1) < LONG * sides.min(axis=1)
        filled: Flags = are_full & are_round
        return filled

    @property
    def are_many(self) -> bool:
        """Whether there are more than anyone writes digits in one number."""
        return len(self.ids) > MOST_COMPONENTS

    @property
    def ends(self) -> Integers:
        """Where the components (n, 2) end: x and y of the first pixel beyond."""
        return self.boxes[:, :2] + self.boxes[:, 2:]


def are_inside(boxes: Integers, ink: MatLike) -> Flags:
    """Which `boxes` (n, 4) the edge of their picture, `ink` (h, w), does not touch."""
    height, width = ink.shape
    left, top, across, down = boxes.T
    right = left + across
    bottom = top + down
    inside_width = (left > 0) & (right < width)
    inside_height = (top > 0) & (bottom < height)
    inside: Flags = inside_width & inside_height
    return inside
