"""Ink of any size -> the characters in it and their boxes, by LiteRT.

The network answers at each place of a grid, one for `ROW_PIXELS` by `COLUMN_PIXELS` pixels, whether
the middle of a character is there, which character, and where its box lies (CenterNet: "Objects as
Points", Zhou, Wang, Krähenbühl, 2019).
"""

import math
import threading
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from cv2.typing import MatLike
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Indices = NDArray[np.intp]

ROW_PIXELS, COLUMN_PIXELS = 4, 2  # of the ink for a place of the grid: the network's strides
COARSEST = 8  # pixels for a place of its coarsest maps; ink is filled up to a multiple
# Pixels, as of one line: a larger picture, of some 130 bytes each, gets an interpreter of its own.
MOST_KEPT = 20_000
BOX_VALUES = 4  # columns and rows to the middle, logarithms of width and height
USUAL_WIDTH, USUAL_HEIGHT = 12.0, 24.0  # pixels, of which the logarithm is 0
# Rows and columns of places round a middle in which there is no other one; by eye.
NEIGHBOURHOOD = (3, 5)
# A middle as probable as this may be a character; the probabilities of its digits tell how sure.
# CenterNet's own is 0.3.
LEAST_MIDDLE = 0.25
# Two boxes that share more than this of the smaller one are the same character. By eye.
SAME = 0.6


class Characters(NamedTuple):
    """What the network sees in a picture, n characters in order of no meaning.

    Attributes:
        boxes: (n, 4) float32, x and y of the middles, width and height, in pixels of the ink.
        middles: (n,) float32, how probable it is that a character is there, 0 to 1.
        probabilities: (n, 22) float32 of `character_set.CHARACTERS`, rows sum to 1.
    """

    boxes: Numbers
    middles: Numbers
    probabilities: Numbers


class LineNetwork:
    """A network, usable from any number of threads: each has an interpreter of its own."""

    def __init__(self, content: bytes) -> None:
        """Load nothing yet; `content` is of a .tflite file, (1, h, w, 1) float32 0 to 255 in."""
        self._content = content
        self._local = threading.local()

    def __reduce__(self) -> tuple[Callable[[bytes], "LineNetwork"], tuple[bytes]]:
        """Pickle what it is made of; interpreters cannot leave their process."""
        return shared, (self._content,)

    def __call__(self, ink: MatLike) -> Characters:
        """Find the characters in `ink` (h, w) uint8, 0 on paper, digits about 24 pixels high."""
        filled = filled_up(ink)
        answer = self._answer(filled)
        return decode(answer)

    def _answer(self, image: Numbers) -> Numbers:
        """The network's answer (rows, columns, 1 + 22 + 4) to an image (1, h, w, 1)."""
        # One that has read a large picture would keep the memory that it took for that.
        is_usual = image.size <= MOST_KEPT
        interpreter = self._interpreter() if is_usual else self._new_interpreter()
        [entry] = interpreter.get_input_details()
        index = entry["index"]
        if tuple(entry["shape"]) != image.shape:
            interpreter.resize_tensor_input(index, image.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(index, image)
        interpreter.invoke()
        [output] = interpreter.get_output_details()
        [answer] = interpreter.get_tensor(output["index"])
        return np.asarray(answer, np.float32)

    def _interpreter(self) -> Interpreter:
        if not hasattr(self._local, "interpreter"):
            self._local.interpreter = self._new_interpreter()
        return self._local.interpreter

    def _new_interpreter(self) -> Interpreter:
        return Interpreter(model_content=self._content, num_threads=1)


@cache
def shared(content: bytes) -> LineNetwork:
    """The network of this content: what a process loads for it, those that it forks have, too."""
    return LineNetwork(content)


def filled_up(ink: MatLike) -> Numbers:
    """Ink (h, w) as the network takes it: (1, h', w', 1) float32, h' and w' multiples of 8.

    What is added to the right and below is paper.
    """
    height, width = ink.shape
    below = -height % COARSEST
    right = -width % COARSEST
    filled = cv2.copyMakeBorder(ink, 0, below, 0, right, cv2.BORDER_CONSTANT, value=0)
    image = filled.astype(np.float32)
    return image.reshape(1, *image.shape, 1)


def decode(answer: Numbers) -> Characters:
    """Find the characters that an answer of the network means.

    Args:
        answer: (rows, columns, 1 + 22 + 4) float32: for each place the logit of a middle, those of
            `CHARACTERS`, and its box: so many columns and rows further is the middle, then the
            logarithms of width and height in `USUAL_WIDTH` and `USUAL_HEIGHT`.

    Returns:
        The characters, no two of which are the same.
    """
    middle_logits = np.ascontiguousarray(answer[..., 0])
    rows, columns = _peaks(middle_logits)
    values = answer[rows, columns]
    logits = values[:, 1:-BOX_VALUES]
    box_values = values[:, -BOX_VALUES:]
    boxes = _boxes(rows, columns, box_values)
    middles = _sigmoid(values[:, 0])
    probabilities = _softmax(logits)
    characters = Characters(boxes, middles, probabilities)
    return distinct(characters)


def _peaks(logits: Numbers) -> tuple[Indices, Indices]:
    """Rows and columns of the places where the logit of a middle is the highest round about."""
    window = np.ones(NEIGHBOURHOOD, np.uint8)
    highest = cv2.dilate(logits, window)
    odds = LEAST_MIDDLE / (1 - LEAST_MIDDLE)
    is_highest = logits == highest
    is_probable = logits > math.log(odds)
    rows, columns = np.nonzero(is_highest & is_probable)
    return rows, columns


def _boxes(rows: Indices, columns: Indices, values: Numbers) -> Numbers:
    """The boxes (n, 4) that the network means by `values` (n, 4) at these places."""
    right, down, log_width, log_height = values.T
    x = columns + 0.5 + right
    y = rows + 0.5 + down
    width = np.exp(log_width)
    height = np.exp(log_height)
    boxes = np.stack([x, y, width, height], axis=1)
    boxes *= (COLUMN_PIXELS, ROW_PIXELS, USUAL_WIDTH, USUAL_HEIGHT)
    return boxes.astype(np.float32)


def _sigmoid(logits: Numbers) -> Numbers:
    powers = np.exp(-logits)
    return np.asarray(1 / (1 + powers))


def _softmax(logits: Numbers) -> Numbers:
    highest = logits.max(axis=1, keepdims=True)
    powers = np.exp(logits - highest)
    total = powers.sum(axis=1, keepdims=True)
    return np.asarray(powers / total)


def distinct(characters: Characters) -> Characters:
    """Those characters that are not the same as a likelier one (non-maximum suppression)."""
    order = np.argsort(-characters.middles)
    boxes = characters.boxes[order]
    dropped = set()
    # When a character's turn comes, all that are likelier have had theirs.
    for likelier, other in _same_characters(boxes):
        if likelier not in dropped:
            dropped.add(other)
    kept = [index for place, index in enumerate(order) if place not in dropped]
    return Characters(
        characters.boxes[kept],
        characters.middles[kept],
        characters.probabilities[kept],
    )


def _same_characters(boxes: Numbers) -> list[list[int]]:
    """The pairs of places in `boxes` (n, 4) at which the same character is, in ascending order."""
    first, second = _pairs_in_columns(boxes)
    shares = _shares(boxes[first], boxes[second])
    is_same = shares > SAME
    pairs = np.stack([first, second], axis=1)
    same = pairs[is_same]
    same.sort(axis=1)
    return sorted(same.tolist())


def _pairs_in_columns(boxes: Numbers) -> tuple[Indices, Indices]:
    """The pairs of places in `boxes` (n, 4) that have columns in common.

    To compare all with all would take long where there are hundreds.
    """
    left = boxes[:, 0] - boxes[:, 2] / 2
    right = left + boxes[:, 2]
    order = np.argsort(left)
    ranks = np.arange(len(order))
    after_last = np.searchsorted(left[order], right[order], side="right")
    counts = after_last - ranks - 1
    first = np.repeat(ranks, counts)
    # Each is paired with the next one, the one after that and so on.
    starts = np.cumsum(counts) - counts
    own_starts = np.repeat(starts, counts)
    steps = np.arange(len(first)) - own_starts
    second = first + 1 + steps
    return order[first], order[second]


def _shares(boxes: Numbers, others: Numbers) -> Numbers:
    """How much of the smaller one each of `boxes` (n, 4) and its other one share, 0 to 1."""
    middles, sizes = np.hsplit(boxes, 2)
    other_middles, other_sizes = np.hsplit(others, 2)
    half = sizes / 2
    other_half = other_sizes / 2
    begins = np.maximum(middles - half, other_middles - other_half)
    ends = np.minimum(middles + half, other_middles + other_half)
    sides = np.maximum(ends - begins, 0)
    shared = sides.prod(axis=1)
    areas = sizes.prod(axis=1)
    other_areas = other_sizes.prod(axis=1)
    smaller = np.minimum(areas, other_areas)
    return np.asarray(shared / smaller)
