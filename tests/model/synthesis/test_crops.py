"""Training crops of rendered pages: labelled rightly, decided by a seed, made once."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import cv2
import matplotlib as mpl
import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.evaluation import test_set
from model.mnist import NOT_A_DIGIT, Part
from model.recognition import digit_network
from model.synthesis import crops, fonts
from model.synthesis.crops import Crop
from model.synthesis.fonts import Typeface
from tests.model.mnist_pages import Placed, digit, page, row
from tests.model.synthetic import few

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
KINDS = ("MNIST", "DRAWN", "TYPESET", "NEGATIVE")
TINY_CHUNK = 4
PLACES = [Placed(digit(label), 60 + 150 * nth, 60, 90).box for nth, label in enumerate((3, 6, 8))]


def bundled() -> list[Typeface]:
    """The typefaces that need no network; without the handwritten ones they stand for these too."""
    return [Typeface(name, (FONTS / f"{name}.ttf",), written=True) for name in fonts.BUNDLED]


def prepare(part: Part) -> None:
    """Do in a process of the pool what the fixture below does in this one."""
    _patch(pytest.MonkeyPatch())
    crops._part = part


def _patch(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(crops, "_faces", bundled)
    patch.setattr(fonts, "fetch", lambda: FONTS)
    patch.setattr(crops, "CHUNK", TINY_CHUNK)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    _patch(monkeypatch)


def made(pages: int, seed: int) -> Part:
    """Crops of pages on which test digits are written."""
    rng = np.random.default_rng(seed)
    images, labels = zip(
        *(crop for _ in range(pages) for crop in crops._page(few().test, rng)), strict=True
    )
    return Part(np.stack(images), np.array(labels, np.uint8))


def only(kind: str, patch: pytest.MonkeyPatch) -> None:
    """Have nothing but this on the pages."""
    for name in KINDS:
        patch.setattr(crops, name, float(name == kind))
    patch.setattr(crops, "PICTURE", float(kind == "PICTURE"))


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


def test_all_cores_make_what_one_would(monkeypatch: pytest.MonkeyPatch) -> None:
    part = few().test
    monkeypatch.setattr(crops, "_part", part, raising=False)
    seeds = np.random.SeedSequence([5, len(part.images)]).spawn(2)
    images, labels = zip(*map(crops._chunk, seeds), strict=True)
    monkeypatch.setattr(crops, "_prepare", prepare)
    made = crops.make(part, 2 * TINY_CHUNK, seed=5)
    assert np.array_equal(made.images, np.concatenate(images))
    assert np.array_equal(made.labels, np.concatenate(labels))


# --- which crop is what -----------------------------------------------------------------------


def cut(photo: MatLike, boxes: list[Box], labels: list[int]) -> list[Crop]:
    return list(crops._crops(photo, boxes, labels, np.random.default_rng(0)))


def test_what_lies_at_a_digits_place_is_that_digit() -> None:
    found = cut(row("368"), PLACES, [3, NOT_A_DIGIT, 8])
    assert [crop.label for crop in found][:3] == [3, NOT_A_DIGIT, 8]
    answers = digit_network.load().classifier(np.stack([crop.image for crop in found[:3]]))
    assert answers.argmax(axis=1).tolist() == [3, 6, 8]


def test_what_lies_at_no_digits_place_is_none_and_few_of_it_are_taken() -> None:
    assert [crop.label for crop in cut(row("36825"), [], [])] == [NOT_A_DIGIT] * crops.MISSES


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


# --- the cache --------------------------------------------------------------------------------


@pytest.fixture
def makings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seeds of what was made instead of taken from the cache, which is empty first."""
    seeds: list[int] = []

    def make(part: Part, pages: int, seed: int) -> Part:
        seeds.append(seed)
        return Part(part.images[:pages] + seed, part.labels[:pages])

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    monkeypatch.setattr(crops, "make", make)
    return seeds


def test_crops_are_made_once(makings: list[int], tmp_path: Path) -> None:
    made, taken = (crops.load(few().test, 20, seed=3) for _ in range(2))
    assert makings == [3]
    for one, same, given in zip(made, taken, few().test, strict=True):
        assert one.dtype == same.dtype == np.uint8
        assert np.array_equal(one, same)
        assert len(one) == 20 < len(given)
    [file] = (tmp_path / "datasets").iterdir()
    assert file.suffix == ".npz"


@pytest.mark.parametrize(
    "load",
    [
        lambda: crops.load(few().test, 20, seed=4),
        lambda: crops.load(few().test, 21, seed=3),
        lambda: crops.load(few().validation, 20, seed=3),
    ],
    ids=["seed", "pages", "part"],
)
def test_other_crops_are_made_anew(load: Callable[[], Part], makings: list[int]) -> None:
    crops.load(few().test, 20, seed=3)
    load()
    assert len(makings) == 2


def test_crops_are_made_anew_when_what_makes_them_changes(
    makings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    crops.load(few().test, 20, seed=3)
    monkeypatch.setattr(inspect, "getsource", lambda module: f"# {module.__name__}")
    crops.load(few().test, 20, seed=3)
    assert makings == [3, 3]


def test_a_making_that_was_stopped_leaves_nothing_to_take(
    makings: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(np, "savez_compressed", stopped)
        with pytest.raises(KeyboardInterrupt):
            crops.load(few().test, 20, seed=3)
    assert len(crops.load(few().test, 20, seed=3).images) == 20
    assert makings == [3, 3]
    assert len(list((tmp_path / "datasets").iterdir())) == 1


def stopped(stream: BinaryIO, **_: object) -> None:
    """Press Ctrl-C when the file is half written."""
    stream.write(b"half")
    raise KeyboardInterrupt
