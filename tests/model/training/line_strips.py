"""Strips of MNIST's digits beside each other, and a recipe that trains on them in seconds."""

from dataclasses import replace

import cv2
import keras
import numpy as np
from keras import layers

from model.mnist import Part
from model.recognition.character_set import CHARACTERS
from model.recognition.line_network import BOX_VALUES, COLUMN_PIXELS, ROW_PIXELS
from model.synthesis.strip_sets import Strips
from model.training.recipes import LINES

HEIGHT, WIDTH = 32, 64
PITCH, SIDE = 16, 20  # pixels from digit to digit, and of a digit's image
COUNT = WIDTH // PITCH  # digits a strip


def tiny() -> keras.Model:
    """A network that answers as `networks.lines` does, by what a small window shows."""
    ink = keras.Input((None, None, 1))
    maps = layers.Rescaling(1 / 255)(ink)
    maps = layers.Conv2D(8, (16, 8), (ROW_PIXELS, COLUMN_PIXELS), "same", activation="relu")(maps)
    answer = layers.Conv2D(1 + len(CHARACTERS) + BOX_VALUES, 1)(maps)
    return keras.Model(ink, answer)


QUICK = replace(
    LINES,
    network=tiny,
    epochs=2,
    batch_size=4,
    learning_rate=2e-2,
    strips=24,
    validation_strips=8,
    fusion_pages=3,
    test_pages=3,
)


def strips_of(part: Part, count: int, seed: int) -> Strips:
    """Stand in for `strip_sets.load`: strips with a row of digits each."""
    rng = np.random.default_rng(seed)
    chosen = rng.integers(len(part.images), size=(count, COUNT))
    ink = np.zeros((count, HEIGHT, WIDTH), np.uint8)
    for strip, row in zip(ink, chosen, strict=True):
        for place, index in enumerate(row):
            small = cv2.resize(part.images[index], (PITCH, SIDE), interpolation=cv2.INTER_AREA)
            strip[6 : 6 + SIDE, place * PITCH : (place + 1) * PITCH] = small
    x = (np.arange(COUNT) + 0.5) * PITCH
    y, width, height = np.full((3, COUNT), [[16], [10], [16]])
    boxes = np.stack([x, y, width, height], axis=1).astype(np.float32)
    return Strips(
        ink,
        np.full(count, COUNT),
        np.tile(boxes, (count, 1)),
        part.labels[chosen].ravel(),
    )
