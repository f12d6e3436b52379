"""28x28 images -> ten probabilities, by LiteRT."""

import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.recognition.trained_files import TRAINED, ModelName, TrainedFiles, read_digit_network

BATCH = 32  # images that are classified at once; more take no less time each, but more memory


class Classifier:
    """A network, usable from any number of threads: each has an interpreter of its own."""

    def __init__(self, content: bytes, slants: Sequence[float] = (0.0,)) -> None:
        """Load nothing yet: each thread does when it first asks.

        Args:
            content: of a .tflite file, (n, 28, 28) float32 0 to 1 in, (n, 10) float32 out.
            slants: pixels a row; the answers to the images slanted by each are averaged.
        """
        self._content = content
        self._slants = slants
        self._local = threading.local()

    def __reduce__(
        self,
    ) -> tuple[Callable[[bytes, tuple[float, ...]], "Classifier"], tuple[bytes, tuple[float, ...]]]:
        """Pickle what it is made of; interpreters cannot leave their process."""
        return shared, (self._content, tuple(self._slants))

    def __call__(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Classify `images` (n, 28, 28) uint8, ink 255 on 0: (n, 10) float32, rows sum to 1."""
        return self.averaged(images, self.upright(images))

    def upright(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Classify `images` as they are, not slanted: (n, 10) float32, rows sum to 1.

        The network runs once for each image, not once for each slant as in `averaged`.
        """
        return self._classify(images)

    def averaged(
        self, images: NDArray[np.uint8], upright: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Average what `upright` answered to `images` with the answers to the slanted ones.

        Args:
            images: (n, 28, 28) uint8, ink 255 on 0.
            upright: (n, 10) float32, what `upright` returned for them.

        Returns:
            (n, 10) float32, each row sums to 1; `upright` itself if there are no other slants.
        """
        slants = [slant for slant in self._slants if slant]
        if not slants or not len(images):
            return upright
        views = [slanted(images, slant) for slant in slants]
        # All slants in one batch, which takes less time than one after the other.
        answers = self._classify(np.concatenate(views))
        by_slant = answers.reshape(len(slants), *upright.shape)
        total = by_slant.sum(axis=0) + upright
        count = len(slants) + 1
        return np.asarray(total / count, np.float32)

    def _classify(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        # In few at once: the interpreter keeps the memory that the most took.
        batches = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
        return np.concatenate([self._classify_batch(batch) for batch in batches or [images]])

    def _classify_batch(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        interpreter = self._interpreter()
        [entry] = interpreter.get_input_details()
        if tuple(entry["shape"]) != images.shape:
            interpreter.resize_tensor_input(entry["index"], images.shape)
            interpreter.allocate_tensors()
        scaled = images.astype(np.float32) / np.float32(255)
        interpreter.set_tensor(entry["index"], scaled)
        interpreter.invoke()
        [output] = interpreter.get_output_details()
        probabilities: NDArray[np.float32] = interpreter.get_tensor(output["index"])
        return probabilities

    def _interpreter(self) -> Interpreter:
        """This thread's own interpreter, its tensors allocated."""
        if not hasattr(self._local, "interpreter"):
            interpreter = Interpreter(model_content=self._content, num_threads=1)
            interpreter.allocate_tensors()
            self._local.interpreter = interpreter
        return self._local.interpreter


@cache
def shared(content: bytes, slants: tuple[float, ...]) -> Classifier:
    """That of this content: what a process loads for it, those that it forks have, too."""
    return Classifier(content, slants)


def slanted(images: NDArray[np.uint8], slant: float) -> NDArray[np.uint8]:
    """Shift each row of `images` (n, 28, 28) by `slant` pixels for each row from the middle."""
    if not slant:
        return images
    _, height, _ = images.shape
    middle = height / 2
    offset = -slant * middle
    matrix = np.array([[1, slant, offset], [0, 1, 0]])
    views = [cv2.warpAffine(image, matrix, image.shape) for image in images]
    return np.stack(views)


def load(name: ModelName = "convolutional", trained: Path = TRAINED) -> Classifier:
    """Load the shipped network `name`.

    Raises:
        ModelError: a file is missing or broken, or the .tflite is not the one that was measured.
    """
    return classifier_from(read_digit_network(name, trained))


def classifier_from(files: TrainedFiles) -> Classifier:
    """The classifier of these files, asked by the slants that its metrics name, if any."""
    slants = tuple(files.metrics.get("slants", [0.0]))
    return shared(files.content, slants)
