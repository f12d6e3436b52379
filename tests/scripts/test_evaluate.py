"""scripts/evaluate.py: prints the figures, and rewrites nothing unless told."""

import hashlib
import json
from pathlib import Path

import cv2
import pytest

from model.recognition.digit_network import TRAINED
from tests.model.mnist_pages import TEST_FILE, encode, page, row
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
        "digits": (3, pytest.approx(2 / 3)),
    }
    assert rows["digits"].keys() == {
        "kind",
        "photos",
        "right",
        "right_by_writer",
        "refused",
        "surely_wrong",
        "calibration_error",
    }
    assert rows["digits"]["right_by_writer"] == 0.75
    assert rows["nothing"]["calibration_error"] is None


def test_without_json_the_figures_are_a_table_for_a_person(folder: Path) -> None:
    result = run("evaluate", "--photos", folder)
    assert result.returncode == 0, result.stderr
    kinds = [line.split()[0] for line in result.stdout.splitlines()]
    assert kinds == ["kind", "phone", "several", "nothing", "digits"]


def test_what_went_wrong_is_drawn_and_where_is_told(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "wrong.png"
    result = run("evaluate", "--photos", folder, "--failures", out)
    assert result.returncode == 0, result.stderr
    assert str(out) in result.stdout.splitlines()[-1]
    assert cv2.imread(str(out)) is not None


def test_json_stays_alone_on_stdout_when_failures_are_drawn(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "wrong.png"
    result = run("evaluate", "--photos", folder, "--failures", out, "--json")
    assert result.returncode == 0, result.stderr
    assert len(json.loads(result.stdout)) == 4
    assert str(out) in result.stderr


@pytest.mark.parametrize("out", ["missing/wrong.png", "folder.png", "wrong.unknown"])
def test_a_sheet_that_cannot_be_written_is_told_after_the_figures(
    out: str, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder.png").mkdir()
    result = run("evaluate", "--photos", folder, "--failures", tmp_path / out)
    assert result.returncode == 1
    assert "digits" in result.stdout
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith(f"Cannot write {tmp_path / out}: ")


def test_failures_without_photos_are_wrong_usage(tmp_path: Path) -> None:
    result = run("evaluate", "--failures", tmp_path / "wrong.png")
    assert result.returncode == 2
    assert "--failures needs --photos" in result.stderr


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
