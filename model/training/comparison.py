"""The network before and after fine-tuning, on the same images: did it get worse?"""

from dataclasses import dataclass
from typing import NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from model.mnist import NOT_A_DIGIT
from model.recognition.digit_network import slanted
from model.training.batches import Numbers, grey
from model.training.corrections import CorrectedCrops

SIGNIFICANCE = 0.05  # the probability of as many new errors by chance, below which it got worse
ABSURD = 0.01  # a correction that is less probable may be a joke; chosen, not measured
BATCH = 500  # images; any number that fits in memory gives the same


class ServedModel(NamedTuple):
    """A network as it serves: its answers to an image slanted by each of `slants`, averaged."""

    network: keras.Model
    slants: tuple[float, ...]

    def probabilities(self, images: NDArray[np.uint8]) -> Numbers:
        """Answer to `images` (n, 28, 28), ink 255: (n, 10)."""
        views = self.views(images)
        return np.asarray(views.mean(axis=0), np.float32)

    def views(self, images: NDArray[np.uint8]) -> Numbers:
        """The answers to `images` (n, 28, 28), ink 255, by each slant: (slants, n, 10)."""
        answers = []
        for slant in self.slants:
            view = grey(slanted(images, slant))
            answers.append(self.network.predict(view, batch_size=BATCH, verbose=0))
        return np.stack(answers)

    def agreement(self, corrections: CorrectedCrops) -> Numbers:
        """The probability (n,) of each correction; of "not a digit" that of a 9, which means none.

        Whoever uses these leaves out what is not a digit: the network has no answer for it.
        """
        answers = self.probabilities(corrections.images)
        rows = np.arange(len(answers))
        columns = np.minimum(corrections.labels, 9)
        return answers[rows, columns]


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
        differing = self.only_old + self.only_new
        if not differing:
            return False
        test = binomtest(self.only_old, differing, alternative="greater")
        return bool(test.pvalue < SIGNIFICANCE)

    def __str__(self) -> str:
        """A line of the table."""
        return f"{self.name:<24}{self.images:>7}{self.old:>8}{self.new:>8}"


def compare(name: str, old: ServedModel, new: ServedModel, crops: CorrectedCrops) -> Comparison:
    """Count the right answers of each; what is no digit has none and is left out."""
    digits = crops.select(crops.labels != NOT_A_DIGIT)
    if not len(digits.labels):
        return Comparison(name, 0, 0, 0, 0, 0)
    before = _right(old, digits)
    after = _right(new, digits)
    return Comparison(
        name,
        images=len(digits.labels),
        old=int(before.sum()),
        new=int(after.sum()),
        only_old=int((before & ~after).sum()),
        only_new=int((after & ~before).sum()),
    )


def _right(model: ServedModel, digits: CorrectedCrops) -> NDArray[np.bool_]:
    """Whether `model` answers each of `digits` (n,) rightly."""
    probabilities = model.probabilities(digits.images)
    answers = probabilities.argmax(axis=1)
    return np.asarray(answers == digits.labels)


def absurd(model: ServedModel, corrections: CorrectedCrops) -> NDArray[np.bool_]:
    """Which corrections (n,) name a digit that `model` finds next to impossible."""
    names_a_digit = corrections.labels != NOT_A_DIGIT
    is_unlikely = model.agreement(corrections) < ABSURD
    return np.asarray(names_a_digit & is_unlikely)
