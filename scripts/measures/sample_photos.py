"""Photos to measure with."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike

from model.evaluation.labelled_photos import LabelsError, read_labels
from model.mnist import Part
from model.synthesis.glyphs import enlarge
from model.synthesis.pages import Style, render

QUALITY = 87  # of JPEG, as the sandbox's
SIZE = (1280, 960)
PAPER = 190  # its grey level
GRAIN = 4.0  # grey levels
LARGE = (4000, 3000)
PEN = (60, 40, 40)  # blue, green, red
FONT = cv2.FONT_HERSHEY_SIMPLEX
PRINT = (40, 40, 40)
ROW = "1234567890"

Labelled = Sequence[tuple[bytes, str]]


def jpeg(picture: MatLike) -> bytes:
    """The bytes of a JPEG file."""
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()


def paper(size: tuple[int, int] = SIZE, grain: float = GRAIN) -> MatLike:
    """Light grey paper (h, w, 3) uint8, whose pixels deviate by `grain`."""
    width, height = size
    rng = np.random.default_rng(0)
    pixels = rng.normal(PAPER, grain, (height, width, 3))
    return pixels.astype(np.uint8)


def one_digit(digit: str = "7", size: tuple[int, int] = SIZE, grain: float = GRAIN) -> MatLike:
    """A digit that takes a third of the page's height."""
    scale = size[1] / SIZE[1]
    origin = (round(500 * scale), round(640 * scale))  # so that it lies in the page's middle
    thickness = max(1, round(24 * scale))
    page = paper(size, grain)
    return cv2.putText(page, digit, origin, FONT, 14 * scale, PEN, thickness, cv2.LINE_AA)


def many_digits(count: int) -> MatLike:
    """Up to 50 digits of one size, ten a row."""
    page = paper()
    for written in range(0, count, len(ROW)):
        text = ROW[: count - written]
        line = 180 + 17 * written  # pixels from the top; a row is 170 high
        cv2.putText(page, text, (60, line), FONT, 5, PEN, 12, cv2.LINE_AA)
    return page


def hard() -> dict[str, MatLike]:
    """Pictures that ask the most of segmentation, (960, 1280, 3) uint8."""
    rng = np.random.default_rng(0)
    grid, text, sticks = paper(), paper(), paper()
    grid[::12] = 60
    grid[:, ::12] = 60
    for top in range(30, 960, 40):
        cv2.putText(text, "The quick brown fox 1234567890" * 2, (0, top), FONT, 1, PRINT, 2)
    for x, y in rng.integers(0, 900, (64, 2)).tolist():
        cv2.line(sticks, (x, y), (x + 40, y + 50), PRINT, 6)
    return {
        "blank paper": paper(),
        "noise": rng.integers(0, 256, (960, 1280, 3), np.uint8),
        "coarse noise": cv2.resize(rng.integers(0, 256, (96, 128, 3), np.uint8), SIZE),
        "a fine grid": grid,
        "a page of text": text,
        "64 sticks": sticks,
    }


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
    """JPEG photos of one digit of `part` each, on each kind of paper in turn, and the digits."""
    rng = np.random.default_rng(0)
    chosen = rng.integers(len(part.images), size=count).tolist()
    styles = list(Style)
    made = []
    for place, index in enumerate(chosen):
        glyph, style = enlarge(part.images[index]), styles[place % len(styles)]
        photo = render([glyph], style, SIZE, rng).photo
        made.append((jpeg(photo), str(part.labels[index])))
    return made
