"""What is no digit: letters, scribbles, strokes and pairs of digits, made to train against.

Outlier exposure (Hendrycks, Mazeika, Dietterich, 2019): a network that has seen such things with
all ten answers equally right stays unsure of others like them, so a threshold can refuse them.
"""

from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.normalization import normalize

# Without those that a hand writes as it writes a digit: O o, I l i, S s, Z z, b, g q, J.
LETTERS = "ABCDEFGHKLMNPQRTUVWXYacdefhjkmnprtuvwxy"
GREEK = "ΓΔΛΞΠΣΨΩαβγεηκλμνξπρτυχψω"
SIGNS = "?!&@#%+=*"
HERSHEY = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)
CANVAS = 128


def outliers(count: int, digits: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Make `count` images (count, 28, 28) uint8, ink 255, that show no single digit.

    Args:
        count: how many.
        digits: training images (n, 28, 28) to make pairs of.
        rng: decides everything.
    """
    faces = [cv2.FontFace(str(path)) for path in _typefaces()]
    makers = [
        lambda: _hershey(rng),
        lambda: _printed(faces, rng),
        lambda: _scribble(rng),
        lambda: _straight(rng),
        lambda: _pair(digits, rng),
    ]
    chosen = rng.choice(len(makers), count, p=[0.4, 0.25, 0.15, 0.1, 0.1])
    return np.stack([normalize(_trimmed(makers[index]())) for index in chosen])


def _typefaces() -> list[Path]:
    """The text typefaces that come with matplotlib."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return [path for name in ("DejaVuS*[a-z].ttf", "STIXGeneral*") for path in folder.glob(name)]


def _trimmed(image: MatLike) -> MatLike:
    x, y, width, height = cv2.boundingRect(image)
    return image[y : y + height, x : x + width]


def _blank() -> MatLike:
    return np.zeros((CANVAS, CANVAS), np.uint8)


def _hershey(rng: np.random.Generator) -> MatLike:
    """A letter of pen strokes, of any width a pen has."""
    letter, font = str(rng.choice(list(LETTERS + SIGNS))), int(rng.choice(HERSHEY))
    thickness = int(rng.integers(3, 14))
    return cv2.putText(_blank(), letter, (24, 96), font, 3, 255, thickness, cv2.LINE_AA)


def _printed(faces: list[cv2.FontFace], rng: np.random.Generator) -> MatLike:
    letter, face = str(rng.choice(list(LETTERS + GREEK + SIGNS))), faces[rng.integers(len(faces))]
    image = _blank()
    cv2.putText(image, letter, (16, 96), (255,), face, 90)
    return image


def _scribble(rng: np.random.Generator) -> MatLike:
    """A pen that wanders in smooth loops."""
    turns = int(rng.integers(6, 12))
    points = rng.uniform(16, CANVAS - 16, (turns, 1, 2)).astype(np.float32)
    curve = cv2.resize(points, (1, 12 * turns), interpolation=cv2.INTER_CUBIC)
    return _drawn([curve], rng)


def _straight(rng: np.random.Generator) -> MatLike:
    """A lying dash, or several straight strokes across each other; an upright one is a 1."""
    if rng.random() < 0.4:
        ends = np.array([[16, 64], [112, 64]]) + rng.uniform(-14, 14, (2, 2))
        return _drawn([ends], rng)
    count = int(rng.integers(3, 6))
    return _drawn(list(rng.uniform(16, CANVAS - 16, (count, 2, 2))), rng)


def _drawn(lines: list[MatLike], rng: np.random.Generator) -> MatLike:
    corners = [line.reshape(-1, 1, 2).round().astype(np.int32) for line in lines]
    thickness = int(rng.integers(3, 14))
    return cv2.polylines(_blank(), corners, False, 255, thickness, cv2.LINE_AA)


def _pair(digits: NDArray[np.uint8], rng: np.random.Generator) -> MatLike:
    """Two digits in one crop, as segmentation leaves them when they touch."""
    first, second = (_trimmed(digits[index]) for index in rng.integers(len(digits), size=2))
    height = max(len(first), len(second))
    return np.hstack([cv2.resize(half, (half.shape[1], height)) for half in (first, second)])
