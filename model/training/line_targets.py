"""What the line network should answer to a strip, and how wrong an answer is.

The targets and the loss are CenterNet's ("Objects as Points", Zhou, Wang, Krähenbühl, 2019).
"""

from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from model.recognition.character_set import CHARACTERS
from model.recognition.line_network import (
    BOX_VALUES,
    COLUMN_PIXELS,
    ROW_PIXELS,
    USUAL_HEIGHT,
    USUAL_WIDTH,
)
from model.synthesis.strips import IGNORED

Numbers = NDArray[np.float32]

# Deviations of the bump around a middle, in shares of the box; and the least and the greatest, in
# places of the grid. By eye.
BUMP_SHARE = 0.2
BUMP_WIDTHS, BUMP_HEIGHTS = (0.7, 2.2), (0.6, 1.3)
BUMP_REACH = (3, 6)  # rows and columns to each side; the bump is nothing beyond
NEAR = 0.35  # of a bump's height: places so near a middle tell its character and box, too
FOCUS, FORGIVENESS = 2, 4  # CenterNet's alpha and beta
BOX_WEIGHT = 0.2  # of the boxes' error in the loss; by eye
LEAST_PROBABILITY = 1e-5  # so that logarithms stay finite

MIDDLE, LABEL, WEIGHT, BOX = 0, 1, 2, 3  # where a target has what; the box's four values are last
TARGET_VALUES = BOX + BOX_VALUES


class Grid(NamedTuple):
    """How many rows and columns of places an answer has."""

    rows: int
    columns: int

    @classmethod
    def of(cls, height: int, width: int) -> "Grid":
        """That of the answer to a strip of so many pixels, which are multiples of a place's."""
        return cls(height // ROW_PIXELS, width // COLUMN_PIXELS)


def targets(boxes: Numbers, labels: NDArray[np.uint8], grid: Grid) -> Numbers:
    """What the network should answer to a strip.

    Args:
        boxes: (n, 4), x and y of the characters' middles, which are in the strip, width and height
            in pixels.
        labels: (n,), indices in `CHARACTERS`, or `IGNORED` where it is right to find the character
            and right not to.
        grid: of the answer.

    Returns:
        (rows, columns, TARGET_VALUES): how near a middle is (1 on it, -1 where either is right),
        the character's index, how much that counts, and the box as `line_network` reads it.
    """
    target = np.zeros((*grid, TARGET_VALUES), np.float32)
    for box, label in zip(boxes.tolist(), labels.tolist(), strict=True):
        _add(target, box, label)
    return target


def _add(target: Numbers, box: Sequence[float], label: int) -> None:
    """Put a character into a target, where none is nearer."""
    x, y, width, height = box
    column = x / COLUMN_PIXELS - 0.5
    row = y / ROW_PIXELS - 0.5
    rows = _reached(row, BUMP_REACH[0], target.shape[0])
    columns = _reached(column, BUMP_REACH[1], target.shape[1])
    down = _distances(rows, row)
    right = _distances(columns, column)
    bump = _bump(down, right, width, height)
    places = target[rows, columns]
    nearest = bump > np.abs(places[..., MIDDLE])
    near = nearest & (bump > NEAR)
    if label == IGNORED:
        places[near, MIDDLE] = -1
        return
    places[nearest, MIDDLE] = bump[nearest]
    # One place is the middle itself, wherever between the places it is.
    middle = np.unravel_index(bump.argmax(), bump.shape)
    places[middle][MIDDLE] = 1
    near[middle] = True
    places[near, LABEL] = label
    places[near, WEIGHT] = bump[near]
    places[near, BOX:] = _box_values(down, right, width, height)[near]


def _reached(middle: float, reach: int, count: int) -> slice:
    """Those of `count` places that are at most `reach` from the one nearest to a middle."""
    nearest = round(middle)
    first = max(0, nearest - reach)
    last = min(count - 1, nearest + reach)
    return slice(first, last + 1)


def _distances(places: slice, middle: float) -> Numbers:
    """How far behind a middle each of the places is."""
    indices = np.arange(places.start, places.stop, dtype=np.float32)
    return indices - np.float32(middle)


def _bump(down: Numbers, right: Numbers, width: float, height: float) -> Numbers:
    """How near places (rows, columns) are to a middle, 0 to 1, by a normal distribution."""
    spread_down = np.clip(BUMP_SHARE * height / ROW_PIXELS, *BUMP_HEIGHTS)
    spread_right = np.clip(BUMP_SHARE * width / COLUMN_PIXELS, *BUMP_WIDTHS)
    falls_down = (down / spread_down) ** 2
    falls_right = (right / spread_right) ** 2
    falls = falls_down[:, None] + falls_right
    return np.asarray(np.exp(-falls / 2), np.float32)


def _box_values(down: Numbers, right: Numbers, width: float, height: float) -> Numbers:
    """What the network should answer about a box, at each place (rows, columns, 4)."""
    values = np.empty((len(down), len(right), BOX_VALUES), np.float32)
    values[..., 0] = -right
    values[..., 1] = -down[:, None]
    values[..., 2] = np.log(width / USUAL_WIDTH)
    values[..., 3] = np.log(height / USUAL_HEIGHT)
    return values


def detection_loss(target: keras.KerasTensor, answer: keras.KerasTensor) -> keras.KerasTensor:
    """How wrong an `answer` (b, rows, columns, values) is by its `target`: one number.

    The focal loss of the middles, and beside them the cross-entropy of the characters and the
    absolute error of the boxes.
    """
    weight = target[..., WEIGHT]
    label = ops.cast(target[..., LABEL], "int32")
    logits = answer[..., 1 : 1 + len(CHARACTERS)]
    entropy = ops.sparse_categorical_crossentropy(label, logits, from_logits=True)
    boxes = answer[..., 1 + len(CHARACTERS) :]
    error = ops.sum(ops.abs(boxes - target[..., BOX:]), axis=-1)
    middle_loss = _focal(target[..., MIDDLE], answer[..., 0])
    character_loss = _weighted_mean(entropy, weight)
    box_loss = _weighted_mean(error, weight)
    return middle_loss + character_loss + BOX_WEIGHT * box_loss


def _weighted_mean(loss: keras.KerasTensor, weight: keras.KerasTensor) -> keras.KerasTensor:
    """The mean loss, of a batch without characters, too."""
    return ops.sum(weight * loss) / (ops.sum(weight) + 1)


def _focal(nearness: keras.KerasTensor, logit: keras.KerasTensor) -> keras.KerasTensor:
    """The focal loss of the middles, a middle; where `nearness` is below 0 any answer is right."""
    probability = ops.clip(ops.sigmoid(logit), LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    is_middle = ops.cast(nearness >= 1, "float32")
    counts = ops.cast(nearness >= 0, "float32")
    missed = is_middle * (1 - probability) ** FOCUS
    missed_loss = missed * ops.log(probability)
    # The nearer a middle, the less it matters that one is taken to be there.
    forgiven = (1 - ops.abs(nearness)) ** FORGIVENESS
    invented = counts * (1 - is_middle) * forgiven * probability**FOCUS
    invented_loss = invented * ops.log(1 - probability)
    total = ops.sum(missed_loss + invented_loss)
    return -total / (ops.sum(is_middle) + 1)
