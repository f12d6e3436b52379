"""Training images made as the reader makes crops: pages are rendered, segmented and normalised.

The pages are made on all cores, and only once: their crops are cached.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.random import Generator

from model.mnist import Part
from model.synthesis import chunks
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.page_crops import Sources, sample_page

THIS_MODULE = Path(__file__).relative_to(chunks.PROJECT)

CHUNK = 250  # pages made by one task: its seed decides them, whoever runs it


def load(part: Part, pages: int, seed: int) -> Part:
    """Make the crops of pages, or take them from the cache.

    Args:
        part: MNIST's digits, which are on the pages among others.
        pages: how many, rounded up to whole chunks of `CHUNK`.
        seed: with the other arguments and the source code, decides everything.

    Returns:
        Images (n, 28, 28) uint8, ink 255 on 0; labels (n,) uint8, 0..9, `NOT_A_DIGIT`
        or `ONE_OR_SEVEN`.
    """
    digest = chunks.source_digest(THIS_MODULE)
    key = chunks.cache_key(digest, part, pages, seed)
    arrays = chunks.cached(f"crops-{key}", lambda: make(part, pages, seed)._asdict())
    return Part(**arrays)


def make(
    part: Part,
    pages: int,
    seed: int,
    typefaces: Sequence[Typeface] | None = None,
    chunk: int = CHUNK,
) -> Part:
    """Make the crops as `load` does, on all cores, without the cache.

    Args:
        part: as `load` takes it.
        pages: as `load` takes them.
        seed: as `load` takes it.
        typefaces: what letters and digits are copied from; all of `fonts.load` if None.
        chunk: how many pages one task makes.

    Returns:
        As `load`.
    """
    if typefaces is None:
        typefaces = fonts.load()
    make_chunk = partial(_make_chunk, chunk)
    seeds = chunks.chunk_seeds(part, pages, chunk, seed)
    return concatenated(chunks.make_chunks(make_chunk, part, typefaces, seeds, f"{chunk} pages"))


def concatenated(parts: Iterable[Part]) -> Part:
    """Join parts of a data set, of which there is at least one."""
    images, labels = zip(*parts, strict=True)
    return Part(np.concatenate(images), np.concatenate(labels))


def _make_chunk(pages: int, part: Part, typefaces: Sequence[Typeface], rng: Generator) -> Part:
    return sample_crops(Sources(part, typefaces), pages, rng)


def sample_crops(sources: Sources, pages: int, rng: Generator) -> Part:
    """Make the crops of some pages.

    Args:
        sources: what the pages are made from.
        pages: how many.
        rng: decides everything.

    Returns:
        Images (n, 28, 28) uint8, ink 255 on 0; labels (n,) uint8, 0..9, `NOT_A_DIGIT`
        or `ONE_OR_SEVEN`.
    """
    images = []
    labels = []
    for _ in range(pages):
        for crop in sample_page(sources, rng):
            images.append(crop.image)
            labels.append(crop.label)
    return Part(np.stack(images), np.array(labels, np.uint8))
