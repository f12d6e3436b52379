"""scripts/train.py: what it says when it cannot start, and that it does nothing then."""

from pathlib import Path

from tests.model.pages import TEST_FILE
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
