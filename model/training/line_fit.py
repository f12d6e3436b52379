"""Train the line network on strips of rendered pages, and save it as the others are."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import cv2
import joblib
import keras
import numpy as np
import tensorflow as tf
from keras import ops
from tqdm import tqdm

from model.evaluation import line_pages, test_set
from model.mnist import Mnist, Part
from model.recognition import digit_network
from model.recognition.character_set import CHARACTERS
from model.recognition.fusion import Fusion
from model.recognition.line_network import LineNetwork
from model.recognition.line_reading import LineReader
from model.synthesis import strip_sets
from model.synthesis.glyphs import fonts
from model.synthesis.strip_sets import Strips
from model.training.fit import Progress, export, optimizer, training_seconds
from model.training.fusion_fitting import fit_fusion, judge
from model.training.line_batches import LineBatches
from model.training.line_targets import LABEL, MIDDLE, detection_loss
from model.training.recipes import LineRecipe
from model.training.resuming import Resumable
from model.training.sources import trained_on

WARM_UP = 1 / 4  # of an epoch, while the learning rate rises; by eye


class CharacterAccuracy(keras.metrics.Mean):  # type: ignore[misc]
    """The share of the characters that the network names right at their very middles."""

    def update_state(
        self,
        y_true: keras.KerasTensor,
        y_pred: keras.KerasTensor,
        sample_weight: keras.KerasTensor | None = None,
    ) -> None:
        """Count the middles whose likeliest character is theirs."""
        del sample_weight
        is_middle = ops.cast(y_true[..., MIDDLE] >= 1, "float32")
        logits = y_pred[..., 1 : 1 + len(CHARACTERS)]
        named = ops.cast(ops.argmax(logits, axis=-1), "float32")
        right = ops.cast(ops.equal(named, y_true[..., LABEL]), "float32")
        super().update_state(right, is_middle)


def compiled(recipe: LineRecipe, steps: int) -> keras.Model:
    """The network of `recipe`, new and ready to be trained with `steps` batches an epoch."""
    model = recipe.network()
    warm_up = round(WARM_UP * steps)
    model.compile(
        optimizer(recipe, recipe.epochs * steps, warm_up),
        loss=detection_loss,
        metrics=[CharacterAccuracy(name="accuracy")],
        jit_compile=False,  # XLA's convolutions are slower on a CPU
    )
    return model


def fit(
    recipe: LineRecipe, strips: Strips, validation: Strips, output: Path, seed: int
) -> keras.Model:
    """Train by `recipe` and return the network; leaves `history.csv` and a backup in `output`.

    While the backup is there, to call this again goes on from the last whole epoch.

    Raises:
        TrainingError: the backup that is there is broken, or of another training.
        OSError: nothing can be written in `output`.
    """
    keras.utils.set_random_seed(seed)
    cv2.setNumThreads(1)  # the cores are TensorFlow's
    batches = LineBatches(strips, recipe.batch_size, seed)
    held_out = LineBatches(validation, recipe.batch_size, seed)
    model = compiled(recipe, len(batches))
    resumable = Resumable(recipe, output, seed, [batches, held_out])
    model.fit(
        batches.dataset(),
        initial_epoch=resumable.restore(model),
        epochs=recipe.epochs,
        shuffle=False,  # the batches shuffle themselves
        validation_data=held_out.dataset(),
        verbose=0,
        callbacks=[Progress(), resumable],
    )
    return model


def save(trained: keras.Model, recipe: LineRecipe, output: Path) -> None:
    """Write `model.keras`, `.joblib` and `.tflite`, all small: weights of 16 bits' precision.

    The first two have them as numbers of 32 bits, of which the other half is 0.
    """
    model = recipe.network()
    weights = [weight.astype(np.float16) for weight in trained.get_weights()]
    model.set_weights(weights)
    model.save(output / "model.keras")
    _deflate(output / "model.keras")
    joblib.dump(model, output / "model.joblib", compress=("bz2", 9))
    export(
        model,
        output / "model.tflite",
        optimizations=[tf.lite.Optimize.DEFAULT],
        target_spec={"supported_types": [tf.float16]},
    )


def _deflate(file: Path) -> None:
    """Compress the members of a zip file, which Keras leaves as they are."""
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def train(recipe: LineRecipe, data: Mnist, output: Path, seed: int) -> None:
    """Train by `recipe` and `finish`.

    Raises:
        ModelError: the shipped convolutional network is missing or broken.
        TrainingError: as `fit`.
        OSError: as `fit`; the backup stays, from which to call this again goes on.
    """
    digit_network.load("convolutional")  # told before the training, not after it
    output.mkdir(parents=True, exist_ok=True)
    strips = strip_sets.load(data.train, recipe.strips, seed)
    validation = strip_sets.load(data.validation, recipe.validation_strips, seed)
    trained = fit(recipe, strips, validation, output, seed)
    finish(trained, recipe, data.validation, output, seed)


def finish(
    trained: keras.Model, recipe: LineRecipe, validation: Part, output: Path, seed: int
) -> None:
    """Save a network in `output`, and fit its fusion on pages of `validation` digits.

    The fusion is with the shipped convolutional network. When what reads lines has changed, this
    does again what depends on it; `output` has the `history.csv` of the training. The network
    serves once `line_pages.evaluate` has added its figures to `metrics.json`.

    Raises:
        ModelError: the shipped convolutional network is missing or broken.
    """
    save(trained, recipe, output)
    content = (output / "model.tflite").read_bytes()
    network = LineNetwork(content)
    fusion = _fusion(network, validation, recipe.fusion_pages, seed)
    metrics = {
        "network": recipe.name,
        "parameters": trained.count_params(),
        "seed": seed,
        "epochs": recipe.epochs,
        "batch_size": recipe.batch_size,
        **trained_on(recipe),
        "training_seconds": training_seconds(output),
        "fusion": fusion._asdict(),
    }
    test_set.save_metrics(output, metrics)
    test_set.draw_curves(output)


def _fusion(network: LineNetwork, validation: Part, count: int, seed: int) -> Fusion:
    classifier = digit_network.load("convolutional")
    pages = line_pages.sample_pages(validation, fonts.load(), count, seed)
    reader = LineReader(network, classifier, Fusion(0, [], []))
    judged = judge(reader, classifier, tqdm(pages, total=count, unit="page"))
    return fit_fusion(judged)
