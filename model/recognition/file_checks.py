"""What a picture file says of itself, read before anything of it is decoded."""

import io
import re
import struct

import imagesize

from model.recognition.refusal import Refusal, RefusedError

MAX_BYTES = 20 * 1024 * 1024  # what a Telegram bot can download
MAX_PIXELS = 50_000_000  # as many as phones' cameras make; decoded, they take 150 MB
# The size of most formats stands at the beginning, behind a comment at most.
HEADER_BYTES = 100_000
# What people send. OpenCV decodes more than that, with decoders that few people test.
PICTURE = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP|GIF8[79]a|BM|II\*\0|MM\0\*|"
    rb"....ftypavi[fs]|P[1-6]",
    re.DOTALL,
)
# Photos of 8 and of 10 bits a channel, and those whose brand is the container's alone.
HEIF = re.compile(rb"....ftyp(heic|heix|mif1)", re.DOTALL)
# Some things are quickly written and slowly decoded. Nobody's picture has so many of them.
MOST_SCANS = 64  # of a JPEG; every scan passes over all of its pixels
MOST_TEXTS = 16  # of a PNG; a compressed text may unpack to 8 MB
MOST_GIF_BYTES = 256 * 1024  # a clear code of LZW has three bits, and takes OpenCV long
JPEG_SCAN = b"\xff\xda"
PNG_MAGIC_BYTES = 8
PNG_TEXTS = (b"zTXt", b"iTXt", b"iCCP")  # the chunks that hold compressed text
# Tags of TIFF. Tiles may be larger than the picture, and all of them the same few bytes.
TIFF_TILES = {322, 323, 324, 325}
TIFF_COMPRESSION, TIFF_SHORT = 259, 3  # a tag; the type of its value, 16 bits
TIFF_COMPRESSIONS = {1, 2, 3, 4, 5, 8, 32773, 32946}  # none, fax, LZW, Deflate, PackBits, Deflate
TIFF_FIELD_BYTES = 12


def is_heif(data: bytes) -> bool:
    """Whether a file claims to be a still HEIF picture."""
    return HEIF.match(data) is not None


def checked_size(data: bytes) -> tuple[int, int]:
    """Give the width and height in pixels that a picture file claims, before it is turned upright.

    Raises:
        RefusedError: it is in no format that people send or has no size, it has more than
            `MAX_BYTES` or `MAX_PIXELS`, or it is made so that decoding takes very long.
    """
    if len(data) > MAX_BYTES:
        raise RefusedError(Refusal.TOO_MANY_BYTES)
    if not PICTURE.match(data):
        raise RefusedError(Refusal.NOT_A_PICTURE)
    try:
        is_costly = _is_costly(data)
        width, height = _claimed_size(data)
    except Exception as error:
        # Broken headers raise whatever reading them happens to raise.
        raise RefusedError(Refusal.NOT_A_PICTURE) from error
    if is_costly:
        raise RefusedError(Refusal.TOO_DEMANDING)
    if min(width, height) <= 0:
        raise RefusedError(Refusal.NOT_A_PICTURE)
    if width * height > MAX_PIXELS:
        raise RefusedError(Refusal.TOO_MANY_PIXELS)
    return width, height


def _claimed_size(data: bytes) -> tuple[int, int]:
    # imagesize believes what a file says of its parts, and goes through millions of them. But the
    # size of a JPEG may stand behind long EXIF, of a TIFF behind the pixels.
    if not data.startswith((b"\xff\xd8", b"II", b"MM")):
        data = data[:HEADER_BYTES]
    width, height = imagesize.get(io.BytesIO(data), exif_rotation=False)
    return width, height


def _is_costly(data: bytes) -> bool:
    """Whether decoding it may take much longer than its size tells."""
    match data[:2]:
        case b"\xff\xd8":
            return data.count(JPEG_SCAN) > MOST_SCANS
        case b"\x89P":
            return _is_costly_png(data)
        case b"GI":
            return len(data) > MOST_GIF_BYTES
        case b"II" | b"MM":
            return _is_costly_tiff(data)
    return False


def _is_costly_png(data: bytes) -> bool:
    texts = 0
    start = PNG_MAGIC_BYTES
    while start + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, start)
        texts += name in PNG_TEXTS
        # OpenCV takes memory for a chunk before it looks whether there is one.
        if length > MAX_BYTES or texts > MOST_TEXTS:
            return True
        if name == b"IEND":
            break
        start += 12 + length  # its length, its name and a checksum, each of four bytes
    return False


def _is_costly_tiff(data: bytes) -> bool:
    fields = _tiff_fields(data)
    tags = {tag for tag, _, _, _ in fields}
    if tags & TIFF_TILES:
        return True
    # Of a tag that is there twice, one reader takes the first and another the last.
    if len(tags) < len(fields):
        return True
    return not all(
        kind == TIFF_SHORT and value in TIFF_COMPRESSIONS
        for tag, kind, _, value in fields
        if tag == TIFF_COMPRESSION
    )


def _tiff_fields(data: bytes) -> list[tuple[int, int, int, int]]:
    """Tag, type, count and value, as far as it has two bytes, of each field of a TIFF."""
    order = "<" if data.startswith(b"II") else ">"
    (directory,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, directory)
    fields = []
    place = directory + 2
    for _ in range(count):
        field = struct.unpack_from(f"{order}HHIH", data, place)
        fields.append(field)
        place += TIFF_FIELD_BYTES
    return fields
