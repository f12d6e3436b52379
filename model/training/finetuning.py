"""Fine-tune a trained network on what people corrected, and keep it only if nothing got worse."""

import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

from model.evaluation import test_set
from model.mnist import Mnist, Part
from model.recognition.trained_files import TRAINED, read_metrics
from model.synthesis import crops
from model.training import fit
from model.training.augmentation import augment
from model.training.batches import Batch, Batches, grey, stream, targets
from model.training.calibration import calibrate, refusal_threshold, threshold_digits
from model.training.comparison import Comparison, ServedModel, absurd, compare
from model.training.corrections import CorrectedCrops, capped, split, usable
from model.training.networks import CLASSES, IMAGE_SHAPE
from model.training.recipes import Recipe

# These values were chosen; no measurement is on record.
WEIGHT = 30  # a correction counts as so many of MNIST's images
LARGEST_SHARE = 0.25  # of each batch is corrections
BATCH = 256  # images, as the convolutional network is trained with
LEARNING_RATE = 3e-4  # less than a tenth of training's, to keep what was learnt


class Outcome(NamedTuple):
    """The comparisons, the indices of absurd corrections, and whether the network was saved."""

    comparisons: list[Comparison]
    absurd: list[int]
    saved: bool


class MixedBatches:
    """Batches of `BATCH` images: some corrections, the rest as the network was trained on."""

    def __init__(
        self, corrections: CorrectedCrops, weights: NDArray[np.float64], batches: Batches, seed: int
    ) -> None:
        """Fill up `batches` with `corrections`, each drawn as often as its weight (n,) says."""
        self._corrections = corrections
        self._chances = weights / weights.sum()
        self._batches = batches
        self._count = BATCH - batches.size
        self._rng = np.random.default_rng(seed)

    def batch(self, step: int) -> Batch:
        """Make the batch for `step`, whatever the step's epoch."""
        index = step % len(self._batches)
        images, batch_targets = self._batches.batch(index)
        places = self._rng.choice(len(self._chances), self._count, p=self._chances)
        drawn = self._corrections.images[places]
        labels = self._corrections.labels[places]
        corrected = grey(augment(drawn, self._rng))
        return (
            np.concatenate([images, corrected]),
            np.concatenate([batch_targets, targets(labels)]),
        )


def finetune(
    recipe: Recipe, data: Mnist, corrections: CorrectedCrops, output: Path, seed: int
) -> Outcome:
    """Fine-tune the shipped network of `recipe` on MNIST and `corrections`; save it in `output`.

    It is saved only if it is worse neither on the validation digits nor on what was held back of
    the corrections. It serves once `test_set.evaluate` has measured it on the test part, which has
    no say in this.

    Raises:
        ModelError: the shipped network has no metrics.
    """
    keras.utils.set_random_seed(seed)
    learnt, held_back = split(corrections.select(usable(corrections)))
    learnt = learnt.select(capped(learnt.users))
    shipped = keras.models.load_model(TRAINED / recipe.name / "model.keras")
    old = ServedModel(shipped, recipe.slants)
    tuned = _copy(shipped, recipe)
    if len(learnt.labels):
        _tune(tuned, _mixed(recipe, data.train, learnt, old, seed), recipe.finetuning_steps)
    new = ServedModel(calibrate(tuned, recipe, data.validation), recipe.slants)
    comparisons = [
        compare("MNIST validation", old, new, _without_users(data.validation)),
        compare("corrections held back", old, new, held_back),
        compare("corrections trained on", old, new, learnt),
    ]
    saved = not any(comparison.worse for comparison in comparisons[:2])
    if saved:
        digits = threshold_digits(recipe, data.validation, seed)
        threshold = refusal_threshold(new, digits)
        figures = {"refusal_threshold": threshold, "corrections": len(learnt.labels)}
        _save(new.network, TRAINED / recipe.name, output, figures)
    to_look_at = np.flatnonzero(absurd(old, corrections) & absurd(new, corrections))
    return Outcome(comparisons, to_look_at.tolist(), saved)


def _copy(model: keras.Model, recipe: Recipe) -> keras.Model:
    """A copy to go on training; its batch normalization keeps the statistics of all training."""
    copy = recipe.network()
    copy.set_weights(model.get_weights())
    for layer in copy.layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    return copy


def _mixed(
    recipe: Recipe, digits: Part, corrections: CorrectedCrops, old: ServedModel, seed: int
) -> MixedBatches:
    """What to tune on: `corrections`, and what the network `old` was trained on."""
    # What the old network finds absurd may be a joke, so it has no more weight than an MNIST image.
    # If it is a way to write, milder cases of it are among the corrections, too.
    weights = np.where(absurd(old, corrections), 1.0, WEIGHT)
    total = weights.sum()
    share = total / (total + len(digits.images))
    corrected = math.ceil(BATCH * min(LARGEST_SHARE, share))
    beside = replace(recipe, batch_size=BATCH - corrected, augmented=True)
    page_crops = crops.load(digits, recipe.pages, seed) if recipe.pages else None
    batches = Batches(digits, page_crops, beside, seed)
    return MixedBatches(corrections, weights, batches, seed)


def optimizer(steps: int) -> keras.optimizers.Optimizer:
    """AdamW, whose rate falls from `LEARNING_RATE` to 0 in so many `steps`, as a cosine does."""
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    return keras.optimizers.AdamW(rate)


def _tune(model: keras.Model, batches: MixedBatches, steps: int) -> None:
    model.compile(optimizer(steps), loss="categorical_crossentropy", jit_compile=False)
    image_shape = (BATCH, *IMAGE_SHAPE)
    target_shape = (BATCH, CLASSES)
    dataset = stream(batches.batch, steps, image_shape, target_shape)
    model.fit(dataset, epochs=1, shuffle=False, verbose=0)


def _without_users(part: Part) -> CorrectedCrops:
    """The images of `part` as `compare` takes them; nobody corrected them."""
    return CorrectedCrops(part.images, part.labels, np.empty(len(part.labels), np.str_))


def _save(model: keras.Model, shipped: Path, output: Path, figures: dict[str, float]) -> None:
    """Write what `fit.train` writes; `figures` replace those that `shipped` has of these names."""
    metrics = read_metrics(shipped) | figures
    output.mkdir(parents=True, exist_ok=True)
    if shipped.resolve() != output.resolve():
        for name in ("history.csv", "curves.png"):
            shutil.copy(shipped / name, output / name)
    fit.save(model, output)
    test_set.save_metrics(output, metrics)
