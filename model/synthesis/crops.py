"""Training images made as the reader makes crops: pages are rendered, segmented and normalised.

The pages are made on all cores, and only once: their crops are cached.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from modulefinder import ModuleFinder
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.random import Generator, SeedSequence
from numpy.typing import NDArray
from tqdm import tqdm

from model.mnist import Part, cache_file
from model.synthesis.glyphs import fonts
from model.synthesis.glyphs.fonts import Typeface
from model.synthesis.page_crops import Sources, sample_page

PROJECT = Path(__file__).parents[2]
THIS_MODULE = Path(__file__).relative_to(PROJECT)

CHUNK = 250  # pages made by one task: its seed decides them, whoever runs it


def load(part: Part, pages: int, seed: int) -> Part:
    """Make the crops of pages, or take them from the cache.

    Args:
        part: MNIST's digits, which are on the pages among others.
        pages: how many, rounded up to whole chunks of `CHUNK`.
        seed: with the other arguments and the source code, decides everything.

    Returns:
        Images (n, 28, 28) uint8, ink 255 on 0; labels (n,) uint8, 0..9 or `NOT_A_DIGIT`.

    Raises:
        DatasetError: the typefaces cannot be fetched.
    """
    key = hashlib.sha256(source_digest().encode())
    key.update(part.images.tobytes())
    key.update(f"{pages} {seed}".encode())
    name = key.hexdigest()[:16]
    file = cache_file().with_name(f"crops-{name}.npz")
    if file.exists():
        with np.load(file) as content:
            return Part(content["images"], content["labels"])
    crops = make(part, pages, seed)
    _save(crops, file)
    return crops


def _save(crops: Part, file: Path) -> None:
    partial_file = file.with_suffix(".part")
    with partial_file.open("wb") as stream:
        np.savez_compressed(stream, images=crops.images, labels=crops.labels)
    partial_file.replace(file)  # so a run that is stopped leaves no half of it to load


def source_digest(project: Path = PROJECT) -> str:
    """Digest of what makes the crops: this module and all of the project that it imports.

    Args:
        project: the folder that holds the package `model`.

    Returns:
        64 hexadecimal digits, which change with any of those files.
    """
    finder = ModuleFinder([str(project)])
    finder.run_script(str(project / THIS_MODULE))
    modules = finder.modules.values()
    files = [vars(module)["__file__"] for module in modules]
    own = filter(None, files)  # what is built into Python has none
    digest = hashlib.sha256()
    for file in sorted(own):
        content = Path(file).read_bytes()
        digest.update(content)
    return digest.hexdigest()


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

    Raises:
        DatasetError: as `load`.
    """
    if typefaces is None:
        typefaces = fonts.load()
    # The size of the part keeps training's pages and validation's apart.
    entropy = SeedSequence([seed, len(part.images)])
    seeds = entropy.spawn(math.ceil(pages / chunk))
    with TemporaryDirectory() as folder, _workers() as pool:
        # Sending the images with each task would cost more than the task.
        file = Path(folder) / "images.npy"
        np.save(file, part.images)
        make_chunk = partial(_make_chunk, file, part.labels, typefaces, chunk)
        chunks = pool.map(make_chunk, seeds)
        return concatenated(tqdm(chunks, total=len(seeds), unit=f"{chunk} pages"))


def _workers() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=_use_one_core)


def _use_one_core() -> None:
    cv2.setNumThreads(1)


def concatenated(parts: Iterable[Part]) -> Part:
    """Join parts of a data set, of which there is at least one."""
    images, labels = zip(*parts, strict=True)
    return Part(np.concatenate(images), np.concatenate(labels))


def _make_chunk(
    file: Path,
    labels: NDArray[np.uint8],
    typefaces: Sequence[Typeface],
    pages: int,
    seed: SeedSequence,
) -> Part:
    """Make the crops of one chunk of pages, with digits of an .npy file that workers share."""
    images = np.asarray(np.load(file, mmap_mode="r"))
    sources = Sources(Part(images, labels), typefaces)
    return sample_crops(sources, pages, np.random.default_rng(seed))


def sample_crops(sources: Sources, pages: int, rng: Generator) -> Part:
    """Make the crops of some pages.

    Args:
        sources: what the pages are made from.
        pages: how many.
        rng: decides everything.

    Returns:
        Images (n, 28, 28) uint8, ink 255 on 0; labels (n,) uint8, 0..9 or `NOT_A_DIGIT`.
    """
    images = []
    labels = []
    for _ in range(pages):
        for crop in sample_page(sources, rng):
            images.append(crop.image)
            labels.append(crop.label)
    return Part(np.stack(images), np.array(labels, np.uint8))
