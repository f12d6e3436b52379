"""Fine-tune a trained network on what people corrected, and keep it only if nothing got worse."""

import hashlib
import math
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scipy.stats import binomtest

from model.evaluation import test_set
from model.mnist import NOT_A_DIGIT, Mnist, Part
from model.recognition import digit_network
from model.recognition.digit_network import slanted
from model.synthesis import crops
from model.training import fit
from model.training.augmentation import augment
from model.training.fit import Numbers, Recipe, grey, targets

MOST_OF_USERS = 0.2  # of the corrections come from one person, so that nobody alone can teach much
FEW = 5  # corrections of one person are taken whatever their share
HELD_BACK = 5  # of so many people, one's corrections only measure
ABSURD = 0.01  # probability
WEIGHT = 30  # a correction counts as so many of MNIST's images
MOST = 0.25  # of each batch is corrections
BATCH, STEPS = 256, 600
LEARNING_RATE = 3e-4  # a tenth of training's: what is known is to stay
WORSE = 0.05  # probability of as many new errors by chance


class Corrections(NamedTuple):
    """What people said of digits' crops.

    Images (n, 28, 28) uint8, ink 255; labels (n,) uint8, 0..9 or `NOT_A_DIGIT`; users (n,) str.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    users: NDArray[np.str_]

    def some(self, chosen: NDArray[np.bool_]) -> "Corrections":
        """Those `chosen` (n,)."""
        return Corrections(self.images[chosen], self.labels[chosen], self.users[chosen])


@dataclass(frozen=True)
class Comparison:
    """How many of `images` the old and the new network answer rightly, and one of them alone."""

    name: str
    images: int
    old: int
    new: int
    only_old: int
    only_new: int

    @property
    def worse(self) -> bool:
        """Whether the new one got worse by more than chance (McNemar, 1947; exact, one-sided)."""
        differ = self.only_old + self.only_new
        chance = binomtest(self.only_old, differ, alternative="greater").pvalue if differ else 1.0
        return bool(chance < WORSE)

    def __str__(self) -> str:
        """A line of the table."""
        return f"{self.name:<24}{self.images:>7}{self.old:>8}{self.new:>8}"


class Outcome(NamedTuple):
    """What came of it: the comparisons, the places of absurd corrections, whether it was saved."""

    comparisons: list[Comparison]
    absurd: list[int]
    saved: bool


def finetune(  # noqa: PLR0913, PLR0917
    name: str,
    data: Mnist,
    said: Corrections,
    output: Path,
    seed: int,
    pages: int = fit.PAGES,
) -> Outcome:
    """Fine-tune the shipped network `name` on MNIST and what people `said`; save it in `output`.

    It is saved only if it is worse neither on the test part nor on what was held back of the
    corrections. `pages` are rendered, or taken from the cache, to train on what is no digit, too.
    """
    keras.utils.set_random_seed(seed)
    recipe, folder = fit.RECIPES[name], digit_network.TRAINED / name
    used, held_back = split(said.some(usable(said)))
    used = used.some(capped(used.users))
    old: keras.Model = keras.models.load_model(folder / "model.keras")
    made = crops.load(data.train, pages, seed) if recipe.crop_share else None
    new = _tuned(old, recipe, data.train, made, used, seed)
    new = fit.calibrate(new, recipe, data.validation)
    test = Corrections(data.test.images, data.test.labels, np.empty(0, np.str_))
    comparisons = [
        _compare("MNIST test set", old, new, recipe, test),
        _compare("corrections held back", old, new, recipe, held_back),
        _compare("corrections trained on", old, new, recipe, used),
    ]
    saved = not any(comparison.worse for comparison in comparisons[:2])
    if saved:
        _save(new, name, data, folder, output, seed, len(used.labels))
    return Outcome(comparisons, _absurd(old, new, recipe, said), saved)


def usable(said: Corrections) -> NDArray[np.bool_]:
    """Which corrections (n,) to use: the first of each crop, unless another contradicts it."""
    names = [image.tobytes() for image in said.images]
    labels: dict[bytes, set[int]] = {}
    for image, label in zip(names, said.labels.tolist(), strict=True):
        labels.setdefault(image, set()).add(label)
    first = {image: place for place, image in reversed(list(enumerate(names)))}
    return np.array(
        [first[image] == place and len(labels[image]) == 1 for place, image in enumerate(names)],
        bool,
    )


def split(said: Corrections) -> tuple[Corrections, Corrections]:
    """What to train on, and what to hold back: each person's corrections are wholly in one."""
    digests = [hashlib.sha256(user.encode()).digest()[0] for user in said.users.tolist()]
    held_back = np.array([digest % HELD_BACK == 0 for digest in digests], bool)
    return said.some(~held_back), said.some(held_back)


def capped(users: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Which corrections (n,) by `users` (n,) to use, that no person's make up too many of them."""
    counts = sorted(Counter(users.tolist()).values())
    most = max(counts, default=0)
    # A lower limit makes fewer of all, of which the limit is a share, too.
    while most > FEW and most > MOST_OF_USERS * sum(min(count, most) for count in counts):
        most -= 1
    seen: Counter[str] = Counter()
    kept = []
    for user in users.tolist():
        seen[user] += 1
        kept.append(seen[user] <= most)
    return np.array(kept, bool)


def _tuned(  # noqa: PLR0913, PLR0917
    old: keras.Model,
    recipe: Recipe,
    train: Part,
    made: Part | None,
    used: Corrections,
    seed: int,
) -> keras.Model:
    new = recipe.network()
    new.set_weights(old.get_weights())
    for layer in new.layers:
        # Its statistics are of all that was ever seen.
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    if not len(used.labels):
        return new
    # What the old network calls absurd may be a joke; as a style it comes with milder cases.
    absurd = _belief(old, recipe, used) < ABSURD
    weights = np.where(absurd & (used.labels != NOT_A_DIGIT), 1.0, WEIGHT)
    size = math.ceil(BATCH * min(MOST, weights.sum() / (weights.sum() + len(train.images))))
    rng = np.random.default_rng(seed)
    beside = replace(recipe, batch_size=BATCH - size, augmented=True)
    mixed = fit.Batches(train, made, beside, seed).dataset().repeat()

    def corrections(_: int) -> tuple[Numbers, Numbers]:
        chosen = rng.choice(len(weights), size, p=weights / weights.sum())
        return grey(augment(used.images[chosen], rng)), targets(used.labels[chosen])

    said = tf.data.Dataset.range(STEPS).map(
        lambda step: tf.numpy_function(corrections, [step], (tf.float32, tf.float32))
    )
    both = tf.data.Dataset.zip(mixed, said).map(_joined).prefetch(4)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, STEPS)
    new.compile(keras.optimizers.AdamW(rate), loss="categorical_crossentropy", jit_compile=False)
    new.fit(both, steps_per_epoch=STEPS, epochs=1, shuffle=False, verbose=0)
    return new


def _joined(
    mixed: tuple[tf.Tensor, tf.Tensor], said: tuple[tf.Tensor, tf.Tensor]
) -> tuple[tf.Tensor, tf.Tensor]:
    images, wanted = (tf.concat(parts, axis=0) for parts in zip(mixed, said, strict=True))
    return tf.ensure_shape(images, (BATCH, 28, 28)), tf.ensure_shape(wanted, (BATCH, 10))


def _probabilities(model: keras.Model, recipe: Recipe, images: NDArray[np.uint8]) -> Numbers:
    """As it serves: the answers to all slants averaged (n, 10) float32."""
    views = (grey(slanted(images, slant)) for slant in recipe.slants)
    answers = [model.predict(view, batch_size=500, verbose=0) for view in views]
    return np.asarray(np.mean(answers, axis=0), np.float32)


def _compare(
    name: str, old: keras.Model, new: keras.Model, recipe: Recipe, shown: Corrections
) -> Comparison:
    """Count what each answers rightly; what is no digit has no right answer and is left out."""
    digits = shown.labels != NOT_A_DIGIT
    images, labels = shown.images[digits], shown.labels[digits]
    if not len(labels):
        return Comparison(name, 0, 0, 0, 0, 0)
    before, after = (
        _probabilities(model, recipe, images).argmax(axis=1) == labels for model in (old, new)
    )
    alone = int((before & ~after).sum()), int((after & ~before).sum())
    return Comparison(name, len(labels), int(before.sum()), int(after.sum()), *alone)


def _belief(model: keras.Model, recipe: Recipe, said: Corrections) -> Numbers:
    """The probability (n,) that `model` gives to what was said; of no digit, that of a 9."""
    answers = _probabilities(model, recipe, said.images)
    return answers[range(len(answers)), np.minimum(said.labels, 9)]


def _absurd(old: keras.Model, new: keras.Model, recipe: Recipe, said: Corrections) -> list[int]:
    """Places of the corrections that both networks believe least: for a person to look at."""
    beliefs = [_belief(model, recipe, said) for model in (old, new)]
    absurd = (np.max(beliefs, axis=0) < ABSURD) & (said.labels != NOT_A_DIGIT)
    return [int(place) for place in np.flatnonzero(absurd)]


def _save(  # noqa: PLR0913, PLR0917
    new: keras.Model,
    name: str,
    data: Mnist,
    folder: Path,
    output: Path,
    seed: int,
    corrections: int,
) -> None:
    recipe = fit.RECIPES[name]
    metrics = digit_network.read_metrics(folder)
    shown = fit.refusal_part(recipe, data.validation, seed)
    output.mkdir(parents=True, exist_ok=True)
    for kept in ("history.csv", "curves.png"):
        if folder.resolve() != output.resolve():
            shutil.copy(folder / kept, output / kept)
    fit.save(new, output)
    metrics["refusal_threshold"] = fit.refusal_threshold(new, shown)
    metrics["corrections"] = corrections
    metrics |= test_set.measure(output, data.test, recipe.slants)
    test_set.save(output, metrics)
