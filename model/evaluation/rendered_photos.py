"""Labelled photos of MNIST digits on paper of every kind, to measure a reader with."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
from cv2.typing import MatLike
from numpy.random import Generator

from model import mnist
from model.evaluation.labelled_photos import COLUMNS
from model.synthesis.glyphs.exemplars import Exemplars
from model.synthesis.glyphs.glyph_images import enlarge
from model.synthesis.glyphs.hands import MnistHand
from model.synthesis.number_pages import KINDS, label_of, photograph_text
from model.synthesis.pages import render
from model.synthesis.sampling import pick
from model.synthesis.styles import Style

SIZES = ((1280, 960), (960, 1280), (640, 480))  # width and height in pixels
ROW_LENGTHS = (2, 9)  # digits, the upper bound exclusive
ROW = "row"  # kind of the pages with several people's digits
QUALITY = 85  # of JPEG, about what Telegram leaves


class LabelledPage(NamedTuple):
    """A rendered page and its row of `labels.csv`.

    Attributes:
        kind: the style's name, `ROW`, or one of `number_pages.KINDS`.
        label: what is written on it.
        photo: (h, w, 3) uint8 BGR.
    """

    kind: str
    label: str
    photo: MatLike


def pages(part: mnist.Part, count: int, rng: Generator) -> Iterator[LabelledPage]:
    """Render `count` pages of each kind.

    There is one digit of `part` on each style, then a row of them, then each kind of numbers.
    """
    for style in Style:
        for _ in range(count):
            label, photo = page(part, style, 1, rng)
            yield LabelledPage(style, label, photo)
    for _ in range(count):
        style = pick(list(Style), rng)
        length = int(rng.integers(*ROW_LENGTHS))
        label, photo = page(part, style, length, rng)
        yield LabelledPage(ROW, label, photo)
    exemplars = Exemplars(part)
    for kind in KINDS:
        for _ in range(count):
            yield number_page(kind, exemplars, rng)


def page(part: mnist.Part, style: Style, length: int, rng: Generator) -> tuple[str, MatLike]:
    """Render `length` digits of `part` in a row: the number, and the photo (h, w, 3) uint8 BGR."""
    chosen = rng.integers(len(part.images), size=length)
    glyphs = [enlarge(image) for image in part.images[chosen]]
    size = pick(SIZES, rng)
    rendered = render(glyphs, style, size, rng)
    digits = part.labels[chosen].tolist()
    number = "".join(map(str, digits))
    return number, rendered.photo


def number_page(kind: str, exemplars: Exemplars, rng: Generator) -> LabelledPage:
    """Render a number of one of `KINDS` by one hand, on any style."""
    text = KINDS[kind](rng)
    hand = MnistHand(exemplars, rng)
    style = pick(list(Style), rng)
    size = pick(SIZES, rng)
    photo = photograph_text(text, hand, style, size, rng)
    return LabelledPage(kind, label_of(text), photo)


def save(folder: Path, labelled: Iterable[LabelledPage]) -> int:
    """Write the photos as JPEG, and labels.csv.

    Returns:
        How many photos there are.

    Raises:
        OSError: a file cannot be written.
    """
    count = 0
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for each in labelled:
            name = f"{count:04}-{each.kind}.jpg"  # a label may hold what a file's name cannot
            data = encode(each.photo)
            (folder / name).write_bytes(data)
            rows.writerow((name, each.label, each.kind, ""))
            count += 1
    return count


def encode(photo: MatLike) -> bytes:
    """The bytes of a JPEG file of `photo` (h, w, 3) uint8 BGR."""
    settings = [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    _, data = cv2.imencode(".jpg", photo, settings)
    return data.tobytes()
