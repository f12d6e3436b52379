"""Small data sets in MNIST's layout: the real training images are not in the repository."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from model.mnist import NOT_A_DIGIT, Arrays, Mnist, Part
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.fonts import Typeface
from tests.model.mnist_pages import mnist

TEST_DIGITS = 260  # to measure with; fewer than are trained on or chosen by


def numbered(training: int, test: int) -> Arrays:
    """Images that each hold their own number in their first four bytes."""
    rng = np.random.default_rng(0)
    # MNIST's own digits are not equally many either.
    shares = np.arange(10, 20) / np.arange(10, 20).sum()
    arrays: Arrays = {}
    for part, count in (("train", training), ("test", test)):
        images = np.zeros((count, 28 * 28), np.uint8)
        images[:, :4] = np.arange(count, dtype=">u4").view(np.uint8).reshape(-1, 4)
        arrays[f"x_{part}"] = images.reshape(-1, 28, 28)
        arrays[f"y_{part}"] = rng.choice(10, count, p=shares).astype(np.uint8)
    return arrays


def accept(arrays: Arrays, patch: pytest.MonkeyPatch) -> None:
    """Take `arrays` for the published ones."""
    hashes = {name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in arrays.items()}
    patch.setattr("model.mnist.SHA256", hashes)


def write(path: Path, arrays: Arrays) -> Path:
    """Write an .npz in Keras's layout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **arrays)
    return path


def few(training: int = 640, validation: int = 300) -> Mnist:
    """Some images as if they were all there is to train on and to choose by."""
    rest = mnist().select(np.arange(TEST_DIGITS, 10_000))
    chosen = np.arange(training, training + validation)
    return Mnist(rest.select(np.arange(training)), rest.select(chosen))


def few_test(count: int = TEST_DIGITS) -> Part:
    """Some of the images that `few` has none of: `count`, other ones and fewer than it chooses by.

    So a test shows where those to measure with are trained on, or chosen by.
    """
    assert count <= TEST_DIGITS
    return mnist().select(np.arange(count))


def typefaces() -> list[Typeface]:
    """Those that need no network; they stand for the handwritten ones too."""
    return [face._replace(written=True) for face in fonts.bundled()]


def crops_of(part: Part, pages: int, seed: int) -> Part:
    """Stand in for `crops.load`: `pages` digits of `part`, then half as many images of noise."""
    rng = np.random.default_rng(seed)
    chosen = rng.integers(len(part.images), size=pages)
    noise = rng.integers(256, size=(pages // 2, 28, 28)).astype(np.uint8)
    negatives = np.full(len(noise), NOT_A_DIGIT, np.uint8)
    return Part(
        np.concatenate([part.images[chosen], noise]), np.append(part.labels[chosen], negatives)
    )


def is_one_sentence(error: Exception) -> bool:
    """Whether its message can be shown to a person as it is."""
    return "\n" not in str(error) and str(error).endswith((".", ")"))
