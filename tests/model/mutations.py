"""What may happen to a file: bits flip, lengths lie, parts are lost, doubled or another file's."""

import struct
import zlib
from collections.abc import Callable
from random import Random

from tests.model.corpus import files

EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
COUNTS = (0, 1, 1, 1, 1, 2, 2, 3, 5)  # of changes; after many nothing is left to decode
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def mutated(random: Random) -> bytes:
    """Some file of the corpus, changed a few times."""
    data = random.choice(list(files().values()))
    for _ in range(random.choice(COUNTS)):
        data = random.choice(CHANGES)(data, random)
    # Decoders look no further than a wrong checksum.
    return _checked(data) if data.startswith(PNG_MAGIC) and random.random() < 0.8 else data


def _place(data: bytes, random: Random) -> int:
    """Most of what is worth changing stands at the beginning."""
    return int(random.random() ** 3 * len(data))


def _span(data: bytes, random: Random) -> slice:
    start = _place(data, random)
    return slice(start, start + 1 + int(random.random() ** 4 * len(data)))


def _flip(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randrange(1, 9) if data else 0):
        changed[_place(data, random)] ^= 1 << random.randrange(8)
    return bytes(changed)


def _lie(data: bytes, random: Random) -> bytes:
    """Write an extreme number, as a length or a size might be, in either order."""
    number = random.choice(EXTREMES) + random.choice((-1, 0, 0, 1))
    size, order = random.choice((1, 2, 4)), random.choice("<>")
    packed = struct.pack(f"{order}Q", number % 256**size)
    written = packed[:size] if order == "<" else packed[-size:]
    start = _place(data, random)
    return data[:start] + written + data[start + size :]


def _lose(data: bytes, random: Random) -> bytes:
    span = _span(data, random)
    return data[: span.start] + data[span.stop :]


def _double(data: bytes, random: Random) -> bytes:
    span, place = _span(data, random), _place(data, random)
    return data[:place] + data[span] + data[place:]


def _splice(data: bytes, random: Random) -> bytes:
    other = random.choice(list(files().values()))
    return data[: _place(data, random)] + other[_place(other, random) :]


def _cut(data: bytes, random: Random) -> bytes:
    return data[: len(data) - _place(data, random)]


CHANGES: tuple[Callable[[bytes, Random], bytes], ...] = (_flip, _lie, _lose, _double, _splice, _cut)


def _checked(png: bytes) -> bytes:
    """A PNG with the right checksum in each chunk, as far as there are chunks."""
    parts, start = [PNG_MAGIC], len(PNG_MAGIC)
    while len(png) - start >= 12:
        end = start + 8 + int.from_bytes(png[start : start + 4], "big")
        body = png[start + 4 : end]
        parts += [png[start : start + 4], body, struct.pack(">I", zlib.crc32(body))]
        start = end + 4
    return b"".join([*parts, png[start:]])
