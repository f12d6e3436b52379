"""Ordinary photos, which show no digit, from scikit-image, scikit-learn and matplotlib."""

from functools import cache
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from skimage import data
from sklearn.datasets import load_sample_images

SCENES = (
    data.astronaut, data.brick, data.camera, data.cat, data.coffee, data.grass, data.gravel,
    data.hubble_deep_field, data.retina, data.rocket,
)  # fmt: skip
CLOSEST = 3  # times as large as needed to fill the picture, at most


@cache
def scenes() -> list[MatLike]:
    """`SCENES` (h, w, 3) uint8, scikit-image's; those that are grey have three equal channels."""
    photos = [np.asarray(scene()) for scene in SCENES]  # type: ignore[no-untyped-call]
    return [_in_colour(photo) for photo in photos]


def _in_colour(photo: MatLike) -> MatLike:
    return photo if photo.ndim == 3 else cv2.cvtColor(photo, cv2.COLOR_GRAY2BGR)


@cache
def grey_photos() -> list[MatLike]:
    """Grey photos (h, w) uint8: a temple and a flower of scikit-learn's, matplotlib's portrait."""
    portrait = Path(mpl.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    colours = [*load_sample_images().images, cv2.imread(str(portrait))]
    return [cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY) for photo in colours]


def sample_scene(size: tuple[int, int], rng: Generator) -> MatLike:
    """A random part of one of the `scenes`, mirrored half of the time.

    Args:
        size: width and height in pixels.
        rng: decides the scene, the part and how large it is shown.

    Returns:
        A picture (height, width, 3) uint8.
    """
    width, height = size
    photos = scenes()
    photo = photos[rng.integers(len(photos))]
    filling = max(width / photo.shape[1], height / photo.shape[0])
    scale = filling * rng.uniform(1, CLOSEST)
    large = cv2.resize(photo, None, fx=scale, fy=scale)
    x = rng.integers(large.shape[1] - width + 1)
    y = rng.integers(large.shape[0] - height + 1)
    part = large[y : y + height, x : x + width]
    if rng.random() < 0.5:
        part = part[:, ::-1]
    return np.ascontiguousarray(part)
