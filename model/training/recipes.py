"""How each network is trained."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import keras

from model.training import networks


@dataclass(frozen=True)
class Recipe:
    """How a network is trained, and on what."""

    name: str
    network: Callable[[], keras.Model]
    epochs: int  # at least 2: the learning rate rises in the first, and then falls
    batch_size: int
    learning_rate: float  # at its peak: risen to in the first epoch, cosine to 0 at the end
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    augmented: bool = False
    pages: int = 0  # rendered to train on, beside MNIST
    validation_pages: int = 0  # rendered with validation digits, to fit the threshold on
    crop_share: float = 0.0  # of each batch: digits from rendered pages
    negative_share: float = 0.0  # of each batch: what is no digit, from rendered pages
    finetuning_steps: int = 600  # batches of corrections and MNIST; chosen, not measured
    slants: tuple[float, ...] = (0.0,)  # of the views whose answers are averaged when it serves


# The dense network's figures are as specified. The convolutional one's are those that the shipped
# network was trained with; other values have not been measured again.
RECIPES = {
    "dense": Recipe("dense", networks.dense, epochs=10, batch_size=32, learning_rate=1e-3),
    "convolutional": Recipe(
        "convolutional",
        networks.convolutional,
        epochs=26,
        batch_size=256,
        learning_rate=4e-3,
        weight_decay=1e-3,
        label_smoothing=0.05,
        augmented=True,
        pages=90_000,
        validation_pages=6_000,
        crop_share=0.34,
        negative_share=0.26,
        slants=(-0.15, 0.0, 0.15),
    ),
}


@dataclass(frozen=True)
class LineRecipe:
    """How the line network is trained, and on what."""

    name: str = "lines"
    network: Callable[[], keras.Model] = networks.lines
    epochs: int = 5
    batch_size: int = 32  # strips
    learning_rate: float = 2e-3  # at its peak: risen to in a quarter of an epoch, cosine to 0
    weight_decay: float = 1e-3
    strips: int = 46_000  # of some 35,000 rendered pages, to train on
    validation_strips: int = 3_200  # of pages with validation digits
    fusion_pages: int = 3_000  # with validation digits, to fit the fusion on
    test_pages: int = 1_500  # with test digits, to measure with


LINES = LineRecipe()


def described(recipe: Recipe | LineRecipe) -> dict[str, Any]:
    """The values of a recipe by name, but for its network, as JSON gives them back."""
    values = asdict(recipe)
    del values["network"]
    text = json.dumps(values)
    return dict(json.loads(text))
