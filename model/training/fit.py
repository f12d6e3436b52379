"""Fit a network on MNIST, calibrate it, save it in each form that anyone needs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import joblib
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from tqdm import tqdm

from model.evaluation import test_set
from model.mnist import NOT_A_DIGIT, Mnist, Part
from model.synthesis import crops
from model.training import networks
from model.training.augmentation import augment

Numbers = NDArray[np.float32]

PAGES = 90_000  # rendered to train on
VALIDATION_PAGES = 6_000  # rendered with validation digits, to fit the threshold on
# Of the digits on rendered pages so many are given up to refuse what is no digit: of the 2 % that
# may be lost, half is left to segmentation.
REFUSED_DIGITS = 0.01


@dataclass(frozen=True)
class Recipe:
    """How a network is trained."""

    network: Callable[[], keras.Model]
    epochs: int
    batch_size: int
    learning_rate: float  # at its peak: risen to in the first epoch, cosine to 0 at the end
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    augmented: bool = False
    crop_share: float = 0.0  # of each batch: digits from rendered pages
    outlier_share: float = 0.0  # of each batch: what is no digit, from rendered pages
    precision: str = "float32"
    slants: tuple[float, ...] = (0.0,)  # of the views whose answers are averaged when it serves


RECIPES = {
    "dense": Recipe(networks.dense, epochs=10, batch_size=32, learning_rate=1e-3),
    "convolutional": Recipe(
        networks.convolutional,
        epochs=28,
        batch_size=256,
        learning_rate=4e-3,
        weight_decay=1e-3,
        label_smoothing=0.05,
        augmented=True,
        crop_share=0.28,
        outlier_share=0.27,
        # Half the time where the processor multiplies in it, and no less accurate.
        precision="mixed_bfloat16",
        slants=(-0.15, 0.0, 0.15),
    ),
}


class Batches:
    """Batches of (images (b, 28, 28) float32 in 0..1, targets (b, 10) float32), new each epoch."""

    def __init__(self, part: Part, made: Part | None, recipe: Recipe, seed: int) -> None:
        """Serve `part` and `made` crops as `recipe` says; `seed` decides order and redrawing."""
        self._recipe = recipe
        self._rng = np.random.default_rng(seed)
        shares = [(made, recipe.crop_share), (made, recipe.outlier_share)]
        sizes = [round(share * recipe.batch_size) for _, share in shares]
        self._digits = recipe.batch_size - sum(sizes)
        self._part = part
        self._order = np.arange(len(part.images))
        self._made: list[tuple[Part, int]] = []
        if made is not None:
            negative = made.labels == NOT_A_DIGIT
            kinds = (Part(*(array[chosen] for array in made)) for chosen in (~negative, negative))
            self._made = list(zip(kinds, sizes, strict=True))

    def __len__(self) -> int:
        """Batches an epoch; the few images that fill none wait for another epoch's order."""
        return len(self._part.images) // self._digits

    def dataset(self) -> tf.data.Dataset:
        """One epoch a pass, made while the network trains."""
        # Keras's PyDataset would do, but its generator makes TensorFlow trim the heap each batch.
        types = (tf.float32, tf.float32)
        size = self._recipe.batch_size
        options = tf.data.Options()
        # There is nothing to tune, and an epoch's end waits for what tunes to wake up.
        options.autotune.enabled = False
        return (
            tf.data.Dataset.range(len(self))
            .map(lambda index: tf.numpy_function(self._batch, [index], types))
            .map(
                lambda images, targets: (
                    tf.ensure_shape(images, (size, 28, 28)),
                    tf.ensure_shape(targets, (size, 10)),
                )
            )
            .prefetch(4)
            .with_options(options)
        )

    def _batch(self, index: int) -> tuple[Numbers, Numbers]:
        if index == 0:
            self._rng.shuffle(self._order)
        chosen = self._order[index * self._digits : (index + 1) * self._digits]
        parts = [Part(self._part.images[chosen], self._part.labels[chosen])]
        for made, size in self._made:
            chosen = self._rng.integers(len(made.images), size=size)
            parts.append(Part(made.images[chosen], made.labels[chosen]))
        images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        if self._recipe.augmented:
            images = augment(images, self._rng)
        smoothing = self._recipe.label_smoothing
        return grey(images), (1 - smoothing) * targets(labels) + np.float32(smoothing / 10)


class DigitAccuracy(keras.metrics.CategoricalAccuracy):  # type: ignore[misc]
    """Accuracy over what has a right answer: outliers have none."""

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Count the rows whose target names one digit."""
        del sample_weight
        super().update_state(y_true, y_pred, keras.ops.max(y_true, axis=-1) > 0.5)


class Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """One bar over all epochs, which tells how long is left, and the seconds each epoch took."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Start the bar where training starts, which is later than 0 after a resume."""
        del logs
        self._began = time.monotonic()
        steps = self.params["steps"]
        if not hasattr(self, "_bar"):
            total = steps * self.params["epochs"]
            self._bar = tqdm(total=total, initial=epoch * steps, unit="batch", mininterval=1)
        self._bar.set_description(f"epoch {epoch + 1}/{self.params['epochs']}")

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Move the bar and show how training stands."""
        del batch
        self._bar.update()
        shown = {name: f"{value:.4f}" for name, value in (logs or {}).items()}
        self._bar.set_postfix(shown, refresh=False)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Leave the epoch's seconds and result behind."""
        if logs is not None:
            logs["seconds"] = round(time.monotonic() - self._began, 1)
            shown = " ".join(f"{name} {value:.4f}" for name, value in logs.items())
            self._bar.write(f"epoch {epoch + 1}: {shown}")

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the bar."""
        del logs
        self._bar.close()


def targets(labels: NDArray[np.uint8]) -> Numbers:
    """Labels (n,) in 0..9 or `NOT_A_DIGIT` -> (n, 10) float32: a one, or a tenth each."""
    unsure = np.full((1, 10), 0.1, np.float32)
    return np.append(np.eye(10, dtype=np.float32), unsure, axis=0)[np.minimum(labels, 10)]


def grey(images: NDArray[np.uint8]) -> Numbers:
    """Images (n, 28, 28) uint8 -> float32 in 0..1."""
    return images.astype(np.float32) / np.float32(255)


def fit(recipe: Recipe, data: Mnist, output: Path, seed: int) -> keras.Model:
    """Train by `recipe` and return the network; leaves `history.csv` in `output`.

    A training that was stopped goes on from its last whole epoch when called again.
    """
    keras.utils.set_random_seed(seed)
    cv2.setNumThreads(1)  # the cores are TensorFlow's
    made = crops.load(data.train, PAGES, seed) if recipe.crop_share else None
    batches = Batches(data.train, made, recipe, seed)
    keras.config.set_dtype_policy(recipe.precision)
    model = recipe.network()
    keras.config.set_dtype_policy("float32")
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 20,
        decay_steps=(recipe.epochs - 1) * len(batches),
        warmup_target=recipe.learning_rate,
        warmup_steps=len(batches),
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay),
        loss="categorical_crossentropy",
        metrics=[DigitAccuracy(name="accuracy")],
        jit_compile=False,  # XLA's convolutions on a CPU take half as long again
    )
    backup = output / f"backup-{seed}"
    history = output / "history.csv"
    if not backup.exists():
        history.unlink(missing_ok=True)
    model.fit(
        batches.dataset(),
        epochs=recipe.epochs,
        shuffle=False,  # the batches shuffle themselves
        validation_data=(grey(data.validation.images), targets(data.validation.labels)),
        validation_batch_size=500,
        verbose=0,
        callbacks=[
            keras.callbacks.BackupAndRestore(str(backup)),
            Progress(),
            keras.callbacks.CSVLogger(str(history), append=True),
        ],
    )
    return model


def refusal_part(recipe: Recipe, validation: Part, seed: int) -> Part:
    """The validation digits as photos of them reach the network: to fit the threshold on."""
    if not recipe.crop_share:
        return Part(augment(validation.images, np.random.default_rng(seed)), validation.labels)
    made = crops.load(validation, VALIDATION_PAGES, seed)
    digits = made.labels != NOT_A_DIGIT
    return Part(made.images[digits], made.labels[digits])


def calibrate(model: keras.Model, recipe: Recipe, validation: Part) -> keras.Model:
    """Fit a temperature on `validation` (Guo et al., 2017) and build it into a copy.

    The copy's last weights are divided by it, so whoever runs it gets calibrated probabilities.
    """
    logits = np.log(np.clip(model.predict(grey(validation.images), verbose=0), 1e-12, 1))
    rows = np.arange(len(logits))

    def loss(temperature: float) -> float:
        return float(-log_softmax(logits / temperature, axis=1)[rows, validation.labels].mean())

    temperature = minimize_scalar(loss, bounds=(0.1, 10), method="bounded").x
    copy = recipe.network()
    copy.set_weights(model.get_weights())
    last = copy.layers[-1]
    last.set_weights([weights / temperature for weights in last.get_weights()])
    return copy


def refusal_threshold(model: keras.Model, shown: Part) -> float:
    """The probability that all but `REFUSED_DIGITS` of the `shown` digits exceed."""
    surest = model.predict(grey(shown.images), verbose=0).max(axis=1)
    return float(np.quantile(surest, REFUSED_DIGITS))


def save(model: keras.Model, output: Path) -> None:
    """Write `model.keras` to train on, `.joblib` to load and predict, `.tflite` to serve."""
    model.save(output / "model.keras")
    joblib.dump(model, output / "model.joblib", compress=3)
    model.export(str(output / "model.tflite"), format="litert", verbose=False)


def train(name: str, data: Mnist, output: Path, seed: int) -> test_set.Metrics:
    """Train network `name`, save it in `output`, measure it there on the test part."""
    output.mkdir(parents=True, exist_ok=True)
    recipe = RECIPES[name]
    shown = refusal_part(recipe, data.validation, seed)
    # Rendered pages would do for both, but then MNIST itself is told with too little confidence.
    model = calibrate(fit(recipe, data, output, seed), recipe, data.validation)
    save(model, output)
    history = np.genfromtxt(output / "history.csv", delimiter=",", names=True)
    metrics = {
        "network": name,
        "parameters": model.count_params(),
        "seed": seed,
        "epochs": recipe.epochs,
        "batch_size": recipe.batch_size,
        "slants": list(recipe.slants),
        "training_seconds": round(float(history["seconds"].sum()), 1),
        "refusal_threshold": refusal_threshold(model, shown),
    }
    metrics |= test_set.measure(output, data.test, recipe.slants)
    test_set.save(output, metrics)
    test_set.draw_curves(output)
    return metrics
