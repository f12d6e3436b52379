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

from model.synthesis.sampling import pick

SCENES = (
    data.astronaut, data.brick, data.camera, data.cat, data.coffee, data.grass, data.gravel,
    data.hubble_deep_field, data.retina, data.rocket,
)  # fmt: skip
MIRRORED = 0.5  # share of the parts that are mirrored
CLOSEST = 3  # times as large as needed to fill the picture, at most; by eye


@cache
def scenes() -> list[MatLike]:
    """`SCENES` (h, w, 3) uint8, scikit-image's; those that are grey have three equal channels."""
    photos = []
    for scene in SCENES:
        photo = np.asarray(scene())  # type: ignore[no-untyped-call]
        photos.append(_in_colour(photo))
    return photos


def _in_colour(photo: MatLike) -> MatLike:
    return photo if photo.ndim == 3 else cv2.cvtColor(photo, cv2.COLOR_GRAY2BGR)


@cache
def grey_photos() -> list[MatLike]:
    """Grey photos (h, w) uint8: a temple and a flower of scikit-learn's, matplotlib's portrait."""
    folder = Path(mpl.get_data_path()) / "sample_data"
    file = folder / "grace_hopper.jpg"
    portrait = cv2.imread(str(file))
    photos = load_sample_images().images
    photos = [*photos, portrait]
    return [cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY) for photo in photos]


def sample_scene(size: tuple[int, int], rng: Generator) -> MatLike:
    """A random part of one of the `scenes`, at times mirrored.

    Args:
        size: width and height in pixels.
        rng: decides the scene, the part and how large it is shown.

    Returns:
        A picture (height, width, 3) uint8.
    """
    photo = pick(scenes(), rng)
    closeness = rng.uniform(1, CLOSEST)
    scale = _filling(photo, size) * closeness
    large = cv2.resize(photo, None, fx=scale, fy=scale)
    part = _window(large, size, rng)
    is_mirrored = rng.random() < MIRRORED
    if is_mirrored:
        part = part[:, ::-1]
    return np.ascontiguousarray(part)


def _filling(photo: MatLike, size: tuple[int, int]) -> float:
    """The factor by which a photo has to be scaled to fill a picture of `size`."""
    photo_height, photo_width = photo.shape[:2]
    width, height = size
    wider = width / photo_width
    higher = height / photo_height
    return float(max(wider, higher))


def _window(photo: MatLike, size: tuple[int, int], rng: Generator) -> MatLike:
    """Any part of a photo of `size`, as likely as each other one."""
    photo_height, photo_width = photo.shape[:2]
    width, height = size
    left = rng.integers(photo_width - width + 1)
    top = rng.integers(photo_height - height + 1)
    right = left + width
    bottom = top + height
    return photo[top:bottom, left:right]
