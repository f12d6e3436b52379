"""What is no digit: letters, signs, scribbles, pairs, fragments and pictures to train against.

Outlier exposure (Hendrycks, Mazeika, Dietterich, 2019): a network that has seen such things with
all ten answers equally right stays unsure of others like them, so a threshold can refuse them.
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray
from sklearn.datasets import load_sample_images

from model.synthesis import handwriting, stroke_templates
from model.synthesis.digits import typeset
from model.synthesis.glyphs import trim

# All without those that a hand writes as it writes a digit: O o 0, I l i J j 1, S s 5, Z z 2, b 6,
# g q 9; sigma 6, Lambda 1, delta 8; be 6, che 4, ze 3, tse 4. Nor whose part is one: yery % ! |.
LATIN = "ABCDEFGHKLMNPQRTUVWXYacdefhkmnprtuvwxy"
GREEK = "ΓΔΞΠΣΦΨΩαβγεηθκλμνξπρτυφχψω"
CYRILLIC = "ДЖИЙКНФШЩЮЯЁвжикмнптфшщюя"
SIGNS = "?&@#+=*<~¥€©®†‡←→↑↓↔↕↗↘⇒⇔∀∇∈∏∑√∞∠∪∩⊂⊃⊕⊗≈≠≡≤≥▲■◆★☆♀♂♠♣♥♦✓☎"  # noqa: RUF001
HAN = (0x4E00, 0x9FA5)  # twenty thousand characters, hardly one of them like another

# A stick is longer than so many widths and steeper than this; a ring so round and so empty: as
# sevens, ones and noughts go by hand, with room for doubt.
STICK_LENGTH, STICK_SLOPE = 2.6, np.tan(np.radians(25))
RING_ROUNDNESS, RING_HOLE = 0.8, 0.25
PIECE = 0.3  # of the glyph's longer side: segmentation drops smaller ones as specks
JITTER = 3.3  # half as much again as digits': a spoilt letter is no digit yet
FRAGMENT = 0.45  # of a digit's ink at most
LYING = 1.6  # width / height that no digit has, however much of it is cut off
OVERLAP = (2, 7)  # pixels: less than a stroke, or a 1 vanishes in its neighbour
NARROWEST_PAIR = 0.65  # narrower ones could be one digit, badly written
TURNS = (9, 16)  # of a scribble: with fewer it may be a digit, with more it is a blot
SURROUNDINGS = 51  # pixels, odd: about half of a window


def sample_negatives(
    count: int, digits: NDArray[np.uint8], rng: np.random.Generator
) -> list[MatLike]:
    """Make `count` glyphs (h, w) uint8, ink 255 on 0, about `GLYPH_SIDE` high, that are no digit.

    Args:
        count: how many.
        digits: images (n, 28, 28) uint8, ink 255, to make pairs and fragments of.
        rng: decides everything.
    """
    shares = {
        lambda: _written(stroke_templates.LETTERS, rng): 0.3,
        lambda: _written(stroke_templates.MARKS, rng): 0.14,
        lambda: _printed(rng): 0.16,
        lambda: _scribble(rng): 0.06,
        lambda: _straight(rng): 0.05,
        lambda: _pair(digits, rng): 0.14,
        lambda: _fragment(digits, rng): 0.05,
        lambda: _blotch(rng): 0.05,
        lambda: _picture(rng): 0.05,
    }
    makers = list(shares)
    chosen = rng.choice(len(makers), count, p=list(shares.values()))
    return [_clearly_no_digit(makers[index]) for index in chosen]


def _clearly_no_digit(make: Callable[[], MatLike]) -> MatLike:
    """What `make` makes, once it has ink and no piece of it could be read as a digit."""
    while True:
        glyph = make()
        if glyph.max() > 127 and not could_be_digit(glyph):
            return glyph


def could_be_digit(glyph: MatLike) -> bool:
    """Whether a piece of `glyph` (h, w) uint8 is an upright stick, a 1, or a ring, a 0."""
    ink = cv2.threshold(glyph, 127, 255, cv2.THRESH_BINARY)[1]
    contours, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    least = PIECE * max(trim(ink).shape)
    return any(
        _is_stick(contour) or _is_ring(contour, [contours[hole] for hole in _holes(tree, place)])
        for place, contour in enumerate(contours)
        if tree[0][place][3] < 0 and cv2.boundingRect(contour)[3] >= least
    )


def _holes(tree: MatLike, outer: int) -> Iterator[int]:
    """The contours inside contour `outer`, as OpenCV chains them: next, previous, child, parent."""
    hole = tree[0][outer][2]
    while hole >= 0:
        yield hole
        hole = tree[0][hole][0]


def _is_stick(contour: MatLike) -> bool:
    corners = cv2.boxPoints(cv2.minAreaRect(contour))
    sides = sorted((corners[1] - corners[0], corners[2] - corners[1]), key=np.linalg.norm)
    width, length = (float(np.linalg.norm(side)) for side in sides)
    across, down = np.abs(sides[1])
    return length >= STICK_LENGTH * width and down >= STICK_SLOPE * across


def _is_ring(contour: MatLike, holes: list[MatLike]) -> bool:
    area = cv2.contourArea(contour)
    roundness = 4 * np.pi * area / max(cv2.arcLength(contour, closed=True), 1.0) ** 2
    empty = sum(cv2.contourArea(hole) for hole in holes)
    return len(holes) == 1 and roundness >= RING_ROUNDNESS and empty >= RING_HOLE * area


def _written(table: dict[str, list[str]], rng: np.random.Generator) -> MatLike:
    forms = list(chain.from_iterable(table.values()))
    return handwriting.draw(handwriting.write(forms[rng.integers(len(forms))], rng, JITTER), rng)


def _printed(rng: np.random.Generator) -> MatLike:
    """A printed letter or sign, often bent so far that a hand could have drawn it."""
    alphabets = (LATIN, GREEK, CYRILLIC, SIGNS, [chr(rng.integers(*HAN))])
    alphabet = alphabets[rng.choice(len(alphabets), p=(0.4, 0.2, 0.15, 0.15, 0.1))]
    image = typeset(alphabet[rng.integers(len(alphabet))], rng)
    return handwriting.distort(image, rng, slant=0.2, stretch=0.2, wobble=rng.uniform(0, 5))


def _scribble(rng: np.random.Generator) -> MatLike:
    """A pen that wanders in smooth loops."""
    turns = rng.integers(*TURNS)
    points = rng.uniform(0, 100, (turns, 2)).round()
    return handwriting.draw(handwriting.write(" ".join(f"{x},{y}" for x, y in points), rng), rng)


def _straight(rng: np.random.Generator) -> MatLike:
    """A lying dash, or several straight strokes across each other; an upright one is a 1."""
    count = rng.choice((1, 4, 5, 6), p=(0.3, 0.2, 0.3, 0.2))  # three may make a 7 or a 4
    ends = rng.uniform(0, 100, (count, 2, 2)).round()
    return handwriting.draw(
        handwriting.write(" | ".join(f"{x},{y} {u},{v}" for (x, y), (u, v) in ends), rng), rng
    )


def _enlarged(digit: NDArray[np.uint8]) -> MatLike:
    """A 28x28 digit as a glyph of `handwriting.GLYPH_SIDE` with smooth edges."""
    ink = trim(digit)
    scale = handwriting.GLYPH_SIDE / max(ink.shape)
    large = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return cv2.convertScaleAbs(np.maximum(large, 64) - 64, alpha=2)


def _pair(digits: NDArray[np.uint8], rng: np.random.Generator) -> MatLike:
    """Two or three digits in one crop: they touch, else segmentation would part them."""
    while True:
        chosen = digits[rng.integers(len(digits), size=rng.choice((2, 2, 3)))]
        glyph = _enlarged(chosen[0])
        for digit in chosen[1:]:
            glyph = _joined(glyph, _enlarged(digit), int(rng.integers(*OVERLAP)))
        pieces = cv2.connectedComponents((glyph > 127).astype(np.uint8))[0] - 1
        if pieces == 1 and glyph.shape[1] >= NARROWEST_PAIR * glyph.shape[0]:
            return glyph


def _joined(left: MatLike, right: MatLike, overlap: int) -> MatLike:
    """Push `right` from the right into `left` until they overlap by some pixels."""
    height = max(len(left), len(right))
    left, right = (
        cv2.copyMakeBorder(half, 0, height - len(half), 0, 0, cv2.BORDER_CONSTANT, value=0)
        for half in (left, right)
    )
    gaps = (left[:, ::-1] > 127).argmax(axis=1) + (right > 127).argmax(axis=1)
    both = (left > 127).any(axis=1) & (right > 127).any(axis=1)
    near = int(gaps[both].min()) if both.any() else 0
    start = max(left.shape[1] // 2, left.shape[1] - near - overlap)  # not inside each other
    canvas = np.zeros((height, max(left.shape[1], start + right.shape[1])), np.uint8)
    canvas[:, : left.shape[1]] = left
    window = canvas[:, start : start + right.shape[1]]
    np.maximum(window, right, out=window)
    return canvas


def _fragment(digits: NDArray[np.uint8], rng: np.random.Generator) -> MatLike:
    """What a straight cut leaves of a digit: less than half, in one piece, wider than any digit."""
    while True:
        glyph = _enlarged(digits[rng.integers(len(digits))])
        rows, columns = np.indices(glyph.shape)
        side = rng.choice((-1, 1)) * (rows + rng.uniform(-0.4, 0.4) * columns)
        inked = glyph > 127
        cut = np.quantile(side[inked], rng.uniform(0.25, FRAGMENT))
        rest = trim(np.where(side <= cut, glyph, 0).astype(np.uint8))
        holes = cv2.findContours(rest, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)[0]
        if rest.shape[1] >= LYING * rest.shape[0] and len(holes) == 1:
            return rest


def _blotch(rng: np.random.Generator) -> MatLike:
    """A cloud of fractal noise cut off at a level: a silhouette, or a texture all over."""
    side, fall = handwriting.GLYPH_SIDE, rng.uniform(0.4, 1)
    octaves = [
        fall**octave
        * cv2.resize(rng.normal(size=(size, size)), (side, side), interpolation=cv2.INTER_CUBIC)
        for octave, size in enumerate((4, 8, 16, 32))
    ]
    noise = np.sum(octaves, axis=0)
    if rng.random() < 0.5:
        away = np.hypot(*(np.indices((side, side)) / side - 0.5))
        noise = noise - rng.uniform(6, 10) * away
    level = np.quantile(noise, rng.uniform(0.5, 0.8))
    steepness = 255 * rng.uniform(1, 8)
    ink: MatLike = np.clip(steepness * (noise - level), 0, 255).astype(np.uint8)
    return ink


@cache
def _photos() -> list[MatLike]:
    """Grey photos (h, w) uint8: a temple and a flower of scikit-learn's, matplotlib's portrait."""
    portrait = Path(mpl.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    colours = [*load_sample_images().images, cv2.imread(str(portrait))]
    return [cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY) for photo in colours]


def _picture(rng: np.random.Generator) -> MatLike:
    """A window of a photo, what departs from its surroundings as ink: so segmentation leaves it."""
    photos = _photos()
    photo = photos[rng.integers(len(photos))]
    height, width = rng.integers(40, 300, 2)
    top, left = (rng.integers(0, size) for size in np.subtract(photo.shape, (height, width)))
    window = cv2.resize(
        photo[top : top + height, left : left + width],
        (handwriting.GLYPH_SIDE, handwriting.GLYPH_SIDE),
    )
    paper = cv2.medianBlur(window, SURROUNDINGS)
    ink = cv2.subtract(*((paper, window) if rng.random() < 0.5 else (window, paper)))
    full = max(float(np.quantile(ink, 0.97)), 1.0)
    return cv2.convertScaleAbs(ink, alpha=255 / full)
