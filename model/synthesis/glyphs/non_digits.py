"""What is no digit: letters, signs, scribbles, pairs, fragments and pictures to train against.

Outlier exposure (Hendrycks, Mazeika, Dietterich, 2019): a network that has seen such things with
all ten answers equally right stays unsure of others like them, so a threshold can refuse them.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.distortion import distort
from model.synthesis.glyphs.glyph_images import MIDDLE_GREY, trim
from model.synthesis.glyphs.handwriting import GLYPH_SIDE, draw_template
from model.synthesis.glyphs.photographs import grey_photos
from model.synthesis.glyphs.segmentation_errors import fragment, touching_digits
from model.synthesis.glyphs.stroke_templates import LETTERS, SYMBOLS
from model.synthesis.sampling import pick

Images = NDArray[np.uint8]
Numbers = NDArray[np.float64]
Maker = Callable[[], MatLike]

# The characters of each alphabet but those that a hand writes as it writes a digit (O o 0, I l i J
# j 1, S s 5, Z z 2, b 6, g q 9; sigma 6, Lambda 1, delta 8; be 6, che 4, ze 3, tse 4) and those of
# which a part is like a digit (yery % ! |).
LATIN = "ABCDEFGHKLMNPQRTUVWXYacdefhkmnprtuvwxy"
GREEK = "ΓΔΞΠΣΦΨΩαβγεηθκλμνξπρτυφχψω"
CYRILLIC = "ДЖИЙКНФШЩЮЯЁвжикмнптфшщюя"
SIGNS = "?&@#+=*<~¥€©®†‡←→↑↓↔↕↗↘⇒⇔∀∇∈∏∑√∞∠∪∩⊂⊃⊕⊗≈≠≡≤≥▲■◆★☆♀♂♠♣♥♦✓☎"  # noqa: RUF001
HAN = (0x4E00, 0x9FA5)  # code points, the upper bound exclusive: 20,901 Chinese characters
ALPHABET_SHARES = (0.4, 0.2, 0.15, 0.15, 0.1)  # of the printed characters, in this order

# What could be read as a digit; by eye, from how people write sevens, ones and noughts, with room
# for doubt. A stick is at least so many times as long as wide, and rises by 25 degrees or more. A
# ring is at least so round (4 pi area / perimeter², 1 for a circle), and its hole takes at least
# such a share of its area.
STICK_LENGTH, STICK_SLOPE = 2.6, np.tan(np.radians(25))
RING_ROUNDNESS, RING_HOLE = 0.8, 0.25
COMPONENT_HEIGHT = 0.3  # of the glyph's longer side: segmentation drops lower ones as specks

# How each kind is drawn; by eye where no reason is given.
JITTER = 3.3  # template units, half as much again as digits': a spoilt letter is no digit yet
PRINT_SLANT, PRINT_STRETCH = 0.2, 0.2  # as `distort` takes them
PRINT_WOBBLE = 5  # as `distort` takes it, at most: bent so far, a hand could have drawn it
# Points of a scribble, the upper bound exclusive: with fewer it may be a digit, with more a blot.
TURNS = (9, 16)
LINE_COUNTS = (1, 4, 5, 6)  # not two or three, which may make a 7 or a 4
LINE_SHARES = (0.3, 0.2, 0.3, 0.2)
BLOTCH_OCTAVES = (4, 8, 16, 32)  # cells of noise across a blotch, from its outline to its grain
BLOTCH_FALL = (0.4, 1.0)  # of an octave's strength to that of the one before
SILHOUETTES = 0.5  # share of the blotches that end before the edge; the others fill the glyph
SILHOUETTE_FALL = (6, 10)  # of a silhouette's noise, in its deviations, over the length of a side
BLOTCH_PAPER = (0.5, 0.8)  # share of a blotch's area that stays empty
BLOTCH_STEEPNESS = (1, 8)  # from soft to hard edges
WINDOW_SIDES = (40, 300)  # pixels of a photo shown as a glyph, the upper bound exclusive
SURROUNDINGS = 51  # pixels of a median's window, odd: about half of `GLYPH_SIDE`
DARK_ON_LIGHT = 0.5  # share of the windows in which what is dark is ink
FULL_INK = 0.97  # quantile of a window's ink that becomes black

# Where OpenCV's tree of contours has the indices of a contour's relatives; -1 is none.
NEXT, FIRST_CHILD, PARENT = 0, 2, 3


def sample_negative(digits: Images, rng: Generator) -> MatLike:
    """Make a glyph of a random kind that could not be read as a digit.

    Args:
        digits: images (n, 28, 28) uint8, ink 255 on 0, to make pairs and fragments of.
        rng: decides everything.

    Returns:
        A glyph (h, w) uint8, ink 255 on 0, about `GLYPH_SIDE` high or wide.
    """
    # By eye; half are letters, which are most of what was read as digits.
    shares: dict[Maker, float] = {
        partial(handwritten_from, LETTERS, rng): 0.5,
        partial(handwritten_from, SYMBOLS, rng): 0.1,
        partial(printed_character, rng): 0.12,
        partial(scribble, rng): 0.04,
        partial(straight_lines, rng): 0.04,
        partial(touching_digits, digits, rng): 0.1,
        partial(fragment, digits, rng): 0.03,
        partial(blotch, rng): 0.04,
        partial(photo_window, rng): 0.03,
    }
    makers = list(shares)
    index = rng.choice(len(makers), p=list(shares.values()))
    return _first_negative(makers[index])


def _first_negative(make: Maker) -> MatLike:
    """The first glyph of `make` that has ink and could not be read as a digit."""
    while True:
        glyph = make()
        if glyph.max() > MIDDLE_GREY and not could_be_digit(glyph):
            return glyph


def could_be_digit(glyph: MatLike) -> bool:
    """Whether a part of a glyph could be read as a digit: an upright stick, a 1, or a ring, a 0.

    Args:
        glyph: (h, w) uint8; ink is what is above 127.
    """
    ink = (glyph > MIDDLE_GREY).astype(np.uint8)
    contours, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    lowest = COMPONENT_HEIGHT * max(trim(ink).shape)
    for place, contour in enumerate(contours):
        is_hole = tree[0][place][PARENT] >= 0
        _, _, _, height = cv2.boundingRect(contour)
        if is_hole or height < lowest:
            continue
        holes = [contours[hole] for hole in _holes(tree, place)]
        if _is_stick(contour) or _is_ring(contour, holes):
            return True
    return False


def _holes(tree: MatLike, outer: int) -> Iterator[int]:
    """The places of the contours that are holes in the contour at `outer`."""
    hole = tree[0][outer][FIRST_CHILD]
    while hole >= 0:
        yield hole
        hole = tree[0][hole][NEXT]


def _is_stick(contour: MatLike) -> bool:
    rectangle = cv2.minAreaRect(contour)
    corners = cv2.boxPoints(rectangle)
    one, other = np.diff(corners[:3], axis=0)
    short, long = sorted((one, other), key=np.linalg.norm)
    width = float(np.linalg.norm(short))
    length = float(np.linalg.norm(long))
    across, down = np.abs(long)
    is_slender = length >= STICK_LENGTH * width
    is_upright = down >= STICK_SLOPE * across
    return bool(is_slender and is_upright)


def _is_ring(contour: MatLike, holes: list[MatLike]) -> bool:
    if len(holes) != 1:
        return False
    area = cv2.contourArea(contour)
    perimeter = cv2.arcLength(contour, closed=True)
    perimeter = max(perimeter, 1.0)  # a single pixel has none
    roundness = 4 * np.pi * area / perimeter**2
    is_round = roundness >= RING_ROUNDNESS
    is_empty = cv2.contourArea(holes[0]) >= RING_HOLE * area
    return is_round and is_empty


def handwritten_from(table: dict[str, list[str]], rng: Generator) -> MatLike:
    """Write one of a table's templates, each equally often: a glyph (h, w) uint8, ink 255."""
    groups = table.values()
    templates = list(chain(*groups))
    template = pick(templates, rng)
    return draw_template(template, rng, JITTER)


def printed_character(rng: Generator) -> MatLike:
    """Print a letter or sign, often bent so far that a hand could have drawn it.

    Returns:
        A glyph (h, w) uint8, ink 255 on 0.
    """
    code = rng.integers(*HAN)
    han = chr(code)
    alphabets = (LATIN, GREEK, CYRILLIC, SIGNS, han)
    index = rng.choice(len(alphabets), p=ALPHABET_SHARES)
    character = pick(alphabets[index], rng)
    glyph = fonts.typeset(character, rng)
    wobble = rng.uniform(0, PRINT_WOBBLE)
    return distort(glyph, rng, slant=PRINT_SLANT, stretch=PRINT_STRETCH, wobble=wobble)


def scribble(rng: Generator) -> MatLike:
    """A pen that wanders in smooth loops without being lifted: a glyph (h, w) uint8, ink 255."""
    turns = rng.integers(*TURNS)
    points = rng.uniform(0, 100, (turns, 2))
    texts = [f"{x},{y}" for x, y in points.round()]
    template = " ".join(texts)
    return draw_template(template, rng)


def straight_lines(rng: Generator) -> MatLike:
    """A dash, or several straight strokes across each other: a glyph (h, w) uint8, ink 255."""
    count = rng.choice(LINE_COUNTS, p=LINE_SHARES)
    ends = rng.uniform(0, 100, (count, 4))
    lines = []
    for x, y, other_x, other_y in ends.round():
        line = f"{x},{y} {other_x},{other_y}"
        lines.append(line)
    template = " | ".join(lines)
    return draw_template(template, rng)


def blotch(rng: Generator) -> MatLike:
    """A cloud of fractal noise cut off at a level: a silhouette, or a texture all over.

    Returns:
        A glyph (GLYPH_SIDE, GLYPH_SIDE) uint8, ink 255 on 0.
    """
    noise = _fractal_noise(rng)
    if rng.random() < SILHOUETTES:
        fall = rng.uniform(*SILHOUETTE_FALL)
        noise -= fall * _distance_from_middle()
    paper = rng.uniform(*BLOTCH_PAPER)
    level = np.quantile(noise, paper)
    steepness = 255 * rng.uniform(*BLOTCH_STEEPNESS)
    ink = steepness * (noise - level)
    return np.clip(ink, 0, 255).astype(np.uint8)


def _distance_from_middle() -> Numbers:
    """Of each pixel of a glyph (GLYPH_SIDE, GLYPH_SIDE), in sides."""
    size = (GLYPH_SIDE, GLYPH_SIDE)
    shares = np.indices(size) / GLYPH_SIDE
    down, across = shares - 0.5
    return np.asarray(np.hypot(down, across))


def _fractal_noise(rng: Generator) -> Numbers:
    """Noise (GLYPH_SIDE, GLYPH_SIDE) of several octaves, each weaker than the one before."""
    fall = rng.uniform(*BLOTCH_FALL)
    size = (GLYPH_SIDE, GLYPH_SIDE)
    noise = np.zeros(size)
    for octave, cells in enumerate(BLOTCH_OCTAVES):
        coarse = rng.normal(size=(cells, cells))
        smooth = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
        noise += fall**octave * smooth
    return noise


def photo_window(rng: Generator) -> MatLike:
    """A window of a photo; what departs from its surroundings is ink, as it is for segmentation.

    Returns:
        A glyph (GLYPH_SIDE, GLYPH_SIDE) uint8, ink 255 on 0.
    """
    photo = pick(grey_photos(), rng)
    part = _random_part(photo, rng)
    window = cv2.resize(part, (GLYPH_SIDE, GLYPH_SIDE))
    surroundings = cv2.medianBlur(window, SURROUNDINGS)
    if rng.random() < DARK_ON_LIGHT:
        ink = cv2.subtract(surroundings, window)
    else:
        ink = cv2.subtract(window, surroundings)
    black = float(np.quantile(ink, FULL_INK))
    return cv2.convertScaleAbs(ink, alpha=255 / max(black, 1.0))


def _random_part(photo: MatLike, rng: Generator) -> MatLike:
    height, width = rng.integers(*WINDOW_SIDES, 2)
    photo_height, photo_width = photo.shape
    top = rng.integers(photo_height - height)
    left = rng.integers(photo_width - width)
    bottom = top + height
    right = left + width
    return photo[top:bottom, left:right]
