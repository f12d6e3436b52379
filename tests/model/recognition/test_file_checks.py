"""A file's own word on its size is taken only where no small file can make much of it."""

import struct
import zlib

import pytest

from model.recognition.file_checks import checked_size
from model.recognition.refusal import Refusal, RefusedError
from tests.model.corpus import LONG, SHORT, Field, chunk, files, gif, png, tiff

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
