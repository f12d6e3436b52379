"""scripts/evaluate.py: prints the figures, and rewrites nothing unless told."""

import hashlib
import json
from pathlib import Path

import pytest

from model.classifier import TRAINED
from tests.model.pages import TEST_FILE, encode, page, row
from tests.scripts.commands import run

HEADER = "file,label,kind,writer\n"


def hashes() -> dict[str, str]:
    """Of every file that was shipped."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(TRAINED.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.jpg").write_bytes(encode(row("3"), ".jpg"))
    (tmp_path / "b.png").write_bytes(encode(row("3068")))
    (tmp_path / "c.png").write_bytes(encode(page(300, 200)))
    (tmp_path / "labels.csv").write_text(
        HEADER + "a.jpg,3,phone,w1\na.jpg,8,phone,w1\nb.png,3068,several,w2\nc.png,none,nothing,\n"
    )
    return tmp_path


def test_json_is_what_is_shipped_and_nothing_is_written() -> None:
    before = hashes()
    result = run("evaluate", "--model", "dense", "--data", TEST_FILE, "--json")
    assert result.returncode == 0, result.stderr
    [line] = result.stdout.splitlines()
    metrics = json.loads(line)
    shipped = json.loads((TRAINED / "dense" / "metrics.json").read_text())
    assert metrics.keys() == shipped.keys()
    for key in ("network", "accuracy", "confusion_matrix", "tflite_sha256", "seed"):
        assert metrics[key] == shipped[key]
    assert hashes() == before


def test_the_report_is_for_a_person_and_of_the_model_that_serves() -> None:
    before = hashes()
    result = run("evaluate", "--data", TEST_FILE)
    assert result.returncode == 0, result.stderr
    metrics = json.loads((TRAINED / "convolutional" / "metrics.json").read_text())
    first = result.stdout.splitlines()[0]
    assert first.startswith(f"convolutional: {metrics['accuracy']:.2%} right")
    assert "precision" in result.stdout
    assert "recall" in result.stdout
    assert hashes() == before


def test_photos_are_counted_by_kind(folder: Path) -> None:
    result = run("evaluate", "--photos", folder, "--json")
    assert result.returncode == 0, result.stderr
    rows = {row["kind"]: row for row in json.loads(result.stdout)}
    assert {kind: (row["photos"], row["right"]) for kind, row in rows.items()} == {
        "phone": (2, 0.5),
        "several": (1, 1.0),
        "nothing": (1, 1.0),
    }


def test_bad_labels_are_told_in_one_line(folder: Path) -> None:
    (folder / "labels.csv").write_text("file,label,kind\na.jpg,3,phone\n")
    result = run("evaluate", "--photos", folder)
    assert result.returncode == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert "writer" in line


def test_data_that_does_not_exist_are_told_in_one_line(tmp_path: Path) -> None:
    result = run("evaluate", "--data", tmp_path / "mnist.npz")
    assert result.returncode == 1
    assert result.stderr == f"{tmp_path / 'mnist.npz'} does not exist.\n"
