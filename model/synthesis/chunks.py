"""Data to train on that take long to render: made on all cores in chunks, and only once."""

import hashlib
import logging
import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from modulefinder import ModuleFinder
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from zipfile import BadZipFile

import cv2
import numpy as np
from numpy.random import Generator, SeedSequence
from numpy.typing import NDArray
from tqdm import tqdm

from model.mnist import Part, cache_file
from model.synthesis.glyphs.fonts import Typeface

PROJECT = Path(__file__).parents[2]

logger = logging.getLogger(__name__)

Arrays = dict[str, NDArray[Any]]
Chunk = TypeVar("Chunk")
# Makes a chunk of MNIST's digits and typefaces; the generator decides everything.
Make = Callable[[Part, Sequence[Typeface], Generator], Chunk]


def chunk_seeds(part: Part, count: int, chunk: int, seed: int) -> list[SeedSequence]:
    """The seeds of as many chunks as `count` things fill; the last one may have more.

    Args:
        part: MNIST's digits to make them of.
        count: of things to make.
        chunk: how many of them a chunk has.
        seed: decides the chunks' seeds.
    """
    # The size of the part keeps training's data and validation's apart.
    entropy = SeedSequence([seed, len(part.images)])
    return entropy.spawn(math.ceil(count / chunk))


def make_chunks(
    make: Make[Chunk],
    part: Part,
    typefaces: Sequence[Typeface],
    seeds: Sequence[SeedSequence],
    unit: str,
) -> Iterator[Chunk]:
    """Make a chunk by each of `seeds`, in their order, in a process on each core.

    Args:
        make: can be pickled.
        part: MNIST's digits, as `make` takes them.
        typefaces: as `make` takes them.
        seeds: one for each chunk, so that it does not matter which process makes it.
        unit: what a chunk is called beside the progress bar.
    """
    with TemporaryDirectory() as folder, _workers() as pool:
        # Sending the images with each task would cost more than the task.
        file = Path(folder) / "images.npy"
        np.save(file, part.images)
        task = partial(_make_chunk, make, file, part.labels, typefaces)
        yield from tqdm(pool.map(task, seeds), total=len(seeds), unit=unit)


def _workers() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=_use_one_core)


def _use_one_core() -> None:
    cv2.setNumThreads(1)


def _make_chunk(
    make: Make[Chunk],
    file: Path,
    labels: NDArray[np.uint8],
    typefaces: Sequence[Typeface],
    seed: SeedSequence,
) -> Chunk:
    """Make one chunk, with digits of an .npy file that workers share."""
    images = np.asarray(np.load(file, mmap_mode="r"))
    return make(Part(images, labels), typefaces, np.random.default_rng(seed))


# --- the cache --------------------------------------------------------------------------------


def cache_key(digest: str, part: Part, count: int, seed: int) -> str:
    """What tells apart things that are made by other code or from something else.

    Args:
        digest: of the code, by `source_digest`.
        part: MNIST's digits that they are made of.
        count: how many.
        seed: that decides the rest.

    Returns:
        16 hexadecimal digits.
    """
    key = hashlib.sha256(digest.encode())
    key.update(part.images.tobytes())
    key.update(f"{count} {seed}".encode())
    return key.hexdigest()[:16]


def source_digest(module: Path, project: Path = PROJECT) -> str:
    """Digest of a module and of all of the project that it imports.

    Args:
        module: the file, by its path in the project.
        project: the folder that holds the package `model`.

    Returns:
        64 hexadecimal digits, which change with any of those files.
    """
    finder = ModuleFinder([str(project)])
    finder.run_script(str(project / module))
    modules = finder.modules.values()
    files = [vars(module)["__file__"] for module in modules]
    own = filter(None, files)  # what is built into Python has none
    digest = hashlib.sha256()
    for file in sorted(own):
        content = Path(file).read_bytes()
        digest.update(content)
    return digest.hexdigest()


def cached(name: str, make: Callable[[], Arrays]) -> Arrays:
    """Take arrays from the cache's file of this name, or `make` them and keep them there.

    A file that is broken is made anew.

    Raises:
        OSError: they cannot be kept.
    """
    file = cache_file().with_name(f"{name}.npz")
    if file.exists():
        try:
            with file.open("rb") as stream, np.load(stream) as content:
                return dict(content)
        except (OSError, ValueError, EOFError, BadZipFile, zlib.error) as error:
            logger.warning("%s is broken (%s), and is made anew.", file, error)
    arrays = make()
    _save(arrays, file)
    return arrays


def _save(arrays: Arrays, file: Path) -> None:
    partial_file = file.with_suffix(".part")
    try:
        with partial_file.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **arrays)
        partial_file.replace(file)  # so a run that is stopped leaves no half of it to load
    finally:
        partial_file.unlink(missing_ok=True)  # it may have filled the disk
