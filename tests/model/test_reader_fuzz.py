"""Damaged pictures of every kind: a Reading comes back, soon, and nothing else happens."""

import os
import signal
import struct
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model import fuzzing
from tests.model.corpus import LONG, chunk, files, gif, png, segment, tiff
from tests.model.mnist_pages import encode
from tests.model.mutations import mutated

FEW = settings(max_examples=300, deadline=None, derandomize=True)
SLOW_FIRST, SLOW_HEADERS, SLOW_READINGS = 10_000_000, 100_000, 10_000
RANDOMS = st.randoms(use_true_random=False)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, fuzzing.context, fuzzing.silence) as pool:
        yield pool


def tried(pool: ProcessPoolExecutor, data: bytes) -> fuzzing.Tally:
    """What became of a picture that was read in another process."""
    return pool.submit(fuzzing.attempt, fuzzing.reading_outcome, data).result(timeout=100)


@FEW
@given(random=RANDOMS)
def test_a_damaged_header_gives_a_size_or_a_refusal(random: Random) -> None:
    assert fuzzing.header_outcome(mutated(random))


@FEW
@given(random=RANDOMS)
def test_a_damaged_picture_gives_a_reading(pool: ProcessPoolExecutor, random: Random) -> None:
    assert tried(pool, mutated(random)).failures == []


@pytest.mark.parametrize("name", files())
def test_each_file_of_the_corpus_gives_a_reading(pool: ProcessPoolExecutor, name: str) -> None:
    assert tried(pool, files()[name]).failures == []


def crash(_: bytes) -> str:
    os.abort()


@pytest.mark.slow
def test_a_crash_is_told_and_the_other_inputs_are_tried() -> None:
    tally = fuzzing.fuzz(crash, range(2))
    ended = f"its process ended with {-signal.SIGABRT}"
    assert tally.failures == [f"input {number}: {ended}" for number in range(2)]


# --- slow -------------------------------------------------------------------------------------


def see_through(depth: type[np.uint8 | np.uint16]) -> bytes:
    pixels = np.full((5_000, 10_000, 4), 200, depth)
    pixels[:99, :99] = 0
    return encode(pixels)


def scans() -> bytes:
    """Sixty scans over 50 megapixels, each of a byte that says: nothing more."""
    jpeg = files()["progressive.jpg"]
    frame = jpeg.index(b"\xff\xc2") + 5
    large = jpeg[:frame] + (5_000).to_bytes(2) + (10_000).to_bytes(2) + jpeg[frame + 4 :]
    return large[:-2] + segment(0xDA, bytes((1, 1, 0, 1, 63, 0))) * 6_000


def columns() -> bytes:
    """A hundred tiles, each one pixel wide, and all of them the same in the file."""
    tile = zlib.compress(bytes(16_000_000), 9)
    strip = tile + struct.pack("<200I", *[8] * 100, *[len(tile)] * 100)
    places, counts = 8 + len(tile), 8 + len(tile) + 400
    size = [(322, LONG, 1, 1), (323, LONG, 1, 16_000_000)]
    where = [(324, LONG, 100, places), (325, LONG, 100, counts)]
    return tiff(100, 100, strip, *size, *where, compression=8)


def texts() -> bytes:
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(7_900_000), 9))
    return png(9, 9, bytes(90), *[text] * 300)


BOMBS = {
    "transparent, 50 megapixels": lambda: see_through(np.uint8),
    "transparent and deep": lambda: see_through(np.uint16),
    "scans": scans,
    "tiles": columns,
    "texts": texts,
    "codes": lambda: gif(99, 99, bytes.fromhex("244992") * 6_000_000),
}


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_takes_neither_long_nor_much_memory(
    pool: ProcessPoolExecutor, bomb: Callable[[], bytes]
) -> None:
    assert tried(pool, bomb()).failures == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("outcome", "count"),
    [(fuzzing.header_outcome, SLOW_HEADERS), (fuzzing.reading_outcome, SLOW_READINGS)],
)
def test_many_damaged_pictures_do_no_harm(outcome: fuzzing.Outcome, count: int) -> None:
    tally = fuzzing.fuzz(outcome, range(SLOW_FIRST, SLOW_FIRST + count))
    assert tally.failures == []
    assert tally.outcomes.total() == count
