"""scripts/render.py: a folder of labelled photos that scripts/evaluate.py can measure."""

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.random import Generator

from model import mnist
from model.evaluation import rendered_photos
from model.mnist import Part
from tests.model.mnist_pages import TEST_FILE
from tests.model.synthetic import few, few_test
from tests.scripts.commands import ending, run


@pytest.fixture
def few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small data set in MNIST's stead."""
    monkeypatch.setattr(mnist, "load", lambda _: few())
    monkeypatch.setattr(mnist, "load_test", lambda _: few_test())


def test_it_makes_the_folder_and_says_what_it_wrote(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    result = run("render", folder, "--count", "1", "--part", "test", "--data", TEST_FILE)
    assert (result.returncode, result.stderr) == (0, "")
    photos = sorted(folder.glob("*.jpg"))
    assert photos
    assert result.stdout == f"Wrote {len(photos)} photos and labels.csv to {folder}.\n"
    with (folder / "labels.csv").open(newline="") as file:
        assert [folder / row["file"] for row in csv.DictReader(file)] == photos


@pytest.mark.parametrize("part", ["validation", "test"])
@pytest.mark.usefixtures("few_digits")
def test_the_digits_are_those_that_are_asked_for(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Part] = []

    def note(part: Part, count: int, _: Generator) -> list[object]:
        assert count == 3
        taken.append(part)
        return []

    monkeypatch.setattr(rendered_photos, "pages", note)
    assert ending("render", tmp_path / "new", "--count", "3", "--part", part) == 0
    [digits] = taken
    asked = few_test() if part == "test" else few().validation
    assert np.array_equal(digits.images, asked.images)


def test_missing_data_are_told_in_one_line(tmp_path: Path) -> None:
    result = run("render", tmp_path / "new", "--count", "1", "--data", tmp_path / "mnist.npz")
    assert result.returncode == 1
    assert result.stderr == f"{tmp_path / 'mnist.npz'} does not exist.\n"
    assert not (tmp_path / "new").exists()


@pytest.mark.usefixtures("few_digits")
def test_a_folder_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("mine")
    assert ending("render", tmp_path, "--count", "1") == f"{tmp_path}: File exists."
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_without_a_folder_it_is_wrong_usage() -> None:
    assert run("render").returncode == 2
