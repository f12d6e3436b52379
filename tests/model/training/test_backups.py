"""What a stopped training leaves, and how files are replaced by whole ones."""

import csv
from pathlib import Path

import numpy as np
import pytest

from model.training import backups
from model.training.backups import Backup, TrainingError, staged, unfinished
from tests.model.synthetic import is_one_sentence

HISTORY = [{"loss": 0.5, "accuracy": 0.75}, {"loss": 0.25, "accuracy": 0.875}]
VARIABLES = [np.arange(6, dtype=np.float32).reshape(2, 3), np.array(7), np.array([1, 2], np.uint32)]
BACKUP = Backup({"name": "tiny", "slants": [0.0, 0.15]}, HISTORY, VARIABLES)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    backups.save(BACKUP, tmp_path)
    loaded = backups.load(tmp_path)
    assert loaded is not None
    assert (loaded.recipe, loaded.history) == (BACKUP.recipe, HISTORY)
    assert len(loaded.variables) == 3
    for before, after in zip(VARIABLES, loaded.variables, strict=True):
        assert after.dtype == before.dtype
        assert np.array_equal(after, before)
    assert {path.name for path in tmp_path.iterdir()} == {"backup.npz", "history.csv"}


def test_without_a_backup_there_is_none(tmp_path: Path) -> None:
    assert backups.load(tmp_path) is None


def test_the_history_has_a_row_for_each_epoch(tmp_path: Path) -> None:
    backups.save(BACKUP, tmp_path)
    with (tmp_path / "history.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["epoch", "accuracy", "loss"], ["0", "0.75", "0.5"], ["1", "0.875", "0.25"]]


@pytest.mark.parametrize("kept", [0, 1, 200, -1])
def test_a_truncated_backup_is_told_with_what_to_do(kept: int, tmp_path: Path) -> None:
    backups.save(BACKUP, tmp_path)
    file = tmp_path / backups.BACKUP
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(TrainingError, match="is broken: delete it") as error:
        backups.load(tmp_path)
    assert str(file) in str(error.value)
    assert is_one_sentence(error.value)


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    backups.save(BACKUP, tmp_path)
    file = tmp_path / backups.BACKUP
    content = bytearray(file.read_bytes())
    place = content.index(VARIABLES[0].tobytes())
    content[place + 4] ^= 1
    file.write_bytes(content)
    with pytest.raises(TrainingError, match="is broken"):
        backups.load(tmp_path)


def test_other_arrays_are_no_backup(tmp_path: Path) -> None:
    np.savez(tmp_path / backups.BACKUP, x=np.zeros(3))
    with pytest.raises(TrainingError, match="is broken"):
        backups.load(tmp_path)


def test_who_stops_a_training_is_told_what_is_done(tmp_path: Path) -> None:
    assert backups.stopped(tmp_path) == (
        "Stopped before the first epoch was done; the same command begins anew."
    )
    backups.save(BACKUP, tmp_path)
    assert backups.stopped(tmp_path) == (
        "Stopped after epoch 2; the same command goes on from there."
    )
    (tmp_path / backups.BACKUP).write_bytes(b"")
    assert "is broken: delete it" in backups.stopped(tmp_path)


# --- whole files ------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def write_two(output: Path, *, failing: bool) -> None:
    """Write one file, and another one if not `failing`."""
    with staged(output) as folder:
        (folder / "first").write_text("new")
        if failing:
            raise OSError("The disk is full")
        (folder / "second").write_text("new")


def test_files_are_replaced_when_all_are_whole(tmp_path: Path) -> None:
    for name in ("first", "other"):
        (tmp_path / name).write_text("old")
    with pytest.raises(OSError, match="full"):
        write_two(tmp_path, failing=True)
    assert contents(tmp_path) == {"first": "old", "other": "old"}
    write_two(tmp_path, failing=False)
    assert contents(tmp_path) == {"first": "new", "second": "new", "other": "old"}


def test_the_files_of_a_training_replace_others_when_it_is_done(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("old")
    with unfinished(tmp_path, seed=3) as folder:
        assert folder == backups.work_folder(tmp_path, seed=3)
        backups.save(BACKUP, folder)
        (folder / "model").write_text("new")
        assert (tmp_path / "model").read_text() == "old"
    assert contents(tmp_path).keys() == {"model", "history.csv"}
    assert (tmp_path / "model").read_text() == "new"


def train_until_it_fails(output: Path, backup: Backup | None) -> None:
    """Keep a backup, if any, and a half of a file."""
    with unfinished(output, seed=0) as folder:
        if backup:
            backups.save(backup, folder)
            (folder / "model").write_text("half")
        raise OSError("The disk is full")


def test_a_training_that_failed_has_its_backup_and_changes_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("old")
    with pytest.raises(OSError, match="full"):
        train_until_it_fails(tmp_path, BACKUP)
    folder = backups.work_folder(tmp_path, seed=0)
    assert sorted(tmp_path.iterdir()) == [tmp_path / "model", folder]
    assert (tmp_path / "model").read_text() == "old"
    with unfinished(tmp_path, seed=0) as same:
        assert same == folder
        assert backups.load(same) is not None
        (same / "model").write_text("new")
    assert contents(tmp_path).keys() == {"model", "history.csv"}


def test_a_training_that_failed_before_it_did_anything_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"):
        train_until_it_fails(tmp_path, None)
    assert list(tmp_path.iterdir()) == []
