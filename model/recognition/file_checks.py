"""What a picture file says of itself, read before anything of it is decoded."""

import io
import re
import struct

import imagesize

from model.recognition.refusal import Refusal, RefusedError

MAX_BYTES = 20 * 1024 * 1024  # what a Telegram bot can download
MAX_PIXELS = 50_000_000
HEADER_BYTES = 100_000
# What people send. OpenCV decodes more than that, with decoders that few people test.
PICTURE = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP|GIF8[79]a|BM|II\*\0|MM\0\*|"
    rb"....ftypavi[fs]|P[1-6]",
    re.DOTALL,
)
# Some things are quickly written and slowly decoded: every scan of a JPEG passes over all of its
# pixels, a compressed text of a PNG may unpack to 8 MB, and OpenCV takes 3 µs for three bits of a
# GIF that only ever starts anew. Nobody's picture has so many.
MOST_SCANS = 64
MOST_TEXTS = 16
MOST_GIF_BYTES = 256 * 1024
PNG_TEXTS = (b"zTXt", b"iTXt", b"iCCP")
# Tiles may be larger than the picture, and all of them the same few bytes of the file.
TIFF_TILES = {322, 323, 324, 325}
TIFF_COMPRESSION, TIFF_SHORT = 259, 3
TIFF_COMPRESSIONS = {1, 2, 3, 4, 5, 8, 32773, 32946}  # none, fax, LZW, Deflate, PackBits, Deflate


def checked_size(data: bytes) -> tuple[int, int]:
    """Give the width and height that a picture file claims, before it is turned upright.

    Raises:
        RefusedError: it is in no format that people send or has no size, it has more than
            `MAX_BYTES` or `MAX_PIXELS`, or it is made so that decoding takes very long.
    """
    if len(data) > MAX_BYTES:
        raise RefusedError(Refusal.TOO_MANY_BYTES)
    if not PICTURE.match(data):
        raise RefusedError(Refusal.NOT_A_PICTURE)
    try:
        costly, (width, height) = _costly(data), _size(data)
    except Exception as error:
        # Broken headers raise whatever reading them happens to raise.
        raise RefusedError(Refusal.NOT_A_PICTURE) from error
    if costly:
        raise RefusedError(Refusal.TOO_DEMANDING)
    if min(width, height) <= 0:
        raise RefusedError(Refusal.NOT_A_PICTURE)
    if width * height > MAX_PIXELS:
        raise RefusedError(Refusal.TOO_MANY_PIXELS)
    return width, height


def _size(data: bytes) -> tuple[int, int]:
    # imagesize believes what a file says of its parts, and goes through millions of them; the
    # size of a JPEG may stand behind long EXIF, of a TIFF behind the pixels.
    start = data if data[:2] in (b"\xff\xd8", b"II", b"MM") else data[:HEADER_BYTES]
    width, height = imagesize.get(io.BytesIO(start), exif_rotation=False)
    return width, height


def _costly(data: bytes) -> bool:
    """Whether decoding it may take much longer than its size tells."""
    match data[:2]:
        case b"\xff\xd8":
            return data.count(b"\xff\xda") > MOST_SCANS
        case b"\x89P":
            return _costly_png(data)
        case b"GI":
            return len(data) > MOST_GIF_BYTES
        case b"II" | b"MM":
            return _costly_tiff(data)
    return False


def _costly_png(data: bytes) -> bool:
    texts, start, name = 0, 8, b""
    while name != b"IEND" and start + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, start)
        texts += name in PNG_TEXTS
        # OpenCV takes memory for a chunk before it looks whether there is one.
        if length > MAX_BYTES or texts > MOST_TEXTS:
            return True
        start += 12 + length
    return False


def _costly_tiff(data: bytes) -> bool:
    order = "<" if data.startswith(b"II") else ">"
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, start)
    fields = [
        struct.unpack_from(f"{order}HHIH", data, start + 2 + 12 * place) for place in range(count)
    ]
    tags = {tag for tag, *_ in fields}
    plain = all(
        kind == TIFF_SHORT and value in TIFF_COMPRESSIONS
        for tag, kind, _, value in fields
        if tag == TIFF_COMPRESSION
    )
    # Of a tag that is there twice, one reader takes the first and another the last.
    return not plain or len(tags) < count or bool(tags & TIFF_TILES)
