"""The digits and the outliers between which `outliers` measures how well they are told apart.

All are there twice: to choose a score by (validation), and to report its figures on (test). No
digit, design of letters, script or garment is in both. Photos are for reporting alone.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from model import mnist
from model.evaluation.judgement import NO_DIGIT_LABEL
from model.evaluation.labelled_photos import LabelsError, read_labels
from model.recognition.classification import classify
from model.recognition.decoding import decode
from model.recognition.digit_network import Classifier
from model.recognition.refusal import RefusedError
from model.recognition.segmentation import find_components
from model.synthesis import crops, garments, held_out
from model.synthesis.garments import Wardrobe
from model.synthesis.held_out import HeldOut

Images = NDArray[np.uint8]

SEED = 0  # of how the outliers are distorted; any fixed number would do
GARMENTS = 1000  # of each part: a false positive rate of 5 % is then known to 1.4 % either way
MOST_OF_EACH = 10  # crops of one photo, that no page of text outweighs all others


class Digits(NamedTuple):
    """Images (n, 28, 28) uint8, ink 255 on 0."""

    validation: Images
    test: Images


class OutlierSets(NamedTuple):
    """Images (n, 28, 28) uint8, ink 255 on 0, by the name of what they show.

    `notes` are sentences about what could not be drawn here.
    """

    validation: dict[str, Images]
    test: dict[str, Images]
    notes: list[str]


def digits(data: Path | None, pages: int, seed: int) -> Digits:
    """MNIST's validation digits with those cut out of rendered `pages` of them; its test digits.

    Args:
        data: as `mnist.load` takes it.
        pages: as many as the network's threshold was fitted on, and by the same `seed`: those are
            cached.
        seed: that the network was trained with.

    Raises:
        DatasetError: MNIST cannot be had.
    """
    validation = mnist.load(data).validation
    images = validation.images
    if pages:
        rendered = crops.load(validation, pages, seed)
        cut_out = rendered.digits()
        images = np.concatenate([images, cut_out.images])
    return Digits(images, mnist.load_test(data).images)


def draw() -> OutlierSets:
    """Draw all sets for which nothing but installed files is needed."""
    rng = np.random.default_rng(SEED)
    notes: list[str] = []
    validation = _drawn(held_out.VALIDATION, garments.VALIDATION, rng, notes)
    test = _drawn(held_out.TEST, garments.TEST, rng, notes)
    return OutlierSets(validation, test, notes)


def _drawn(
    designs: HeldOut, wardrobe: Wardrobe, rng: Generator, notes: list[str]
) -> dict[str, Images]:
    other_digits, missing = held_out.other_digits(designs, rng)
    notes += [f"No typeface here has {script} digits: they are left out." for script in missing]
    return {
        "letters": held_out.letters(designs, rng),
        "other scripts' digits": other_digits,
        "garments": garments.garments(wardrobe, GARMENTS, rng),
    }


def photo_crops(folder: Path, classifier: Classifier) -> Images:
    """What the network gets of the photos of `folder` that show no digit.

    Of each photo these are its most prominent candidates, `MOST_OF_EACH` at most. Before the reader
    asserts a digit, it looks at more than one of them, and at what is round them.

    Returns:
        Crops (n, 28, 28) uint8, ink 255 on 0.

    Raises:
        LabelsError: labels.csv (file,label) or a photo is missing, or no photo has a candidate.
    """
    images: list[Images] = []
    for file, label in read_labels(folder / "labels.csv", ("file", "label")):
        if label == NO_DIGIT_LABEL:
            images += _crops(folder / file, classifier)
    if not images:
        raise LabelsError(f"{folder} has no photo without digits on which there is any ink.")
    return np.stack(images)


def _crops(path: Path, classifier: Classifier) -> list[Images]:
    try:
        data = path.read_bytes()
        components = find_components(decode(data))
    except OSError as error:
        raise LabelsError(f"{error.filename}: {error.strerror}.") from error
    except RefusedError:
        return []
    if components.are_many or not len(components.boxes):
        return []
    candidates = classify(components, classifier)
    candidates.sort(key=lambda candidate: candidate.prominence, reverse=True)
    return [candidate.crop for candidate in candidates[:MOST_OF_EACH]]
