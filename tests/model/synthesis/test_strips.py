"""Pieces of rendered pages and the strips that they are packed into."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.boxes import Box
from model.mnist import Part
from model.recognition.character_set import CHARACTERS
from model.synthesis import strips
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.exemplars import Exemplars
from model.synthesis.glyphs.hands import Writers
from model.synthesis.strips import HEIGHT, IGNORED, WIDTH, Piece, pack, sample_pieces
from model.synthesis.text_pages import TextPage
from tests.model.mnist_pages import mnist
from tests.model.synthesis.draws import draws
from tests.model.synthetic import typefaces

WRITERS = Writers(
    Exemplars(Part(mnist().images[:2000], mnist().labels[:2000])),
    [*typefaces(), *fonts.bundled()],
)
SEVEN, DASH = CHARACTERS.index("7"), CHARACTERS.index("-")


def page_of(boxes: Sequence[Box], size: tuple[int, int], symbols: str | None = None) -> TextPage:
    """White paper with a black block for each character, digits 24 pixels high."""
    photo = np.full((size[1], size[0], 3), 250, np.uint8)
    for x, y, width, height in boxes:
        photo[y : y + height, x : x + width] = 10
    symbols = symbols or "7" * len(boxes)
    return TextPage(photo, list(boxes), list(symbols), [0] * len(boxes), 24)


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the height of digits be known exactly."""
    monkeypatch.setattr(strips, "SCALE_DEVIATION", 0)


def pieces_of(page: TextPage, monkeypatch: pytest.MonkeyPatch, seed: int = 0) -> list[Piece]:
    monkeypatch.setattr(strips, "sample_text_page", lambda *_: page)
    return list(sample_pieces(WRITERS, np.random.default_rng(seed)))


def inked(ink: MatLike) -> list[tuple[int, int, int, int]]:
    """The boxes of what is inked, from left to right."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((ink > 100).astype(np.uint8))
    return sorted(tuple(stat[:4].tolist()) for stat in stats[1:])


def corners(boxes: NDArray[np.float32]) -> list[tuple[float, ...]]:
    """Middles and sizes as x, y, width and height, from left to right."""
    moved = boxes.copy()
    moved[:, :2] -= moved[:, 2:] / 2
    return sorted(tuple(box) for box in moved.tolist())


# --- pieces -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("exact")
def test_a_page_that_fits_is_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = [Box(10, 8, 4, 24), Box(30, 18, 16, 4)]
    [piece] = pieces_of(page_of(boxes, (100, 40), "7-"), monkeypatch)
    assert piece.ink.shape == (40, 100)
    assert piece.labels.tolist() == [SEVEN, DASH]
    assert piece.boxes.tolist() == [[12, 20, 4, 24], [38, 20, 16, 4]]
    assert corners(piece.boxes) == inked(piece.ink)


@pytest.mark.parametrize(("error", "scale"), [(-1, np.exp(0.2)), (1, np.exp(-0.2))])
def test_the_height_of_digits_is_not_known_exactly(
    error: float, scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of([Box(10, 8, 4, 24)], (100, 40))
    monkeypatch.setattr(strips, "sample_text_page", lambda *_: page)
    [piece] = sample_pieces(WRITERS, draws(normal=error))
    assert piece.boxes[0] == pytest.approx(scale * np.array([12, 20, 4, 24]))
    [ink] = inked(piece.ink)
    assert corners(piece.boxes)[0] == pytest.approx(ink, abs=1)


@pytest.mark.usefixtures("exact")
def test_a_large_page_is_cut_where_there_are_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = [Box(x, y, 5, 24) for x in range(20, 860, 120) for y in (30, 300)]
    page = page_of(boxes, (900, 360))
    for seed in range(40):
        first, second = pieces_of(page, monkeypatch, seed)
        for piece in (first, second):
            assert piece.ink.shape == (HEIGHT, WIDTH)
            assert SEVEN in piece.labels
            assert set(corners(piece.boxes)) <= set(inked(piece.ink))


@pytest.mark.parametrize(("count", "pieces"), [(0, 1), (11, 1), (12, 2), (24, 3), (60, 3)])
def test_a_page_with_more_characters_gives_more_pieces(
    count: int, pieces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of([Box(5 + 3 * n, 9, 1, 20) for n in range(count)], (210, 40))
    page.photo[2:4, 200:205] = 0
    assert len(pieces_of(page, monkeypatch)) == pieces


def test_paper_of_one_colour_gives_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pieces_of(page_of([], (100, 40)), monkeypatch) == []


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize(
    ("hidden", "labels"),
    [(0, [SEVEN]), (4, [SEVEN]), (5, [IGNORED]), (14, [IGNORED]), (15, []), (20, [])],
)
def test_a_character_that_is_cut_may_be_found_or_not(
    hidden: int, labels: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of 20 columns so many are left of the piece, which is cut out at 100.
    page = page_of([Box(100 - hidden, 8, 20, 24), Box(190, 8, 20, 24)], (500, 40))
    monkeypatch.setattr(strips, "sample_text_page", lambda *_: page)
    monkeypatch.setattr(strips, "AIMS", (100 / WIDTH, 100 / WIDTH))
    [piece] = sample_pieces(WRITERS, draws(integer=0.99))
    assert piece.labels.tolist() == [*labels, SEVEN]
    assert piece.boxes[-1].tolist() == [100, 20, 20, 24]
    if labels:
        # What is cut off is no part of the box.
        assert piece.boxes[0].tolist() == [(20 - hidden) / 2, 20, 20 - hidden, 24]


def test_pages_of_all_kinds_give_pieces_with_their_characters_inside() -> None:
    rng = np.random.default_rng(0)
    pieces = [piece for _ in range(25) for piece in sample_pieces(WRITERS, rng)]
    assert len(pieces) > 20
    for ink, boxes, labels in pieces:
        height, width = ink.shape
        assert height <= HEIGHT
        assert width <= WIDTH
        assert ink.dtype == labels.dtype == np.uint8
        assert boxes.dtype == np.float32
        assert boxes.shape == (len(labels), 4)
        low = boxes[:, :2] - boxes[:, 2:] / 2
        high = boxes[:, :2] + boxes[:, 2:] / 2
        assert (low > -0.01).all()
        assert (high < np.array([width, height]) + 0.01).all()
        assert set(labels.tolist()) <= {*range(len(CHARACTERS)), IGNORED}


# --- strips -----------------------------------------------------------------------------------


def piece(height: int, width: int, label: int) -> Piece:
    """Ink all over, in which each label is found once."""
    middle = [width / 2, height / 2, width, height]
    return Piece(
        np.full((height, width), 100 + label, np.uint8),
        np.array([middle], np.float32),
        np.array([label], np.uint8),
    )


def test_packing_loses_nothing() -> None:
    rng = np.random.default_rng(0)
    sizes = rng.integers((10, 10), (HEIGHT + 1, WIDTH + 1), (40, 2)).tolist()
    pieces = [piece(height, width, label) for label, (height, width) in enumerate(sizes)]
    packed = list(pack(pieces, rng))
    assert {strip.ink.shape for strip in packed} == {(HEIGHT, WIDTH)}
    assert np.concatenate([strip.labels for strip in packed]).tolist() == [*range(40)]
    ink = sum(int(strip.ink.sum()) for strip in packed)
    assert ink == sum(int(each.ink.sum()) for each in pieces)
    for strip in packed:
        for (x, y, width, height), label in zip(corners(strip.boxes), strip.labels, strict=True):
            part = strip.ink[int(y) : int(y + height), int(x) : int(x + width)]
            assert np.unique(part).tolist() == [100 + label]
            assert part.size == width * height


@pytest.mark.parametrize(("integer", "seam"), [(0, 2), (0.99, 11)])
def test_pieces_stand_beside_each_other_with_a_seam(integer: float, seam: int) -> None:
    [strip] = pack([piece(20, 50, 1), piece(20, 60, 2)], draws(integer=integer))
    (first, top, *_), (second, *_) = corners(strip.boxes)
    assert first == 0
    assert second == 50 + seam
    assert top == (0 if integer == 0 else HEIGHT - 20)


@pytest.mark.parametrize(("width", "count"), [(122, 1), (123, 2)])
def test_what_does_not_fit_begins_another_strip(width: int, count: int) -> None:
    packed = list(pack([piece(20, 100, 1), piece(20, width, 2)], draws()))
    assert len(packed) == count


def test_a_piece_without_characters_takes_its_place_too() -> None:
    empty = Piece(
        np.full((10, 30), 9, np.uint8), np.empty((0, 4), np.float32), np.empty(0, np.uint8)
    )
    [strip] = pack([empty, piece(20, 50, 1)], draws())
    assert strip.labels.tolist() == [1]
    assert corners(strip.boxes)[0][0] == 32
    assert (strip.ink == 9).sum() == 300


def test_nothing_makes_no_strip() -> None:
    assert list(pack([], draws())) == []


def test_pieces_are_not_changed() -> None:
    one = piece(20, 100, 1)
    list(pack([piece(20, 60, 2), one], draws()))
    assert one.boxes.tolist() == [[50, 10, 100, 20]]
