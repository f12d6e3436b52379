"""Train a network on MNIST by its recipe, and save it as Keras, joblib and LiteRT files."""

import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import joblib
import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from model.evaluation import test_set
from model.mnist import Mnist
from model.synthesis import crops
from model.training import backups
from model.training.batches import Batches, grey, targets
from model.training.calibration import calibrate, refusal_threshold, threshold_digits
from model.training.comparison import ServedModel
from model.training.recipes import LineRecipe, Recipe
from model.training.resuming import Resumable
from model.training.sources import trained_on

START = 1 / 20  # of the peak learning rate, from which it rises at first
VALIDATION_BATCH = 500  # images; any number that fits in memory gives the same

Logs = dict[str, Any] | None


class DigitAccuracy(keras.metrics.CategoricalAccuracy):  # type: ignore[misc]
    """Accuracy over what has a right answer: what is no digit has none."""

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Count the rows whose target names one digit."""
        del sample_weight
        names_a_digit = keras.ops.max(y_true, axis=-1) > 0.5
        super().update_state(y_true, y_pred, names_a_digit)


class Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """One bar over all epochs, which tells how long is left, and the seconds each epoch took."""

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Start the bar where training starts, which is later than 0 after a resume."""
        del logs
        self._began = time.monotonic()
        steps = self.params["steps"]
        epochs = self.params["epochs"]
        if not hasattr(self, "_bar"):
            self._bar = tqdm(
                total=epochs * steps,
                initial=epoch * steps,
                unit="batch",
                mininterval=1,
            )
        self._bar.set_description(f"epoch {epoch + 1}/{epochs}")

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Move the bar and show how training stands."""
        del batch
        self._bar.update()
        figures = {name: f"{value:.4f}" for name, value in (logs or {}).items()}
        self._bar.set_postfix(figures, refresh=False)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Leave the epoch's seconds and result behind."""
        if logs is None:
            return
        seconds = time.monotonic() - self._began
        logs["seconds"] = round(seconds, 1)
        figures = [f"{name} {value:.4f}" for name, value in logs.items()]
        line = " ".join(figures)
        self._bar.write(f"epoch {epoch + 1}: {line}")

    def on_train_end(self, logs: Logs = None) -> None:
        """Close the bar; there is none if all epochs were done before."""
        del logs
        if hasattr(self, "_bar"):
            self._bar.close()


def optimizer(recipe: Recipe | LineRecipe, steps: int, warm_up: int) -> keras.optimizers.Optimizer:
    """AdamW with the rate of `recipe`: it rises for `warm_up` of all `steps`, and then falls."""
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate * START,
        decay_steps=steps - warm_up,
        warmup_target=recipe.learning_rate,
        warmup_steps=warm_up,
    )
    return keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay)


def training_seconds(output: Path) -> float:
    """How long all epochs in `output/history.csv` took."""
    history = np.genfromtxt(output / backups.HISTORY, delimiter=",", names=True)
    total = history["seconds"].sum()
    return round(float(total), 1)


def compiled(recipe: Recipe, steps: int) -> keras.Model:
    """The network of `recipe`, new and ready to be trained with `steps` batches an epoch."""
    model = recipe.network()
    model.compile(
        optimizer(recipe, recipe.epochs * steps, warm_up=steps),
        loss="categorical_crossentropy",
        metrics=[DigitAccuracy(name="accuracy")],
        jit_compile=False,  # XLA's convolutions are slower on a CPU
    )
    return model


def fit(recipe: Recipe, data: Mnist, output: Path, seed: int) -> keras.Model:
    """Train by `recipe` and return the network; leaves `history.csv` and a backup in `output`.

    While the backup is there, to call this again goes on from the last whole epoch.

    Raises:
        TrainingError: the backup that is there is broken, or of another training.
        OSError: nothing can be written in `output`.
    """
    keras.utils.set_random_seed(seed)
    cv2.setNumThreads(1)  # the cores are TensorFlow's
    page_crops = crops.load(data.train, recipe.pages, seed) if recipe.pages else None
    batches = Batches(data.train, page_crops, recipe, seed)
    model = compiled(recipe, len(batches))
    resumable = Resumable(recipe, output, seed, [batches])
    validation = data.validation
    model.fit(
        batches.dataset(),
        initial_epoch=resumable.restore(model),
        epochs=recipe.epochs,
        shuffle=False,  # the batches shuffle themselves
        validation_data=(grey(validation.images), targets(validation.labels)),
        validation_batch_size=VALIDATION_BATCH,
        verbose=0,
        callbacks=[Progress(), resumable],
    )
    return model


def save(model: keras.Model, output: Path) -> None:
    """Write `model.keras` to train on, `.joblib` to load and predict, `.tflite` to serve."""
    model.save(output / "model.keras")
    joblib.dump(model, output / "model.joblib", compress=3)
    export(model, output / "model.tflite")


def export(model: keras.Model, file: Path, **settings: object) -> None:
    """Write a `.tflite` file; `settings` are those of TensorFlow's converter.

    Raises:
        TrainingError: TensorFlow could not write its temporary files.
        OSError: the file cannot be written.
    """
    try:
        model.export(str(file), format="litert", verbose=False, **settings)
    except tf.errors.OpError as error:
        # What it raises, too, where a disk is full.
        folder = tempfile.gettempdir()
        raise backups.TrainingError(
            f"The network could not be converted; is there room for files in {folder}?"
        ) from error


def train(recipe: Recipe, data: Mnist, output: Path, seed: int) -> None:
    """Train by `recipe`, calibrate, and save in `output`, with how it was made as `metrics.json`.

    It serves once `test_set.evaluate` has added its figures to these. The backup stays in `output`,
    so that nothing is lost if that fails.

    Raises:
        TrainingError: as `fit`.
        OSError: as `fit`; the backup stays, from which to call this again goes on.
    """
    output.mkdir(parents=True, exist_ok=True)
    digits = threshold_digits(recipe, data.validation, seed)
    trained = fit(recipe, data, output, seed)
    # Calibrated on rendered pages, too, the network would be too unsure of MNIST's own digits.
    model = calibrate(trained, recipe, data.validation)
    save(model, output)
    metrics = {
        "network": recipe.name,
        "parameters": model.count_params(),
        "seed": seed,
        "epochs": recipe.epochs,
        "batch_size": recipe.batch_size,
        **trained_on(recipe),
        "slants": list(recipe.slants),
        "training_seconds": training_seconds(output),
        "refusal_threshold": refusal_threshold(ServedModel(model, recipe.slants), digits),
    }
    test_set.save_metrics(output, metrics)
    test_set.draw_curves(output)
