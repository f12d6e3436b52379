"""What feeding and redrawing cost in training, beside the same network fed from memory."""

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from measures.processes import apart
from measures.results import Measurement, Row, Target, interleaved
from model.mnist import NOT_A_DIGIT, Mnist, Part

if TYPE_CHECKING:
    import keras

NETWORKS = ("dense", "convolutional")


def training(data: Mnist, steps: int, rounds: int) -> list[Row]:
    """Seconds an epoch, as `model/training.py` feeds it and by a plain `fit` on arrays."""
    return [apart(_network, name, data.train, steps, rounds) for name in NETWORKS]


def _network(name: str, part: Part, steps: int, rounds: int) -> Row:
    from model.training import fit  # noqa: PLC0415  TensorFlow takes seconds to load

    recipe = fit.RECIPES[name]
    made = _stand_in(part) if recipe.crop_share else None
    batches = fit.Batches(part, made, recipe, seed=0)
    count = min(steps * recipe.batch_size, len(part.images))
    steps = min(count // recipe.batch_size, len(batches))
    images, labels = part.images[:count], part.labels[:count]
    arrays = {"x": fit.grey(images), "y": fit.targets(labels)}
    fed, plain = _compiled(name), _compiled(name)
    calls = {
        "own": partial(_epoch, fed, {"x": batches.dataset().take(steps), "shuffle": False}),
        "other": partial(_epoch, plain, arrays | {"batch_size": recipe.batch_size}),
    }
    interleaved(calls, 1)  # the first ones trace the network
    taken = interleaved(calls, rounds)
    own, other = (
        Measurement.of([len(batches) * took / steps for took in taken[name]]) for name in calls
    )
    what = f"training {name}, an epoch of {len(batches):,} batches of {recipe.batch_size}"
    return Row(what, "s", own, "`fit` on arrays in memory", other, Target(times=1.15))


def _epoch(model: "keras.Model", fed: dict[str, Any]) -> float:
    """Seconds until the last batch: then Keras's own feeding may sleep as long again."""
    import keras  # noqa: PLC0415  as below

    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda *_, **__: ends.append(time.perf_counter())
    )
    began = time.perf_counter()
    model.fit(**fed, verbose=0, callbacks=[clock])
    return ends[-1] - began


def _compiled(name: str) -> "keras.Model":
    """The network compiled as `model.training.fit` does."""
    import keras  # noqa: PLC0415  as above

    from model.training.fit import RECIPES, DigitAccuracy  # noqa: PLC0415

    recipe = RECIPES[name]
    keras.config.set_dtype_policy(recipe.precision)
    model = recipe.network()
    keras.config.set_dtype_policy("float32")
    model.compile(
        keras.optimizers.AdamW(recipe.learning_rate, weight_decay=recipe.weight_decay),
        loss="categorical_crossentropy",
        metrics=[DigitAccuracy(name="accuracy")],
        jit_compile=False,
    )
    return model


def _stand_in(part: Part) -> Part:
    """As many crops as of rendered pages, of which the pixels do not matter here."""
    labels = np.append(part.labels, np.full_like(part.labels, NOT_A_DIGIT))
    return Part(np.tile(part.images, (2, 1, 1)), labels)
