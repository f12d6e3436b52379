"""Small picture files of every kind, made in memory: to be read, damaged and spliced."""

import io
import struct
import zlib
from collections.abc import Iterable
from functools import cache

import cv2
import numpy as np
from PIL import Image as Pillow

from tests.model.mnist_pages import encode, row

PICTURE = row("38", side=40, gap=12)
HEIGHT, WIDTH = PICTURE.shape[:2]
Field = tuple[int, int, int, int]  # of a TIFF: tag, type, count, and value or place
SHORT, LONG = 3, 4


# --- parts of files ---------------------------------------------------------------------------


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, pixels: bytes = b"", *more: bytes) -> bytes:
    """A PNG of 8 grey bits that claims a size, with `more` chunks before its `pixels`."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + data


def segment(marker: int, data: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def with_segment(jpeg: bytes, marker: int, data: bytes) -> bytes:
    """A JPEG with one more segment at its beginning."""
    return jpeg[:2] + segment(marker, data) + jpeg[2:]


def directory(fields: Iterable[Field], after: int = 0, order: str = "<") -> bytes:
    """An image file directory, as TIFF and EXIF have it; `after` is where the next one is."""
    entries = b"".join(
        struct.pack(f"{order}HHIHH", *field, 0)
        if field[1] == SHORT and field[2] == 1
        else struct.pack(f"{order}HHII", *field)
        for field in fields
    )
    count = struct.pack(f"{order}H", len(entries) // 12)
    return count + entries + struct.pack(f"{order}I", after)


def tiff(width: int, height: int, strip: bytes, *more: Field, compression: int = 1) -> bytes:
    """A TIFF of 8 grey bits in one strip, with `more` fields after its own."""
    fields: list[Field] = [
        (256, LONG, 1, width),
        (257, LONG, 1, height),
        (258, SHORT, 1, 8),
        (259, SHORT, 1, compression),
        (262, SHORT, 1, 1),
        (273, LONG, 1, 8),
        (277, SHORT, 1, 1),
        (278, LONG, 1, height),
        (279, LONG, 1, len(strip)),
    ]
    strip += bytes(len(strip) % 2)
    return b"II*\0" + struct.pack("<I", 8 + len(strip)) + strip + directory([*fields, *more])


def exif(fields: Iterable[Field], after: int = 0) -> bytes:
    """What an EXIF segment of a JPEG holds; its only directory begins at 8."""
    return b"Exif\0\0MM\0*\0\0\0\x08" + directory(fields, after, ">")


def bmp(width: int, height: int, bits: int, compression: int, data: bytes) -> bytes:
    """A BMP, with a grey palette if it has 8 bits or less."""
    palette = b"".join(bytes([level] * 3 + [0]) for level in range(1 << bits)) if bits <= 8 else b""
    start = 54 + len(palette)
    return (
        struct.pack("<2sIHHI", b"BM", start + len(data), 0, 0, start)
        + struct.pack(
            "<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(data), 0, 0, 0, 0
        )
        + palette
        + data
    )


def gif(width: int, height: int, codes: bytes) -> bytes:
    """A GIF of four colours with these LZW codes, the smallest of three bits."""
    blocks = (codes[start : start + 255] for start in range(0, len(codes), 255))
    return (
        struct.pack("<6sHHBBB", b"GIF89a", width, height, 0x81, 0, 0)
        + bytes(range(0, 192, 16))
        + struct.pack("<cHHHHBB", b",", 0, 0, width, height, 0, 2)
        + b"".join(bytes([len(block)]) + block for block in blocks)
        + b"\0;"
    )


# --- files ------------------------------------------------------------------------------------


@cache
def files() -> dict[str, bytes]:
    """Sound files and strange ones, by name."""
    return _by_opencv() | _by_pillow() | _by_hand()


def _by_opencv() -> dict[str, bytes]:
    grey, see_through = PICTURE[..., 0], cv2.cvtColor(PICTURE, cv2.COLOR_BGR2BGRA)
    see_through[:, : WIDTH // 2, 3] = 255 - grey[:, : WIDTH // 2]
    kinds = {
        "colour": (PICTURE, "jpg png webp bmp gif tiff avif ppm pam ras jp2"),
        "grey": (grey, "jpg png webp tiff avif pgm pbm"),
        "transparent": (see_through, "png webp bmp gif tiff avif"),
        "deep": (PICTURE.astype(np.uint16) * 257, "png tiff ppm jp2"),
        "bright": (PICTURE.astype(np.float32) / 255, "hdr pfm tiff"),
    }
    found = {
        f"{name}.{ending}": encode(pixels, f".{ending}")
        for name, (pixels, endings) in kinds.items()
        for ending in endings.split()
    }
    progressive = [cv2.IMWRITE_JPEG_PROGRESSIVE, 1]
    restarting = [cv2.IMWRITE_JPEG_RST_INTERVAL, 3, cv2.IMWRITE_JPEG_OPTIMIZE, 1]
    for name, options in (("progressive", progressive), ("restarting", restarting)):
        found[f"{name}.jpg"] = cv2.imencode(".jpg", PICTURE, options)[1].tobytes()
    return found


def _saved(picture: Pillow.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def _by_pillow() -> dict[str, bytes]:
    picture = Pillow.fromarray(PICTURE)
    palette, bits = picture.convert("P", palette=Pillow.Palette.ADAPTIVE), picture.convert("1")
    moving = {"save_all": True, "append_images": [picture.rotate(180), picture], "duration": 50}
    found = {
        "cmyk.jpg": _saved(picture.convert("CMYK"), "JPEG"),
        "palette.png": _saved(palette, "PNG", transparency=0),
        "palette.bmp": _saved(palette, "BMP"),
        "palette.gif": _saved(palette, "GIF", transparency=0, interlace=1),
        "palette.tiff": _saved(palette, "TIFF"),
        "bits.png": _saved(bits, "PNG"),
        "bits.bmp": _saved(bits, "BMP"),
        "bits.tiff": _saved(bits, "TIFF", compression="group4"),
        "cmyk.tiff": _saved(picture.convert("CMYK"), "TIFF"),
        "grey alpha.png": _saved(picture.convert("LA"), "PNG"),
        "icon.ico": _saved(picture, "ICO"),
    }
    for form in ("GIF", "WEBP", "PNG", "TIFF", "AVIF"):
        found[f"moving.{form.lower()}"] = _saved(picture, form, **moving)
    for compression in ("packbits", "tiff_lzw", "tiff_adobe_deflate", "jpeg"):
        found[f"{compression}.tiff"] = _saved(picture, "TIFF", compression=compression)
    return found


def _by_hand() -> dict[str, bytes]:
    jpeg, plain = encode(PICTURE, ".jpg"), encode(PICTURE)
    grey = np.ascontiguousarray(PICTURE[..., 0])
    rows = np.hstack([np.zeros((HEIGHT, 1), np.uint8), grey]).tobytes()
    turned = [with_segment(jpeg, 0xE1, exif([(0x0112, SHORT, 1, turn)])) for turn in (3, 6, 255)]
    strange: list[Field] = [
        (330, LONG, 1, 8),
        (700, 1, 2**32 - 1, 8),
        (34377, 7, 10**9, 0),
        (34675, 7, 2**31, 8),
        (37724, 13, 65536, 2**32 - 1),
        (65000, 99, 3, 3),
    ]
    many = [(0x0112, SHORT, 2**32 - 1, 2**32 - 1)] * 5000
    circle = [(0x8769, LONG, 1, 8), (0xA005, LONG, 1, 8), (0x0112, SHORT, 1, 6)]
    text = zlib.compress(bytes(1_000_000), 9)
    runs = b"".join(bytes([40, level, 24, 255 - level, 60, 9, 0, 0]) for level in range(40))
    return {
        "turned.jpg": turned[0],
        "lying.jpg": turned[1],
        "turned by 255.jpg": turned[2],
        "circular exif.jpg": with_segment(jpeg, 0xE1, exif(circle, 8)),
        "many fields.jpg": with_segment(jpeg, 0xE1, exif(many)),
        "thumbnail.jpg": with_segment(jpeg, 0xE1, exif([], 14) + jpeg[:3000]),
        "two frames.jpg": with_segment(
            jpeg, 0xC0, struct.pack(">BHHB", 8, 5, 5, 1) + bytes((1, 17, 0))
        ),
        "exif.png": plain[:33] + chunk(b"eXIf", exif(circle, 8)[6:]) + plain[33:],
        "hand.png": png(WIDTH, HEIGHT, rows),
        "no width.png": png(0, HEIGHT, rows),
        "huge.png": png(2**31 - 1, 2**31 - 1, rows),
        "large.png": png(2_600, 1_300, rows),
        "a million zeros.png": png(WIDTH, HEIGHT, bytes(1_000_000)),
        "ztxt.png": png(WIDTH, HEIGHT, rows, *[chunk(b"zTXt", b"a\0\0" + text)] * 9),
        "itxt.png": png(WIDTH, HEIGHT, rows, *[chunk(b"iTXt", b"a\0\1\0\0\0" + text)] * 9),
        "strange.tiff": tiff(WIDTH, HEIGHT, grey.tobytes(), *strange),
        "circular.tiff": tiff(WIDTH, HEIGHT, grey.tobytes())[:-4]
        + struct.pack("<I", 8 + grey.size + grey.size % 2),
        "no height.tiff": tiff(WIDTH, 0, b""),
        "large.tiff": tiff(2_600, 1_300, grey.tobytes(), compression=8),
        "runs.bmp": bmp(124, 40, 8, 1, runs + b"\0\1"),
        "short runs.bmp": bmp(124, 64, 4, 2, runs + b"\0\2\5\5\0\1"),
        "upside down.bmp": bmp(8, -4, 24, 0, bytes(range(96))),
        "flat.bmp": bmp(40, 0, 24, 0, bytes(96)),
        "hand.gif": gif(4, 4, bytes((0x84, 0x51, 0x25, 0x80, 0x05))),
        "large.gif": gif(2_600, 1_300, bytes(200)),
        "numbers.ppm": b"P3 # a\n2 2\n255\n" + b"0 255 " * 6,
        "no numbers.ppm": b"P6 0 0 255\n",
        "zip.jpg": jpeg + b"PK\5\6" + bytes(18),
        "script.gif": b"GIF89a/*" + encode(PICTURE, ".gif")[8:] + b"*/=1;",
        "jpeg.pdf": b"%PDF-1.4\n" + jpeg,
        "pdf.jpg": with_segment(jpeg, 0xFE, b"%PDF-1.4\n1 0 obj") + b"%%EOF",
        "drawing.svg": b"<svg width='99' height='99' xmlns='http://www.w3.org/2000/svg'/>",
        "nothing": b"",
    }
