"""A file's own word on its size is taken only where no small file can make much of it."""

import struct
import zlib

import pytest

from model.recognition.file_checks import checked_size, is_heif
from model.recognition.refusal import Refusal, RefusedError
from tests.model.corpus import (
    LONG,
    SHORT,
    Field,
    chunk,
    directory,
    files,
    gif,
    png,
    segment,
    tiff,
)

GREY = bytes(12 * 7)


def size(data: bytes) -> tuple[int, int] | Refusal:
    try:
        return checked_size(data)
    except RefusedError as error:
        return error.refusal


@pytest.mark.parametrize("form", ["jpg", "png", "webp", "bmp", "gif", "tiff", "avif", "ppm"])
def test_the_size_of_every_format_that_people_send_is_known(form: str) -> None:
    assert size(files()[f"colour.{form}"]) == (116, 64)


@pytest.mark.parametrize(
    "name",
    [
        "colour.jp2",
        "colour.ras",
        "colour.pam",
        "bright.hdr",
        "bright.pfm",
        "icon.ico",
        "drawing.svg",
        "jpeg.pdf",
    ],
)
def test_what_nobody_sends_is_not_decoded(name: str) -> None:
    assert size(files()[name]) is Refusal.NOT_A_PICTURE


def test_a_png_may_not_unpack_texts_again_and_again() -> None:
    """300 of them, 2.3 MB, took 22 s and 2.2 GB."""
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1000)))
    assert size(png(12, 7, b"", *[text] * 16)) == (12, 7)
    assert size(png(12, 7, b"", *[text] * 17)) is Refusal.TOO_DEMANDING


@pytest.mark.parametrize("name", [b"IDAT", b"tEXt", b"abcd"])
def test_a_png_may_not_claim_a_part_larger_than_any_file(name: bytes) -> None:
    """OpenCV took 2 GB for it."""
    claims = struct.pack(">I", 0x80000001) + name
    assert size(png(12, 7, b"", claims)) is Refusal.TOO_DEMANDING


def test_what_follows_the_end_of_a_png_is_of_no_matter() -> None:
    assert size(png(12, 7) + b"\xff" * 20) == (12, 7)


def test_a_jpeg_may_not_have_scan_after_scan() -> None:
    """6,000 of them over 50 megapixels, 0.5 MB, took 15 s."""
    scan = b"\xff\xda\0\x08\1\1\0\1\x3f\0\x7f"
    photo = files()["progressive.jpg"]
    assert size(photo + scan * 10) == (116, 64)
    assert size(photo + scan * 100) is Refusal.TOO_DEMANDING


def test_a_gif_may_not_start_anew_for_megabytes() -> None:
    """20 MB of it would take minutes."""
    anew = bytes.fromhex("244992")
    assert size(gif(12, 7, anew * 80_000)) == (12, 7)
    assert size(gif(12, 7, anew * 90_000)) is Refusal.TOO_DEMANDING


@pytest.mark.parametrize(
    "more",
    [
        [(322, LONG, 1, 1), (323, LONG, 1, 16_000_000)],
        [(324, LONG, 1, 8), (325, LONG, 1, 84)],
        [(256, LONG, 1, 1)],
        [(259, SHORT, 1, 1)],
    ],
    ids=["tiles", "places of tiles", "two widths", "two compressions"],
)
def test_a_tiff_with_tiles_or_anything_twice_is_not_decoded(more: list[Field]) -> None:
    """A hundred tiles of 16 million pixels, all the same 16 KB, took 14 s."""
    assert size(tiff(12, 7, GREY)) == (12, 7)
    assert size(tiff(12, 7, GREY, *more)) is Refusal.TOO_DEMANDING


@pytest.mark.parametrize("compression", [6, 7, 34676, 34712])
def test_a_tiff_is_not_decoded_if_it_is_compressed_in_a_rare_way(compression: int) -> None:
    assert size(tiff(12, 7, GREY, compression=compression)) is Refusal.TOO_DEMANDING


@pytest.mark.parametrize("start", [0, 91, 10_000, 2**32 - 1])
def test_a_tiff_whose_directory_is_elsewhere_is_no_picture(start: int) -> None:
    data = tiff(12, 7, GREY)
    moved = data[:4] + struct.pack("<I", start) + data[8:]
    assert size(moved) is Refusal.NOT_A_PICTURE


def box(name: bytes, data: bytes) -> bytes:
    """One box of an AVIF."""
    return struct.pack(">I", len(data) + 8) + name + data


@pytest.mark.timeout(10)
def test_an_avif_whose_items_lie_in_endless_parts_is_soon_refused() -> None:
    """Each of these 10,000 items is said to lie in 65,535 parts, of no bytes."""
    item = struct.pack(">IHHH", 1, 0, 0, 65_535)
    items = struct.pack(">IBBI", 2 << 24, 0, 0, 10_000) + item * 10_000
    data = box(b"ftyp", b"avif\0\0\0\0mif1") + box(b"meta", bytes(4) + box(b"iloc", items))
    assert size(data) is Refusal.NOT_A_PICTURE


# --- each side of every limit -----------------------------------------------------------------


def test_a_file_has_20_mebibytes_at_most() -> None:
    full = png(12, 7).ljust(20 * 1024 * 1024, b"\0")
    assert size(full) == (12, 7)
    assert size(full + b"\0") is Refusal.TOO_MANY_BYTES


@pytest.mark.parametrize(("width", "height"), [(10_000, 5_000), (1, 50_000_000)])
def test_a_picture_has_50_million_pixels_at_most(width: int, height: int) -> None:
    assert size(png(width, height)) == (width, height)
    assert size(png(width, height + 1)) is Refusal.TOO_MANY_PIXELS


@pytest.mark.parametrize(("width", "height"), [(0, 7), (12, 0), (0, 0)])
def test_a_picture_has_a_size(width: int, height: int) -> None:
    assert size(png(width, height)) is Refusal.NOT_A_PICTURE
    assert size(png(1, 1)) == (1, 1)


@pytest.mark.parametrize("before", [99_980, 100_000])
def test_a_size_stands_in_the_first_100_000_bytes(before: int) -> None:
    comment = b"P6 #".ljust(before, b" ") + b"\n12 7 255\n"
    assert size(comment) == ((12, 7) if before < 100_000 else Refusal.NOT_A_PICTURE)


def test_the_size_of_a_jpeg_may_stand_far_behind() -> None:
    photo = files()["colour.jpg"]
    assert size(photo[:2] + segment(0xE1, bytes(60_000)) * 4 + photo[2:]) == (116, 64)


def test_the_size_of_a_tiff_may_stand_behind_its_pixels() -> None:
    assert size(tiff(400, 500, bytes(400 * 500))) == (400, 500)


def test_a_jpeg_has_64_scans_at_most() -> None:
    photo = files()["progressive.jpg"]
    scans = photo.count(b"\xff\xda")
    full = photo + b"\xff\xda" * (64 - scans)
    assert size(full) == (116, 64)
    assert size(full + b"\xff\xda") is Refusal.TOO_DEMANDING


@pytest.mark.parametrize("name", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_png_has_16_compressed_texts_at_most_of_any_kind(name: bytes) -> None:
    assert size(png(12, 7, b"", *[chunk(name, b"")] * 16)) == (12, 7)
    assert size(png(12, 7, b"", *[chunk(name, b"")] * 17)) is Refusal.TOO_DEMANDING
    assert size(png(12, 7, b"", *[chunk(b"tEXt", b"")] * 99)) == (12, 7)


def test_no_part_of_a_png_claims_more_bytes_than_a_file_has() -> None:
    most = 20 * 1024 * 1024
    assert size(png(12, 7, b"", struct.pack(">I", most) + b"abcd")) == (12, 7)
    assert size(png(12, 7, b"", struct.pack(">I", most + 1) + b"abcd")) is Refusal.TOO_DEMANDING
    assert size(png(12, 7)[:-12] + struct.pack(">I", most + 1) + b"IEND") is Refusal.TOO_DEMANDING


def test_a_png_may_end_within_a_part() -> None:
    assert size(png(12, 7)[:-12]) == (12, 7)
    assert size(png(12, 7)[:-12] + struct.pack(">I", 5)) == (12, 7)


def test_a_gif_has_256_kibibytes_at_most() -> None:
    full = gif(12, 7, b"").ljust(256 * 1024, b"\0")
    assert size(full) == (12, 7)
    assert size(full + b"\0") is Refusal.TOO_DEMANDING


@pytest.mark.parametrize("compression", [1, 2, 3, 4, 5, 8, 32773, 32946])
def test_a_tiff_is_decoded_if_it_is_compressed_in_a_common_way(compression: int) -> None:
    assert size(tiff(12, 7, GREY, compression=compression)) == (12, 7)


def big_endian_tiff(compression: int, kind: int = SHORT) -> bytes:
    fields: list[Field] = [
        (256, SHORT, 1, 12),
        (257, SHORT, 1, 7),
        (259, kind, 1, compression),
    ]
    return b"MM\0*" + struct.pack(">I", 8) + directory(fields, order=">")


def test_a_tiff_may_be_big_endian() -> None:
    assert size(big_endian_tiff(1)) == (12, 7)
    assert size(big_endian_tiff(6)) is Refusal.TOO_DEMANDING


def test_the_compression_of_a_tiff_is_a_number_of_two_bytes() -> None:
    assert size(big_endian_tiff(1 << 16, LONG)) is Refusal.TOO_DEMANDING


@pytest.mark.parametrize("tag", [322, 323, 324, 325])
def test_a_tiff_has_no_tiles(tag: int) -> None:
    assert size(tiff(12, 7, GREY, (tag, LONG, 1, 8))) is Refusal.TOO_DEMANDING
    assert size(tiff(12, 7, GREY, (326, LONG, 1, 8))) == (12, 7)


@pytest.mark.parametrize(
    "start",
    [
        b"\xff\xd8\xfe", b"\x89PNG\r\n\x1a\r", b"RIFF\n\n\n\nWAVE", b"GIF88a", b"MB", b"II+\0",
        b"MM\0+", b"\0\0\0\x20ftypmp42", b"P0 ", b"P7 ", b" P6 ",
    ],
)  # fmt: skip
def test_what_begins_otherwise_is_no_picture(start: bytes) -> None:
    assert size(start + b"12 7 255\n".ljust(100, b"\0")) is Refusal.NOT_A_PICTURE


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_heif_is_known_by_its_brand(brand: bytes) -> None:
    assert is_heif(b"\0\0\0\x1cftyp" + brand)


@pytest.mark.parametrize("brand", [b"avif", b"avis", b"mp42", b"hevc", b"msf1"])
def test_films_and_what_opencv_decodes_are_no_heif(brand: bytes) -> None:
    assert not is_heif(b"\0\0\0\x1cftyp" + brand)


def test_nor_is_what_has_the_brand_elsewhere() -> None:
    assert not is_heif(b"ftypheic")
    assert not is_heif(b"\0\0\0\x1c\0\0\0\x1cftypheic")
    assert not is_heif(b"")
