"""The sets of digits and outliers: two of each, and what photos without digits give."""

from pathlib import Path

import numpy as np
import pytest

from model import mnist
from model.evaluation import outlier_sets
from model.evaluation.labelled_photos import LabelsError
from model.evaluation.outlier_sets import MOST_OF_EACH, OutlierSets, photo_crops
from model.recognition.digit_network import Classifier, load
from model.synthesis import crops, held_out
from tests.model import mnist_pages
from tests.model.mnist_pages import encode, page, row
from tests.model.synthetic import crops_of, few

HEADER = "file,label,kind,writer\n"


@pytest.fixture(scope="module")
def sets() -> OutlierSets:
    """All sets, with fewer images in each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(held_out, "COPIES", 1)
        patch.setattr(outlier_sets, "GARMENTS", 20)
        return outlier_sets.draw()


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load()


def test_each_set_is_there_to_choose_by_and_to_report(sets: OutlierSets) -> None:
    assert list(sets.validation) == list(sets.test)
    assert len(sets.validation) == 3
    for images in [*sets.validation.values(), *sets.test.values()]:
        assert images.shape[1:] == (28, 28)
        assert images.dtype == np.uint8
        assert len(images) >= 10


def test_no_image_is_in_both(sets: OutlierSets) -> None:
    to_choose_by, to_report = (
        {image.tobytes() for images in part.values() for image in images}
        for part in (sets.validation, sets.test)
    )
    assert len(to_choose_by) > 100
    assert to_choose_by.isdisjoint(to_report)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little to draw, and of one script that none of the project's dependencies brings along."""
    rare = held_out.Script("WARANG CITI", "")
    for part in ("VALIDATION", "TEST"):
        scripts = (*getattr(held_out, part).scripts[:1], rare)
        cursive = held_out.Alphabet("cmmi10.ttf", held_out.ASCII_A)
        monkeypatch.setattr(held_out, part, held_out.HeldOut((cursive,), scripts))
    monkeypatch.setattr(held_out, "COPIES", 1)
    monkeypatch.setattr(outlier_sets, "GARMENTS", 5)


@pytest.mark.usefixtures("small")
def test_they_are_the_same_each_time() -> None:
    one, other = outlier_sets.draw(), outlier_sets.draw()
    assert len(one.test["garments"]) == 5
    for name, images in one.test.items():
        assert np.array_equal(images, other.test[name])


@pytest.mark.usefixtures("small")
def test_what_no_typeface_has_is_said_in_a_sentence() -> None:
    sentence = "No typeface here has Warang Citi digits: they are left out."
    assert outlier_sets.draw().notes == [sentence, sentence]


def test_digits_to_choose_by_are_validations_with_rendered_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = few()
    monkeypatch.setattr(mnist, "load", lambda _: data)
    monkeypatch.setattr(mnist, "load_test", lambda _: mnist_pages.mnist())
    monkeypatch.setattr(crops, "load", crops_of)
    without = outlier_sets.digits(None, pages=0, seed=0)
    assert np.array_equal(without.validation, data.validation.images)
    assert np.array_equal(without.test, mnist_pages.mnist().images)
    rendered = outlier_sets.digits(None, pages=50, seed=3)
    more = crops_of(data.validation, 50, 3).images[:50]  # what is no digit is left out
    assert np.array_equal(rendered.validation, np.concatenate([data.validation.images, more]))


# --- photos -------------------------------------------------------------------------------------


def labelled(folder: Path, lines: str) -> Path:
    (folder / "labels.csv").write_text(HEADER + lines)
    return folder


def test_photos_without_digits_give_the_crops_that_the_network_gets(
    tmp_path: Path, classifier: Classifier
) -> None:
    (tmp_path / "a.png").write_bytes(encode(row("37")))
    (tmp_path / "b.png").write_bytes(encode(row("4")))
    folder = labelled(tmp_path, "a.png,none,nothing,\nb.png,4,phone,\n")
    made = photo_crops(folder, classifier)
    assert made.shape == (2, 28, 28)
    for crop, label in zip(made, (3, 7), strict=True):
        assert classifier(crop[None]).argmax() == label


def test_no_photo_gives_more_than_its_share_of_crops(
    tmp_path: Path, classifier: Classifier
) -> None:
    (tmp_path / "a.png").write_bytes(encode(row("3" * (MOST_OF_EACH + 2))))
    folder = labelled(tmp_path, "a.png,none,nothing,\n")
    assert len(photo_crops(folder, classifier)) == MOST_OF_EACH


def test_what_is_no_picture_or_blank_gives_none(tmp_path: Path, classifier: Classifier) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    (tmp_path / "b.png").write_bytes(encode(page(300, 200)))
    (tmp_path / "c.png").write_bytes(encode(row("3")))
    folder = labelled(tmp_path, "a.png,none,n,\nb.png,none,n,\nc.png,none,n,\n")
    assert len(photo_crops(folder, classifier)) == 1


def test_a_folder_without_such_photos_is_told(tmp_path: Path, classifier: Classifier) -> None:
    (tmp_path / "a.png").write_bytes(encode(row("3")))
    with pytest.raises(LabelsError, match=r"no photo without digits .* any ink\.$"):
        photo_crops(labelled(tmp_path, "a.png,3,phone,\n"), classifier)


def test_a_photo_that_is_missing_is_told(tmp_path: Path, classifier: Classifier) -> None:
    with pytest.raises(LabelsError, match=r"a\.png: No such file"):
        photo_crops(labelled(tmp_path, "a.png,none,nothing,\n"), classifier)
