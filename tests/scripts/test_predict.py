"""scripts/predict.py, held to its contract."""

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import predict
from model.reader import Reader, Reading
from tests.model.mnist_pages import ROOT, Placed, digit, encode, page, row
from tests.readings import SOMEWHERE, certain, in_a_line, written
from tests.scripts.commands import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some photos, and what is none."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "three.jpg").write_bytes(encode(row("3"), ".jpg"))
    (folder / "rows.png").write_bytes(encode(np.vstack([row("306"), row("827")])))
    (folder / "blank.png").write_bytes(encode(page(300, 200)))
    (folder / "large.jpg").write_bytes(
        encode(page(2600, 1950, [Placed(digit(3), 1300, 500, 600)]), ".jpg")
    )
    (folder / "notes.txt").write_text("not a picture")
    return folder


def lines(*arguments: str | Path, status: int = 0) -> list[dict[str, Any]]:
    result = run("predict", "--json", *arguments)
    assert result.returncode == status, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_of_json_has_the_contracts_fields(folder: Path) -> None:
    file = str(folder / "three.jpg")
    [line] = lines(file)
    assert list(line) == ["file", "text", "digits", "marks", "refused"]
    assert (line["file"], line["text"], line["refused"]) == (file, "3", None)
    assert line["marks"] == []
    [found] = line["digits"]
    assert list(found) == ["digit", "probabilities", "box"]
    assert found["digit"] == 3
    assert len(found["probabilities"]) == 10
    assert sum(found["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert max(found["probabilities"]) == found["probabilities"][3]
    assert found["box"] == pytest.approx(Placed(digit(3), 60, 60, 90).box, abs=8)
    assert all(isinstance(length, int) for length in found["box"])


def test_each_row_is_a_line_of_the_text(folder: Path) -> None:
    [line] = lines(folder / "rows.png")
    assert line["text"] == "306\n827"
    assert [found["digit"] for found in line["digits"]] == [3, 0, 6, 8, 2, 7]


def test_a_mark_tells_which_it_is_how_many_digits_precede_it_and_where_it_is() -> None:
    reading = Reading((*written("-1?2 3").lines, *written("4").lines))
    line = json.loads(predict.as_json("a.png", reading, None))
    assert line["text"] == "-1?2 3\n4"
    assert [digit["digit"] for digit in line["digits"]] == [1, 2, 3, 4]
    assert line["marks"] == [
        {"mark": "-", "before": 0, "box": list(SOMEWHERE)},
        {"mark": "?", "before": 1, "box": list(SOMEWHERE)},
    ]


def test_boxes_are_in_pixels_of_the_photo_however_large(folder: Path) -> None:
    [line] = lines(folder / "large.jpg")
    expected = Placed(digit(3), 1300, 500, 600).box
    assert line["digits"][0]["box"] == pytest.approx(expected, abs=40)


def test_a_photo_without_a_digit_is_refused_and_no_failure(folder: Path) -> None:
    [line] = lines(folder / "blank.png")
    assert (line["text"], line["digits"]) == ("", [])
    assert line["refused"] == "nothing is written there"


def test_photos_come_in_order_and_after_one_that_is_none_the_others_are_read(
    folder: Path,
) -> None:
    names = ["rows.png", "notes.txt", "three.jpg", "missing.jpg", "rows.png"]
    read = lines(*(folder / name for name in names), status=1)
    assert [Path(line["file"]).name for line in read] == names
    assert [line["text"] for line in read] == ["306\n827", "", "3", "", "306\n827"]
    assert read[1]["refused"] == "not a picture"
    assert read[3]["refused"]
    assert read[1]["digits"] == read[3]["digits"] == []


def test_of_a_folder_the_pictures_are_read_in_the_order_of_their_names(folder: Path) -> None:
    (folder / "many").mkdir()
    three = (folder / "three.jpg").read_bytes()
    for name in ("b.JPG", "a.jpeg", ".hidden.jpg", "c.txt"):
        (folder / "many" / name).write_bytes(three)
    read = lines(folder / "rows.png", folder / "many", folder / "blank.png")
    names = ["rows.png", "many/a.jpeg", "many/b.JPG", "blank.png"]
    assert [line["file"] for line in read] == [str(folder / name) for name in names]
    assert [line["text"] for line in read] == ["306\n827", "3", "3", ""]


def test_a_folder_without_pictures_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,label\n")
    [line] = lines(tmp_path, status=1)
    assert (line["file"], line["text"]) == (str(tmp_path), "")
    assert line["refused"] == "no pictures in this folder"


def test_a_hyphen_is_standard_input(folder: Path) -> None:
    with (folder / "three.jpg").open("rb") as picture:
        result = run("predict", "--json", "-", stdin=picture)
    line = json.loads(result.stdout)
    assert (result.returncode, result.stderr) == (0, "")
    assert (line["file"], line["text"]) == ("-", "3")


def test_standard_input_without_a_picture_is_a_failure() -> None:
    result = run("predict", "-")
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "-: not a picture\n")


def test_csv_has_file_text_and_certainty(folder: Path) -> None:
    names = ("three.jpg", "rows.png", "blank.png", "missing.jpg")
    result = run("predict", "--csv", *(folder / name for name in names))
    head, *rows = csv.reader(io.StringIO(result.stdout))
    assert head == ["file", "text", "certainty"]
    assert [row[:2] for row in rows] == [
        [str(folder / "three.jpg"), "3"],
        [str(folder / "rows.png"), "306\n827"],
        [str(folder / "blank.png"), ""],
        [str(folder / "missing.jpg"), ""],
    ]
    assert [bool(re.fullmatch(r"0\.\d{4}", row[2])) for row in rows] == [True, True, False, False]
    assert result.stderr == f"{folder / 'missing.jpg'}: No such file or directory\n"
    assert result.returncode == 1


@pytest.mark.parametrize(
    ("probabilities", "certainty"), [((0.62, 0.9), "0.6200"), ((0.99999,), "0.9999"), ((), "")]
)
def test_the_certainty_is_that_of_the_least_sure_digit_and_never_1(
    probabilities: tuple[float, ...], certainty: str
) -> None:
    digits = [certain(1, probability) for probability in probabilities]
    reading = in_a_line(*digits) if digits else written("-")
    assert predict.as_csv("a,b.png", reading, None) == f'"a,b.png",{reading.text},{certainty}'


def test_json_and_csv_exclude_each_other(folder: Path) -> None:
    assert run("predict", "--csv", "--json", folder / "three.jpg").returncode == 2


def on_a_terminal(*arguments: str | Path) -> str:
    """What the script writes on standard error, if that is a terminal."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    subprocess.run(  # noqa: S603  our own script, no shell
        [sys.executable, ROOT / "scripts" / "predict.py", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        check=True,
        timeout=110,
    )
    os.set_blocking(ours, False)
    written = b""
    with suppress(BlockingIOError):  # nothing more was written
        while True:
            written += os.read(ours, 4096)
    os.close(ours)
    os.close(theirs)
    return written.decode()


def test_a_folder_has_a_progress_bar_on_a_terminal_and_a_file_has_none(folder: Path) -> None:
    many = folder / "two"
    many.mkdir()
    for name in ("a.jpg", "b.jpg"):
        (many / name).write_bytes((folder / "three.jpg").read_bytes())
    assert "/2 [" in on_a_terminal(many)
    assert on_a_terminal(folder / "three.jpg") == ""


def test_without_json_a_line_is_for_a_person(folder: Path) -> None:
    result = run("predict", folder / "three.jpg", folder / "blank.png")
    first, second = result.stdout.splitlines()
    assert result.returncode == 0
    assert first.startswith(f"{folder / 'three.jpg'}: ")
    assert re.search(r": 3 \((> )?\d+\.\d %\)$", first)
    assert second == f"{folder / 'blank.png'}: nothing is written there"


def test_without_json_lines_stand_side_by_side_with_the_least_probability() -> None:
    digits = certain(1), certain(2, 0.6), certain(3, 0.95)
    lines = *in_a_line(*digits).lines, *written("4.5 6").lines
    assert predict.as_words("a.png", Reading(lines), None) == "a.png: 123 | 4.5 6 (60.0 %)"
    assert predict.as_words("a.png", written("="), None) == "a.png: ="


def test_without_json_what_is_no_picture_is_a_failure_too(folder: Path) -> None:
    result = run("predict", folder / "notes.txt", folder / "missing.jpg", folder / "three.jpg")
    assert result.returncode == 1
    assert result.stdout.startswith(f"{folder / 'three.jpg'}: 3 (")
    assert result.stdout.count("\n") == 1
    assert result.stderr.splitlines() == [
        f"{folder / 'notes.txt'}: not a picture",
        f"{folder / 'missing.jpg'}: No such file or directory",
    ]


def test_what_libraries_say_of_a_damaged_jpeg_is_not_shown(folder: Path) -> None:
    data = (folder / "three.jpg").read_bytes()
    damaged = folder / "damaged.jpg"
    end = b"\xff\xd9"
    assert data.endswith(end)
    damaged.write_bytes(data.removesuffix(end) + bytes(50) + end)
    assert "Corrupt JPEG data" in noise_of_decoding(damaged)
    result = run("predict", damaged)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{damaged}: 3 (")


def noise_of_decoding(file: Path) -> str:
    """What OpenCV leaves on standard error when it decodes a file by itself."""
    program = f"import cv2; cv2.imread({str(file)!r})"
    result = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return result.stderr


def test_the_annotated_picture_is_the_photo_with_something_drawn(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "seen.png"
    result = run("predict", "--picture", out, folder / "three.jpg")
    assert result.returncode == 0
    assert ": 3 (" in result.stdout
    before, after = (cv2.imread(str(path)) for path in (folder / "three.jpg", out))
    assert before is not None
    assert after is not None
    assert after.shape == before.shape
    changed = (np.abs(after.astype(int) - before).max(axis=2) > 40).mean()
    assert 0.005 < changed < 0.4


@pytest.mark.parametrize("out", ["missing/seen.png", "seen.unknown"])
def test_a_picture_that_cannot_be_written_is_told(out: str, folder: Path, tmp_path: Path) -> None:
    result = run("predict", "--picture", tmp_path / out, folder / "three.jpg")
    assert result.returncode != 0
    assert str(tmp_path / out) in result.stderr
    assert "Traceback" not in result.stderr


def test_one_picture_is_not_made_of_two_photos_or_a_folder(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "seen.png"
    for photos in ([folder / "three.jpg", folder / "rows.png"], [folder]):
        assert run("predict", "--picture", out, *photos).returncode == 2
    assert not out.exists()


def test_help_describes_each_option_with_its_default() -> None:
    text = " ".join(run("predict", "--help").stdout.split())
    assert "PHOTO a picture file, a folder whose pictures are read, or - for standard input" in text
    assert "--model {convolutional,dense} the network that tells digits (convolutional)" in text
    assert "--csv print CSV: file,text,certainty" in text


def test_the_dense_model_can_be_asked(folder: Path) -> None:
    [line] = lines("--model", "dense", folder / "three.jpg")
    expected = Reader.trained("dense").read((folder / "three.jpg").read_bytes())
    assert line["text"] == expected.text
    assert line["digits"][0]["probabilities"] == pytest.approx(
        expected.digits[0].probabilities, abs=1e-5
    )


def test_an_unknown_model_and_no_photo_are_wrong_usage(folder: Path) -> None:
    assert run("predict", "--model", "oracle", folder / "three.jpg").returncode == 2
    assert run("predict").returncode == 2
