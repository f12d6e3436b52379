"""Bytes of any picture format become one upright colour image; the rest is refused."""

import gc
import struct
import subprocess
import sys
import weakref

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from model.recognition.decoding import Photo, decode
from model.recognition.file_checks import checked_size
from model.recognition.refusal import Refusal, RefusedError
from tests.model.mnist_pages import BLACK, ROOT, WHITE, encode

FORMATS = (".jpg", ".png", ".webp", ".bmp", ".gif", ".tiff", ".ppm", ".avif")


def slope(width: int = 90, height: int = 60) -> MatLike:
    """Colours that tell where each pixel belongs, and that every format keeps well."""
    pixels = np.full((height, width, 3), 90, np.uint8)
    pixels[..., 0] = 255 * np.arange(width) / width
    pixels[..., 1] = (255 * np.arange(height) / height)[:, None]
    return pixels


def difference(first: MatLike, second: MatLike) -> float:
    return float(np.abs(first.astype(float) - second).mean())


@pytest.mark.parametrize("ending", FORMATS)
def test_every_common_format_is_decoded(ending: str) -> None:
    photo = decode(encode(slope(), ending))
    assert photo.pixels.shape == (60, 90, 3)
    assert photo.scale == 1
    # Of 255; a GIF has no more than 256 colours for the whole picture.
    assert difference(photo.pixels, slope()) < (20 if ending == ".gif" else 6)


def test_a_picture_of_16_bits_a_channel_is_decoded() -> None:
    photo = decode(encode(slope().astype(np.uint16) * 257))
    assert photo.pixels.dtype == np.uint8
    assert difference(photo.pixels, slope()) < 1


@pytest.mark.parametrize("ending", [".png", ".jpg", ".pgm", ".tiff"])
def test_a_grey_picture_gets_three_equal_channels(ending: str) -> None:
    grey = slope()[..., 0]
    photo = decode(encode(grey, ending))
    assert photo.pixels.shape == (60, 90, 3)
    assert difference(photo.pixels, np.dstack([grey] * 3)) < 3


# --- transparency -----------------------------------------------------------------------------


def stroke(colour: tuple[int, int, int]) -> MatLike:
    """A bar of `colour`; all around is transparent, and black as drawing programs leave it."""
    pixels = np.zeros((60, 60, 4), np.uint8)
    pixels[10:50, 25:35] = (*colour, 255)
    return pixels


@pytest.mark.parametrize("ending", [".png", ".webp", ".tiff", ".avif"])
@pytest.mark.parametrize("colour", [BLACK, WHITE, (160, 40, 40), (150, 230, 255)])
def test_ink_on_transparency_stands_out(ending: str, colour: tuple[int, int, int]) -> None:
    pixels = decode(encode(stroke(colour), ending)).pixels
    assert difference(pixels[15:45, 28:32], np.array(colour)) < 12
    assert np.abs(pixels[5, 5].astype(int) - pixels[30, 30]).max() > 100


@pytest.mark.parametrize("colour", [BLACK, WHITE])
def test_ink_on_transparency_of_a_large_picture_stands_out(colour: tuple[int, int, int]) -> None:
    large = cv2.resize(stroke(colour), (3000, 3000), interpolation=cv2.INTER_NEAREST)
    photo = decode(encode(large))
    assert photo.pixels.shape == (1280, 1280, 3)
    assert difference(photo.pixels[320:960, 600:680], np.array(colour)) < 2
    edge = photo.pixels[600, 525:540].astype(int)
    assert (np.diff(edge, axis=0) * np.sign(edge[-1] - edge[0]) >= 0).all()


@pytest.mark.parametrize("colour", [BLACK, WHITE])
def test_ink_on_transparency_of_16_bits_stands_out(colour: tuple[int, int, int]) -> None:
    pixels = decode(encode(stroke(colour).astype(np.uint16) * 257)).pixels
    assert np.abs(pixels[5, 5].astype(int) - pixels[30, 30]).max() > 100


def test_an_opaque_picture_keeps_its_own_paper() -> None:
    opaque = np.dstack([slope(), np.full((60, 90), 255, np.uint8)])
    assert difference(decode(encode(opaque)).pixels, slope()) < 1


# --- orientation ------------------------------------------------------------------------------


def turned(jpeg: bytes, orientation: int) -> bytes:
    """Say in EXIF how the camera was held."""
    tag = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0" + b"MM\0\x2a" + struct.pack(">IH", 8, 1) + tag + struct.pack(">I", 0)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


UPRIGHT = {
    1: lambda pixels: pixels,
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.transpose(1, 0, 2),
    6: lambda pixels: pixels[::-1].transpose(1, 0, 2),
    7: lambda pixels: pixels[::-1, ::-1].transpose(1, 0, 2),
    8: lambda pixels: pixels[:, ::-1].transpose(1, 0, 2),
}


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_photo_is_turned_upright(orientation: int) -> None:
    photo = decode(turned(encode(slope(), ".jpg"), orientation))
    expected = UPRIGHT[orientation](slope())
    assert photo.pixels.shape == expected.shape
    assert difference(photo.pixels, expected) < 3


def test_a_large_photo_is_turned_upright_too() -> None:
    photo = decode(turned(encode(slope(4000, 3000), ".jpg"), 6))
    assert photo.pixels.shape == (1280, 960, 3)
    assert photo.scale == pytest.approx(4000 / 1280)
    assert difference(photo.pixels, UPRIGHT[6](slope(1280, 960))) < 4


# --- size -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".jpg", ".png"])
@pytest.mark.parametrize(
    ("width", "height"), [(1281, 800), (2559, 1000), (2560, 1920), (1200, 4100), (6000, 100)]
)
def test_a_large_picture_is_reduced_and_by_how_much_is_told(
    ending: str, width: int, height: int
) -> None:
    photo = decode(encode(slope(width, height), ending))
    assert max(photo.pixels.shape[:2]) == 1280
    assert photo.scale == pytest.approx(max(width, height) / 1280)
    assert photo.pixels.shape[1] * photo.scale == pytest.approx(width, abs=photo.scale)
    assert photo.pixels.shape[0] * photo.scale == pytest.approx(height, abs=photo.scale)
    down, across = photo.pixels.shape[:2]
    assert difference(photo.pixels, slope(across, down)) < 4


@pytest.mark.parametrize(("width", "height"), [(1300, 1), (1, 2000), (5000, 1)])
def test_a_picture_one_pixel_high_or_wide_is_a_picture(width: int, height: int) -> None:
    assert max(decode(encode(slope(width, height))).pixels.shape) == 1280


# --- a size that is not the decoder's ---------------------------------------------------------


def test_a_picture_of_another_size_than_its_header_claims_is_refused() -> None:
    """A comment ends with any line for OpenCV, but not for the header check."""
    data = b"P6 #\r90 60 255 #\n3 2 255\n" + slope().tobytes()
    assert checked_size(data) == (3, 2)
    with pytest.raises(RefusedError, match=Refusal.NOT_A_PICTURE):
        decode(data)


@pytest.mark.parametrize("first", ["model.recognition.decoding", "model.reader"])
def test_opencv_itself_decodes_no_more_than_50_million_pixels(first: str) -> None:
    code = f"""
import {first}, cv2, numpy
for width in (10_000, 10_008):
    data = b"P4 %d 5000 " % width + bytes(width * 625)
    print(cv2.imdecode(numpy.frombuffer(data, numpy.uint8), 0).shape)
"""
    run = subprocess.run(  # noqa: S603  fixed words, no shell
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.stdout == "(5000, 10000)\n"
    assert "CV_IO_MAX_IMAGE_PIXELS" in run.stderr


@pytest.mark.parametrize(
    ("width", "height"), [(1280, 960), (960, 1280), (2561, 1920), (4000, 3000)]
)
def test_a_jpeg_is_decoded_no_larger_than_is_enough_but_there_is_more_of_it(
    width: int, height: int
) -> None:
    data = encode(slope(width, height), ".jpg")
    photo = decode(data, 640)
    assert max(photo.pixels.shape) == 640
    assert photo.scale == max(width, height) / 640
    down, across = photo.pixels.shape[:2]
    assert difference(photo.pixels, slope(across, down)) < 4
    assert np.array_equal(photo.full.pixels, decode(data).pixels)
    assert photo.full.scale == decode(data).scale


@pytest.mark.parametrize(("ending", "width"), [(".png", 1280), (".jpg", 1270), (".jpg", 600)])
def test_what_does_not_decode_any_faster_smaller_is_decoded_whole(ending: str, width: int) -> None:
    photo = decode(encode(slope(width, 900), ending), 640)
    assert photo.pixels.shape == (900, width, 3)
    assert photo.full is photo


@pytest.mark.parametrize(("width", "expected"), [(1280, (240, 320, 3)), (200, (150, 200, 3))])
def test_a_small_copy_is_made_once(width: int, expected: tuple[int, ...]) -> None:
    photo = Photo(slope(width, 3 * width // 4))
    assert photo.small.shape == expected
    assert photo.small is photo.small


def test_a_photo_is_freed_as_soon_as_nobody_has_it() -> None:
    gc.disable()  # which would free it even if it held itself, some time later
    try:
        for data in (encode(slope(1280, 960), ".jpg"), encode(slope(1280, 960), ".png")):
            photo = decode(data, 640)
            assert photo.full.pixels.shape == (960, 1280, 3)
            gone = weakref.ref(photo)
            del photo
            assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(("grey", "paper"), [(100, 255), (160, 0)])
def test_dark_ink_on_transparency_is_put_on_white_and_light_ink_on_black(
    grey: int, paper: int
) -> None:
    pixels = decode(encode(stroke((grey, grey, grey)))).pixels
    assert pixels[5, 5].tolist() == [paper] * 3
    assert pixels[30, 30].tolist() == [grey] * 3


@pytest.mark.parametrize(("dtype", "factor"), [(np.uint8, 1), (np.uint16, 257)])
def test_half_transparent_ink_lets_half_of_the_paper_through(
    dtype: type[np.integer], factor: int
) -> None:
    pixels = stroke((40, 40, 40))
    pixels[10:50, 25:35, 3] = 128
    decoded = decode(encode(pixels.astype(dtype) * factor)).pixels
    assert decoded[30, 30].tolist() == pytest.approx([(40 + 255) / 2] * 3, abs=2)


@pytest.mark.parametrize(
    ("width", "height", "side", "decoded"),
    [
        (2560, 1920, 1280, (960, 1280)),
        (5120, 2560, 1280, (640, 1280)),
        (1280, 640, 640, (320, 640)),
        (1279, 640, 640, (640, 1279)),
        (1600, 800, 640, (320, 640)),
    ],
)
def test_a_jpeg_is_decoded_at_a_fraction_of_its_size_if_that_is_enough(
    width: int, height: int, side: int, decoded: tuple[int, int]
) -> None:
    photo = decode(encode(slope(width, height), ".jpg"), side)
    assert photo.pixels.shape == (*decoded, 3)
    assert photo.scale == width / decoded[1]
    assert bool(photo.data) == (side == 640 and width >= 1280)


def test_opencv_writes_nothing_about_a_damaged_picture(capfd: pytest.CaptureFixture[str]) -> None:
    data = encode(slope(900, 600))
    with pytest.raises(RefusedError, match=Refusal.NOT_A_PICTURE):
        decode(data[: len(data) // 4].replace(b"IDAT", b"IDAX"))
    assert capfd.readouterr() == ("", "")
