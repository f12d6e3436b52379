"""Crops of a rendered page: labelled rightly, and decided by a seed."""

from collections import Counter
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.boxes import Box
from model.evaluation import test_set
from model.mnist import NOT_A_DIGIT, Part
from model.recognition import digit_network
from model.recognition.segmentation import MIN_SIDE
from model.synthesis import page_crops
from model.synthesis.glyphs import fonts, glyph_images
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.page_crops import Crop, Sources, label_crops, sample_page
from model.synthesis.pages import Page
from model.synthesis.styles import Style
from tests.model.mnist_pages import Placed, digit, page, row
from tests.model.synthetic import few_test, typefaces

KINDS = ("MNIST", "DRAWN", "TYPESET", "NEGATIVE")
PLACES = [Placed(digit(label), 60 + 150 * nth, 60, 90).box for nth, label in enumerate((3, 6, 8))]


def made(pages: int, seed: int) -> Part:
    """Crops of pages on which test digits are written."""
    rng = np.random.default_rng(seed)
    sources = Sources(few_test(), typefaces())
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
    images, labels = made(40, seed=0)
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
    images, labels = made(20, seed=0)
    digits = labels != NOT_A_DIGIT
    answers = test_set.predict(digit_network.load(), images[digits]).argmax(axis=1)
    assert digits.sum() > 12
    assert (answers == labels[digits]).mean() >= least


@pytest.mark.parametrize("kind", ["NEGATIVE", "PICTURE"])
def test_what_is_no_digit_is_labelled_so(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    only(kind, monkeypatch)
    assert set(made(15, seed=0).labels.tolist()) == {NOT_A_DIGIT}


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, Style, tuple[int, int]]]:
    """How many glyphs, on what, and how large were the pages that were asked for."""
    asked: list[tuple[int, Style, tuple[int, int]]] = []

    def note(
        images: list[MatLike], style: Style, size: tuple[int, int], _: np.random.Generator
    ) -> Page:
        asked.append((len(images), style, size))
        return Page(page(50, 50), [Box(0, 0, 1, 1)] * len(images))

    monkeypatch.setattr(page_crops, "render", note)
    monkeypatch.setattr(page_crops, "label_crops", lambda *_: [])
    monkeypatch.setattr(page_crops, "distort", lambda glyph, *_, **__: glyph)
    monkeypatch.setattr(glyph_images, "enlarge", lambda image: image)
    return asked


def test_pages_are_of_all_styles_and_sizes_and_some_hold_several_digits(
    rendered: list[tuple[int, Style, tuple[int, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    only("MNIST", monkeypatch)
    made_of_pages(1500)
    counts = Counter(count for count, _, _ in rendered)
    assert sorted(counts) == [1, 2, 3, 4]
    assert counts[1] / 1500 == pytest.approx(0.75, abs=0.04)
    assert {style for _, style, _ in rendered} == set(Style)
    sides = [side for _, _, size in rendered for side in size]
    assert (min(sides), max(sides)) == (200, 419)


def made_of_pages(pages: int) -> None:
    rng = np.random.default_rng(0)
    sources = Sources(few_test(), typefaces())
    for _ in range(pages):
        sample_page(sources, rng)


@pytest.mark.usefixtures("rendered")
def test_some_photos_end_close_around_their_glyph_or_cut_it_a_bit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only("MNIST", monkeypatch)
    monkeypatch.setattr(page_crops, "ROWS", 0.0)
    whole = Page(page(400, 300), [Box(100, 80, 100, 200)])
    monkeypatch.setattr(page_crops, "render", lambda *_: whole)
    framed: list[Page] = []

    def keep(photo: MatLike, boxes: list[Box], *_: object) -> list[Crop]:
        framed.append(Page(photo, boxes))
        return []

    monkeypatch.setattr(page_crops, "label_crops", keep)
    made_of_pages(400)
    tight = [each for each in framed if each.photo.shape != whole.photo.shape]
    assert len(tight) / 400 == pytest.approx(0.15, abs=0.04)
    shapes = np.array([each.photo.shape[:2] for each in tight])
    assert (shapes >= (176, 88)).all()
    assert (shapes <= (240, 120)).all()
    cut = [each for each in tight if each.boxes[0] != Box(*each.boxes[0][:2], 100, 200)]
    assert 0.4 < len(cut) / len(tight) < 0.98
    for photo, [box] in tight:
        assert 0 <= box.x <= 10
        assert box.right <= photo.shape[1]
        assert 88 <= box.width <= 100
        assert 176 <= box.height <= 200


def test_some_pictures_show_nothing_written(
    rendered: list[tuple[int, Style, tuple[int, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes: list[tuple[int, int]] = []

    def note(size: tuple[int, int], _: np.random.Generator) -> MatLike:
        scenes.append(size)
        return page(50, 50)

    monkeypatch.setattr(page_crops, "sample_scene", note)
    monkeypatch.setattr(page_crops, "sample_digit", lambda _: (page(5, 5), 3))
    monkeypatch.setattr(page_crops, "sample_negative", lambda *_: page(5, 5))
    monkeypatch.setattr(fonts, "draw", lambda *_: np.full((50, 20), 255, np.uint8))
    made_of_pages(1000)
    assert len(scenes) + len(rendered) == 1000
    assert len(scenes) / 1000 == pytest.approx(0.06, abs=0.025)


def test_each_kind_of_glyph_has_its_share(
    rendered: list[tuple[int, Style, tuple[int, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: Counter[str] = Counter()

    def counted(kind: str, glyph: object) -> Callable[..., object]:
        def make(*_: object) -> object:
            kinds[kind] += 1
            return glyph

        return make

    mark = np.full((50, 20), 255, np.uint8)
    monkeypatch.setattr(page_crops, "sample_digit", counted("drawn", (mark, 3)))
    monkeypatch.setattr(page_crops, "sample_negative", counted("negative", mark))
    monkeypatch.setattr(fonts, "draw", counted("typeset", mark))
    monkeypatch.setattr(glyph_images, "enlarge", counted("mnist", mark))
    made_of_pages(2000)
    total = sum(kinds.values())
    assert total == sum(count for count, _, _ in rendered)
    shares = {kind: kinds[kind] * 0.94 / total for kind in kinds}
    copied = 0.31 * 0.35  # letters of typefaces
    assert shares["mnist"] == pytest.approx(0.24, abs=0.03)
    assert shares["drawn"] == pytest.approx(0.26, abs=0.03)
    assert shares["typeset"] == pytest.approx(0.13 + copied, abs=0.03)
    assert shares["negative"] == pytest.approx(0.31 - copied, abs=0.03)


def test_one_in_three_printed_typefaces_is_copied_as_a_hand_might(
    rendered: list[tuple[int, Style, tuple[int, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    only("TYPESET", monkeypatch)
    faces: Counter[str] = Counter()
    characters: set[str] = set()
    mark = np.full((50, 20), 255, np.uint8)

    def note(face: Typeface, character: str) -> MatLike | None:
        faces[face.name] += 1
        characters.add(character)
        return None if face.name == "lacks" else mark

    monkeypatch.setattr(fonts, "draw", note)
    hand, printed, lacks = (
        Typeface(name, (), written=name != "printed") for name in ("hand", "printed", "lacks")
    )
    rng = np.random.default_rng(0)
    for _ in range(800):
        sample_page(Sources(few_test(), [hand, printed, lacks]), rng)
    # The printed one is one of three in 30 % of the choices.
    assert faces["printed"] / faces.total() == pytest.approx(0.1, abs=0.025)
    assert faces["lacks"] / faces.total() == pytest.approx(0.45, abs=0.03)
    assert faces["hand"] + faces["printed"] == sum(count for count, _, _ in rendered)
    assert characters == set("0123456789")


# --- which crop is what -----------------------------------------------------------------------


def cut(photo: MatLike, boxes: list[Box], labels: list[int]) -> list[Crop]:
    return label_crops(photo, boxes, labels, np.random.default_rng(0))


def cut_often(photo: MatLike, boxes: list[Box], labels: list[int]) -> list[Crop]:
    """The crops by several seeds, which choose different negatives."""
    rngs = map(np.random.default_rng, range(8))
    return [crop for rng in rngs for crop in label_crops(photo, boxes, labels, rng)]


def test_what_lies_at_a_digits_place_is_that_digit() -> None:
    found = cut(row("368"), PLACES, [3, NOT_A_DIGIT, 8])
    assert [crop.label for crop in found][:3] == [3, NOT_A_DIGIT, 8]
    answers = digit_network.load()(np.stack([crop.image for crop in found[:3]]))
    assert answers.argmax(axis=1).tolist() == [3, 6, 8]


def test_what_lies_at_no_digits_place_is_none_and_few_of_it_are_taken() -> None:
    assert [crop.label for crop in cut(row("36825"), [], [])] == [NOT_A_DIGIT] * 2


def shifted(share: float) -> Box:
    """The place of the 3, moved down so far that so much of both overlaps."""
    box = Box(*PLACES[0])
    # Of two boxes, one moved by d of their height h, h - d of h + d overlap.
    return box._replace(y=box.y + round(box.height * (1 - share) / (1 + share)))


@pytest.mark.parametrize(
    ("share", "labels"),
    [(1, {3}), (0.63, {3}), (0.57, set()), (0.33, set()), (0.27, {NOT_A_DIGIT})],
)
def test_a_candidate_is_a_digit_none_or_left_out_by_how_much_they_overlap(
    share: float, labels: set[int]
) -> None:
    crops = cut_often(row("3"), [shifted(share)], [3])
    whole = cut(row("3"), PLACES[:1], [3])[0].image
    assert {crop.label for crop in crops if (crop.image == whole).all()} == labels


def test_a_candidate_that_holds_several_digits_is_none() -> None:
    touching = page(400, 250, [Placed(digit(6), 60, 60, 90), Placed(digit(8), 120, 60, 90)])
    boxes = [Box(*Placed(digit(6), 60, 60, 90).box), Box(*Placed(digit(8), 120, 60, 90).box)]
    crops = cut_often(touching, boxes, [6, 8])
    both = [crop for crop in crops if crop.image.any(axis=0).sum() > crop.image.any(axis=1).sum()]
    assert NOT_A_DIGIT in {crop.label for crop in both}


def test_the_negatives_of_a_page_are_chosen_at_random() -> None:
    photo = row("3682524")
    chosen = {
        b"".join(crop.image.tobytes() for crop in label_crops(photo, [], [], rng))
        for rng in map(np.random.default_rng, range(8))
    }
    assert len(chosen) > 4
    assert len(cut(photo, [], [])) == 2


@pytest.mark.parametrize(("side", "count"), [(MIN_SIDE - 1, 0), (MIN_SIDE + 1, 1)])
def test_what_is_smaller_than_a_digit_may_be_is_not_taken(side: int, count: int) -> None:
    small = page(200, 200)
    cv2.rectangle(small, (100, 100), (100 + side - 1, 100 + side - 1), (0, 0, 0), -1)
    assert len(cut(small, [], [])) == count


def test_what_anyone_would_read_as_a_digit_is_not_taught_to_be_none() -> None:
    ring, stick = page(200, 200), page(200, 200)
    cv2.ellipse(ring, (100, 100), (32, 40), 0, 0, 360, (0, 0, 0), 6)
    cv2.line(stick, (110, 60), (100, 140), (0, 0, 0), 6)
    assert cut(ring, [], []) == cut(stick, [], []) == []


@pytest.mark.parametrize("boxes", [[], PLACES[:1]])
def test_a_photo_that_is_refused_gives_no_crop(boxes: list[Box]) -> None:
    assert cut(page(300, 200), boxes, [3] * len(boxes)) == []
