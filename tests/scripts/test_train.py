"""scripts/train.py: what it says when it cannot start, and that it does nothing then."""

import runpy
import sys
from pathlib import Path

import pytest

from model import dataset
from tests.model.pages import ROOT, TEST_FILE
from tests.model.synthetic import few
from tests.scripts.commands import run


def test_missing_data_are_told_in_one_line(tmp_path: Path) -> None:
    result = run("train", "--data", tmp_path / "mnist.npz", "--output", tmp_path / "new")
    assert result.returncode == 1
    assert result.stderr == f"{tmp_path / 'mnist.npz'} does not exist.\n"
    assert result.stdout == ""
    assert not (tmp_path / "new").exists()


def test_data_without_training_images_are_told(tmp_path: Path) -> None:
    result = run("train", "--data", TEST_FILE, "--output", tmp_path / "new")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert str(TEST_FILE) in result.stderr.splitlines()[-1]
    assert not (tmp_path / "new").exists()


def test_typefaces_that_cannot_be_fetched_are_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("PATH", str(tmp_path))  # there is no npm
    monkeypatch.setattr(dataset, "load", lambda _: few())
    monkeypatch.setattr(sys, "argv", ["train.py", "--output", str(tmp_path / "new")])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "scripts" / "train.py"), run_name="__main__")
    assert str(ended.value).startswith("The typefaces could not be fetched; ")
