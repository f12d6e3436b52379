"""scripts/stages.py: a picture of how a photo is read."""

from pathlib import Path

import cv2
import pytest

from tests.model.mnist_pages import ROOT, encode, row
from tests.scripts.commands import ending, run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(encode(row("12")))
    return path


def test_it_writes_a_picture_and_nothing_else(photo: Path, tmp_path: Path) -> None:
    result = run("stages", photo, tmp_path / "stages.jpg")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert cv2.imread(str(tmp_path / "stages.jpg")) is not None


@pytest.mark.parametrize("out", ["missing/stages.png", "stages.txt"])
def test_a_picture_that_cannot_be_written_is_told(out: str, photo: Path, tmp_path: Path) -> None:
    said = f"Cannot write {tmp_path / out}: is the folder there, and the ending .png or .jpg?"
    assert ending("stages", photo, tmp_path / out) == said


def test_what_is_no_picture_is_told(tmp_path: Path) -> None:
    text = tmp_path / "text.png"
    text.write_text("no picture")
    assert ending("stages", text, tmp_path / "stages.png") == f"{text}: not a picture."


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    missing = tmp_path / "missing.png"
    assert ending("stages", missing, "x.png") == f"{missing}: No such file or directory."


def test_the_readmes_figure_is_small() -> None:
    assert "](stages.jpg)" in (ROOT / "model" / "README.md").read_text(encoding="utf-8")
    assert (ROOT / "model" / "stages.jpg").stat().st_size <= 150_000
