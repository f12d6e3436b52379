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
    from model.training.batches import Batches  # noqa: PLC0415  TensorFlow takes seconds to load
    from model.training.fit import compiled  # noqa: PLC0415  as above
    from model.training.recipes import RECIPES  # noqa: PLC0415  as above

    recipe = RECIPES[name]
    size = recipe.batch_size
    batches = Batches(part, _stand_in(part) if recipe.pages else None, recipe, seed=0)
    epoch = len(batches)
    steps = min(steps, len(part.images) // size, epoch)
    streamed = {"x": batches.dataset().take(steps), "shuffle": False}
    calls = {
        "own": partial(_seconds, compiled(recipe, epoch), streamed),
        "other": partial(_seconds, compiled(recipe, epoch), _in_memory(part, steps, size)),
    }
    interleaved(calls, 1)  # the first ones trace the network
    taken = interleaved(calls, rounds)
    own = Measurement.of([epoch * seconds / steps for seconds in taken["own"]])
    other = Measurement.of([epoch * seconds / steps for seconds in taken["other"]])
    what = f"training {name}, an epoch of {epoch:,} batches of {size}"
    return Row(what, "s", own, "`fit` on arrays in memory", other, Target(times=1.15))


def _seconds(model: "keras.Model", fed: dict[str, Any]) -> float:
    """How long until the last batch: then Keras's own feeding may sleep as long again."""
    import keras  # noqa: PLC0415  as above

    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda *_, **__: ends.append(time.perf_counter())
    )
    began = time.perf_counter()
    model.fit(**fed, verbose=0, callbacks=[clock])
    return ends[-1] - began


def _in_memory(part: Part, steps: int, size: int) -> dict[str, Any]:
    """Whole arrays for `steps` batches of `size`, as Keras's own `fit` takes them."""
    from model.training.batches import grey, targets  # noqa: PLC0415  as above

    count = steps * size
    images = grey(part.images[:count])
    wanted = targets(part.labels[:count])
    return {"x": images, "y": wanted, "batch_size": size}


def _stand_in(part: Part) -> Part:
    """As many crops as of rendered pages, of which the pixels do not matter here."""
    negatives = np.full_like(part.labels, NOT_A_DIGIT)
    images = np.concatenate([part.images, part.images])
    labels = np.concatenate([part.labels, negatives])
    return Part(images, labels)
