"""Many strips to train the line network on: made on all cores, and only once."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from model.mnist import Part
from model.synthesis import chunks
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.exemplars import Exemplars
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.glyphs.hands import Writers
from model.synthesis.strips import HEIGHT, WIDTH, Piece, pack, sample_pieces

THIS_MODULE = Path(__file__).relative_to(chunks.PROJECT)

CHUNK = 250  # strips made by one task: its seed decides them, whoever runs it


class Strips(NamedTuple):
    """Strips of rendered pages' ink, and all their characters one after another.

    Attributes:
        ink: (n, h, w) uint8, 0 on paper.
        counts: (n,) int64, how many of the characters each strip has.
        boxes: (m, 4) float32, x and y of the characters' middles, width and height in pixels.
        labels: (m,) uint8, indices in `character_set.CHARACTERS`, or `strips.IGNORED`.
    """

    ink: NDArray[np.uint8]
    counts: NDArray[np.int64]
    boxes: NDArray[np.float32]
    labels: NDArray[np.uint8]


def load(part: Part, count: int, seed: int) -> Strips:
    """Make strips, or take them from the cache.

    Args:
        part: MNIST's digits, which some hands write.
        count: how many strips, rounded up to whole chunks of `CHUNK`.
        seed: with the other arguments and the source code, decides everything.
    """
    digest = chunks.source_digest(THIS_MODULE)
    key = chunks.cache_key(digest, part, count, seed)
    arrays = chunks.cached(f"strips-{key}", lambda: make(part, count, seed)._asdict())
    return Strips(**arrays)


def make(
    part: Part,
    count: int,
    seed: int,
    typefaces: Sequence[Typeface] | None = None,
    chunk: int = CHUNK,
) -> Strips:
    """Make strips as `load` does, on all cores, without the cache.

    Args:
        part: as `load` takes it.
        count: as `load` takes it.
        seed: as `load` takes it.
        typefaces: what some hands copy; all of `fonts.load` if None.
        chunk: how many strips one task makes.
    """
    if typefaces is None:
        typefaces = fonts.load()
    make_chunk = partial(_make_chunk, chunk)
    seeds = chunks.chunk_seeds(part, count, chunk, seed)
    made = chunks.make_chunks(make_chunk, part, typefaces, seeds, f"{chunk} strips")
    return joined(made, chunk * len(seeds))


def joined(parts: Iterable[Strips], count: int) -> Strips:
    """Join the `count` strips of all `parts`, which need not be in memory all at once."""
    ink = np.empty((count, HEIGHT, WIDTH), np.uint8)
    counts: list[NDArray[np.int64]] = []
    boxes: list[NDArray[np.float32]] = []
    labels: list[NDArray[np.uint8]] = []
    start = 0
    for part in parts:
        end = start + len(part.ink)
        ink[start:end] = part.ink
        start = end
        counts.append(part.counts)
        boxes.append(part.boxes)
        labels.append(part.labels)
    return Strips(ink, np.concatenate(counts), np.concatenate(boxes), np.concatenate(labels))


def _make_chunk(count: int, part: Part, typefaces: Sequence[Typeface], rng: Generator) -> Strips:
    writers = Writers(Exemplars(part), typefaces)
    return sample_strips(writers, count, rng)


def sample_strips(writers: Writers, count: int, rng: Generator) -> Strips:
    """Make some strips.

    Args:
        writers: whose hands there are.
        count: of strips.
        rng: decides everything.
    """
    packed = pack(_pieces(writers, rng), rng)
    strips = list(islice(packed, count))
    return Strips(
        np.stack([strip.ink for strip in strips]),
        np.array([len(strip.boxes) for strip in strips]),
        np.concatenate([strip.boxes for strip in strips]),
        np.concatenate([strip.labels for strip in strips]),
    )


def _pieces(writers: Writers, rng: Generator) -> Iterator[Piece]:
    """Make the pieces of page after page, without end."""
    while True:
        yield from sample_pieces(writers, rng)
