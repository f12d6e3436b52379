"""Pictures that the scripts write: in the format that a name asks for, or a sentence."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from picture_files import write_picture

GREY = np.full((40, 60, 3), 120, np.uint8)


@pytest.mark.parametrize("name", ["seen.png", "seen.jpg"])
def test_the_ending_names_the_format(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    write_picture(str(file), GREY)
    assert file.read_bytes()[:4] in {b"\x89PNG", b"\xff\xd8\xff\xe0"}
    pixels = cv2.imread(str(file))
    assert pixels is not None
    assert (pixels == GREY).all()


def test_a_jpeg_of_less_quality_is_smaller(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (100, 100, 3), np.uint8)
    sizes = []
    for quality in (30, 95):
        file = tmp_path / f"{quality}.jpg"
        write_picture(str(file), noise, quality)
        sizes.append(file.stat().st_size)
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize("name", ["missing/seen.png", "seen.unknown"])
def test_what_cannot_be_written_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"Cannot write .*: is the folder there"):
        write_picture(str(tmp_path / name), GREY)
