"""Training images made as those of photos are: pages rendered, segmented and normalised.

So the network learns what segmentation leaves of a digit: rules' remains, broken strokes, blur.
"""

import hashlib
import inspect
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from types import ModuleType
from typing import NamedTuple

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray
from skimage import data
from tqdm import tqdm

from model.boxes import Box
from model.mnist import NOT_A_DIGIT, Part, cache_file
from model.recognition import normalization, rule_removal, segmentation, segmentation_graph
from model.recognition.decoding import Photo
from model.recognition.refusal import RefusedError
from model.synthesis import (
    backgrounds,
    capture,
    digits,
    fonts,
    geometry,
    glyphs,
    handwriting,
    ink,
    non_digits,
    pages,
    stroke_templates,
)

# The cache is made anew when any of these changes.
SOURCES: tuple[ModuleType, ...] = (
    backgrounds, capture, digits, fonts, geometry, glyphs, handwriting, ink, non_digits,
    normalization, pages, rule_removal, segmentation, segmentation_graph, stroke_templates,
)  # fmt: skip
CHUNK = 250  # pages made by one task: its seed decides them, whoever runs it
SIDES = (200, 420)  # pixels of a page's sides
# What is written on a page, in shares of the pages.
MNIST, DRAWN, TYPESET, NEGATIVE, PICTURE = 0.27, 0.18, 0.14, 0.35, 0.06
COPIED = 0.65  # of the negatives: letters of typefaces
ROWS = 0.25  # of the pages with digits hold several
HIT, MISS = 0.6, 0.3  # overlap with the place of a digit: from here it is it, up to here it is not
MISSES = 2  # at most taken of one page
# Ordinary ones, which come with scikit-image.
PHOTOS = (
    data.astronaut, data.brick, data.camera, data.cat, data.coffee, data.grass, data.gravel,
    data.hubble_deep_field, data.retina, data.rocket,
)  # fmt: skip


class Written(NamedTuple):
    """A glyph (h, w) uint8, ink 255, and its digit or `NOT_A_DIGIT`."""

    glyph: MatLike
    label: int


def load(part: Part, pages: int, seed: int) -> Part:
    """Make or take from the cache the crops of `pages` pages, with digits of `part` among others.

    Returns:
        Images (n, 28, 28) uint8, ink 255 on 0; labels (n,) uint8, 0..9 or `NOT_A_DIGIT`.
    """
    sources = (*SOURCES, sys.modules[__name__])
    key = hashlib.sha256("".join(map(inspect.getsource, sources)).encode())
    key.update(part.images.tobytes() + f"{pages} {seed}".encode())
    file = cache_file().with_name(f"crops-{key.hexdigest()[:16]}.npz")
    if file.exists():
        with np.load(file) as content:
            return Part(content["images"], content["labels"])
    crops = make(part, pages, seed)
    partial = file.with_suffix(".part")
    with partial.open("wb") as stream:
        np.savez_compressed(stream, images=crops.images, labels=crops.labels)
    partial.replace(file)
    return crops


def make(part: Part, pages: int, seed: int) -> Part:
    """Make the crops as `load` does, on all cores, without the cache; whole chunks of pages."""
    fonts.fetch()
    # The size of the part keeps training's pages and validation's apart.
    seeds = np.random.SeedSequence([seed, len(part.images)]).spawn(-(-pages // CHUNK))
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"), initializer=_prepare, initargs=(part,)
    ) as pool:
        made = list(tqdm(pool.map(_chunk, seeds), total=len(seeds), unit=f"{CHUNK} pages"))
    return Part(*(np.concatenate(arrays) for arrays in zip(*made, strict=True)))


_part: Part


def _prepare(part: Part) -> None:
    global _part  # noqa: PLW0603  a worker's own; sending it with each task costs more than the task
    _part = part
    cv2.setNumThreads(1)


def _chunk(seed: np.random.SeedSequence) -> Part:
    rng = np.random.default_rng(seed)
    crops = [crop for _ in range(CHUNK) for crop in _page(_part, rng)]
    images, labels = zip(*crops, strict=True)
    return Part(np.stack(images), np.array(labels, np.uint8))


class Crop(NamedTuple):
    """A 28x28 image and its digit or `NOT_A_DIGIT`."""

    image: NDArray[np.uint8]
    label: int


def _page(part: Part, rng: np.random.Generator) -> Iterator[Crop]:
    """Crops of one page, or of a picture that is none."""
    size = tuple(rng.integers(*SIDES, 2).tolist())
    if rng.random() < PICTURE:
        yield from _crops(_picture(size, rng), [], [], rng)
        return
    count = 1 if rng.random() > ROWS else int(rng.integers(2, 5))
    written = [_written(part, rng) for _ in range(count)]
    styles = list(pages.Style)
    style = styles[rng.integers(len(styles))]
    page = pages.render([item.glyph for item in written], style, size, rng)
    yield from _crops(page.photo, page.boxes, [item.label for item in written], rng)


def _written(part: Part, rng: np.random.Generator) -> Written:
    kind = rng.choice(4, p=np.array([MNIST, DRAWN, TYPESET, NEGATIVE]) / (1 - PICTURE))
    if kind == 0:
        index = rng.integers(len(part.images))
        return Written(glyphs.enlarge(part.images[index]), int(part.labels[index]))
    if kind == 1:
        [glyph], labels = digits.sample_digits(1, rng)
        return Written(glyph, int(labels[0]))
    if kind == 2:
        label = int(rng.integers(10))
        return Written(_typeset(str(label), rng), label)
    if rng.random() > COPIED:
        return Written(non_digits.sample_negatives(1, part.images[:5000], rng)[0], NOT_A_DIGIT)
    letters = non_digits.LATIN
    return Written(_typeset(letters[rng.integers(len(letters))], rng), NOT_A_DIGIT)


@cache
def _faces() -> list[fonts.Typeface]:
    return fonts.load()


def _typeset(character: str, rng: np.random.Generator) -> MatLike:
    """A character of a typeface, mostly of a handwritten one, as another writer might copy it."""
    faces = [face for face in _faces() if face.written or rng.random() < 0.3]
    glyph = fonts.draw(faces[rng.integers(len(faces))], character)
    if glyph is None:
        return _typeset(character, rng)
    room = cv2.copyMakeBorder(glyph, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=0)
    return glyphs.trim(
        handwriting.distort(room, rng, slant=0.25, stretch=0.2, wobble=rng.uniform(0, 3))
    )


@cache
def _photos() -> list[MatLike]:
    """`PHOTOS` (h, w, 3) uint8."""
    photos = (np.asarray(photo()) for photo in PHOTOS)  # type: ignore[no-untyped-call]
    return [
        photo if photo.ndim == 3 else cv2.cvtColor(photo, cv2.COLOR_GRAY2BGR) for photo in photos
    ]


def _picture(size: tuple[int, int], rng: np.random.Generator) -> MatLike:
    """A random part of an ordinary photo."""
    photo = _photos()[rng.integers(len(_photos()))]
    scale = max(size[0] / photo.shape[1], size[1] / photo.shape[0]) * rng.uniform(1, 3)
    large = cv2.resize(photo, None, fx=scale, fy=scale)
    x, y = (int(rng.integers(large.shape[1 - axis] - size[axis] + 1)) for axis in (0, 1))
    part = large[y : y + size[1], x : x + size[0]]
    return np.ascontiguousarray(part[:, ::-1] if rng.random() < 0.5 else part)


def _crops(
    photo: MatLike, boxes: list[Box], labels: list[int], rng: np.random.Generator
) -> Iterator[Crop]:
    try:
        strokes = segmentation.find_components(Photo(photo))
    except RefusedError:
        return
    graphs = segmentation_graph.build_graphs(strokes)
    candidates = [candidate for graph in graphs for candidate in graph.candidates]
    overlaps = np.array(
        [[candidate.box.overlap(box) for box in boxes] for candidate in candidates]
    ).reshape(len(candidates), len(boxes))
    for place, label in enumerate(labels):
        best = int(overlaps[:, place].argmax())
        if overlaps[best, place] >= HIT:
            yield Crop(normalization.normalize(candidates[best].ink), label)
    several = [
        sum(box.coverage(candidate.box) >= HIT for box in boxes) > 1 for candidate in candidates
    ]
    strange = rng.permutation(np.flatnonzero((overlaps.max(axis=1, initial=0) <= MISS) | several))
    for candidate in (candidates[place] for place in strange[:MISSES]):
        image = normalization.normalize(candidate.ink)
        clear = cv2.resize(image, None, fx=glyphs.ENLARGEMENT, fy=glyphs.ENLARGEMENT)
        if max(candidate.box[2:]) >= segmentation.MIN_SIDE and not non_digits.could_be_digit(clear):
            yield Crop(image, NOT_A_DIGIT)
