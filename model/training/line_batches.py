"""Batches of strips for the line network, varied anew each epoch."""

import numpy as np
import tensorflow as tf

from model.synthesis.strip_sets import Strips
from model.training.batches import stream
from model.training.line_targets import TARGET_VALUES, Grid, Numbers, targets

# By eye, beside what the renderer varies.
STRENGTHS = (0.65, 1.25)  # times a strip's ink
NOISY = 0.3  # share of the strips that get noise
NOISE = (2.0, 16.0)  # its deviation, grey levels


class LineBatches:
    """Batches of strips, each strip once an epoch.

    Attributes:
        epoch: which one the next batch 0 begins; with the seed it decides all that is random in it.
    """

    def __init__(self, strips: Strips, size: int, seed: int) -> None:
        """Serve `strips` in batches of `size`; `seed` decides order and variation."""
        self._strips = strips
        self._size = size
        self._seed = seed
        self.epoch = 0
        self._begin_epoch()
        self._ends = np.cumsum(strips.counts)
        height, width = strips.ink.shape[1:]
        self._grid = Grid.of(height, width)

    def __len__(self) -> int:
        """Batches an epoch; the few strips that fill none wait for another epoch's order."""
        return len(self._order) // self._size

    def dataset(self) -> tf.data.Dataset:
        """The batches as TensorFlow takes them; to go through them once is an epoch."""
        _, height, width = self._strips.ink.shape
        image_shape = (self._size, height, width, 1)
        target_shape = (self._size, *self._grid, TARGET_VALUES)
        return stream(self.batch, len(self), image_shape, target_shape)

    def batch(self, index: int) -> tuple[Numbers, Numbers]:
        """Make batch `index` of the epoch; to make the first one begins another epoch.

        Returns:
            Images (b, h, w, 1) in 0..255, targets (b, rows, columns, TARGET_VALUES).
        """
        if index == 0:
            self._begin_epoch()
            self.epoch += 1
        start = index * self._size
        chosen = self._order[start : start + self._size]
        images = [self._image(strip) for strip in chosen]
        batch_targets = [self._target(strip) for strip in chosen]
        return np.stack(images), np.stack(batch_targets)

    def _begin_epoch(self) -> None:
        """Choose the order of `epoch`, and the random numbers for the rest of it."""
        self._rng = np.random.default_rng([self._seed, self.epoch])
        self._order = self._rng.permutation(len(self._strips.ink))

    def _image(self, strip: int) -> Numbers:
        """The ink of a strip, fainter or stronger, with noise on some: (h, w, 1)."""
        strength = self._rng.uniform(*STRENGTHS)
        ink = self._strips.ink[strip]
        image = ink * np.float32(strength)
        if self._rng.random() < NOISY:
            noise = self._rng.standard_normal(ink.shape, np.float32)
            deviation = self._rng.uniform(*NOISE)
            image += noise * np.float32(deviation)
        clipped: Numbers = np.clip(image, 0, 255)
        return clipped[..., None]

    def _target(self, strip: int) -> Numbers:
        end = self._ends[strip]
        start = end - self._strips.counts[strip]
        boxes = self._strips.boxes[start:end]
        labels = self._strips.labels[start:end]
        return targets(boxes, labels, self._grid)
