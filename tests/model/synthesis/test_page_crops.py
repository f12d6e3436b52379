"""Crops of a rendered page: labelled rightly, and decided by a seed."""

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.evaluation import test_set
from model.mnist import NOT_A_DIGIT, Part
from model.recognition import digit_network
from model.synthesis import page_crops
from model.synthesis.page_crops import Crop, Sources, label_crops, sample_page
from tests.model.mnist_pages import Placed, digit, page, row
from tests.model.synthetic import few, typefaces

KINDS = ("MNIST", "DRAWN", "TYPESET", "NEGATIVE")
PLACES = [Placed(digit(label), 60 + 150 * nth, 60, 90).box for nth, label in enumerate((3, 6, 8))]


def made(pages: int, seed: int) -> Part:
    """Crops of pages on which test digits are written."""
    rng = np.random.default_rng(seed)
    sources = Sources(few().test, typefaces())
    crops = [crop for _ in range(pages) for crop in sample_page(sources, rng)]
    images, labels = zip(*crops, strict=True)
    return Part(np.stack(images), np.array(labels, np.uint8))


def only(kind: str, patch: pytest.MonkeyPatch) -> None:
    """Have nothing but this on the pages."""
    for name in KINDS:
        patch.setattr(page_crops, name, float(name == kind))
    patch.setattr(page_crops, "PICTURE", float(kind == "PICTURE"))


# --- what is made -----------------------------------------------------------------------------


def test_crops_look_like_mnist_and_a_good_part_of_them_is_no_digit() -> None:
    images, labels = made(60, seed=0)
    assert images.shape == (len(labels), 28, 28)
    assert images.dtype == np.uint8
    assert images.any(axis=(1, 2)).all()
    assert np.median(images.max(axis=(1, 2))) > 230
    assert np.median(images.any(axis=2).sum(axis=1)) == pytest.approx(20, abs=1)
    assert NOT_A_DIGIT in labels
    assert len(set(labels.tolist())) > 8
    assert 0.25 < (labels == NOT_A_DIGIT).mean() < 0.75


def test_a_seed_decides_everything() -> None:
    one, same, other = (made(8, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.images, same.images)
    assert np.array_equal(one.labels, same.labels)
    assert not np.array_equal(one.images[:5], other.images[:5])


@pytest.mark.parametrize(("kind", "least"), [("MNIST", 0.95), ("DRAWN", 0.8), ("TYPESET", 0.8)])
def test_a_digit_is_labelled_as_what_it_is(
    kind: str, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(kind, monkeypatch)
    images, labels = made(30, seed=0)
    digits = labels != NOT_A_DIGIT
    answers = test_set.predict(digit_network.load().classifier, images[digits]).argmax(axis=1)
    assert digits.sum() > 20
    assert (answers == labels[digits]).mean() >= least


@pytest.mark.parametrize("kind", ["NEGATIVE", "PICTURE"])
def test_what_is_no_digit_is_labelled_so(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    only(kind, monkeypatch)
    assert set(made(15, seed=0).labels.tolist()) == {NOT_A_DIGIT}


# --- which crop is what -----------------------------------------------------------------------


def cut(photo: MatLike, boxes: list[Box], labels: list[int]) -> list[Crop]:
    return label_crops(photo, boxes, labels, np.random.default_rng(0))


def test_what_lies_at_a_digits_place_is_that_digit() -> None:
    found = cut(row("368"), PLACES, [3, NOT_A_DIGIT, 8])
    assert [crop.label for crop in found][:3] == [3, NOT_A_DIGIT, 8]
    answers = digit_network.load().classifier(np.stack([crop.image for crop in found[:3]]))
    assert answers.argmax(axis=1).tolist() == [3, 6, 8]


def test_what_lies_at_no_digits_place_is_none_and_few_of_it_are_taken() -> None:
    assert [crop.label for crop in cut(row("36825"), [], [])] == [NOT_A_DIGIT] * page_crops.MISSES


def test_what_lies_half_at_a_digits_place_teaches_nothing() -> None:
    x, y, width, height = PLACES[0]
    whole = cut(row("3"), PLACES[:1], [3])[0].image
    found = cut(row("3"), [Box(x + width // 3, y, width, height)], [3])
    assert all(crop.label == NOT_A_DIGIT and (crop.image != whole).any() for crop in found)


def test_what_anyone_would_read_as_a_digit_is_not_taught_to_be_none() -> None:
    ring, stick = page(200, 200), page(200, 200)
    cv2.ellipse(ring, (100, 100), (32, 40), 0, 0, 360, (0, 0, 0), 6)
    cv2.line(stick, (110, 60), (100, 140), (0, 0, 0), 6)
    assert cut(ring, [], []) == cut(stick, [], []) == []


@pytest.mark.parametrize("boxes", [[], PLACES[:1]])
def test_a_photo_that_is_refused_gives_no_crop(boxes: list[Box]) -> None:
    assert cut(page(300, 200), boxes, [3] * len(boxes)) == []
