"""What feeding and augmenting cost in training, beside the same network fed from memory."""

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from measures.processes import in_fresh_process
from measures.results import Measurement, Row, Target, interleaved
from model.mnist import NOT_A_DIGIT, Mnist, Part

if TYPE_CHECKING:
    import keras

NETWORKS = ("dense", "convolutional")


def training(data: Mnist, steps: int, rounds: int) -> list[Row]:
    """Seconds an epoch, as `model/training/batches.py` feeds it and by a plain `fit` on arrays."""
    return [in_fresh_process(_network, name, data.train, steps, rounds) for name in NETWORKS]


def _network(name: str, part: Part, steps: int, rounds: int) -> Row:
    from model.training.batches import Batches
    from model.training.fit import compiled
    from model.training.recipes import RECIPES

    recipe = RECIPES[name]
    size = recipe.batch_size
    pages = _stand_in(part) if recipe.pages else None
    batches = Batches(part, pages, recipe, seed=0)
    epoch = len(batches)
    available = len(part.images) // size
    steps = min(steps, available, epoch)
    streamed = {"x": batches.dataset().take(steps), "shuffle": False}
    in_memory = _in_memory(part, steps, size)
    calls = {
        "own": partial(_seconds, compiled(recipe, epoch), streamed),
        "other": partial(_seconds, compiled(recipe, epoch), in_memory),
    }
    interleaved(calls, 1)  # the first ones trace the network
    taken = interleaved(calls, rounds)
    return Row(
        what=f"training {name}, an epoch of {epoch:,} batches of {size}",
        unit="s",
        own=_an_epoch(taken["own"], epoch / steps),
        against="`fit` on arrays in memory",
        other=_an_epoch(taken["other"], epoch / steps),
        target=Target(times=1.15),
    )


def _an_epoch(seconds: list[float], times: float) -> Measurement:
    """The seconds of an epoch that takes `times` as long as what was measured."""
    scaled = [times * each for each in seconds]
    return Measurement.of(scaled)


def _seconds(model: "keras.Model", fed: dict[str, Any]) -> float:
    """Seconds until the last batch ends; after it Keras's own feeding may sleep as long again."""
    import keras

    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda *_, **__: ends.append(time.perf_counter())
    )
    began = time.perf_counter()
    model.fit(**fed, verbose=0, callbacks=[clock])
    return ends[-1] - began


def _in_memory(part: Part, steps: int, size: int) -> dict[str, Any]:
    """Whole arrays for `steps` batches of `size`, as Keras's own `fit` takes them."""
    from model.training.batches import grey, targets

    count = steps * size
    images = grey(part.images[:count])
    image_targets = targets(part.labels[:count])
    return {"x": images, "y": image_targets, "batch_size": size}


def _stand_in(part: Part) -> Part:
    """Images in place of rendered pages' crops, digits and others; only their number matters."""
    negatives = np.full_like(part.labels, NOT_A_DIGIT)
    images = np.concatenate([part.images, part.images])
    labels = np.concatenate([part.labels, negatives])
    return Part(images, labels)
