"""MNIST's digits as exemplars for hands: ordered by how far they lean."""

import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.mnist import Part
from model.synthesis.glyphs.glyph_images import enlarge, trim
from model.synthesis.pen.stroke_fields import INK_LEVEL

SLANT_WINDOW = 400  # digits of one label, of the most alike slant, that one hand may have; by eye
LEAST_INK, LEAST_SPREAD = 1.0, 1e-6  # so that an empty image has a slant of 0


class Exemplars:
    """MNIST's digits in order of their slant, so that like ones are found at once."""

    def __init__(self, digits: Part) -> None:
        """Measure the slant of all of `digits`; each label must be among them."""
        slants = slant(digits.images)
        self._images = digits.images
        self._by_label = []
        for label in range(10):
            members = np.flatnonzero(digits.labels == label)
            order = np.argsort(slants[members])
            self._by_label.append(members[order])

    def sample(self, label: int, place: float, rng: Generator) -> MatLike:
        """A glyph of `label` whose slant is at `place` (0..1) among those of its label."""
        members = self._by_label[label]
        spare = max(1, len(members) - SLANT_WINDOW)
        first = int(place * spare)
        window = members[first : first + SLANT_WINDOW]
        chosen = rng.choice(window)
        glyph = enlarge(self._images[chosen])
        return trim(glyph, INK_LEVEL)


def slant(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How far images (n, h, w) uint8 lean: pixels to the right a pixel down (n,), by moments."""
    places = np.indices(images.shape[1:], np.float32)
    y, x = places.reshape(2, -1)
    powers = np.stack([np.ones_like(x), x, y, x * y, y * y], axis=1)
    ink = images.reshape(len(images), -1).astype(np.float32)
    # A product of matrices takes far less time and memory than sums over the images' axes.
    sums = ink @ powers
    totals = sums[:, :1].astype(np.float64)
    means = sums[:, 1:] / np.maximum(totals, LEAST_INK)
    mean_x, mean_y, mean_xy, mean_yy = means.T
    mixed = mean_xy - mean_x * mean_y
    spread = mean_yy - mean_y**2
    return np.asarray(mixed / np.maximum(spread, LEAST_SPREAD))
