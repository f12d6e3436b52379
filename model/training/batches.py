"""What a network is trained on: batches of images and targets, new each epoch."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from model.mnist import NOT_A_DIGIT, ONE_OR_SEVEN, Part
from model.training.augmentation import augment
from model.training.networks import CLASSES, IMAGE_SHAPE
from model.training.recipes import Recipe

PREFETCHED = 4  # batches made ahead, so that the network never waits for one

Numbers = NDArray[np.float32]
Batch = tuple[Numbers, Numbers]  # images and targets
Shape = tuple[int, ...]


def grey(images: NDArray[np.uint8]) -> Numbers:
    """Images (n, 28, 28) uint8 -> float32 in 0..1."""
    return images.astype(np.float32) / np.float32(255)


def targets(labels: NDArray[np.uint8]) -> Numbers:
    """What the network should answer to each of `labels` (n,).

    Args:
        labels: 0..9, `NOT_A_DIGIT` or `ONE_OR_SEVEN`.

    Returns:
        (n, 10) float32: 1 for the digit and 0 for the others; 0.1 for each where there is none; a
        half for 1 and for 7 where it may be either.
    """
    sure = np.eye(CLASSES, dtype=np.float32)
    answers = np.zeros((len(labels), CLASSES), np.float32)
    is_digit = labels < CLASSES
    answers[is_digit] = sure[labels[is_digit]]
    answers[labels == NOT_A_DIGIT] = 1 / CLASSES
    answers[labels == ONE_OR_SEVEN] = (sure[1] + sure[7]) / 2
    return answers


def stream(
    make_batch: Callable[[int], Batch], count: int, image_shape: Shape, target_shape: Shape
) -> tf.data.Dataset:
    """Serve `make_batch(0)` to `make_batch(count - 1)`, of such shapes, made during training.

    Keras's `PyDataset` would do, but its generator makes TensorFlow trim the heap each batch.
    """
    types = (tf.float32, tf.float32)

    def tensors(index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        images, batch_targets = tf.numpy_function(make_batch, [index], types)
        images = tf.ensure_shape(images, image_shape)
        batch_targets = tf.ensure_shape(batch_targets, target_shape)
        return images, batch_targets

    options = tf.data.Options()
    # There is nothing to tune, and an epoch's end would wait for the tuning thread to wake up.
    options.autotune.enabled = False
    indices = tf.data.Dataset.range(count)
    batches = indices.map(tensors)
    batches = batches.prefetch(PREFETCHED)
    return batches.with_options(options)


class Batches:
    """Batches of MNIST's images, each once an epoch, and of a share of crops drawn at random.

    Attributes:
        epoch: which one the next batch 0 begins; with the seed it decides all that is random in it.
    """

    def __init__(self, digits: Part, crops: Part | None, recipe: Recipe, seed: int) -> None:
        """Mix `digits` and `crops` as `recipe` says.

        Args:
            digits: MNIST's images to train on.
            crops: of rendered pages, digits and what is none; needed only for a recipe with pages.
            recipe: gives sizes, shares, smoothing, and whether images are augmented.
            seed: decides order, choice and augmentation.
        """
        self._recipe = recipe
        self._seed = seed
        self._digits = digits
        self.epoch = 0
        self._begin_epoch()
        crop_count = round(recipe.crop_share * recipe.batch_size)
        negative_count = round(recipe.negative_share * recipe.batch_size)
        self._digit_count = recipe.batch_size - crop_count - negative_count
        self._drawn: list[tuple[Part, int]] = []  # from what, and how many for each batch
        if crops is not None:
            is_negative = crops.labels == NOT_A_DIGIT
            digit_crops = crops.select(~is_negative)
            negatives = crops.select(is_negative)
            self._drawn = [(digit_crops, crop_count), (negatives, negative_count)]

    def __len__(self) -> int:
        """Batches an epoch; the few images that fill none wait for another epoch's order."""
        return len(self._order) // self._digit_count

    @property
    def size(self) -> int:
        """Images a batch."""
        return self._recipe.batch_size

    def dataset(self) -> tf.data.Dataset:
        """The batches as TensorFlow takes them; to go through them once is an epoch."""
        return stream(self.batch, len(self), (self.size, *IMAGE_SHAPE), (self.size, CLASSES))

    def batch(self, index: int) -> Batch:
        """Make batch `index` of the epoch; to make the first one begins another epoch.

        Returns:
            Images (b, 28, 28) in 0..1, targets (b, 10).
        """
        if index == 0:
            self._begin_epoch()
            self.epoch += 1
        start = index * self._digit_count
        end = start + self._digit_count
        next_ones = self._order[start:end]
        parts = [self._digits.select(next_ones)]
        for source, count in self._drawn:
            places = self._rng.integers(len(source.images), size=count)
            parts.append(source.select(places))
        images = np.concatenate([part.images for part in parts])
        labels = np.concatenate([part.labels for part in parts])
        if self._recipe.augmented:
            images = augment(images, self._rng)
        batch_targets = self._smoothed(targets(labels))
        return grey(images), batch_targets

    def _begin_epoch(self) -> None:
        """Choose the order of `epoch`, and the random numbers for the rest of it."""
        self._rng = np.random.default_rng([self._seed, self.epoch])
        self._order = self._rng.permutation(len(self._digits.images))

    def _smoothed(self, hard: Numbers) -> Numbers:
        """Label smoothing (Szegedy et al., 2016) of `hard` targets (n, 10)."""
        smoothing = self._recipe.label_smoothing
        share = np.float32(smoothing / CLASSES)
        return (1 - smoothing) * hard + share
