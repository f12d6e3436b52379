"""A picture of what a network is taught: some of each kind of image, with what it should answer."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.lettering import DIGIT_HEIGHT, Colour, write
from model.mnist import Part
from model.recognition.character_set import CHARACTERS
from model.recognition.normalization import normalize
from model.synthesis.crops import sample_crops
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.digits import sample_digit
from model.synthesis.glyphs.exemplars import Exemplars
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.glyphs.hands import Writers
from model.synthesis.page_crops import Sources
from model.synthesis.strip_sets import Strips, sample_strips
from model.synthesis.strips import IGNORED
from model.training.batches import Batches, Numbers, targets
from model.training.recipes import LineRecipe, Recipe

ACROSS = 18  # images in a row
SHOWN = 2 * ACROSS  # images of each kind
PAGES = 100  # rendered for their crops, as many as give enough of each kind
STRIPS = 8  # in two columns
# Lengths in pixels, sizes as OpenCV has them, colours blue, green, red; by eye.
SCALE = 2  # an image's or a strip's pixels on the sheet
MARGIN = 6
TITLE_HEIGHT, TITLE_SIZE = 32, 0.6
CAPTION_HEIGHT, CAPTION_SIZE = 14, 0.4
PAPER, INK, BOX, PARTLY = (247, 247, 247), (32, 32, 32), (90, 200, 90), (90, 160, 255)
# A third of the bytes that OpenCV's own settings give.
SMALL = [cv2.IMWRITE_PNG_COMPRESSION, 9, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_DEFAULT]
NONE = "none"  # the caption of what is no digit: all ten are to be equally probable
WRITABLE = str.maketrans("×÷", "x:")  # OpenCV's letters are ASCII

Images = NDArray[np.uint8]


class Section(NamedTuple):
    """Images (n, 28, 28) uint8, ink 255 on 0, of one kind, each with its caption."""

    title: str
    images: Images
    captions: list[str]


def save(recipe: Recipe | LineRecipe, digits: Part, out: Path, seed: int) -> None:
    """Draw what a network is taught by `recipe` as a PNG file; nothing is trained.

    Args:
        recipe: of the network.
        digits: MNIST's, to train on.
        out: the file.
        seed: decides which images are shown.

    Raises:
        OSError: the file cannot be written.
    """
    if isinstance(recipe, LineRecipe):
        picture = lines_sheet(digits, fonts.load(), seed)
    else:
        typefaces = fonts.load() if recipe.pages else []
        picture = digits_sheet(recipe, digits, typefaces, seed)
    _, content = cv2.imencode(".png", picture, SMALL)
    out.write_bytes(content.tobytes())


def digits_sheet(recipe: Recipe, digits: Part, typefaces: Sequence[Typeface], seed: int) -> MatLike:
    """Draw images as the batches have them: (h, w, 3) uint8 BGR; pages only if `recipe` has some.

    Args:
        recipe: of a network of digits.
        digits: MNIST's, to train on.
        typefaces: what some of the pages' letters and digits are copied from.
        seed: decides everything.
    """
    alone = replace(recipe, batch_size=SHOWN, crop_share=0, negative_share=0)
    redrawn = ", each redrawn anew in each epoch" if recipe.augmented else ""
    sections = [_first_batch(f"MNIST's digits{redrawn}", alone, digits, None, seed)]
    if recipe.pages:
        rng = np.random.default_rng(seed)
        crops = sample_crops(Sources(digits, typefaces), PAGES, rng)
        found = replace(alone, crop_share=1)
        other = replace(alone, negative_share=1)
        sections += [
            _made_digits(rng),
            _first_batch("digits as they are found on rendered pages", found, digits, crops, seed),
            _first_batch("what is no digit, on these pages", other, digits, crops, seed),
        ]
    drawn = [_draw_section(section) for section in sections]
    return cv2.vconcat(drawn)


def _first_batch(
    title: str, recipe: Recipe, digits: Part, crops: Part | None, seed: int
) -> Section:
    """The images that a training by `recipe` begins with."""
    batches = Batches(digits, crops, recipe, seed)
    images, targets = batches.batch(0)
    levels = np.round(255 * images).astype(np.uint8)
    captions = [_answer(target) for target in targets]
    return Section(title, levels, captions)


def _answer(target: Numbers) -> str:
    """The digit that a target (10,) names, or the two that it may be."""
    if target.max() == target.min():
        return NONE
    likeliest = np.flatnonzero(target == target.max())
    return " or ".join(str(digit) for digit in likeliest)


def _made_digits(rng: Generator) -> Section:
    glyphs, labels = zip(*[sample_digit(rng) for _ in range(SHOWN)], strict=True)
    images = [normalize(glyph) for glyph in glyphs]
    captions = [_answer(target) for target in targets(np.array(labels))]
    title = "digits drawn for these pages, which MNIST lacks"
    return Section(title, np.stack(images), captions)


def _draw_section(section: Section) -> MatLike:
    """The title, and the images row by row."""
    side = SCALE * section.images.shape[1]
    cell = (side + CAPTION_HEIGHT + MARGIN, side + MARGIN)
    rows = -(-len(section.images) // ACROSS)
    height = TITLE_HEIGHT + rows * cell[0] + MARGIN
    picture = _blank(height, MARGIN + ACROSS * cell[1])
    _write_title(picture, section.title)
    for place, (image, caption) in enumerate(zip(section.images, section.captions, strict=True)):
        row, column = divmod(place, ACROSS)
        y = TITLE_HEIGHT + row * cell[0]
        x = MARGIN + column * cell[1]
        picture[y : y + side, x : x + side] = _enlarged(image)
        middle = x + side // 2
        _write_caption(picture, caption, middle, y + side + CAPTION_HEIGHT - 3, INK)
    return picture


def lines_sheet(digits: Part, typefaces: Sequence[Typeface], seed: int) -> MatLike:
    """Draw strips with a box round each character and its name: (h, w, 3) uint8 BGR.

    Args:
        digits: MNIST's, which some hands write.
        typefaces: what other hands copy.
        seed: decides everything.
    """
    rng = np.random.default_rng(seed)
    writers = Writers(Exemplars(digits), typefaces)
    strips = sample_strips(writers, STRIPS, rng)
    drawn = _draw_strips(strips)
    left = cv2.vconcat(drawn[::2])
    right = cv2.vconcat(drawn[1::2])
    sheet = cv2.hconcat([left, right])
    title = _blank(TITLE_HEIGHT, sheet.shape[1])
    _write_title(title, "strips of rendered pages; orange: partly cut off, to be found or not")
    return cv2.vconcat([title, sheet])


def _draw_strips(strips: Strips) -> list[MatLike]:
    ends = np.cumsum(strips.counts)
    drawn = []
    for ink, end, count in zip(strips.ink, ends, strips.counts, strict=True):
        own = slice(end - count, end)
        drawn.append(_draw_strip(ink, strips.boxes[own], strips.labels[own]))
    return drawn


def _draw_strip(ink: MatLike, boxes: Numbers, labels: Images) -> MatLike:
    """A strip, its characters' boxes, and above or below each box what it is."""
    strip = _enlarged(ink)
    height, width, _ = strip.shape
    for (x, y, box_width, box_height), label in zip(SCALE * boxes, labels, strict=True):
        left = round(x - box_width / 2)
        top = round(y - box_height / 2)
        colour = PARTLY if label == IGNORED else BOX
        cv2.rectangle(strip, (left, top, round(box_width), round(box_height)), colour)
        if label != IGNORED:
            name = CHARACTERS[label].translate(WRITABLE)
            below = top + round(box_height) + CAPTION_HEIGHT - 2
            line = below if below < height else top - 3
            _write_caption(strip, name, round(x), line, colour)
    picture = _blank(height + MARGIN, width + 2 * MARGIN)
    picture[:height, MARGIN : MARGIN + width] = strip
    return picture


def _blank(height: int, width: int) -> MatLike:
    return np.full((height, width, 3), PAPER, np.uint8)


def _enlarged(image: MatLike) -> MatLike:
    """An image of one channel, each pixel `SCALE` times as large, as (h, w, 3)."""
    large = cv2.resize(image, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_NEAREST)
    return cv2.cvtColor(large, cv2.COLOR_GRAY2BGR)


def _write_title(picture: MatLike, title: str) -> None:
    origin = (MARGIN, round(TITLE_HEIGHT / 2 + TITLE_SIZE * DIGIT_HEIGHT / 2))
    write(picture, title, origin, TITLE_SIZE, INK)


def _write_caption(picture: MatLike, text: str, x: int, y: int, colour: Colour) -> None:
    """Write centred on `x`, on the line at `y`."""
    write(picture, text, (x, y), CAPTION_SIZE, colour, align=0.5)
