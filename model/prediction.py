"""28x28 images as MNIST has them -> ten probabilities each, by the network that serves.

To read a photo, use `model.reader`; this is for images that are prepared already. What was prepared
otherwise than the network's training images is refused, for it would be answered wrongly and with
great certainty.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.recognition.digit_network import load
from model.recognition.normalization import IMAGE_SIDE
from model.recognition.trained_files import ModelName

# Share of full ink: the median of the outermost pixels of MNIST's test images is 0 in every one,
# and of ink on white paper it is near 1. In between, nearer to what is right.
LIGHTEST_PAPER = 0.25


def predict(images: ArrayLike, model: ModelName = "convolutional") -> NDArray[np.float32]:
    """Tell digits, as the shipped `model` does when it serves.

    Args:
        images: (n, 28, 28), at least one, ink 1 on paper 0, a digit in the middle of each.
        model: the name of a folder in `model/trained`.

    Returns:
        Probabilities (n, 10), each row sums to 1; `argmax(axis=1)` gives the digits.

    Raises:
        ValueError: the images have another shape or other values; the message says what to do.
        ModelError: the trained model is missing or broken.
    """
    values = np.asarray(images)
    _check_shape(values)
    _check_range(values)
    _check_paper(values)
    grey = np.round(255 * values.astype(np.float32))
    return load(model)(grey.astype(np.uint8))


def _check_shape(images: NDArray[np.generic]) -> None:
    """Refuse what is no stack of at least one 28x28 image of numbers."""
    if images.ndim != 3 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE) or not len(images):
        raise ValueError(
            f"The images have the shape {images.shape}: give (n, 28, 28), and a single image as "
            "image[None]."
        )
    if images.dtype.kind not in "buif":
        raise ValueError(f"The images hold {images.dtype}: give numbers from 0 to 1.")


def _check_range(images: NDArray[np.generic]) -> None:
    """Refuse values that are not in 0..1, and those that are no numbers."""
    low = float(images.min())
    high = float(images.max())
    if low >= 0 and high <= 1:
        return
    advice = "scale them so that paper is 0 and full ink is 1"
    if low >= 0 and 1 < high <= 255:
        advice = "divide them by 255"
    raise ValueError(f"The images' values run from {low:g} to {high:g}, not from 0 to 1: {advice}.")


def _check_paper(images: NDArray[np.generic]) -> None:
    """Refuse images whose outermost pixels are not dark, as of black ink on white paper."""
    outermost = np.ones((IMAGE_SIDE, IMAGE_SIDE), bool)
    outermost[1:-1, 1:-1] = False
    paper = np.median(images[:, outermost].astype(np.float32), axis=1)
    [light] = np.nonzero(paper > LIGHTEST_PAPER)
    if len(light):
        first = light[0]
        raise ValueError(
            f"The paper of image {first} is {paper[first]:.2g}, not 0: ink has to be 1 on paper 0, "
            "so give 1 - images if the ink is black on white."
        )
