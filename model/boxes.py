"""Boxes: where something is in a picture."""

from collections.abc import Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle of whole pixels: `x`, `y` of its upper left corner, `width` and `height`."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column to the right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """X and y of the centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def area(self) -> int:
        """How many pixels the box holds."""
        return self.width * self.height

    @property
    def window(self) -> tuple[slice, slice]:
        """Its rows and columns, to take it out of an image (h, w) or (h, w, channels)."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def moved(self, x: int, y: int) -> "Box":
        """The same box so many pixels to the right and down."""
        return Box(self.x + x, self.y + y, self.width, self.height)

    def grown(self, margin: int) -> "Box":
        """The box with so many pixels more on each side."""
        width = self.width + 2 * margin
        height = self.height + 2 * margin
        return Box(self.x - margin, self.y - margin, width, height)

    def downscaled(self, factor: float) -> "Box":
        """The box in the same picture made `factor` times smaller, in whole pixels."""
        x, y, width, height = (round(length / factor) for length in self)
        return Box(x, y, width, height)

    def clipped(self, width: int, height: int) -> "Box":
        """The part of the box, at least one pixel, that is in a picture of `width` by `height`."""
        x = min(max(self.x, 0), width - 1)
        y = min(max(self.y, 0), height - 1)
        right = min(max(self.right, x + 1), width)
        bottom = min(max(self.bottom, y + 1), height)
        return Box(x, y, right - x, bottom - y)

    def shared_area(self, other: "Box") -> int:
        """How many pixels lie in both boxes."""
        if self.x >= other.right or other.x >= self.right:
            # Most boxes of a page are beside each other, which is seen in less time this way.
            return 0
        left = max(self.x, other.x)
        right = min(self.right, other.right)
        top = max(self.y, other.y)
        bottom = min(self.bottom, other.bottom)
        height = max(0, bottom - top)
        return (right - left) * height

    def iou(self, other: "Box") -> float:
        """Intersection over union, 0 to 1.

        Raises:
            ZeroDivisionError: both boxes are empty.
        """
        shared = self.shared_area(other)
        return shared / (self.area + other.area - shared)

    def coverage(self, other: "Box") -> float:
        """The share of this box that `other` covers, 0 to 1.

        Raises:
            ZeroDivisionError: this box is empty.
        """
        return self.shared_area(other) / self.area


def hull(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of `boxes`.

    Raises:
        ValueError: there are none.
    """
    left = min(box.x for box in boxes)
    top = min(box.y for box in boxes)
    right = max(box.right for box in boxes)
    bottom = max(box.bottom for box in boxes)
    width = right - left
    height = bottom - top
    return Box(left, top, width, height)
