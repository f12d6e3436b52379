"""HEIF, in which iPhones keep photos, is decoded within the limits of every other format.

The pictures were drawn and encoded by pillow-heif 1.8, as `pi_heif` cannot encode. Each shows the
same 7 on 240×320 pixels: as it is; lying, to be turned; on transparency; and, as iPhones write it,
in tiles that reach beyond the edge.
"""

from pathlib import Path

import numpy as np
import pytest

from model.recognition.decoding import decode
from model.recognition.file_checks import MAX_BYTES
from model.recognition.heif import decode_heif
from model.recognition.refusal import Refusal, RefusedError
from tests.model.corpus import files
from tests.model.mnist_pages import ROOT

pytest.importorskip("pi_heif")

FOLDER = ROOT / "tests/data"
OPAQUE = ("seven", "seven-turned", "seven-tiles")
ALL = (*OPAQUE, "seven-transparent")


def heif(name: str) -> bytes:
    return Path(FOLDER, f"{name}.heic").read_bytes()


def refusal(data: bytes, most_pixels: int = 240 * 320) -> Refusal:
    with pytest.raises(RefusedError) as caught:
        decode_heif(data, most_pixels)
    return caught.value.refusal


@pytest.mark.parametrize("name", ALL)
def test_every_kind_becomes_the_same_upright_picture(name: str) -> None:
    photo = decode(heif(name), 640)
    assert photo.pixels.shape == (320, 240, 3)
    assert photo.pixels.dtype == np.uint8
    assert photo.scale == 1
    assert photo.full is photo
    # Of 255: on the edges of the stroke, which is 12 pixels broad, codecs differ.
    difference = np.abs(photo.pixels.astype(int) - decode(heif("seven")).pixels)
    assert difference.mean() < 2
    assert photo.pixels[5, 5].min() > 250
    assert photo.pixels[80, 120].max() < 5


@pytest.mark.parametrize("name", OPAQUE)
def test_an_opaque_one_has_three_channels(name: str) -> None:
    assert decode_heif(heif(name)).shape == (320, 240, 3)


def test_transparency_is_kept_to_be_put_on_paper() -> None:
    whole = decode_heif(heif("seven-transparent"))
    assert whole.shape == (320, 240, 4)
    assert whole[5, 5, 3] < 5
    assert whole[80, 120, 3] > 250


@pytest.mark.parametrize("name", ALL)
def test_it_has_no_more_pixels_than_any_picture_may_have(name: str) -> None:
    assert decode_heif(heif(name), 240 * 320).shape[:2] == (320, 240)
    assert refusal(heif(name), 240 * 320 - 1) is Refusal.TOO_MANY_PIXELS


def test_it_has_no_more_bytes_than_any_file_may_have() -> None:
    full = heif("seven").ljust(MAX_BYTES, b"\0")
    assert decode_heif(full).shape == (320, 240, 3)
    assert refusal(full + b"\0") is Refusal.TOO_MANY_BYTES


@pytest.mark.parametrize("length", [12, 100, 400, 600])
@pytest.mark.parametrize("name", ALL)
def test_a_part_of_it_is_no_picture(name: str, length: int) -> None:
    assert refusal(heif(name)[:length]) is Refusal.NOT_A_PICTURE


def test_nor_is_another_coding_in_the_same_container() -> None:
    avif = files()["colour.avif"]
    named = avif[:8] + b"mif1" + avif[12:]
    assert refusal(named) is Refusal.NOT_A_PICTURE
