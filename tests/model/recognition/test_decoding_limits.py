"""Whatever the bytes are: a photo of bounded size, or a refusal, soon."""

import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.recognition.decoding import WORKING_SIDE, decode
from model.recognition.refusal import Refusal, RefusedError
from tests.model.mnist_pages import encode, row

ROOT = Path(__file__).parents[3]
FORMATS = (".jpg", ".png", ".webp", ".bmp", ".gif", ".tiff", ".ppm", ".avif")
SAMPLES = {ending: encode(row("38"), ending) for ending in FORMATS}


def refusal(data: bytes) -> Refusal | None:
    """Why `data` is refused; if it is not, the photo must keep what it promises."""
    try:
        photo = decode(data)
    except RefusedError as error:
        return error.refusal
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.ndim == 3
    assert photo.pixels.shape[2] == 3
    assert 1 <= max(photo.pixels.shape) <= WORKING_SIDE
    assert photo.scale >= 1
    return None


def png(width: int, height: int) -> bytes:
    """The header of a PNG, and no pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    checked = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + checked


def jpeg(width: int, height: int) -> bytes:
    """A small JPEG that claims another size."""
    data = bytearray(SAMPLES[".jpg"])
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, height, width)
    return bytes(data)


def bmp(width: int, height: int) -> bytes:
    """A small BMP that claims another size."""
    data = bytearray(SAMPLES[".bmp"])
    struct.pack_into("<ii", data, 18, width, height)
    return bytes(data)


def ppm(width: int, height: int) -> bytes:
    """The header of a PPM, and no pixels."""
    return b"P6\n%d %d\n255\n" % (width, height)


# --- bytes and pixels -------------------------------------------------------------------------


def test_more_than_20_megabytes_are_refused() -> None:
    padded = SAMPLES[".png"].ljust(20 * 1024 * 1024, b"\0")
    assert refusal(padded) is None
    assert refusal(padded + b"\0") is Refusal.TOO_MANY_BYTES


@pytest.mark.parametrize("claim", [png, jpeg, bmp, ppm])
def test_more_than_50_million_pixels_are_refused_before_any_is_decoded(
    claim: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoder(*_: object) -> None:
        pytest.fail("decoded")

    monkeypatch.setattr(cv2, "imdecode", decoder)
    assert refusal(claim(60_000, 60_000)) is Refusal.TOO_MANY_PIXELS
    assert refusal(claim(10_000, 5_001)) is Refusal.TOO_MANY_PIXELS


def test_50_million_pixels_are_decoded() -> None:
    assert refusal(encode(np.full((5_000, 10_000), 255, np.uint8))) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only there can memory be limited")
def test_what_there_is_no_memory_for_is_refused_as_such() -> None:
    script = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from model.recognition.decoding import decode\n"
        "data = sys.stdin.buffer.read()\n"
        "mapped = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (mapped + 2**26,) * 2)\n"
        "decode(data)\n"
    )
    data = encode(np.full((5_000, 10_000), 255, np.uint8), ".png")
    ended = subprocess.run(  # noqa: S603  fixed words, no shell
        [sys.executable, "-c", script], cwd=ROOT, check=False, input=data, capture_output=True
    )
    assert f"RefusedError: {Refusal.TOO_DEMANDING}" in ended.stderr.decode()


@pytest.mark.parametrize("claim", [png, ppm])
def test_a_header_without_pixels_is_no_picture(claim: type) -> None:
    assert refusal(claim(10, 10)) is Refusal.NOT_A_PICTURE
    assert refusal(claim(10_000, 5_000)) is Refusal.NOT_A_PICTURE
    assert refusal(claim(0, 10)) is Refusal.NOT_A_PICTURE


# --- not pictures -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"7",
        b"%PDF-1.7\n",
        b"<svg width='28' height='28' xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"\xff\xd8\xff\xd9",
        b"RIFF\x04\0\0\0WEBP",
        np.random.default_rng(0).bytes(10_000),
    ],
)
def test_what_is_no_picture_is_refused_as_such(data: bytes) -> None:
    assert refusal(data) is Refusal.NOT_A_PICTURE


STARTS = [b"", *(sample[:size] for sample in SAMPLES.values() for size in (4, 16, 40))]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=300))
def test_random_bytes_are_refused_and_raise_nothing_else(start: bytes, rest: bytes) -> None:
    refusal(start + rest)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    sample=st.sampled_from(sorted(SAMPLES.items())),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4))
    ),
    kept=st.floats(0, 1),
)
def test_a_damaged_picture_raises_nothing_but_a_refusal(
    sample: tuple[str, bytes], changes: list[tuple[float, bytes]], kept: float
) -> None:
    data = bytearray(sample[1])
    for place, written in changes:
        # Squared: most of what is worth damaging stands at the beginning.
        start = int(place**2 * len(data))
        data[start : start + len(written)] = written
    refusal(bytes(data[: round((1 - kept**4) * len(data))]))


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_may_end_anywhere(progressive: bool) -> None:
    options = [cv2.IMWRITE_JPEG_PROGRESSIVE, int(progressive)]
    data = cv2.imencode(".jpg", row("38"), options)[1].tobytes()
    reasons = {refusal(data[:size]) for size in range(0, len(data), 11)}
    assert reasons <= {None, Refusal.NOT_A_PICTURE}
    assert refusal(data) is None


@pytest.mark.parametrize(
    "data",
    [
        b"P6\n" + b"9" * 500_000,
        b"P6\n#" + b" " * 1_500_000,
        b"\xff\xd8" + b"\xff" * 1_500_000,
        b"\xff\xd8" + b"\xff\xe1\x00\x02" * 400_000,
    ],
    ids=["a long number", "a long comment", "endless fill bytes", "endless segments"],
)
def test_a_header_that_goes_on_and_on_does_not_keep_the_bot_busy(data: bytes) -> None:
    began = time.thread_time()
    assert refusal(data) is Refusal.NOT_A_PICTURE
    assert time.thread_time() - began < 2
