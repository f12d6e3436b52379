"""scripts/benchmark.py: what it prints; how long anything takes is nobody's test."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import cv2
import pytest

from tests.model.mnist_pages import encode, row
from tests.scripts.commands import ending, run

FIELDS = {"what", "unit", "measured", "against", "other", "ratio", "target", "met", "details"}


def measured(*arguments: str | Path) -> dict[str, Any]:
    """The JSON of a quick run."""
    result = run("benchmark", "--quick", "--json", *arguments)
    assert result.returncode == 0, result.stderr
    content: dict[str, Any] = json.loads(result.stdout)
    for line in content["rows"]:
        assert line.keys() == FIELDS
        figure = line["measured"]
        assert figure["lower"] <= figure["median"] <= figure["upper"]
        assert figure["lower"] > 0 or line["what"].endswith("exponent")
    return content


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.jpg").write_bytes(encode(row("3"), ".jpg"))
    (tmp_path / "b.jpg").write_bytes(encode(row("38"), ".jpg"))
    (tmp_path / "labels.csv").write_text(
        "file,label,kind,writer\na.jpg,3,phone,w\na.jpg,8,phone,w\nb.jpg,38,several,w\n"
    )
    return tmp_path


@pytest.mark.slow
def test_the_table_is_markdown_and_tells_the_targets() -> None:
    result = run("benchmark", "--quick", "--only", "reading")
    assert result.returncode == 0, result.stderr
    header, _, *lines = (line for line in result.stdout.splitlines() if line.startswith("|"))
    assert header == "| what | measured | against | ratio | target | met |"
    assert {line.count("|") for line in lines} == {7}
    assert all("≤" in line and line.endswith((" yes |", " **no** |")) for line in lines)


@pytest.mark.slow
def test_a_ratio_is_of_the_medians() -> None:
    lines = measured("--only", "hard")["rows"]
    assert lines
    for line in lines:
        assert line["ratio"] == line["measured"]["median"] / line["other"]["median"]
        assert line["met"] is None or line["target"] == "≤ 60 ms"


@pytest.mark.slow
def test_a_peer_that_is_not_installed_is_shown_as_absent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    lines = measured("--only", "peers", "--photos", folder)["rows"]
    installed = importlib.util.find_spec("rapidocr_onnxruntime") is not None
    absent = {line["against"].split(",")[0] for line in lines if line["other"] is None}
    assert absent == ({"Tesseract"} if installed else {"RapidOCR", "Tesseract"})


@pytest.mark.slow
def test_peers_are_measured_on_the_folders_photos_of_one_digit(folder: Path) -> None:
    lines = measured("--only", "peers", "--photos", folder)["rows"]
    assert {line["what"] for line in lines} == {"2 photos of one digit"}
    assert {line["measured"]["right"] for line in lines} == {0.5}
    [naive] = (line for line in lines if "Keras" in line["against"])
    assert 0 <= naive["other"]["right"] <= 1


@pytest.mark.slow
def test_lines_are_read_by_the_reader_and_its_peers() -> None:
    lines = measured("--only", "lines")["rows"]
    sorts = ["2 photos of ten digits in a row", "2 photos of a date", "1 photos of 50 numbers"]
    assert list(dict.fromkeys(line["what"] for line in lines)) == sorts
    assert all(0 <= line["measured"]["right"] <= 1 for line in lines)


@pytest.mark.slow
def test_the_bot_starts_answers_and_is_weighed() -> None:
    start, first, memory = measured("--only", "start", "memory", "--sent", "2")["rows"]
    assert start["unit"] == "s"
    assert first["what"] == "answer to the first photo after the start"
    assert memory["what"] == "memory of the bot after 2 photos"
    assert memory["measured"]["median"] < memory["other"]["median"]


@pytest.mark.slow
def test_many_users_are_answered_and_rightly() -> None:
    lines = measured("--only", "serving")["rows"]
    rates = [line for line in lines if line["unit"] == "photos/s"]
    assert [line["measured"]["right"] for line in rates] == [1, 1]
    assert {line["unit"] for line in lines} == {"photos/s", "ms"}


@pytest.mark.slow
def test_growth_is_drawn_where_asked(tmp_path: Path) -> None:
    content = measured("--only", "growth", "--plots", tmp_path / "new" / "plots")
    drawn = sorted((tmp_path / "new" / "plots").iterdir())
    assert drawn
    assert len(drawn) == len(content["growth"]) == len(content["rows"])
    assert all(cv2.imread(str(path)) is not None for path in drawn)
    for curve in content["growth"]:
        assert len(curve["costs"]) == len(curve["work"])


@pytest.mark.slow
def test_training_is_held_against_a_plain_fit() -> None:
    dense, convolutional = measured("--only", "training")["rows"]
    assert dense["what"].startswith("training dense")
    assert convolutional["what"].startswith("training convolutional")
    assert dense["ratio"] > 0


def test_help_names_what_peers_need_and_what_is_measured_only_if_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ending("benchmark", "--help") == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "or soak, which takes long" in text
    assert "pip install rapidocr-onnxruntime; apt-get install tesseract-ocr" in text


@pytest.mark.parametrize(
    "arguments",
    [("--only", "everything"), ("--sent", "0"), ("--sent", "few"), ("--quick", "--thorough"),
     ("--only", "reading", "--plots", "plots")],
)  # fmt: skip
def test_wrong_usage_is_told(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ending("benchmark", *arguments) == 2
    assert capsys.readouterr().err.startswith("usage: ")


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (None, "No such file"),
        ("file,kind\na.jpg,phone\n", "no column 'label'"),
        ("file,label\na.jpg,none\n", "no photo of one digit"),
        ("file,label\nmissing.jpg,3\n", "missing.jpg: No such file"),
    ],
)
def test_photos_that_cannot_be_used_are_told_in_one_line(
    labels: str | None, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "labels.csv").unlink()
    if labels:
        (folder / "labels.csv").write_text(labels)
    [line] = str(ending("benchmark", "--only", "peers", "--photos", folder)).splitlines()
    assert words in line
    assert capsys.readouterr() == ("", "measuring peers ...\n")
