"""Crops of one rendered page: it is segmented as a photo is, and its candidates are labelled.

So the network is trained on what segmentation makes of digits: remains of ruled lines, broken
strokes, blur.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.random import Generator
from numpy.typing import NDArray

from model.boxes import Box
from model.mnist import NOT_A_DIGIT, Part
from model.recognition.decoding import Photo
from model.recognition.normalization import normalize
from model.recognition.refusal import RefusedError
from model.recognition.segmentation import MIN_SIDE, find_components
from model.recognition.segmentation_graph import Candidate, build_graphs
from model.synthesis.glyphs import fonts, glyph_images
from model.synthesis.glyphs.digits import sample_digit
from model.synthesis.glyphs.distortion import distort
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.glyphs.non_digits import LATIN, could_be_digit, sample_negative
from model.synthesis.glyphs.photographs import sample_scene
from model.synthesis.pages import Page, render
from model.synthesis.sampling import pick
from model.synthesis.styles import Style

SIDES = (200, 420)  # pixels of a page's sides, the upper bound exclusive
DIGITS_IN_ROWS = (2, 5)  # glyphs on a page that has several, the upper bound exclusive

# Shares of the pages by what is written on them; half of the drawn digits are 1s and 7s.
MNIST, DRAWN, TYPESET, NEGATIVE = 0.24, 0.26, 0.13, 0.31
PICTURE = 0.06  # photos on which nothing is written
# Share of the pages with one glyph whose photo ends close around it, or cuts it a bit, and how far
# beyond the glyph's box, in shares of its sides; below 0 it cuts the glyph. By eye.
TIGHT = 0.15
MARGINS = (-0.06, 0.1)
ROWS = 0.25  # share of the written pages that hold several glyphs
COPIED = 0.35  # share of the negatives that are letters of typefaces; hands' letters differ
PRINTED_FACES = 0.3  # probability that a printed typeface is among those to pick one from
NEGATIVES_SOURCE = 5000  # the first so many of the part's images are those negatives are made of

# How a typeface is distorted, as another writer might copy it; as `distort` takes it, by eye.
COPY_SLANT, COPY_STRETCH = 0.25, 0.2
COPY_WOBBLE = 3  # at most

# Intersection over union of a candidate with a glyph's box: from HIT on the candidate is the glyph,
# up to MISS it is none; in between it gets no label and is left out.
HIT, MISS = 0.6, 0.3
MISSES = 2  # negatives taken of one page at most


class Sources(NamedTuple):
    """What pages are made from: MNIST's digits, and typefaces of which some are handwritten."""

    digits: Part
    typefaces: Sequence[Typeface]


class LabelledGlyph(NamedTuple):
    """A glyph (h, w) uint8, ink 255 on 0, and its digit 0..9, `NOT_A_DIGIT` or `ONE_OR_SEVEN`."""

    glyph: MatLike
    label: int


class Crop(NamedTuple):
    """An image (28, 28) uint8, ink 255 on 0, and its label.

    The label is 0..9, `NOT_A_DIGIT` or `ONE_OR_SEVEN`.
    """

    image: NDArray[np.uint8]
    label: int


def sample_page(sources: Sources, rng: Generator) -> list[Crop]:
    """Make the crops of one page, or of a picture on which nothing is written.

    Args:
        sources: what the page is made from.
        rng: decides everything.

    Returns:
        As `label_crops`.
    """
    width, height = rng.integers(*SIDES, 2).tolist()
    size = (width, height)
    if rng.random() < PICTURE:
        scene = sample_scene(size, rng)
        return label_crops(scene, [], [], rng)
    is_single = rng.random() > ROWS
    count = 1 if is_single else rng.integers(*DIGITS_IN_ROWS)
    written = [_sample_glyph(sources, rng) for _ in range(count)]
    images = [each.glyph for each in written]
    labels = [each.label for each in written]
    style = pick(list(Style), rng)
    page = render(images, style, size, rng)
    if is_single and rng.random() < TIGHT:
        page = _framed_tightly(page, rng)
    return label_crops(page.photo, page.boxes, labels, rng)


def _framed_tightly(page: Page, rng: Generator) -> Page:
    """The photo of one glyph, as if it ended close around it, or cut it a bit."""
    [box] = page.boxes
    height, width = page.photo.shape[:2]
    left, right = box.width * rng.uniform(*MARGINS, 2)
    top, bottom = box.height * rng.uniform(*MARGINS, 2)
    x = round(box.x - left)
    y = round(box.y - top)
    across = round(box.right + right) - x
    down = round(box.bottom + bottom) - y
    frame = Box(x, y, across, down).clipped(width, height)
    photo = np.ascontiguousarray(page.photo[frame.window])
    framed_box = box.moved(-frame.x, -frame.y).clipped(frame.width, frame.height)
    return Page(photo, [framed_box])


def _sample_glyph(sources: Sources, rng: Generator) -> LabelledGlyph:
    shares = np.array([MNIST, DRAWN, TYPESET, NEGATIVE]) / (1 - PICTURE)
    kind = rng.choice(4, p=shares)
    if kind == 0:
        return _mnist_digit(sources.digits, rng)
    if kind == 1:
        return LabelledGlyph(*sample_digit(rng))
    if kind == 2:
        label = int(rng.integers(10))
        glyph = _typeset(str(label), sources.typefaces, rng)
        return LabelledGlyph(glyph, label)
    glyph = _negative(sources, rng)
    return LabelledGlyph(glyph, NOT_A_DIGIT)


def _mnist_digit(digits: Part, rng: Generator) -> LabelledGlyph:
    index = rng.integers(len(digits.images))
    image = digits.images[index]
    label = int(digits.labels[index])
    return LabelledGlyph(glyph_images.enlarge(image), label)


def _negative(sources: Sources, rng: Generator) -> MatLike:
    if rng.random() > COPIED:
        digits = sources.digits.images[:NEGATIVES_SOURCE]
        return sample_negative(digits, rng)
    letter = pick(LATIN, rng)
    return _typeset(letter, sources.typefaces, rng)


def _typeset(character: str, typefaces: Sequence[Typeface], rng: Generator) -> MatLike:
    """A character of a typeface, mostly of a handwritten one, as another writer might copy it."""
    glyph = None
    while glyph is None:
        faces = [face for face in typefaces if face.written or rng.random() < PRINTED_FACES]
        glyph = fonts.draw(pick(faces, rng), character)
    wobble = rng.uniform(0, COPY_WOBBLE)
    copy = distort(glyph, rng, slant=COPY_SLANT, stretch=COPY_STRETCH, wobble=wobble)
    return glyph_images.trim(copy)


def label_crops(
    photo: MatLike, boxes: Sequence[Box], labels: Sequence[int], rng: Generator
) -> list[Crop]:
    """Segment a photo as the reader does, and label those of its candidates that are clear.

    Args:
        photo: (h, w, 3) uint8 BGR.
        boxes: where the ink of each glyph is in it.
        labels: what each glyph is, 0..9, `NOT_A_DIGIT` or `ONE_OR_SEVEN`.
        rng: decides which of the candidates that are none of the glyphs are taken.

    Returns:
        One crop for each glyph that was found, in their order, then up to `MISSES` of what is no
        digit; nothing of a photo that is refused.
    """
    try:
        components = find_components(Photo(photo))
    except RefusedError:
        return []
    if components.are_many:
        return []
    graphs = build_graphs(components)
    candidates = [candidate for graph in graphs for candidate in graph.candidates]
    return _hits(candidates, boxes, labels) + _misses(candidates, boxes, rng)


def _hits(
    candidates: Sequence[Candidate], boxes: Sequence[Box], labels: Sequence[int]
) -> list[Crop]:
    crops = []
    for box, label in zip(boxes, labels, strict=True):
        overlaps = [candidate.box.iou(box) for candidate in candidates]
        best = int(np.argmax(overlaps))
        if overlaps[best] >= HIT:
            image = normalize(candidates[best].ink)
            crops.append(Crop(image, label))
    return crops


def _misses(candidates: Sequence[Candidate], boxes: Sequence[Box], rng: Generator) -> list[Crop]:
    misses = [candidate for candidate in candidates if _is_miss(candidate.box, boxes)]
    order = rng.permutation(len(misses))
    crops = []
    taken = order[:MISSES]
    for index in taken:
        miss = misses[index]
        image = normalize(miss.ink)
        side = max(miss.box.width, miss.box.height)
        if side >= MIN_SIDE and not _could_be_digit(image):
            crops.append(Crop(image, NOT_A_DIGIT))
    return crops


def _is_miss(box: Box, places: Sequence[Box]) -> bool:
    """Whether a candidate's box holds none of the glyphs at `places`, or several of them."""
    overlaps = [box.iou(place) for place in places]
    nearest = max(overlaps, default=0)
    held = [place for place in places if place.coverage(box) >= HIT]
    return nearest <= MISS or len(held) > 1


def _could_be_digit(image: NDArray[np.uint8]) -> bool:
    large = cv2.resize(image, None, fx=glyph_images.ENLARGEMENT, fy=glyph_images.ENLARGEMENT)
    return could_be_digit(large)
