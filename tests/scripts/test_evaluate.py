"""scripts/evaluate.py: prints the figures, and rewrites nothing unless told."""

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from model import mnist
from model.evaluation import outlier_sets
from model.evaluation.labelled_photos import SHARES
from model.evaluation.outlier_sets import Digits, OutlierSets
from model.recognition.trained_files import TRAINED
from tests.model.mnist_pages import TEST_FILE, encode, page, row
from tests.model.mnist_pages import mnist as mnist_digits
from tests.model.synthetic import few_test
from tests.scripts.commands import ending, run

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


def test_the_report_is_for_a_person_and_of_the_model_that_serves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = hashes()
    monkeypatch.setattr(mnist, "load_test", lambda _: few_test(200))
    assert ending("evaluate") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("convolutional: ")
    assert " of 200 wrong, " in lines[0]
    assert lines[3].split() == ["digit", "precision", "recall", "F1", "images"]
    assert hashes() == before


def test_photos_are_counted_by_kind(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ending("evaluate", "--photos", folder, "--json") == 0
    rows = {row["kind"]: row for row in json.loads(capsys.readouterr().out)}
    assert {kind: (row["photos"], row["right"]) for kind, row in rows.items()} == {
        "phone": (2, 0.5),
        "several": (1, 1.0),
        "nothing": (1, 1.0),
        "digits": (3, pytest.approx(2 / 3)),
    }
    assert rows["digits"].keys() == {
        "kind",
        "photos",
        "marked",
        "right",
        "digits_right",
        "marks_exact",
        "character_error_rate",
        "right_by_writer",
        "refused",
        "surely_wrong",
        "calibration_error",
    }
    assert rows["digits"]["right_by_writer"] == 0.75
    assert rows["nothing"]["calibration_error"] is None


def test_without_json_the_figures_are_a_table_for_a_person(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ending("evaluate", "--photos", folder) == 0
    table, explanation = capsys.readouterr().out.split("\n\n")
    kinds = [line.split()[0] for line in table.splitlines()]
    assert kinds == ["kind", "phone", "several", "nothing", "digits"]
    explained = [line.split(": ")[0] for line in explanation.splitlines()]
    assert explained == list(SHARES.values())


def test_what_went_wrong_is_drawn_and_where_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "wrong.png"
    assert ending("evaluate", "--photos", folder, "--failures", out) == 0
    assert str(out) in capsys.readouterr().out.splitlines()[-1]
    assert cv2.imread(str(out)) is not None


def test_json_stays_alone_on_stdout_when_failures_are_drawn(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "wrong.png"
    assert ending("evaluate", "--photos", folder, "--failures", out, "--json") == 0
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)) == 4
    assert str(out) in printed.err


@pytest.mark.parametrize("out", ["missing/wrong.png", "folder.png", "wrong.unknown"])
def test_a_sheet_that_cannot_be_written_is_told_after_the_figures(
    out: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.png").mkdir()
    [line] = str(ending("evaluate", "--photos", folder, "--failures", tmp_path / out)).splitlines()
    assert line.startswith(f"Cannot write {tmp_path / out}: ")
    assert "digits" in capsys.readouterr().out


def test_failures_without_photos_are_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ending("evaluate", "--failures", tmp_path / "wrong.png") == 2
    assert "--failures needs --photos" in capsys.readouterr().err


def test_bad_labels_are_told_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "labels.csv").write_text("file,label,kind\na.jpg,3,phone\n")
    [line] = str(ending("evaluate", "--photos", folder)).splitlines()
    assert "writer" in line
    assert capsys.readouterr().out == ""


def test_data_that_do_not_exist_are_told_in_one_line(tmp_path: Path) -> None:
    said = ending("evaluate", "--data", tmp_path / "mnist.npz")
    assert said == f"{tmp_path / 'mnist.npz'} does not exist."


# --- outliers -----------------------------------------------------------------------------------


@pytest.fixture
def two_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few digits and outliers; the dense network, which needs no rendered pages."""
    noise = np.random.default_rng(0).integers(256, size=(2, 30, 28, 28)).astype(np.uint8)
    sets = OutlierSets({"noise": noise[0]}, {"noise": noise[1]}, ["No typeface has them."])
    images = mnist_digits().images
    monkeypatch.setattr(outlier_sets, "draw", lambda: sets)
    monkeypatch.setattr(outlier_sets, "digits", lambda *_: Digits(images[:200], images[200:400]))


@pytest.mark.usefixtures("two_sets")
def test_digits_are_told_from_outliers_by_two_scores(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = hashes()
    (folder / "c.png").write_bytes(encode(row("3")))
    arguments = ("--outliers", "--model", "dense", "--photos", folder)
    assert ending("evaluate", *arguments, "--json") == 0
    printed = capsys.readouterr()
    rows = json.loads(printed.out)
    kinds = [(row["part"], row["outliers"], row["images"], row["score"]) for row in rows]
    assert kinds == [
        ("validation", "noise", 30, "max-probability"),
        ("validation", "noise", 30, "energy"),
        ("test", "noise", 30, "max-probability"),
        ("test", "photos", 1, "max-probability"),
        ("test", "noise", 30, "energy"),
        ("test", "photos", 1, "energy"),
    ]
    assert rows[0]["auroc"] > 0.9 > rows[0]["fpr"]
    assert printed.err.endswith("No typeface has them.\n")
    assert hashes() == before


@pytest.mark.usefixtures("two_sets")
def test_without_json_outliers_are_a_table_for_a_person(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ending("evaluate", "--outliers", "--model", "dense") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["for", "outliers", "images", "score", "AUROC", "FPR"]
    assert lines[-1].startswith("On validation, energy is ")


@pytest.mark.parametrize("other", [["--save"], ["--photos", "x", "--failures", "x.png"]])
def test_outliers_write_nothing(other: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert ending("evaluate", "--outliers", *other) == 2
    assert "--outliers writes nothing" in capsys.readouterr().err
