"""Photos to measure with."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike

from model.evaluation.labelled_photos import LabelsError, read_labels
from model.mnist import Part
from model.synthesis.glyphs.glyph_images import enlarge
from model.synthesis.pages import render
from model.synthesis.styles import Style

QUALITY = 87  # of JPEG, as the sandbox's
SIZE = (1280, 960)  # width and height in pixels
PAPER = 190  # its grey level
GRAIN = 4.0  # grey levels, deviation
LARGE = (4000, 3000)  # width and height in pixels
PEN = (60, 40, 40)  # blue, green, red
FONT = cv2.FONT_HERSHEY_SIMPLEX
PRINT = (40, 40, 40)  # blue, green, red
ROW = "1234567890"

Labelled = Sequence[tuple[bytes, str]]  # a photo file's bytes, and what it says


def jpeg(picture: MatLike) -> bytes:
    """The bytes of a JPEG file of `picture` (h, w, 3) uint8 BGR."""
    settings = [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    _, data = cv2.imencode(".jpg", picture, settings)
    return data.tobytes()


def paper(size: tuple[int, int] = SIZE, grain: float = GRAIN) -> MatLike:
    """Light grey paper (h, w, 3) uint8, whose pixels deviate by `grain`."""
    width, height = size
    rng = np.random.default_rng(0)
    pixels = rng.normal(PAPER, grain, (height, width, 3))
    return pixels.astype(np.uint8)


def one_digit(digit: str = "7", size: tuple[int, int] = SIZE, grain: float = GRAIN) -> MatLike:
    """A digit that takes a third of the page's height: (h, w, 3) uint8, `size` is (w, h)."""
    _, height = size
    scale = height / SIZE[1]
    # The digit lies in the middle of the page.
    left = round(500 * scale)
    bottom = round(640 * scale)
    thickness = max(1, round(24 * scale))
    page = paper(size, grain)
    return cv2.putText(
        page,
        digit,
        (left, bottom),
        FONT,
        14 * scale,
        PEN,
        thickness,
        cv2.LINE_AA,
    )


def many_digits(count: int) -> MatLike:
    """Up to 50 digits of one size, ten a row: (960, 1280, 3) uint8."""
    page = paper()
    for written in range(0, count, len(ROW)):
        text = ROW[: count - written]
        line = 180 + 17 * written  # pixels from the top; a row is 170 high
        cv2.putText(page, text, (60, line), FONT, 5, PEN, 12, cv2.LINE_AA)
    return page


def hard() -> dict[str, MatLike]:
    """Pictures that take segmentation the longest, (960, 1280, 3) uint8."""
    rng = np.random.default_rng(0)
    sticks = _sticks(rng)
    noise = rng.integers(0, 256, (960, 1280, 3), np.uint8)
    coarse = rng.integers(0, 256, (96, 128, 3), np.uint8)
    return {
        "blank paper": paper(),
        "noise": noise,
        "coarse noise": cv2.resize(coarse, SIZE),
        "a fine grid": _grid(),
        "a page of text": _text(),
        "64 sticks": sticks,
    }


def _grid() -> MatLike:
    page = paper()
    page[::12] = 60
    page[:, ::12] = 60
    return page


def _text() -> MatLike:
    page = paper()
    line = "The quick brown fox 1234567890" * 2
    for bottom in range(30, 960, 40):
        cv2.putText(page, line, (0, bottom), FONT, 1, PRINT, 2)
    return page


def _sticks(rng: np.random.Generator) -> MatLike:
    page = paper()
    starts = rng.integers(0, 900, (64, 2))
    for x, y in starts.tolist():
        end = (x + 40, y + 50)
        cv2.line(page, (x, y), end, PRINT, 6)
    return page


def lines() -> Labelled:
    """JPEG photos of pages of 10, 20 and 50 digits, 1280x960, on grainy paper."""
    pages = []
    for count in (len(ROW), 2 * len(ROW), 5 * len(ROW)):
        label = "|".join([ROW] * (count // len(ROW)))
        pages.append((jpeg(many_digits(count)), label))
    return pages


def ten_digits() -> Labelled:
    """A JPEG photo of each digit, 1280x960, on grainy paper."""
    return [(jpeg(one_digit(digit)), digit) for digit in "0123456789"]


def labelled(folder: Path) -> Labelled:
    """The photos of one digit that `folder/labels.csv` names, and the digits.

    Raises:
        LabelsError: there are none, or a file or a column is missing.
    """
    path = folder / "labels.csv"
    rows = read_labels(path, ("file", "label"))
    named = [(folder / file, label) for file, label in rows if len(label) == 1]
    if not named:
        raise LabelsError(f"{path} names no photo of one digit.")
    try:
        return [(photo.read_bytes(), label) for photo, label in named]
    except OSError as error:
        raise LabelsError(f"{error.filename}: {error.strerror}.") from error


def rendered(part: Part, count: int) -> Labelled:
    """Render `count` JPEG photos of one digit of `part` each, with the page styles in turn."""
    rng = np.random.default_rng(0)
    chosen = rng.integers(len(part.images), size=count)
    styles = itertools.cycle(Style)
    photos = []
    for index, style in zip(chosen.tolist(), styles, strict=False):
        glyph = enlarge(part.images[index])
        photo = render([glyph], style, SIZE, rng).photo
        label = str(part.labels[index])
        photos.append((jpeg(photo), label))
    return photos
