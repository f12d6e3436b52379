"""Strips of rendered pages' ink, with the characters in them, to train the line network on."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.recognition.character_set import CHARACTERS
from model.recognition.refusal import RefusedError
from model.recognition.scaled_ink import DIGIT_HEIGHT, scaled_ink
from model.synthesis.geometry import Matrix, Size
from model.synthesis.glyphs.hands import Writers
from model.synthesis.text_pages import TextPage, sample_text_page

Numbers = NDArray[np.float32]
Labels = NDArray[np.uint8]

# By eye where no reason is given.
HEIGHT, WIDTH = 48, 224  # pixels: two lines, and some ten digits
SCALE_DEVIATION = 0.2  # of the logarithm of digits' height: the reader's estimate is no better
CHARACTERS_A_PIECE = 12  # a page with more gives more pieces
MOST_PIECES = 3  # of one page
AIMS = (0.2, 0.8)  # of a strip's width and height, where a character is cut out around
SEAMS = (2, 12)  # pixels of paper between pieces of a strip, the upper bound exclusive
SEEN = 0.8  # share of a character's box that a strip shows, from which on it has to be found
UNSEEN = 0.25  # up to this share it has not to be found; in between either is right
IGNORED = 255  # the label of a character that is partly cut off: to find it or not is right
LEAST_AREA = 1e-6  # pixels, so that a box without any shows nothing of itself


class Piece(NamedTuple):
    """A part of a page's ink, and what is in it.

    Attributes:
        ink: (h, w) uint8, 0 on paper, at most `HEIGHT` by `WIDTH` pixels.
        boxes: (n, 4) float32, x and y of the characters' middles, their width and height.
        labels: (n,) uint8, indices in `CHARACTERS`, `IGNORED` for one of which a part is cut off.
    """

    ink: MatLike
    boxes: Numbers
    labels: Labels


def sample_pieces(writers: Writers, rng: Generator) -> Iterator[Piece]:
    """Make the pieces of one page; none if all of it is of one colour.

    Args:
        writers: whose hands there are.
        rng: decides everything.
    """
    page = sample_text_page(writers, rng)
    error = rng.normal(0, SCALE_DEVIATION)
    estimate = page.digit_height * np.exp(error)
    try:
        ink = scaled_ink(page.photo, estimate)
    except RefusedError:
        return
    whole = _all_of(page, ink, DIGIT_HEIGHT / estimate)
    count = 1 + len(whole.boxes) // CHARACTERS_A_PIECE
    for _ in range(min(MOST_PIECES, count)):
        yield _cut(whole, rng)


def _all_of(page: TextPage, ink: MatLike, scale: float) -> Piece:
    """All of a page's `ink`, which is `scale` times as large as its photo."""
    in_photo = np.array(page.boxes, np.float32)
    boxes = in_photo.reshape(-1, 4) * scale
    boxes[:, :2] += boxes[:, 2:] / 2
    indices = [CHARACTERS.index(symbol) for symbol in page.symbols]
    labels = np.array(indices, np.uint8)
    return Piece(ink, boxes, labels)


def _cut(whole: Piece, rng: Generator) -> Piece:
    """Cut a piece out of a page's ink, near a character if there is any."""
    height, width = whole.ink.shape
    room = (max(0, width - WIDTH), max(0, height - HEIGHT))
    corner = _corner(whole.boxes, room, rng)
    x, y = corner.round().astype(int)
    rows = slice(y, y + HEIGHT)
    columns = slice(x, x + WIDTH)
    part = whole.ink[rows, columns]
    boxes = _moved(whole.boxes, -x, -y)
    return _visible(part.copy(), boxes, whole.labels)


def _corner(boxes: Numbers, room: Size, rng: Generator) -> Matrix:
    """The upper left corner (2,) of a piece, with so much `room` across and down."""
    anywhere = rng.uniform(0, 1, 2) * room
    if not len(boxes):
        return np.asarray(anywhere)
    chosen = rng.integers(len(boxes))
    middle = boxes[chosen, :2]
    aim = rng.uniform(*AIMS, 2) * (WIDTH, HEIGHT)
    corner = (middle - aim).clip(0, room)
    return np.asarray(corner)


def _moved(boxes: Numbers, x: int, y: int) -> Numbers:
    """The boxes (n, 4), `x` pixels farther right and `y` lower."""
    moved = boxes.copy()
    moved[:, :2] += (x, y)
    return moved


def _visible(ink: MatLike, boxes: Numbers, labels: Labels) -> Piece:
    """The piece that shows `ink`: what it cuts off of boxes is gone, and so are hidden ones."""
    size = ink.shape[::-1]
    half = boxes[:, 2:] / 2
    low = (boxes[:, :2] - half).clip(0, size)
    high = (boxes[:, :2] + half).clip(0, size)
    sizes = high - low
    inside = np.concatenate([(low + high) / 2, sizes], axis=1)
    areas = boxes[:, 2:].prod(axis=1)
    shares = sizes.prod(axis=1) / areas.clip(LEAST_AREA)
    certain = np.where(shares >= SEEN, labels, IGNORED)
    kept = shares > UNSEEN
    return Piece(
        ink=ink,
        boxes=inside[kept].astype(np.float32),
        labels=certain[kept].astype(np.uint8),
    )


def pack(pieces: Iterable[Piece], rng: Generator) -> Iterator[Piece]:
    """Put pieces beside each other into strips of `HEIGHT` by `WIDTH` pixels, in their order.

    Args:
        pieces: of any number.
        rng: decides how high each stands in its strip, and how far from the next.
    """
    strip = _Strip()
    for piece in pieces:
        if not strip.has_room(piece):
            yield strip.packed()
            strip = _Strip()
        strip.add(piece, rng)
    if strip.pieces:
        yield strip.packed()


class _Strip:
    """A strip that is being filled from left to right."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._ink = np.zeros((HEIGHT, WIDTH), np.uint8)
        self._end = 0

    def has_room(self, piece: Piece) -> bool:
        """Whether it is empty, or the piece fits beside the others."""
        _, width = piece.ink.shape
        return not self.pieces or self._end + width <= WIDTH

    def add(self, piece: Piece, rng: Generator) -> None:
        """Put a piece on the right, with a seam after it."""
        height, width = piece.ink.shape
        x = self._end
        y = int(rng.integers(HEIGHT - height + 1))
        rows = slice(y, y + height)
        columns = slice(x, x + width)
        self._ink[rows, columns] = piece.ink
        boxes = _moved(piece.boxes, x, y)
        self.pieces.append(piece._replace(boxes=boxes))
        seam = int(rng.integers(*SEAMS))
        self._end = x + width + seam

    def packed(self) -> Piece:
        """All of them as one."""
        boxes = [piece.boxes for piece in self.pieces]
        labels = [piece.labels for piece in self.pieces]
        return Piece(self._ink, np.concatenate(boxes), np.concatenate(labels))
